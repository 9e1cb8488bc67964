"""The samples of a study and their audio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from survey_db.errors import SurveyError
from survey_db.genres import GENRES, genre_name
from survey_db.running.designs import Slot, sittings
from survey_db.running.lookup import find_sample, find_study
from survey_db.running.media import MeasuredAudio, check_fits, inspect_audio
from survey_db.running.orders import listening_orders
from survey_db.running.systems import NewSystem, add_system, find_system, remove_unused_systems
from survey_db.schema import MachinePrediction, Media, Sample, Study
from survey_db.texts import MAX_NAME_LENGTH, clean_line, clean_record, is_name, limited
from survey_db.transactions import Transactions
from survey_db.vocabulary import CONTROLS

PRACTICE_LABEL = "Practice"
_LABELS = {"none": "Sample", "low_anchor": "Low anchor", "high_anchor": "High anchor", "repeat": "Repeat"}


@dataclass(frozen=True, kw_only=True)
class NewSample:
    """A sample to be added to a study.

    Parameters
    ----------
    audio : bytes
        The encoded audio, at the study's loudness and length and without tags.
    intended_genre : str or None
        The genre that it was made as; None for a low anchor of random notes.
    settings : mapping
        Everything that is needed to make it again, or where it came from.
    control : str
        ``"none"``, or the kind of control item.
    repeats : str, optional
        For a repeat, the label of the sample that it repeats.
    practice : bool
        Whether this is the practice clip, which may have another length.
    predictions : mapping of str to sequence of float
        For each classifier, its ten shares in the order of `GENRES`.
    classifier_versions : mapping of str to str
        For each of those classifiers, which version of it gave them, where that is known.
    system : str, optional
        Name of the system that made it, one of its study's.
    composition : str, optional
        Which notes it renders; samples of one composition are renderings of the same.

    See Also
    --------
    NewStudy : The study that it is added to.

    Examples
    --------
    >>> from pathlib import Path
    >>> sample = survey_db.NewSample(audio=Path("song.wav").read_bytes(), intended_genre="jazz")
    >>> sample.control, sample.practice
    ('none', False)
    """

    audio: bytes
    intended_genre: str | None
    settings: Mapping[str, Any] = field(default_factory=dict)
    control: str = "none"
    repeats: str | None = None
    practice: bool = False
    predictions: Mapping[str, Sequence[float]] = field(default_factory=dict)
    classifier_versions: Mapping[str, str] = field(default_factory=dict)
    system: str | None = None
    composition: str | None = None


@dataclass(frozen=True)
class PreparedSample:
    """A new sample with all that can be found out without the database."""

    new: NewSample
    audio: MeasuredAudio


def prepare(new: NewSample) -> PreparedSample:
    """Measure a sample and check what needs no database; slow, so never within a transaction.

    Raises
    ------
    SurveyError
        If its audio, control, genre or predictions are unfit for any study.
    """
    if new.control not in CONTROLS:
        raise SurveyError(f"A control item is one of: {', '.join(CONTROLS)}.")
    if (new.control == "repeat") != bool(new.repeats):
        raise SurveyError("A repeat, and only a repeat, names the sample that it repeats.")
    if new.control not in {"repeat", "low_anchor"} and new.intended_genre not in GENRES:
        raise SurveyError(f"State the genre of the sample, one of: {', '.join(GENRES)}.")
    for model, shares in new.predictions.items():
        if not is_name(model):
            raise SurveyError(f"A classifier’s name is a line of at most {MAX_NAME_LENGTH} characters.")
        if len(shares) != len(GENRES) or not all(0 <= share <= 1 for share in shares):
            raise SurveyError(f"The prediction of {model} needs {len(GENRES)} shares from 0 to 1.")
    for model, version in new.classifier_versions.items():
        if model not in new.predictions or not is_name(version):
            raise SurveyError(
                f"A version is a line of at most {MAX_NAME_LENGTH} characters, beside its prediction."
            )
    cleaned = replace(new, settings=clean_record(dict(new.settings)), composition=_composition(new))
    return PreparedSample(cleaned, inspect_audio(new.audio))


class Samples:
    """The samples of every study; reached as ``Store.samples``."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def add(self, slug: str, sample: NewSample, system: NewSystem | None = None) -> Sample:
        """Add a sample to a study that is in draft, and return it.

        Parameters
        ----------
        slug : str
            The study.
        sample : NewSample
            The sample.
        system : NewSystem, optional
            What made it, where the study may not have this system yet.

        Raises
        ------
        SurveyError
            If the study has been opened or the sample does not fit it.
        """
        with self._database.reading() as session:
            demand_draft(find_study(session, slug))
        prepared = prepare(sample)

        def change(session: Session) -> Sample:
            study = find_study(session, slug, for_update=True)
            demand_draft(study)
            one = prepared
            if system is not None:
                made_by = add_system(session, study, system)
                one = replace(prepared, new=replace(prepared.new, system=made_by.name))
            (added,) = add_samples(session, study, [one])
            return added

        return self._database.write(change)

    def remove(self, slug: str, label: str) -> None:
        """Take a sample, and any repeat of it, out of a study that is in draft."""
        with self._database.writing() as session:
            study = find_study(session, slug, for_update=True)
            demand_draft(study)
            sample = find_sample(session, study, label)
            repeats = session.scalars(select(Sample).where(Sample.repeat_of_id == sample.id))
            media = sample.media_sha256
            for item in (*repeats, sample):
                session.delete(item)
                session.flush()
            remove_unused_systems(session, study)
            if not session.scalar(select(func.count()).where(Sample.media_sha256 == media)):
                session.delete(session.get_one(Media, media))

    def all(self, slug: str) -> list[Sample]:
        """List a study's samples with the measures of their audio, the practice clip first."""
        with self._database.reading() as session:
            study = find_study(session, slug)
            return list(
                session.scalars(select(Sample).where(Sample.study_id == study.id).order_by(Sample.place))
            )

    def per_listener(self, slug: str) -> int:
        """Count the items that one listener hears, the practice clip left out; 0 if there is none yet."""
        with self._database.reading() as session:
            study = find_study(session, slug)
            if not session.scalar(select(func.count()).where(Sample.study_id == study.id, Sample.place > 0)):
                return 0
            return max(len(order) for order in study_orders(session, study))

    def audio(self, sha256: str) -> bytes:
        """Return encoded audio by its SHA-256."""
        with self._database.reading() as session:
            media = session.get(Media, sha256, options=[undefer(Media.content)])
            if media is None:
                raise SurveyError("There is no such audio.")
            return media.content


