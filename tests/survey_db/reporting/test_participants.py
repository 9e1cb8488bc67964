"""Who took part, how far each came, and who counts."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from survey_db.reporting.description import attendance_sentence, participants_section, stimuli_section
from survey_db.reporting.participants import PARTICIPANT_COLUMNS, read_participants
from survey_db.reporting.stimuli import STIMULUS_COLUMNS, read_stimuli
from survey_db.running.recruitment import Recruitment
from survey_db.running.samples import NewSample
from survey_db.running.systems import NewSystem
from survey_db.store import Store
from tests.survey_db.material import Clock, begin, finish, listen, tone

MakeStudy = Callable[..., str]


@pytest.fixture(scope="module")
def slug(store: Store, make_study: MakeStudy) -> str:
    """Listeners who completed, left at each step, came again, tried it out and were screened out."""
    name = make_study(
        volume_check=True,
        headphone_check=True,
        recruitment=Recruitment(headphones_required=True, identifiers=["PID"]),
    )

    def ready(correct: int = 6, **options: object) -> str:
        token = begin(store, name, identifiers={"PID": "secret"}, **options)
        store.listening.pass_volume_check(token)
        store.listening.record_headphone_check(token, correct)
        return token

    assert isinstance(store.clock, Clock)
    finish(store, name, ready(device="headphones", language="de", consent="I agree."))
    store.clock.move(minutes=1)
    begin(store, name)  # leaves at setting the volume
    ready()  # leaves before the first clip
    at_third = ready()
    for _ in range(2):
        store.listening.answer(at_third, listen(store, name, at_third), guess="rock", rating=5)
    listen(store, name, at_third)
    ready(correct=2)
    finish(store, name, ready(is_retake=True))
    ready(preview_key=store.studies.get(name).preview_key)
    store.studies.set_status(name, "closed")
    return name


def test_every_listener_is_told_with_how_far_they_came(store: Store, slug: str) -> None:
    frame = read_participants(store, store.studies.get(slug).id)
    assert list(frame.columns) == list(PARTICIPANT_COLUMNS)
    assert frame["reached"].tolist() == [
        *("completed", "volume", "before the first clip", "clip 3"),
        *("screened out", "completed", "before the first clip"),
    ]
    assert frame["excluded_by"].tolist() == [None, None, None, None, "screened out", "retake", "preview"]
    assert frame["answers"].tolist() == [6, 0, 0, 2, 0, 6, 0]
    first = frame.iloc[0]
    assert (first["device"], first["language"], first["headphone_correct"]) == ("headphones", "de", 6)
    assert first["session_minutes"] == pytest.approx(6 / 60)
    assert "secret" not in frame.to_csv()


def test_the_flow_adds_up(store: Store, slug: str) -> None:
    section = participants_section(read_participants(store, store.studies.get(slug).id))
    (chart,) = section.charts
    flow = dict(chart.table.frame.itertuples(index=False))
    assert flow == {
        "agreed to take part": 6,
        "excluded: retake": 1,
        "excluded: screened out": 1,
        "count in the results": 4,
        "at or left at: before the first clip": 1,
        "at or left at: clip 3": 1,
        "at or left at: volume": 1,
        "completed the session": 1,
    }
    assert section.text[0].startswith("6 people agreed to take part; 4 count in the results, of whom 1")
    assert [table.name for table in section.tables] == ["listeners-by-device", "listeners-by-language"]
    assert section.tables[0].frame.to_numpy().tolist() == [["not said", 3], ["Headphones or earphones", 1]]


def test_one_person_is_one(store: Store, slug: str) -> None:
    everybody = read_participants(store, store.studies.get(slug).id)
    sentence = attendance_sentence(everybody.iloc[:1])
    assert sentence.startswith("1 person agreed to take part; 1 counts in the results, of whom 1 completed")


def test_a_study_that_nobody_came_to_says_so(store: Store, make_study: MakeStudy) -> None:
    study = store.studies.get(make_study())
    section = participants_section(read_participants(store, study.id))
    assert (section.text, section.charts) == (("Nobody has agreed to take part yet.",), ())


def test_every_stimulus_is_told_with_its_origin(store: Store, make_study: MakeStudy) -> None:
    made = {
        "source": "generated",
        "request": {"seed": 7},
        "drawn": {"instruments": {"bass": "Bass", "lead": "Flute"}},
    }
    band = NewSample(
        audio=tone(990), intended_genre="rock", settings=made, system="Ours", composition="tune 1"
    )
    slug = make_study(band, systems=[NewSystem(name="Ours", version="2")])
    frame = read_stimuli(store, store.studies.get(slug).id)
    assert list(frame.columns) == list(STIMULUS_COLUMNS)
    last = frame.iloc[-1]
    assert (last["seed"], last["instruments"], last["system"], last["system_version"]) == (
        *(7, "Bass; Flute"),
        *("Ours", "2"),
    )
    assert frame["sha256"].str.len().eq(64).all()
    judged = pd.DataFrame(
        [("Sample 1", "cnn", "5f1e"), ("Sample 2", "cnn", "5f1e"), ("Sample 1", "knn_descriptors", "")],
        columns=["sample", "model", "version"],
    )
    section = stimuli_section(frame, judged)
    assert section.software.endswith(
        "The classifiers that judged them are CNN trained on GTZAN 5f1e (SHA-256)."
    )
    (table,) = section.tables
    assert section.text[0].startswith("7 clips, 1.0 to 1.0 s long, at \N{MINUS SIGN}16.0")
    assert table.printed()["Seed"].tolist()[-1] == "7"
    assert set(table.printed()["SHA-256"].str.len()) == {12}
