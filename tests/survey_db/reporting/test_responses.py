"""Reading a study back as tables."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from survey_db.genres import GENRES
from survey_db.reporting.responses import RESPONSE_COLUMNS, read_machine_predictions, read_responses
from survey_db.running.samples import NewSample
from survey_db.running.studies import NewStudy
from survey_db.running.systems import NewSystem
from survey_db.store import Store
from tests.survey_db.material import begin, finish, listen, state_of, tone

MakeStudy = Callable[..., str]

TYPES = {
    "rating": "int64",
    "position": "int64",
    "times_played": "int64",
    "seconds_heard": "float64",
    "known_piece": "bool",
    "session_complete": "bool",
    "passed_checks": "bool",
    "is_test": "bool",
    "is_retake": "bool",
    "is_inattentive": "bool",
    "answered_at": "datetime64[us, UTC]",
}


def test_a_study_without_answers_gives_empty_tables_of_the_same_types(
    store: Store, make_study: MakeStudy
) -> None:
    study_id = store.studies.get(make_study()).id
    frame = read_responses(store, study_id)
    assert tuple(frame.columns) == RESPONSE_COLUMNS
    assert frame.empty
    assert {name: str(frame[name].dtype) for name in TYPES} == TYPES
    predictions = read_machine_predictions(store, study_id)
    assert list(predictions.columns) == ["study", "sample", "model", "version", *GENRES]


def test_each_response_is_a_row_with_all_that_is_known_of_it(store: Store, make_study: MakeStudy) -> None:
    controls = [
        NewSample(audio=tone(900), intended_genre=None, control="low_anchor"),
        NewSample(audio=tone(950), intended_genre="jazz", control="high_anchor"),
        NewSample(audio=tone(300), intended_genre=None, control="repeat", repeats="Sample 1"),
    ]
    slug = make_study(*controls, headphone_check=True)
    token = begin(store, slug, musical_training="over_10", device="headphones")
    store.listening.record_headphone_check(token, 5)
    sample = listen(store, slug, token)
    store.listening.answer(
        token, sample, guess="pop", rating=8, known_piece=True, comment=" Reminds me of something. "
    )
    first = read_responses(store, store.studies.get(slug).id)
    assert not first["session_complete"].any()
    finish(store, slug, token)
    frame = read_responses(store, store.studies.get(slug).id)
    assert {name: str(frame[name].dtype) for name in TYPES} == TYPES
    assert frame["position"].tolist() == list(range(1, 10))
    row = frame.iloc[0]
    assert (row["study"], row["guess"], row["rating"]) == (slug, "pop", 8)
    assert (row["known_piece"], row["comment"]) == (True, "Reminds me of something.")
    assert (row["musical_training"], row["device"]) == ("over_10", "headphones")
    assert row["listener"] == state_of(store, slug, token).listener.short_id
    assert frame["session_complete"].all()
    assert frame["passed_checks"].all()
    assert not frame["is_test"].any()
    assert row["answered_at"].tzinfo is not None
    by_sample = frame.set_index("sample")
    assert by_sample["control"].value_counts().to_dict() == {
        "none": 6,
        "low_anchor": 1,
        "high_anchor": 1,
        "repeat": 1,
    }
    assert by_sample.loc["Repeat 1", ["intended_genre", "repeat_of"]].tolist() == ["blues", "Sample 1"]
    assert by_sample.loc["Low anchor 1", "intended_genre"] is None
    assert by_sample["repeat_of"].notna().sum() == 1


def test_a_session_reads_the_same_as_the_store(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    finish(store, slug, begin(store, slug, preview_key=store.studies.get(slug).preview_key))
    study_id = store.studies.get(slug).id
    with store.reading() as session:
        frame = read_responses(session, study_id)
        predictions = read_machine_predictions(session, study_id)
    pd.testing.assert_frame_equal(frame, read_responses(store, study_id))
    assert predictions.empty
    assert frame["is_test"].all()


def test_a_response_names_the_system_and_the_composition_of_its_sample(store: Store) -> None:
    ours = NewSystem(name="Ours", version="2")
    samples = [
        NewSample(audio=tone(300), intended_genre="rock", system="Ours", composition="tune 1"),
        NewSample(audio=tone(350), intended_genre="rock"),
    ]
    new = NewStudy(title="Systems", volume_check=False, systems=(ours,))
    slug = store.studies.create(new, samples, open_now=True).slug
    finish(store, slug, begin(store, slug))
    frame = read_responses(store, store.studies.get(slug).id).set_index("sample")
    assert frame.loc["Sample 1", ["system", "composition"]].tolist() == ["Ours", "tune 1"]
    assert frame.loc["Sample 2", ["system", "composition"]].tolist() == [None, None]
