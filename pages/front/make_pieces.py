"""Make the pieces that the Home page plays: ``python -m pages.front.make_pieces``.

Each is the piece of a fixed seed, whatever it sounds like and whatever the
classifier makes of it. The seed is not that of the default study, whose
samples nobody should know beforehand.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gmn_core.audio.decode import decode
from gmn_core.audio.recording import Recording
from gmn_core.classification.classifier import GenreClassifier
from gmn_core.classification.pretrained.model import PretrainedCnn
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.samples import generate_sample
from gmn_core.generation.sound.soundfont import bundled_soundfont
from gmn_core.genres import Genre
from pages.front.pieces import FOLDER, INDEX, drawn_notes

SECONDS = 12.0
SEED = 2
COMPRESSION = 0.7  # libsndfile's scale; about 100 kbit/s, so that a phone waits for nothing
ORDER = (Genre.DISCO, Genre.REGGAE, Genre.METAL, Genre.JAZZ, Genre.HIPHOP, Genre.CLASSICAL)


def make_pieces(folder: Path, genres: Sequence[Genre], classifier: GenreClassifier) -> None:
    """Generate a piece of each genre and write them and their index to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    index = [
        make_piece(folder / f"{place}.mp3", genre, classifier) for place, genre in enumerate(genres, start=1)
    ]
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in index)
    (folder / INDEX).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def make_piece(file: Path, genre: Genre, classifier: GenreClassifier) -> dict[str, Any]:
    """Generate one piece, write its audio, and return its entry of the index."""
    request = GenerationRequest(genre, seconds=SECONDS, seed=SEED)
    sample = generate_sample(request, soundfont=bundled_soundfont())
    audio = small_mp3(sample.recording)
    file.write_bytes(audio)
    heard = classifier.classify(decode(audio).clip).ranked()
    return {
        "file": file.name,
        "genre": genre.value,
        "seed": SEED,
        "seconds": SECONDS,
        "heard": {name.value: round(share, 4) for name, share in heard},
        "notes": {role.value: notes for role, notes in drawn_notes(sample.band).items()},
    }


def small_mp3(recording: Recording) -> bytes:
    """Return a recording as an MP3 file, smaller and coarser than what is offered for download."""
    import soundfile

    file = io.BytesIO()
    how = {"compression_level": COMPRESSION, "bitrate_mode": "VARIABLE"}
    soundfile.write(file, recording.samples, recording.sample_rate, "MPEG_LAYER_III", format="MP3", **how)
    return file.getvalue()


if __name__ == "__main__":
    make_pieces(FOLDER, ORDER, PretrainedCnn.shipped())
