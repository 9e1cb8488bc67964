"""Notes or sound? A study of the same compositions, played plain and produced.

Two systems, with the same notes: whoever hears one version of a composition never hears the other,
and all versions are equally loud. What listeners hear more often in the produced versions is the
sound's doing; what they hear as often in the plain ones, the notes'.

``python -m pages.admin.notes_or_sound FOLDER`` writes it as a folder that the Studies page can read.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from gmn_core.files import write_whole
from gmn_core.generation.provenance import record
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.samples import generate_sample
from gmn_core.generation.sound.soundfont import bundled_soundfont
from gmn_core.genres import GENRES, Genre
from pages.admin.study_samples import for_listeners
from survey_db.running.folder import STUDY_FILE
from survey_db.running.samples import NewSample
from survey_db.running.studies import NewStudy
from survey_db.running.systems import NewSystem

TITLE = "Notes or sound?"
SECONDS, LOUDNESS, SEED = 30.0, -16.0, 2
# By whether they are played plain.
SYSTEMS = {
    True: NewSystem(name="Plain", kind="this_generator", settings={"plain": True}),
    False: NewSystem(name="Produced", kind="this_generator", settings={"plain": False}),
}


def notes_or_sound(
    genres: Sequence[Genre] = GENRES,
    seed: int = SEED,
    seconds: float = SECONDS,
    on_progress: Callable[[float], None] = lambda share: None,
) -> tuple[NewStudy, list[NewSample]]:
    """Make the study: one composition of each genre, in both versions.

    Parameters
    ----------
    genres : sequence of Genre
        What is composed.
    seed : int
        Of every composition.
    seconds : float
        Length of each.
    on_progress : callable
        Called with the share of the work that is done.
    """
    wanted = [
        (GenerationRequest(genre, seconds=seconds, seed=seed, plain=plain), system)
        for genre in genres
        for plain, system in SYSTEMS.items()
    ]
    samples = []
    for place, (request, system) in enumerate(wanted):
        # Equal requests but for the sound compose the same notes.
        made = generate_sample(request, soundfont=bundled_soundfont())
        samples.append(
            NewSample(
                audio=for_listeners(made.recording, seconds, LOUDNESS),
                intended_genre=request.genre.value,
                settings={"source": "generated", **record(made)},
                system=system.name,
                composition=f"{request.genre.value} {seed}",
            )
        )
        on_progress((place + 1) / len(wanted))
    study = NewStudy(
        title=TITLE,
        systems=list(SYSTEMS.values()),
        target_loudness=LOUDNESS,
        renderings_together=False,
        # Who learns at once what a piece was meant to be may tell the next listener.
        feedback="after_closing",
    )
    return study, samples


def notes_or_sound_by(report: Callable[[float], None]) -> tuple[NewStudy, list[NewSample]]:
    """Make the study as a worker does its work: ``report`` takes the share that is done."""
    return notes_or_sound(on_progress=report)


def write_study(folder: Path, study: NewStudy, samples: Sequence[NewSample]) -> None:
    """Write a study as a folder; ``study.json`` last, so that half a folder is none."""
    listed = []
    for place, sample in enumerate(samples, start=1):
        name = f"{place}.mp3"
        write_whole(folder / name, sample.audio)
        listed.append({**asdict(replace(sample, audio=b"")), "file": name})
    for each in listed:
        del each["audio"]
    text = json.dumps({**asdict(study), "samples": listed}, indent=2, ensure_ascii=False) + "\n"
    write_whole(folder / STUDY_FILE, text.encode())


def main() -> None:
    """Write the study to the folder that is named."""
    parser = argparse.ArgumentParser(description="Make the study of the same notes, plain and produced.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    study, samples = notes_or_sound(seed=arguments.seed, on_progress=lambda share: print(f"{share:.0%}"))
    write_study(arguments.folder, study, samples)


if __name__ == "__main__":
    main()
