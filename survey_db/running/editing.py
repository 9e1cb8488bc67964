"""Changing a study that is a draft still, and making a draft of one that is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_db.errors import SurveyError
from survey_db.running.lookup import find_sample, find_study
from survey_db.running.questions import questions_of
from survey_db.running.recruitment import recruitment_of
from survey_db.running.samples import check_offered, demand_draft
from survey_db.running.studies import NewStudy, Studies, checked_settings, genres_offered, insert_study
from survey_db.running.systems import NewSystem
from survey_db.running.words import words_of
from survey_db.schema import MachinePrediction, Sample, Study, System
from survey_db.texts import MAX_NAME_LENGTH, clean_line, limited
from survey_db.transactions import Transactions

T = TypeVar("T")


class Editing:
    """Changes of studies in draft; reached as ``Store.editing``."""

    def __init__(self, database: Transactions, studies: Studies) -> None:
        self._database = database
        self._studies = studies

    def settings(self, slug: str) -> NewStudy:
        """Return the settings of a study as a new one has them, without its name in the link."""
        with self._database.reading() as session:
            study = find_study(session, slug)
            systems = session.scalars(select(System).where(System.study_id == study.id).order_by(System.id))
            return _settings(study, list(systems))

    def change(self, slug: str, new: NewStudy) -> None:
        """Change the settings of a study in draft.

        Its words, questions, systems and recruitment are changed elsewhere.

        Raises
        ------
        SurveyError
            If the study has been opened, a setting is unfit, or does not fit the samples that are there.
        """
        new = checked_settings(new)

        def change(session: Session, study: Study) -> None:
            samples = session.scalars(select(Sample).where(Sample.study_id == study.id)).all()
            if samples and new.target_loudness != study.target_loudness:
                raise SurveyError(
                    "The samples have been set to the study's loudness; remove them first to change it."
                )
            study.title, study.introduction = new.title, new.introduction
            study.require_full_hearing, study.volume_check = new.require_full_hearing, new.volume_check
            study.headphone_check, study.feedback = new.headphone_check, new.feedback
            study.sitting_size, study.renderings_together = new.sitting_size, new.renderings_together
            study.target_loudness, study.cannot_tell = new.target_loudness, new.cannot_tell
            if [row.genre for row in study.genres] != [row.genre for row in genres_offered(new.genres)]:
                study.genres = []
                session.flush()  # or the new rows would meet the old ones
                study.genres = genres_offered(new.genres)
            for sample in samples:
                if sample.place > 0 and sample.intended_genre:
                    check_offered(study, sample.intended_genre)

        self._in_draft(slug, change)

    def move(self, slug: str, label: str, *, earlier: bool) -> None:
        """Have a sample change places with the one before or after it; at an end nothing happens."""

        def change(session: Session, study: Study) -> None:
            sample = find_sample(session, study, label)
            order = Sample.place.desc() if earlier else Sample.place
            beyond = Sample.place < sample.place if earlier else Sample.place > sample.place
            other = session.scalar(
                select(Sample)
                .where(Sample.study_id == study.id, Sample.place > 0, beyond)
                .order_by(order)
                .limit(1)
            )
            if sample.place == 0 or other is None:
                return
            places = sample.place, other.place
            other.place = 1_000_000 + places[1]  # no two samples share a place, not even for a moment
            session.flush()
            sample.place = places[1]
            session.flush()
            other.place = places[0]

        self._in_draft(slug, change)

    def rename(self, slug: str, label: str, new: str) -> None:
        """Give a sample another name in the results; listeners never see it."""
        name = limited("A sample's name", clean_line(new), MAX_NAME_LENGTH)

        def change(session: Session, study: Study) -> None:
            sample = find_sample(session, study, label)
            if not name:
                raise SurveyError("A sample needs a name.")
            taken = select(Sample.id).where(
                Sample.study_id == study.id, Sample.label == name, Sample.id != sample.id
            )
            if session.scalar(taken):
                raise SurveyError(f"The study has a sample “{name}” already.")
            sample.label = name

        self._in_draft(slug, change)

    def duplicate(self, slug: str, title: str) -> Study:
        """Make a draft with the settings, words and samples of a study, and nothing of its listeners."""
        new = checked_settings(replace(self.settings(slug), title=title))

        def change(session: Session) -> str:
            source, study = find_study(session, slug), insert_study(session, new, self._database.clock())
            systems = {
                system.name: system
                for system in session.scalars(select(System).where(System.study_id == study.id))
            }
            copies: dict[int, Sample] = {}
            samples = select(Sample).where(Sample.study_id == source.id)
            # A repeat comes after its original, to which it refers.
            for sample in session.scalars(samples.order_by(Sample.repeat_of_id.is_not(None), Sample.place)):
                copy = copies[sample.id] = Sample(
                    study_id=study.id,
                    place=sample.place,
                    label=sample.label,
                    media_sha256=sample.media_sha256,
                    intended_genre=sample.intended_genre,
                    control=sample.control,
                    repeat_of_id=copies[sample.repeat_of_id].id if sample.repeat_of_id else None,
                    settings=sample.settings,
                    system_id=systems[sample.system.name].id if sample.system else None,
                    composition=sample.composition,
                )
                session.add(copy)
                session.flush()
                predictions = select(MachinePrediction).where(MachinePrediction.sample_id == sample.id)
                session.add_all(
                    MachinePrediction(
                        sample_id=copy.id, model=one.model, version=one.version, shares=one.shares
                    )
                    for one in session.scalars(predictions)
                )

            return study.slug

        return self._studies.get(self._database.write(change))

    def _in_draft(self, slug: str, change: Callable[[Session, Study], T]) -> T:
        with self._database.writing() as session:
            study = find_study(session, slug, for_update=True)
            demand_draft(study)
            return change(session, study)


def _settings(study: Study, systems: list[System]) -> NewStudy:
    return NewStudy(
        title=study.title,
        introduction=study.introduction,
        genres=[row.genre for row in study.genres],
        require_full_hearing=study.require_full_hearing,
        volume_check=study.volume_check,
        headphone_check=study.headphone_check,
        feedback=study.feedback,
        target_loudness=study.target_loudness,
        systems=[
            NewSystem(name=row.name, kind=row.kind, version=row.version, settings=row.settings)
            for row in systems
        ],
        sitting_size=study.sitting_size,
        renderings_together=study.renderings_together,
        words=[words_of(study, row.language) for row in study.words],
        recruitment=recruitment_of(study),
        cannot_tell=study.cannot_tell,
        questions=questions_of(study),
    )
