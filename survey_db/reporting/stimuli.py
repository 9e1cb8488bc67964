"""The stimuli of a study: every sample with where it comes from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from survey_db.reporting.responses import Reader, reading
from survey_db.schema import Media, Sample, System

if TYPE_CHECKING:
    import pandas as pd

STIMULUS_COLUMNS: dict[str, str] = {
    "sample": "label of the sample within its study",
    "place": "place in the study's list, from 1; 0 for the practice clip",
    "intended_genre": "genre of the training data of the sample; empty for random notes",
    "control": "none for a sample of the study; low_anchor, high_anchor or repeat for control items",
    "repeat_of": "for a repeat: label of the sample that it repeats",
    "system": "name of what made the sample",
    "system_version": "version of what made it",
    "composition": "name of the notes that the sample renders",
    "source": "generated, upload, random notes, or what else the study says",
    "seed": "of the generator, where it was generated",
    "instruments": "of a generated sample, separated by semicolons",
    "seconds": "length of the audio",
    "loudness_lufs": "integrated loudness of the audio (ITU-R BS.1770)",
    "media_type": "how the audio is encoded",
    "sha256": "SHA-256 of the audio as listeners heard it",
    "settings": "all that is known of how it was made, as JSON",
}
"""The columns of a table of stimuli, one row per sample, and what each means."""


def read_stimuli(source: Session | Reader, study_id: int) -> pd.DataFrame:
    """Read the samples of a study, the practice clip first.

    Returns
    -------
    DataFrame
        One row per sample, with the columns of `STIMULUS_COLUMNS`.
    """
    import pandas as pd

    original = aliased(Sample)
    query = (
        select(Sample, Media, System, original.label)
        .join(Media, Media.sha256 == Sample.media_sha256)
        .outerjoin(System, System.id == Sample.system_id)
        .outerjoin(original, original.id == Sample.repeat_of_id)
        .where(Sample.study_id == study_id)
        .order_by(Sample.place)
    )
    with reading(source) as session:
        records = [_record(*row) for row in session.execute(query)]
    frame = pd.DataFrame(records, columns=list(STIMULUS_COLUMNS), dtype="object")
    return frame.astype({"place": "int64", "seconds": "float64", "loudness_lufs": "float64"})


def _record(sample: Sample, media: Media, system: System | None, repeat_of: str | None) -> dict[str, Any]:
    settings = sample.settings
    request, drawn = (_object(settings.get(name)) for name in ("request", "drawn"))
    return {
        "sample": sample.label,
        "place": sample.place,
        "intended_genre": sample.intended_genre,
        "control": sample.control,
        "repeat_of": repeat_of,
        "system": system.name if system else None,
        "system_version": (system.version or None) if system else None,
        "composition": sample.composition,
        "source": settings.get("source"),
        "seed": request.get("seed", settings.get("seed")),
        "instruments": "; ".join(dict.fromkeys(map(str, _object(drawn.get("instruments")).values()))) or None,
        "seconds": media.seconds,
        "loudness_lufs": media.loudness,
        "media_type": media.media_type,
        "sha256": media.sha256,
        "settings": json.dumps(settings, ensure_ascii=False),
    }


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
