"""The Classify page: bring audio, and see which genre it sounds like, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from gmn_core.classification.batch import FileResult, as_csv
from gmn_core.classification.verdict import headline, percent_sure
from pages.classifying.answer import PLAYER, show_result
from pages.classifying.sources import Source, chosen_sources
from pages.shared.classifiers import (
    classify_upload,
    fingerprint,
    loaded_classifiers,
)
from pages.shared.texts import plain
from pages.shared.work import failures_told


def main() -> None:
    st.title("Classify")
    st.write(
        "Which genre does it sound like? Bring a piece of music, and three classifiers compare it with "
        "ten genres, from blues to rock. Your uploads are not stored."
    )
    with failures_told():
        if sources := chosen_sources():
            compare(sources)
        else:
            st.info(
                "Upload or record some music to begin, or choose an example. Thirty seconds are enough.",
                icon=":material/music_note:",
            )


def compare(sources: Sequence[Source]) -> None:
    """Classify the files and show what was found."""
    if not classifiers_are_there():
        return
    digests = [fingerprint(data) for _, data in sources]
    results = classify_all(sources, digests)
    index = 0
    if len(results) > 1:
        show_table(results)
        index = st.selectbox(
            "Look at one file", range(len(results)), format_func=lambda index: results[index].name
        )
    show_result(results[index], sources[index][1], digests[index])


def classifiers_are_there() -> bool:
    """Say which classifiers are missing, and return whether any is left."""
    usable, problems = loaded_classifiers()
    for problem in problems:
        st.warning(problem, icon=":material/extension_off:")
    if not usable:
        st.error("No classifier can be used.", icon=":material/error:")
    return bool(usable)


def classify_all(sources: Sequence[Source], digests: Sequence[bytes]) -> list[FileResult]:
    """Classify every file, with a progress bar that moves within a long one too."""
    bar = st.progress(0.0)
    player = PLAYER if len(sources) == 1 else None  # of many, only the chosen one is looked at
    results = []
    for index, (name, data) in enumerate(sources):

        def show(share: float, index: int = index, name: str = name) -> None:
            bar.progress(min(1.0, (index + share) / len(sources)), f"Listening to {plain(name)} …")

        show(0.0)
        results.append(classify_upload(name, data, digests[index], show, player))
    bar.empty()
    return results


def show_table(results: Sequence[FileResult]) -> None:
    """Show one row per file, with a download."""
    st.dataframe([table_row(result) for result in results], hide_index=True)
    st.download_button(
        "Download all results (CSV)",
        as_csv(results),
        "genres.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def table_row(result: FileResult) -> dict[str, str | None]:
    """Return a file's row in the table for people."""
    if not result.predictions or result.seconds is None:
        empty = dict.fromkeys(("Length", "Verdict", "Sure", "Others agree"))
        return {"File": result.name, **empty, "Note": result.error}
    *weaker, best = result.predictions.values()
    n_agree = sum(each.leaders == best.leaders for each in weaker)
    minutes, seconds = divmod(round(result.seconds), 60)
    return {
        "File": result.name,
        "Length": f"{minutes}:{seconds:02}",
        "Verdict": headline(best),
        "Sure": percent_sure(best.confidence),
        "Others agree": f"{n_agree} of {len(weaker)}",
        "Note": " ".join(result.notices) or None,
    }


main()
