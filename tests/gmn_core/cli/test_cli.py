"""The frame of the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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


def test_a_library_of_an_extra_that_is_missing_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    assert main(["train", "cnn", "--data", str(tmp_path)]) == 2
    assert "pip install 'generative-music-network[train]'" in capsys.readouterr().err


def test_no_heavy_library_is_loaded_for_help() -> None:
    code = (
        "import sys; from gmn_core.cli import build_parser; build_parser(); "
        "heavy = {'tensorflow', 'keras', 'librosa', 'sklearn', 'numba', 'streamlit'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
