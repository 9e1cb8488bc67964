"""The drum kit: the voices that General MIDI's drum sounds stand for.

A piece has one sound per voice and place in the bar, the one that it uses there most, so that a band keeps
its rim clicks, claps or congas, and the order of its toms, while the network only decides which voice is
struck and how hard.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# General MIDI drum sounds of each voice; the first is the voice's usual sound.
VOICES: dict[str, tuple[int, ...]] = {
    "kick": (36, 35),
    "snare": (38, 40),
    "rim or clap": (37, 39, 31, 32, 33, 34),
    "closed hi-hat": (42,),
    "pedal hi-hat": (44,),
    "open hi-hat": (46,),
    "ride": (51, 59, 53),
    "crash": (49, 57, 55, 52),
    "low tom": (41, 43, 45),
    "high tom": (48, 47, 50),
    "shaken": (54, 70, 82, 69, 56, 80, 81, 58, 73, 74, 83, 84),
    "hand drum": (64, 63, 62, 60, 61, 65, 66, 67, 68, 75, 76, 77, 78, 79, 71, 72, 86, 87, 85),
}
N_VOICES = len(VOICES)
_UNVOICED = -1


def _voice_by_sound() -> npt.NDArray[np.int64]:
    table = np.full(128, _UNVOICED, np.int64)
    for voice, sounds in enumerate(VOICES.values()):
        table[list(sounds)] = voice
    return table


_VOICE_BY_SOUND = _voice_by_sound()


def voice_of(sounds: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the voice of each drum sound, -1 for sounds that no voice has."""
    voices: npt.NDArray[np.int64] = _VOICE_BY_SOUND[sounds]
    return voices


def find_kit(
    sounds: npt.NDArray[np.int64], places: npt.NDArray[np.int64], n_places: int
) -> tuple[tuple[int, ...], ...]:
    """Return the sound of each voice at each place in the bar that a piece uses most there.

    Where a voice is never struck, it has the sound that it has most; one that
    is never struck at all has its usual one.

    Parameters
    ----------
    sounds, places : ndarray of int, shape (n_hits,)
        General MIDI drum sounds of all hits, and where in the bar they fall.
    n_places : int
        Grid steps in a bar.

    Returns
    -------
    tuple of tuple of int, lengths `N_VOICES` and ``n_places``
    """
    counts = np.zeros((n_places, 128), np.int64)
    np.add.at(counts, (places, sounds), 1)
    kit = []
    for choices in VOICES.values():
        own = counts[:, list(choices)]
        # What is struck anywhere decides where nothing is struck here.
        most = (own * (own.sum() + 1) + own.sum(axis=0)).argmax(axis=1)
        kit.append(tuple(choices[index] for index in most.tolist()))
    return tuple(kit)
