"""The frame of the command line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gmn_core.cli import main


@pytest.mark.parametrize(
    "words", [["--help"], ["classify", "--help"], ["corpus", "fetch", "--help"], ["train", "--help"]]
)
def test_help_is_given(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 0
    assert "usage: python -m gmn_core" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["sing"], ["corpus"], ["corpus", "fetch", "elsewhere"]])
def test_wrong_usage_has_status_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2


def test_no_heavy_library_is_loaded_for_help() -> None:
    code = (
        "import sys; from gmn_core.cli import build_parser; build_parser(); "
        "heavy = {'tensorflow', 'keras', 'librosa', 'sklearn', 'numba', 'streamlit'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
