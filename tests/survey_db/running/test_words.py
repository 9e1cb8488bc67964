"""Words of a study's own, and the consent that each listener gave."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from survey_db.errors import SurveyError
from survey_db.reporting.responses import read_responses
from survey_db.running.studies import NewStudy
from survey_db.running.words import StudyWords, languages_of, words_of
from survey_db.store import Store
from tests.survey_db.material import begin, finish, six_samples

MakeStudy = Callable[..., str]


def test_a_study_without_words_is_english_and_says_nothing_of_its_own(
    store: Store, make_study: MakeStudy
) -> None:
    study = store.studies.get(make_study())
    assert languages_of(study) == ["en"]
    assert words_of(study, "en") == StudyWords()


def test_words_are_kept_per_language_and_replaced(store: Store, make_study: MakeStudy) -> None:
    german = StudyWords(language="de", title="Was hörst du?", contact=" a@example.org\n")
    slug = make_study(words=[german])
    store.wordings.set(slug, StudyWords(language="en", consent="One\r\n\r\ntwo"))
    store.wordings.set(slug, StudyWords(language="de", title="Was hören Sie?"))
    study = store.studies.get(slug)
    assert languages_of(study) == ["de", "en"]
    assert words_of(study, "de") == StudyWords(language="de", title="Was hören Sie?")
    assert words_of(study, "en").consent == "One\n\ntwo"
    store.wordings.remove(slug, "de")
    assert languages_of(store.studies.get(slug)) == ["en"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([StudyWords(language="tlh")], "in one of: en, de"),
        ([StudyWords(), StudyWords()], "once per language"),
        ([StudyWords(title="x" * 201)], "A title may have at most 200"),
        ([StudyWords(consent="x" * 10_001)], "A consent text may have at most"),
    ],
)
def test_unfit_words_are_refused_and_no_study_is_made(
    store: Store, words: list[StudyWords], reason: str
) -> None:
    before = len(store.studies.all())
    with pytest.raises(SurveyError, match=reason):
        store.studies.create(NewStudy(title="Unfit", words=words), six_samples())
    assert len(store.studies.all()) == before


def test_each_answer_names_the_consent_text_that_its_listener_read(
    store: Store, make_study: MakeStudy
) -> None:
    slug = make_study()
    texts = ["The first text.", "The first text.", "The second text."]
    for text in texts:
        finish(store, slug, begin(store, slug, consent=text, language="de"))
    finish(store, slug, begin(store, slug))
    begin(store, slug, consent="A test", preview_key=store.studies.get(slug).preview_key)
    frame = read_responses(store, store.studies.get(slug).id)
    versions = [hashlib.sha256(text.encode()).hexdigest()[:12] for text in texts]
    assert frame["consent_version"].tolist()[::6] == [*versions, None]
    assert frame["language"].tolist()[::6] == ["de", "de", "de", None]
    kept = store.wordings.consents(slug)
    assert [(version.text, version.listeners) for version in kept] == [(texts[0], 2), (texts[2], 1)]


def test_the_words_of_a_closed_study_stay(store: Store, make_study: MakeStudy) -> None:
    slug = make_study(words=[StudyWords()])
    store.studies.set_status(slug, "closed")
    with pytest.raises(SurveyError, match="closed"):
        store.wordings.set(slug, StudyWords(title="Other"))
    with pytest.raises(SurveyError, match="closed"):
        store.wordings.remove(slug, "en")
