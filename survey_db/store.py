"""The store: the one door to the survey's database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from survey_db.database import database_url, open_engine, upgrade
from survey_db.running.attendance import Attendances
from survey_db.running.editing import Editing
from survey_db.running.listening import Listening
from survey_db.running.preregistration import Preregistering
from survey_db.running.questions import Questionnaires
from survey_db.running.recruitment import Recruiting
from survey_db.running.retention import Retention
from survey_db.running.samples import Samples
from survey_db.running.sign_ins import SignIns
from survey_db.running.studies import Studies
from survey_db.running.words import StudyWordings
from survey_db.transactions import Transactions, utc_now


class Store(Transactions):
    """All reads and writes of the survey, over one engine.

    Parameters
    ----------
    engine : Engine
        A database whose tables are up to date.
    clock : callable, optional
        Tells the present moment in UTC.

    Attributes
    ----------
    studies : Studies
        Making studies and changing their state.
    editing : Editing
        Changing a draft, and duplicating a study.
    samples : Samples
        Their samples and audio.
    listening : Listening
        What a listener does.
    attendances : Attendances
        Who takes part.
    preregistering : Preregistering
        What is planned before a study is opened.
    questionnaires : Questionnaires
        What listeners are asked beside the clips.
    recruiting : Recruiting
        How listeners come and leave.
    retention : Retention
        Forgetting who listeners were.
    wordings : StudyWordings
        What listeners read.
    sign_ins : SignIns
        Where an administrator has given the password.

    See Also
    --------
    open_store : Open the survey's database.

    Examples
    --------
    >>> store = survey_db.open_store("sqlite:///survey.db")
    >>> [(study.slug, study.status) for study in store.studies.all()]
    [('published', 'closed')]
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        super().__init__(engine, clock)
        self.studies = Studies(self)
        self.editing = Editing(self, self.studies)
        self.samples = Samples(self)
        self.listening = Listening(self)
        self.attendances = Attendances(self)
        self.preregistering = Preregistering(self)
        self.questionnaires = Questionnaires(self)
        self.recruiting = Recruiting(self)
        self.retention = Retention(self)
        self.wordings = StudyWordings(self)
        self.sign_ins = SignIns(self)


def open_store(url: str | None = None) -> Store:
    """Open the survey's database, bringing its tables up to date.

    Parameters
    ----------
    url : str, optional
        A SQLAlchemy URL; else ``GMN_DATABASE_URL``, else the file of `default_file`.

    Raises
    ------
    DatabaseError
        If it cannot be used; the message says what to do.

    See Also
    --------
    read_study : Read a study's responses.

    Examples
    --------
    >>> store = survey_db.open_store("sqlite:///new.db")
    >>> study = store.studies.create(survey_db.NewStudy(title="My first study"))
    >>> study.slug, study.status
    ('my-first-study', 'draft')
    """
    engine = open_engine(database_url(url))
    upgrade(engine)
    return Store(engine)
