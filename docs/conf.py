"""Settings of the documentation: ``make docs`` builds it, offline, and takes warnings for errors."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "docs" / "_extensions")]

from gmn_core import __version__  # noqa: E402 - the paths come first

project = "Generative Music Network"
author = "The Generative Music Network contributors"
copyright = author
release = version = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "numpydoc",
    "sphinx_copybutton",
    "command_help",
    "model_cards",
]
exclude_patterns = ["_extensions", "_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# In docstrings, single backquotes name whatever can be found under that name.
default_role = "py:obj"
autodoc_typehints = "none"  # numpydoc's sections say more
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "furo"
html_title = f"Generative Music Network {release}"
html_show_copyright = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#332288", "color-brand-content": "#332288"},
    "dark_css_variables": {"color-brand-primary": "#a79df0", "color-brand-content": "#a79df0"},
}
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
