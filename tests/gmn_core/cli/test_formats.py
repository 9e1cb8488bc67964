import argparse

import pytest

from gmn_core.cli.formats import add_format, parse_formats


def test_formats_come_in_their_own_order_once_each() -> None:
    assert parse_formats("mid, WAV,mid", ("wav", "ogg", "mid")) == ("wav", "mid")


def test_all_is_the_default() -> None:
    parser = argparse.ArgumentParser()
    add_format(parser, "wav", "ogg")
    assert parser.parse_args([]).formats == ("wav", "ogg")
    assert parser.parse_args(["--format", "ogg"]).formats == ("ogg",)


@pytest.mark.parametrize("text", ["mp3", "wav,mp3", "", "wav,"])
def test_an_unknown_format_is_refused_by_name(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is none of wav, ogg"):
        parse_formats(text, ("wav", "ogg"))
