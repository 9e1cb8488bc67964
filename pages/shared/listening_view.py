"""A clip over time: genres, loudness and spectrogram on one axis, under a line that follows the sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gmn_core.audio.clip import Clip
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.features.spectrogram import DYNAMIC_RANGE_DB, log_mel, mel_frequencies
from gmn_core.figures.audio import MAX_COLUMNS, envelope, pool_frames
from gmn_core.genres import GENRES, Genre
from pages.shared.components import component, packed

ROWS = 4
"""Genres that are drawn: those that are strongest anywhere."""

TICKS = (250, 1000, 2000, 4000, 8000)
"""Frequencies that are named, in Hz."""

_view = component(
    "listening_view",
    Path(__file__).parent,
    "listening_view",
    scripts=(
        "icons",
        "transport",
    ),
    styles=("player",),
)


def listening_view(picture: bytes, *, key: str) -> None:
    """Play and show what `picture_of` made, in place of the player in the container that it was told of."""
    _view(key=key, data=picture)


def picture_of(clip: Clip, prediction: GenrePrediction, player: str) -> bytes:
    """Return all that the view draws of a clip.

    Parameters
    ----------
    clip : Clip
        The recording.
    prediction : GenrePrediction
        With patch shares: the verdict that is drawn over time.
    player : str
        Key of the container that holds the page's own player, whose sound it is.
    """
    mel, _ = pool_frames(log_mel(clip))
    low, high = envelope(clip, MAX_COLUMNS)
    pairs = np.round(127 * np.clip(np.stack([low, high], axis=1), -1, 1)).astype(np.int8)
    shares, starts = _patches(prediction)
    header = {
        "seconds": clip.seconds,
        "player": player,
        "broken": "This browser cannot play the sound.",
        "words": f"{moments_in_words(prediction, clip.seconds)} Below, its loudness and spectrogram. "
        "The arrow keys go back and forth, the space bar plays and pauses.",
        "rows": [
            {
                "name": genre.display_name,
                "colour": genre.colour,
                "shares": np.round(shares[:, genre.position], 2).tolist(),
            }
            for genre in strongest(prediction)
        ],
        "starts": np.round(starts, 2).tolist(),
        "n_envelope": len(pairs),
        "n_columns": mel.shape[1],
        "n_bands": mel.shape[0],
        "hertz": [
            [_in_words(hertz), round(float(place), 3)] for hertz, place in zip(TICKS, _places(), strict=True)
        ],
    }
    cells = np.round(255 * (mel.T / DYNAMIC_RANGE_DB + 1)).astype(np.uint8)
    return packed(header, pairs.tobytes(), cells.tobytes())


def strongest(prediction: GenrePrediction) -> list[Genre]:
    """Return the genres that a clip sounds most like, the verdict first, then by their strongest moment."""
    shares, _ = _patches(prediction)
    peaks = shares.max(axis=0)
    others = sorted(
        (genre for genre in GENRES if genre is not prediction.genre), key=lambda genre: -peaks[genre.position]
    )
    return [prediction.genre, *others][:ROWS]


def moments_in_words(prediction: GenrePrediction, seconds: float) -> str:
    """Say in a sentence how long which genre leads, e.g. "Jazz leads for 24 of 30 s, blues for 6 s."."""
    shares, starts = _patches(prediction)
    lengths = np.diff(np.append(starts, seconds))
    leading = [(genre, lengths[shares.argmax(axis=1) == genre.position].sum()) for genre in GENRES]
    (first, most), *others = sorted((each for each in leading if each[1] > 0), key=lambda each: -each[1])
    if not others:
        return f"{first.display_name} leads from beginning to end."
    rest = ", ".join(f"{genre.display_name.lower()} for {length:.0f} s" for genre, length in others[:3])
    return f"{first.display_name} leads for {most:.0f} of {seconds:.0f} s, {rest}."


def _places() -> np.ndarray:
    """Return where each of `TICKS` lies in the spectrogram, 0 (lowest) to 1."""
    hertz = mel_frequencies()
    return np.interp(TICKS, hertz, np.linspace(0, 1, len(hertz)))


def _in_words(hertz: int) -> str:
    return f"{hertz} Hz" if hertz < 1000 else f"{hertz // 1000} kHz"


def _patches(prediction: GenrePrediction) -> tuple[np.ndarray, np.ndarray]:
    """Return the shares and starts of the patches; the whole clip is one where there are none."""
    if prediction.patch_shares is None or prediction.patch_starts is None:
        return prediction.shares[None, :], np.zeros(1)
    return prediction.patch_shares, prediction.patch_starts
