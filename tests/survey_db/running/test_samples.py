"""The samples of a study and their audio."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from survey_db.errors import SurveyError
from survey_db.genres import GENRES
from survey_db.running.samples import NewSample
from survey_db.running.studies import NewStudy
from survey_db.schema import Media
from survey_db.store import Store
from tests.survey_db.material import SIX_GENRES, begin, six_samples, tone

MakeStudy = Callable[..., str]


@pytest.fixture
def draft(make_study: MakeStudy) -> str:
    return make_study(status="draft")


def test_samples_keep_their_audio_genre_and_settings(store: Store, draft: str) -> None:
    samples = store.samples.all(draft)
    assert [sample.label for sample in samples] == [f"Sample {number}" for number in range(1, 7)]
    assert tuple(sample.intended_genre for sample in samples) == SIX_GENRES
    assert [sample.settings for sample in samples] == [{"seed": place} for place in range(6)]
    for sample, new in zip(samples, six_samples(), strict=True):
        assert sample.media.sha256 == hashlib.sha256(new.audio).hexdigest()
        assert sample.media.loudness == pytest.approx(-16, abs=0.1)
        assert store.samples.audio(sample.media.sha256) == new.audio


def test_control_items_and_the_practice_clip_have_labels_and_places(store: Store, draft: str) -> None:
    low = NewSample(audio=tone(900), intended_genre=None, control="low_anchor")
    high = NewSample(audio=tone(950), intended_genre="jazz", control="high_anchor")
    repeat = NewSample(audio=tone(300), intended_genre=None, control="repeat", repeats="Sample 1")
    practice = NewSample(audio=tone(990, seconds=3), intended_genre="pop", practice=True)
    added = [store.samples.add(draft, sample) for sample in (low, high, repeat, practice)]
    assert [sample.label for sample in added] == ["Low anchor 1", "High anchor 1", "Repeat 1", "Practice"]
    assert [sample.place for sample in added] == [7, 8, 9, 0]
    assert added[2].intended_genre == "blues"
    assert added[2].media_sha256 == store.samples.all(draft)[1].media_sha256
    assert store.samples.all(draft)[0].label == "Practice"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"audio": b"nothing"}, "must be a WAV"),
        ({"audio": tone(800, loudness=-25)}, "match its loudness"),
        ({"audio": tone(800, seconds=2)}, "same length"),
        ({"intended_genre": None}, "State the genre"),
        ({"intended_genre": "techno"}, "State the genre"),
        ({"control": "placebo"}, "control item is one of"),
        ({"control": "repeat"}, "only a repeat"),
        ({"repeats": "Sample 1"}, "only a repeat"),
        ({"control": "repeat", "repeats": "Sample 9"}, "no sample “Sample 9”"),
        ({"predictions": {"cnn": [1.0]}}, "cnn needs 10 shares"),
    ],
)
def test_a_sample_that_does_not_fit_is_refused_whole(
    store: Store, draft: str, wrong: dict[str, object], message: str
) -> None:
    good = NewSample(audio=tone(800), intended_genre="pop")
    with pytest.raises(SurveyError, match=message):
        store.samples.add(draft, replace(good, **wrong))
    assert len(store.samples.all(draft)) == 6


def test_a_genre_that_listeners_cannot_choose_is_refused_but_for_practice(store: Store) -> None:
    new = NewStudy(title="Two genres", genres=("rock", "hiphop"))
    slug = store.studies.create(new, [NewSample(audio=tone(300), intended_genre="rock")]).slug
    jazz = NewSample(audio=tone(350), intended_genre="jazz")
    for control in ("none", "high_anchor"):
        with pytest.raises(SurveyError, match=r"Jazz, is not one .* can choose: Hip hop, Rock\."):
            store.samples.add(slug, replace(jazz, control=control))
    with pytest.raises(SurveyError, match="Jazz, is not one"):
        store.studies.create(new, [jazz])
    store.samples.add(slug, replace(jazz, practice=True))
    assert [sample.label for sample in store.samples.all(slug)] == ["Practice", "Sample 1"]


def test_a_sample_is_repeated_once_and_a_repeat_never(store: Store, draft: str) -> None:
    repeat = NewSample(audio=tone(300), intended_genre=None, control="repeat", repeats="Sample 1")
    store.samples.add(draft, repeat)
    with pytest.raises(SurveyError, match="repeated already"):
        store.samples.add(draft, repeat)
    with pytest.raises(SurveyError, match="judged for itself"):
        store.samples.add(draft, replace(repeat, repeats="Repeat 1"))


def test_a_study_has_one_practice_clip(store: Store, draft: str) -> None:
    practice = NewSample(audio=tone(990), intended_genre="pop", practice=True)
    store.samples.add(draft, practice)
    with pytest.raises(SurveyError, match="practice clip already"):
        store.samples.add(draft, practice)


def test_samples_are_fixed_once_the_study_is_open(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    with pytest.raises(SurveyError, match="fixed once"):
        store.samples.add(slug, NewSample(audio=tone(800), intended_genre="pop"))
    with pytest.raises(SurveyError, match="fixed once"):
        store.samples.remove(slug, "Sample 1")


def test_a_removed_sample_takes_its_repeat_and_unused_audio_along(store: Store) -> None:
    slug = store.studies.create(NewStudy(title="Removal"), []).slug
    for frequency in (1100, 1200):
        store.samples.add(slug, NewSample(audio=tone(frequency), intended_genre="pop"))
    store.samples.add(
        slug, NewSample(audio=tone(1100), intended_genre=None, control="repeat", repeats="Sample 1")
    )
    sha256 = store.samples.all(slug)[0].media_sha256
    begin(store, slug, preview_key=store.studies.get(slug).preview_key)
    store.samples.remove(slug, "Sample 1")
    assert [sample.label for sample in store.samples.all(slug)] == ["Sample 2"]
    with pytest.raises(SurveyError, match="no such audio"):
        store.samples.audio(sha256)
    added = store.samples.add(slug, NewSample(audio=tone(1100), intended_genre="pop"))
    assert (added.label, added.place) == ("Sample 1", 3)


def test_audio_used_by_two_studies_is_stored_once(store: Store, make_study: MakeStudy) -> None:
    slugs = [make_study(status="draft") for _ in range(2)]
    with store.reading() as session:
        sha256 = store.samples.all(slugs[0])[0].media_sha256
        assert session.scalar(select(func.count()).where(Media.sha256 == sha256)) == 1
    store.samples.remove(slugs[0], "Sample 1")
    assert store.samples.audio(sha256) == six_samples()[0].audio


def test_predictions_are_kept_with_the_sample(store: Store, draft: str) -> None:
    from survey_db.reporting.responses import read_machine_predictions

    shares = [0.1] * 9 + [0.1]
    new = NewSample(
        audio=tone(800),
        intended_genre="pop",
        predictions={"knn": shares, "cnn": shares},
        classifier_versions={"cnn": "5f1e"},
    )
    store.samples.add(draft, new)
    frame = read_machine_predictions(store, store.studies.get(draft).id)
    assert list(frame["model"]) == ["cnn", "knn"]
    assert list(frame["version"]) == ["5f1e", ""]
    copy = store.editing.duplicate(draft, "Again")
    assert read_machine_predictions(store, copy.id)["version"].tolist() == ["5f1e", ""]
    with pytest.raises(SurveyError, match="A version is a line"):
        store.samples.add(draft, replace(new, audio=tone(810), classifier_versions={"svm": "1"}))
    assert set(frame["sample"]) == {"Sample 7"}
    assert frame[list(GENRES)].to_numpy().tolist() == [shares, shares]
