"""How figures are printed, in sentences and in tables."""

from __future__ import annotations

from collections.abc import Sequence

# The survey stands alone and so keeps its own list; a test holds it equal to the machine-learning core's.
CLASSIFIER_NAMES: dict[str, str] = {
    "knn_descriptors": "k-NN on 57 descriptors",
    "cnn": "CNN trained on GTZAN",
    "knn_pretrained": "k-NN on pretrained tags",
    "cnn_pretrained": "Pretrained CNN",
}
"""Display names of this project's classifiers."""


def decimal(value: float, digits: int = 2) -> str:
    """Return a number as it is printed, with a real minus sign and no minus zero."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def percent(share: float, digits: int = 1) -> str:
    """Return a share as it is printed, e.g. ``32.8%``."""
    return f"{decimal(100 * share, digits)}%"


def p_text(p_value: float) -> str:
    """Return a p-value as it is printed: ``p = 0.013``, or ``p < 0.001``."""
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"


def listed(words: Sequence[str]) -> str:
    """Join words as prose does: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def listed_or_counted(words: Sequence[str], total: int, noun: str, *, most: int = 8) -> str:
    """Join words as `listed` does; say how many there are where they are all of ``total``, or many."""
    if len(words) == total > 1:
        return f"all {total} {noun}"
    return f"{len(words)} of the {total} {noun}" if len(words) > most else listed(words)


def model_name(model: str) -> str:
    """Return a classifier's name as it is shown, e.g. ``Pretrained CNN`` for ``cnn_pretrained``."""
    if model in CLASSIFIER_NAMES:
        return CLASSIFIER_NAMES[model]
    kind, _, rest = model.partition("_")
    shown = {"knn": "k-NN", "cnn": "CNN"}.get(kind, kind)
    return f"{shown} ({rest.replace('_', ' ')})" if rest else shown
