"""Where a sample comes from: a record that is enough to make the sample again.

One form, in JSON, is written beside generated files and kept with the samples
of listening studies. It holds the whole request, an opening's bytes included,
and the hashes of all that decides the result: the generator's files, the
SoundFont, the production profile, and the notes and the sound that came out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from gmn_core.audio.encoding import to_wav
from gmn_core.audio.loudness import integrated_loudness, true_peak
from gmn_core.files import StrPath
from gmn_core.generation.music.instruments import instrument_name
from gmn_core.generation.playing.model import MODEL_FILES, TUNING_FILE
from gmn_core.generation.playing.model import NAME as MODEL
from gmn_core.generation.recipe import Record, read_request, request_record
from gmn_core.generation.request import GenerationError
from gmn_core.generation.samples import GeneratedSample, OnProgress, generate_sample, profile_for
from gmn_core.generation.sound.soundfont import SoundFont, bundled_soundfont, find_soundfont, read_soundfont
from gmn_core.models.card import file_sha256, library_versions, model_dir

FORM = 2
"""Number of the record's form; records of form 1 had no number and left out one of the generator's files."""

LIBRARIES = ("numpy", "midirenderer", "mido", "soundfile")


def record(sample: GeneratedSample) -> Record:
    """Return where a sample comes from, what was drawn and what was measured, as JSON has it."""
    band = sample.band
    return {
        "form": FORM,
        "request": request_record(sample.request),
        "drawn": {
            "tempo": band.tempo,
            "key": band.key_name,
            "beats_per_bar": band.beats_per_bar,
            "steps_per_beat": band.steps_per_beat,
            "programs": {role.value: band.programs[role] for role in band.roles},
            "instruments": {role.value: instrument_name(role, band.programs[role]) for role in band.roles},
            "notes": {role.value: len(band.notes[role]) for role in band.roles},
        },
        "audio": {
            "seconds": sample.recording.seconds,
            "sample_rate": sample.recording.sample_rate,
            "loudness_lufs": round(integrated_loudness(sample.recording), 2),
            "true_peak_dbtp": round(true_peak(sample.recording), 2),
            "soundfont": sample.soundfont.name,
            "soundfont_sha256": sample.soundfont.sha256,
            "production_sha256": profile_for(sample.request).sha256,
        },
        "model": dict(model_hashes(sample.model_folder)),
        "sha256": results(sample),
        "libraries": library_versions(*LIBRARIES),
    }


def results(sample: GeneratedSample) -> dict[str, str]:
    """Return the hashes of a sample's notes and of its sound, as a MIDI and as a WAV file."""
    return {
        "mid": hashlib.sha256(sample.midi).hexdigest(),
        "wav": hashlib.sha256(to_wav(sample.recording)).hexdigest(),
    }


def model_hashes(folder: StrPath) -> Mapping[str, str]:
    """Return the hash of each of a generator's files."""
    folder = Path(folder)
    names = [*MODEL_FILES, *([TUNING_FILE] if (folder / TUNING_FILE).exists() else [])]
    return {name: file_sha256(folder / name) for name in names}


@cache
def model_version() -> str:
    """Return eight characters that name the generator that ships, by its files."""
    hashes = "".join(model_hashes(model_dir(MODEL)).values())
    return hashlib.sha256(hashes.encode()).hexdigest()[:8]


def make_again(
    stored: Mapping[str, Any],
    *,
    soundfont: StrPath | None = None,
    model: StrPath | None = None,
    on_progress: OnProgress = lambda share: None,
) -> GeneratedSample:
    """Make a sample again from its record.

    Parameters
    ----------
    stored : mapping
        What `record` wrote; other fields are ignored.
    soundfont : str or os.PathLike, optional
        The SoundFont that played the sample; otherwise it is looked for among
        those that this machine has.
    model : str or os.PathLike, optional
        Folder of the generator that made the sample, where it is not the one
        that ships.
    on_progress : callable
        Called with the share of the work that is done.

    Raises
    ------
    GenerationError
        If it is no such record, or the sample was made by another generator
        or on a SoundFont that is not here.
    """
    soundfont = None if soundfont is None else Path(soundfont)
    model = None if model is None else Path(model)
    parts = [stored.get(name) for name in ("request", "model", "audio", "sha256", "libraries")]
    if not all(isinstance(part, Mapping) for part in parts):
        raise GenerationError("The record of the sample is incomplete, so the sample cannot be made again.")
    if stored.get("form") != FORM:
        raise GenerationError(
            f"The record is of form {stored.get('form', 1)}; this program reads form {FORM}."
        )
    request = read_request(stored["request"])
    _check_model(stored["model"], model or model_dir(MODEL))
    if stored["audio"].get("production_sha256") != profile_for(request).sha256:
        raise GenerationError(
            "The sample was produced with other settings of its genre, so it cannot be made again here."
        )
    font = _find(stored["audio"], soundfont)
    return generate_sample(request, soundfont=font, model=model, on_progress=on_progress)


def difference(stored: Mapping[str, Any], sample: GeneratedSample) -> str | None:
    """Say in a sentence how a sample made again differs from its record; None if it does not."""
    recorded, made = stored["sha256"], results(sample)
    if recorded == made:
        return None
    part = "sound" if recorded.get("mid") == made["mid"] else "notes"
    now = library_versions(*LIBRARIES)
    others = [
        f"{name} {version} (here {now.get(name, 'none')})"
        for name, version in stored["libraries"].items()
        if now.get(name) != version
    ]
    reason = f"it was made with {', '.join(others)}" if others else "another processor may round differently"
    return f"The {part} differ{'s' if part == 'sound' else ''} from what was recorded: {reason}."


def _check_model(made_by: Mapping[str, Any], folder: Path) -> None:
    try:
        here = model_hashes(folder)
    except OSError as error:
        raise GenerationError(f"{folder} holds no trained generator.") from error
    if changed := sorted(name for name in {*here, *made_by} if here.get(name) != made_by.get(name)):
        raise GenerationError(
            "The sample was made by another version of the generator, so it cannot be made again here; "
            f"these files differ: {', '.join(changed)}."
        )


def _find(audio: Mapping[str, Any], named: Path | None) -> SoundFont:
    name, sha256 = audio.get("soundfont"), audio.get("soundfont_sha256")
    for font in [read_soundfont(named)] if named else [find_soundfont(), bundled_soundfont()]:
        if font.sha256 == sha256:
            return font
    if named:
        raise GenerationError(f"{named} is not the SoundFont that played the sample, {name}.")
    raise GenerationError(f"The SoundFont that played the sample, {name}, was not found; name its file.")
