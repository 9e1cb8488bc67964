"""What listeners of a study read, in each of its languages, with a preview."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from pages.listener.language import speaking
from pages.listener.words import shown_words, terms
from pages.shared.texts import plain, show_error
from survey_db.errors import SurveyError
from survey_db.running.words import StudyWords, languages_of, words_of
from survey_db.schema import Study
from survey_db.store import Store
from survey_db.texts import MAX_INTRODUCTION_LENGTH, MAX_TITLE_LENGTH
from survey_db.vocabulary import LANGUAGES


def words_panel(store: Store, study: Study) -> None:
    """Let an administrator word a study in one language after the other, and see what listeners see."""
    offered = languages_of(study)
    st.write(
        "What listeners read. A field left empty gets the usual words, which the preview shows. Listeners "
        "can choose among the languages that are saved here. Now: "
        f"{', '.join(LANGUAGES[code] for code in offered)}."
    )
    language = (
        st.segmented_control(
            "Language",
            list(LANGUAGES),
            default=offered[0],
            format_func=LANGUAGES.__getitem__,
            key=f"words-of-{study.slug}",
        )
        or offered[0]
    )
    if study.status == "closed":
        st.caption("The study is closed, so its words stay as they are.")
    else:
        _words_form(store, study, language)
    with st.expander(f"What listeners read in {LANGUAGES[language]}", icon=":material/visibility:"):
        preview_words(study, language)
    _consents(store, study)


def preview_words(study: Study, language: str) -> None:
    """Show a study's welcome and its end as listeners read them."""
    with speaking(language):
        words = shown_words(study, language)
        said = terms(words)
    st.markdown(f"#### {plain(words.title)}")
    st.markdown(words.introduction)
    if words.duration:
        st.markdown(f":material/schedule: **{plain(words.duration)}**")
    for heading, text in said:
        st.markdown(f"**{heading}**: {text}")
    st.markdown(words.consent)
    st.divider()
    st.markdown(words.debriefing)


def _words_form(store: Store, study: Study, language: str) -> None:
    own = words_of(study, language)
    held: dict[str, str] = asdict(own)
    with speaking(language):
        usual = shown_words(study, language)

    def line(name: str, label: str, placeholder: str = "") -> str:
        return st.text_input(
            label,
            held[name],
            max_chars=MAX_TITLE_LENGTH,
            placeholder=placeholder,
            key=f"{name}-{study.slug}-{language}",
        )

    def text(name: str, label: str, placeholder: str = "", help: str | None = None) -> str:
        return st.text_area(
            label,
            held[name],
            max_chars=MAX_INTRODUCTION_LENGTH,
            placeholder=placeholder,
            help=help,
            key=f"{name}-{study.slug}-{language}",
        )

    with st.form(f"words-{study.slug}-{language}"):
        words = StudyWords(
            language=language,
            title=line("title", "Title", study.title),
            introduction=text("introduction", "Introduction", usual.introduction, "Markdown."),
            organiser=line("organiser", "Who runs the study", "e.g. Ada Lovelace, University of London"),
            contact=line("contact", "Whom to ask", "e.g. ada@example.org"),
            duration=line("duration", "How long it takes", "worked out from the clips"),
            payment=text("payment", "What listeners get", help="Markdown. Left out where it is empty."),
            conditions=text(
                "conditions", "Who can take part", help="Age, language, hearing. Left out where it is empty."
            ),
            consent=text("consent", "Consent", usual.consent, "What is kept, and the listener's rights."),
            debriefing=text("debriefing", "At the end", usual.debriefing, "What the study was about."),
        )
        saved = st.form_submit_button("Save the words", type="primary")
    if saved:
        _save(store, study, words)
    one_of_several = len(study.words) > 1 and language in languages_of(study)
    stop = f"Offer the study in {LANGUAGES[language]} no longer"
    if one_of_several and st.button(stop, icon=":material/delete:"):
        store.wordings.remove(study.slug, language)
        st.rerun()


def _save(store: Store, study: Study, words: StudyWords) -> None:
    try:
        store.wordings.set(study.slug, words)
    except SurveyError as error:
        show_error(error)
    else:
        st.toast("Saved.")
        st.rerun()


def _consents(store: Store, study: Study) -> None:
    """List the consent texts that listeners have agreed to."""
    versions = store.wordings.consents(study.slug)
    if not versions:
        return
    st.markdown("**What listeners have agreed to**")
    for version in versions:
        name = version.sha256[:12]
        count = f"{version.listeners} listener{'' if version.listeners == 1 else 's'}"
        st.download_button(
            f"Version {name} ({count})",
            version.text,
            f"{study.slug}-consent-{name}.md",
            "text/markdown",
            key=f"consent-{name}",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )
