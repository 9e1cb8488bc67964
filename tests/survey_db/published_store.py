"""The reconstruction of the published study in a survey database."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import select

from survey_db.running.lookup import find_study
from survey_db.running.samples import NewSample
from survey_db.running.studies import NewStudy
from survey_db.schema import Listener, Presentation, Response, Sample
from survey_db.store import Store
from tests.survey_db.material import tone
from tests.survey_db.published_study import CHOICES, SAMPLES, reconstructed_responses, shares

SLUG = "published"


def store_published_study(
    store: Store, *, slug: str = SLUG, title: str = "Reconstruction", status: str = "closed", shift: int = 0
) -> str:
    """Make the study with its 192 answers, each rating moved by ``shift``; returns its slug."""
    samples = [
        NewSample(
            audio=tone(300 + 50 * place, loudness=-16.0),
            intended_genre=genre,
            predictions={model: shares(chosen[place]) for model, chosen in CHOICES.items()},
        )
        for place, genre in enumerate(SAMPLES)
    ]
    store.studies.create(NewStudy(title=title, slug=slug, volume_check=False), samples)
    store.studies.set_status(slug, "open")
    _store_answers(store, slug, shift)
    if status != "open":
        store.studies.set_status(slug, status)
    return slug


def _store_answers(store: Store, slug: str, shift: int) -> None:
    with store.writing() as session:
        study = find_study(session, slug)
        by_label = {
            sample.label: sample.id
            for sample in session.scalars(select(Sample).where(Sample.study_id == study.id))
        }
        for row, (name, answers) in enumerate(reconstructed_responses().groupby("listener")):
            last = answers["answered_at"].max().to_pydatetime()
            listener = Listener(
                study_id=study.id,
                token=f"{slug}-{name}",
                short_id=str(name),
                order_row=row % 6,
                consented_at=answers["answered_at"].min().to_pydatetime() - timedelta(minutes=2),
                last_seen_at=last,
                musical_training=answers["musical_training"].iloc[0],
                device="headphones",
                completed_at=last,
                completion_code=f"{slug}-{name}"[:16],
            )
            session.add(listener)
            session.flush()
            for answer in answers.itertuples():
                key = {"listener_id": listener.id, "sample_id": by_label[answer.sample], "study_id": study.id}
                heard = {
                    "seconds_heard": answer.seconds_heard,
                    "intervals_heard": json.loads(answer.intervals_heard),
                    "times_played": answer.times_played,
                }
                session.add(Presentation(**key, **heard, position=answer.position))
                session.flush()
                session.add(
                    Response(
                        **key,
                        **heard,
                        guess=answer.guess,
                        rating=min(10, max(1, answer.rating + shift)),
                        known_piece=False,
                        comment=None,
                        answered_at=answer.answered_at.to_pydatetime(),
                    )
                )