def study_orders(session: Session, study: Study) -> list[list[int]]:
    """List the orders in which listeners of a study may hear its samples.

    Raises
    ------
    SurveyError
        If its samples cannot be put in order.
    """
    columns = (Sample.id, Sample.control, Sample.repeat_of_id, Sample.system_id, Sample.composition)
    rows = session.execute(
        select(*columns).where(Sample.study_id == study.id, Sample.place > 0).order_by(Sample.place)
    ).all()
    slots = tuple(Slot(row.id, row.system_id, row.composition) for row in rows if row.control == "none")
    anchors = [row.id for row in rows if row.control in ("low_anchor", "high_anchor")]
    repeats = {row.id: row.repeat_of_id for row in rows if row.control == "repeat"}
    dealt = sittings(slots, study.sitting_size, together=study.renderings_together)
    return listening_orders(dealt, anchors, repeats)


def add_samples(session: Session, study: Study, prepared: Sequence[PreparedSample]) -> list[Sample]:
    """Add samples to a study in an open transaction, which they hold up for milliseconds.

    Raises
    ------
    SurveyError
        If the loudness, length or repeat of one does not fit the study.
    """
    query = select(Sample).where(Sample.study_id == study.id).order_by(Sample.place)
    samples = list(session.scalars(query))
    n_before = len(samples)
    wanted = {sample.audio.sha256 for sample in prepared}
    media = {
        stored.sha256: stored for stored in session.scalars(select(Media).where(Media.sha256.in_(wanted)))
    }
    for one in prepared:
        new, audio = one.new, one.audio
        original = _named(new.repeats, samples) if new.repeats else None
        _check_place(new, original, samples)
        if original in session.new:
            session.flush()  # which gives it the number that its repeat refers to
        if not new.practice and new.intended_genre:
            check_offered(study, new.intended_genre)
        _demand_new(audio, new, samples)
        judged = [sample.media for sample in samples if sample.place > 0]
        check_fits(audio, study.target_loudness, [] if new.practice else judged)
        sample = Sample(
            study_id=study.id,
            place=0 if new.practice else max([sample.place for sample in samples], default=0) + 1,
            label=_free_label(new, samples),
            media=media.setdefault(audio.sha256, audio.row()),
            intended_genre=original.intended_genre if original else new.intended_genre,
            control=new.control,
            repeat_of_id=original.id if original else None,
            settings=dict(new.settings),
            system=find_system(session, study, new.system) if new.system else None,
            composition=new.composition,
        )
        session.add(sample)
        samples.append(sample)
    session.flush()
    added = samples[n_before:]
    session.add_all(
        MachinePrediction(
            sample_id=sample.id,
            model=model,
            version=one.new.classifier_versions.get(model, ""),
            shares=[float(share) for share in shares],
        )
        for sample, one in zip(added, prepared, strict=True)
        for model, shares in one.new.predictions.items()
    )
    return added


