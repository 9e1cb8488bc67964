"""Make the study that the first start opens: ``python -m pages.admin.make_default_study``.

The same model, SoundFont and libraries make the same samples.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gmn_core.audio.decode import decode
from gmn_core.classification.classifier import GenreClassifier
from gmn_core.classification.shipped import shipped_classifiers
from gmn_core.generation.provenance import record
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.samples import generate_sample
from gmn_core.generation.sound.soundfont import bundled_soundfont
from gmn_core.genres import Genre
from gmn_core.models.card import model_version
from pages.admin.study_samples import for_listeners
from pages.shared.survey_store import DEFAULT_STUDY
from survey_db.running.folder import STUDY_FILE

SECONDS = 30.0
LOUDNESS = -16.0
TITLE = "What do you hear in this music?"
# The seed of each sample; another genre for practice, so that none is heard twice.
SAMPLES = {
    Genre.CLASSICAL: 1,
    Genre.HIPHOP: 1,
    Genre.JAZZ: 1,
    Genre.METAL: 1,
    Genre.REGGAE: 1,
    Genre.ROCK: 1,
}
PRACTICE = Genre.COUNTRY, 1


def make_folder(folder: Path, classifiers: Sequence[GenreClassifier]) -> None:
    """Generate the samples and write them and ``study.json`` to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [(genre, seed, False) for genre, seed in SAMPLES.items()] + [(*PRACTICE, True)]
    samples = []
    for place, (genre, seed, practice) in enumerate(wanted, start=1):
        print(f"{genre} with seed {seed}")
        samples.append(_make_sample(folder / f"{place}.mp3", genre, seed, practice, classifiers))
    study = {"title": TITLE, "target_loudness": LOUDNESS, "samples": samples}
    (folder / STUDY_FILE).write_text(json.dumps(study, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _make_sample(
    file: Path, genre: Genre, seed: int, practice: bool, classifiers: Sequence[GenreClassifier]
) -> dict[str, Any]:
    # Everybody has the bundled SoundFont, so that everybody can make the same samples.
    request = GenerationRequest(genre, seconds=SECONDS, seed=seed)
    sample = generate_sample(request, soundfont=bundled_soundfont())
    audio = for_listeners(sample.recording, SECONDS, LOUDNESS)
    file.write_bytes(audio)
    clip = decode(audio).clip
    judging = () if practice else classifiers
    return {
        "file": file.name,
        "intended_genre": genre.value,
        "practice": practice,
        "settings": {"source": "generated", **record(sample)},
        "predictions": {model.name: model.classify(clip).shares.tolist() for model in judging},
        "classifier_versions": {model.name: model_version(model.name) for model in judging},
    }


if __name__ == "__main__":
    make_folder(DEFAULT_STUDY, shipped_classifiers())
