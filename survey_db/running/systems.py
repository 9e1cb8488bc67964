"""What made a study's samples: the systems that it compares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_db.errors import SurveyError
from survey_db.schema import Sample, Study, System
from survey_db.texts import MAX_NAME_LENGTH, clean_line, clean_record, limited
from survey_db.vocabulary import SYSTEM_KINDS


@dataclass(frozen=True, kw_only=True)
class NewSystem:
    """A system to be added to a study.

    Parameters
    ----------
    name : str
        What results call it.
    kind : str
        One of `survey_db.vocabulary.SYSTEM_KINDS`.
    version : str
        Of a generator, for instance; may be empty.
    settings : mapping
        What else tells it from other systems.

    See Also
    --------
    NewStudy : The study whose systems are compared.

    Examples
    --------
    >>> players = survey_db.NewSystem(name="Session players", kind="people")
    >>> study = survey_db.NewStudy(title="Which band is better?", systems=[players])
    >>> study.systems[0].kind
    'people'
    """

    name: str
    kind: str = "other_generator"
    version: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


def add_system(session: Session, study: Study, new: NewSystem) -> System:
    """Add a system to a study in an open transaction; return the one that is there if they are equal.

    Raises
    ------
    SurveyError
        If it has no name or an unknown kind, or its name belongs to another system.
    """
    name = limited("A system’s name", clean_line(new.name), MAX_NAME_LENGTH)
    version = limited("A system’s version", clean_line(new.version), MAX_NAME_LENGTH)
    settings = clean_record(dict(new.settings))
    if not name:
        raise SurveyError("A system needs a name.")
    if new.kind not in SYSTEM_KINDS:
        raise SurveyError(f"A system is one of: {', '.join(SYSTEM_KINDS)}.")
    system = _find(session, study, name)
    if system is None:
        system = System(study_id=study.id, name=name, kind=new.kind, version=version, settings=settings)
        session.add(system)
        session.flush()
    elif (system.kind, system.version, system.settings) != (new.kind, version, settings):
        raise SurveyError(
            f"The study has a system “{name}” of another kind, version or settings; choose another name."
        )
    return system


def find_system(session: Session, study: Study, name: str) -> System:
    """Return a system of a study by its name."""
    system = _find(session, study, clean_line(name))
    if system is None:
        known = session.scalars(select(System.name).where(System.study_id == study.id).order_by(System.id))
        listed = ", ".join(known) or "none so far"
        raise SurveyError(f"The study has no system “{name}”; its systems are: {listed}.")
    return system


def remove_unused_systems(session: Session, study: Study) -> None:
    """Take out the systems of a study that have no sample any more."""
    used = select(Sample.system_id).where(Sample.study_id == study.id, Sample.system_id.is_not(None))
    for system in session.scalars(select(System).where(System.study_id == study.id, System.id.not_in(used))):
        session.delete(system)


def count_systems(session: Session, study_id: int) -> int:
    """Count the systems of a study that have samples to judge."""
    counted = select(func.count(Sample.system_id.distinct())).where(
        Sample.study_id == study_id, Sample.control == "none", Sample.place > 0
    )
    return session.scalar(counted) or 0


def _find(session: Session, study: Study, name: str) -> System | None:
    return session.scalar(select(System).where(System.study_id == study.id, System.name == name))