def _composition(new: NewSample) -> str | None:
    """Return the name of the notes that a sample renders, cleaned."""
    name = limited("A composition’s name", clean_line(new.composition or ""), MAX_NAME_LENGTH)
    if name and (new.control != "none" or new.practice):
        # They are heard in every sitting, whichever of the composition's other renderings is in it.
        raise SurveyError("Only a sample to judge names a composition, not a control item or practice clip.")
    return name or None


def check_offered(study: Study, genre: str) -> None:
    """Refuse a sample whose genre no listener could name: it would always count as a wrong guess.

    Raises
    ------
    SurveyError
        If the study does not offer the genre.
    """
    offered = [row.genre for row in study.genres]
    if genre not in offered:
        raise SurveyError(
            f"A sample's genre, {genre_name(genre)}, is not one that the listeners of this study can "
            f"choose: {', '.join(genre_name(name) for name in offered)}."
        )


def _named(label: str, samples: Sequence[Sample]) -> Sample:
    found = next((sample for sample in samples if sample.label == label), None)
    if found is None:
        raise SurveyError(f"The study has no sample “{label}”.")
    return found


def _check_place(new: NewSample, original: Sample | None, existing: Sequence[Sample]) -> None:
    """Refuse a sample for which a study has no place."""
    if original is not None and (original.control == "repeat" or original.place == 0):
        raise SurveyError("Only a sample that is judged for itself can be repeated.")
    if original is not None and any(
        sample.repeat_of_id is not None and sample.repeat_of_id == original.id for sample in existing
    ):
        raise SurveyError(f"{original.label} is repeated already.")
    if new.practice and any(sample.place == 0 for sample in existing):
        raise SurveyError("The study has a practice clip already.")


def _demand_new(audio: MeasuredAudio, new: NewSample, existing: Sequence[Sample]) -> None:
    """Refuse audio that the study has already: listeners would hear it twice, unmarked."""
    same = [sample.label for sample in existing if sample.media.sha256 == audio.sha256]
    if same and new.control != "repeat":
        raise SurveyError(f"The study has this audio already, as {same[0]}; to play it twice, repeat it.")


def _free_label(new: NewSample, existing: Sequence[Sample]) -> str:
    if new.practice:
        return PRACTICE_LABEL
    kind = _LABELS[new.control]
    taken = {sample.label for sample in existing}
    return next(label for number in range(1, len(taken) + 2) if (label := f"{kind} {number}") not in taken)


def demand_draft(study: Study) -> None:
    """Refuse to change what is fixed once a study has been opened."""
    if study.status != "draft":
        raise SurveyError("A study is fixed once it has been opened; duplicate it to make another like it.")
