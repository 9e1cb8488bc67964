"""How often the music check is wrong: signals that it must catch, and GTZAN's clips that it must pass.

Speech comes from eSpeak NG, if it is installed (Debian's ``espeak-ng``): a
synthetic voice is the only speech that can be made anywhere.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from gmn_core.audio.clip import Clip
from gmn_core.audio.decode import decode_file
from gmn_core.classification.evaluation.inputs import ClipInputs
from gmn_core.classification.evaluation.metrics import proportion
from gmn_core.classification.music_check import RULE, doubts, doubts_of
from gmn_core.corpora.stored import StoredCorpus
from gmn_core.models.card import ModelCard, library_versions

NAME = "music_check"
FALSE_ALARMS = "false alarms on GTZAN"
SAMPLE_RATE = 22_050
SECONDS = 20
N_OF_A_KIND = 20
FIRST_SEED = 0

VOICES = ("en-us", "en-gb", "de", "fr", "es", "it", "en+f3", "en+m7", "fr+f2", "de+m3")
SPEEDS = (130, 170, 210)
_TEXT = (
    "The committee met on Tuesday to discuss the annual budget, and noted that several items were overdue. "
    "Farmers in the north are worried about their crops, since the weather has been so warm this year. "
    "Having little or no money in my purse, I thought I would sail about a little and see the watery part "
    "of the world. "
)


def evaluate_music_check(corpus: StoredCorpus) -> ModelCard:
    """Return the check's card: its rule, its hits on each kind of signal, its false alarms on a folder."""
    caught: dict[str, list[bool]] = {}
    for kind, clip in not_music():
        caught.setdefault(kind, []).append(doubts(clip) is not None)
    inputs = ClipInputs(corpus, "stored")
    mels = [mel for track in corpus.tracks if (mel := inputs.mel(track)) is not None]
    caught[FALSE_ALARMS] = [doubts_of(mel) is not None for mel in mels]
    return ModelCard(
        name=NAME,
        summary="A rule of three thresholds that warns where a clip does not look like music at all.",
        data=corpus.hashes(),
        split=(
            "None: the thresholds were set by hand on the same clips and kinds of signals that are counted "
            "here, so the figures flatter the rule."
        ),
        choices={"rule": RULE, "chosen on": "all that the figures count", "signals of a kind": N_OF_A_KIND},
        seed=FIRST_SEED,
        figures={kind: asdict(proportion(sum(warned), len(warned))) for kind, warned in caught.items()},
        limits=[
            "The only speech it was held against is eSpeak NG's; a real voice with music under it will pass.",
            "Music that hardly changes, such as a drone, will raise a false alarm; GTZAN holds none.",
        ],
        licence="MIT, as the project.",
        command="python -m gmn_core evaluate music-check --data DIR --out DIR",
        weights={},
        libraries=library_versions("numpy"),
    )


def not_music() -> Iterator[tuple[str, Clip]]:
    """Yield signals that are not music, each with its kind; speech only if eSpeak NG is installed."""
    for seed in range(FIRST_SEED, FIRST_SEED + N_OF_A_KIND):
        rng = np.random.default_rng(seed)
        for kind, exponent in (("white noise", 0.0), ("pink noise", 0.5), ("brown noise", 1.0)):
            yield kind, _clip(coloured_noise(rng, exponent) * rng.uniform(0.02, 0.3))
        yield "tone", _clip(0.3 * np.sin(2 * np.pi * rng.uniform(60, 4000) * _time()))
        yield "mains hum", _clip(_hum(rng))
        yield "faint noise", _clip(coloured_noise(rng, 0.0) * 3e-4)
    if shutil.which("espeak-ng"):
        for voice in VOICES:
            for speed in SPEEDS:
                yield "synthetic speech", speech(voice, speed)


def coloured_noise(rng: np.random.Generator, exponent: float) -> np.ndarray:
    """Return noise of unit power whose amplitude falls as frequency to ``-exponent`` above 20 Hz."""
    n_samples = SAMPLE_RATE * SECONDS
    spectrum = np.fft.rfft(rng.normal(size=n_samples))
    hertz = np.maximum(np.fft.rfftfreq(n_samples, 1 / SAMPLE_RATE), 20)
    noise = np.fft.irfft(spectrum * hertz**-exponent)
    return np.asarray(noise / noise.std())


def speech(voice: str, words_per_minute: int) -> Clip:
    """Return half a minute of speech, or less if the voice is fast."""
    with TemporaryDirectory() as folder:
        # Not to standard output: a WAV file written there has no length in its header.
        path = Path(folder) / "speech.wav"
        command = ["espeak-ng", "-v", voice, "-s", str(words_per_minute), "-w", str(path), _TEXT * 2]
        subprocess.run(command, capture_output=True, check=True)
        return decode_file(path).clip.excerpt(0, 30)


def _hum(rng: np.random.Generator) -> np.ndarray:
    mains = rng.choice([50.0, 60.0])
    waves = [np.sin(2 * np.pi * mains * n * _time()) * 0.2 / n for n in range(1, 8)]
    return np.asarray(np.sum(waves, axis=0) + 1e-3 * rng.normal(size=SAMPLE_RATE * SECONDS))


def _time() -> np.ndarray:
    return np.arange(SAMPLE_RATE * SECONDS) / SAMPLE_RATE


def _clip(samples: np.ndarray) -> Clip:
    return Clip(np.clip(samples, -1, 1).astype(np.float32), SAMPLE_RATE)
