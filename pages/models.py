"""The Models page: the one figure that counts, why it is honest, and then all the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from gmn_core.classification.names import MODEL_NAMES, MODEL_SENTENCES
from gmn_core.figures import classification as figures
from gmn_core.genres import GENRES
from gmn_core.models.card import ModelError
from gmn_core.models.reports import PROTOCOLS, read_evaluations
from pages.shared.charts import draw
from pages.shared.model_sections import show_cards, show_generator, show_guides, show_music_check
from pages.shared.tables import wide_table

BEST = "cnn_pretrained"


def main() -> None:
    st.title("Models")
    try:
        protocols, commands = read_evaluations()
    except ModelError as error:
        st.error(str(error), icon=":material/error:")
        return
    if not protocols:
        st.info("No evaluation report ships with these models; `make models` writes them.")
        return
    show_what_counts(protocols)
    classifiers, generator, music, reading = st.tabs(
        ["Classifiers in detail", "Generator", "Is it music?", "Cards and documentation"]
    )
    with classifiers:
        show_classifiers(protocols)
        show_commands(commands)
    with generator:
        show_generator()
    with music:
        show_music_check()
    with reading:
        show_cards()
        show_guides()


def show_what_counts(protocols: Mapping[str, Any]) -> None:
    """Say how often the best classifier is right, why that can be believed, and what the four are."""
    honest, report = next(iter(protocols.items()))
    accuracy = report["models"].get(BEST, {}).get("accuracy")
    if accuracy:
        st.metric(
            "The best classifier is right",
            f"{accuracy['value']:.0%}",
            f"{accuracy['n_right']} of {accuracy['n']}; 95% interval "
            f"{accuracy['low']:.0%}–{accuracy['high']:.0%}",
            delta_color="off",
            delta_arrow="off",
        )
    st.write(
        "Why this can be believed: no model was trained on these recordings, no setting was chosen on "
        "them, and no artist is both in them and in the training. A guess would be right 10% of the time. "
        "Most published figures on this collection, GTZAN, mix each artist into both sides, and are "
        "higher for it."
    )
    if honest == "test":
        draw(
            figures.published_ladder(report["models"]),
            key="published",
            alt=f"{ladder_in_words(report['models'])} The best published model reaches 88%.",
            caption=f"{ladder_in_words(report['models'])} In grey, what others have published on the same "
            "290 recordings; the best of them learned from AudioSet, two million clips from videos.",
        )
    st.header("What they are")
    for model in MODEL_NAMES:
        st.markdown(f"**{MODEL_NAMES[model]}.** {MODEL_SENTENCES[model]}")


def ladder_in_words(models: Mapping[str, Any]) -> str:
    """Say how often each classifier is right, the best first."""
    rates = {
        MODEL_NAMES[model]: models[model]["accuracy"]["value"]
        for model in reversed(MODEL_NAMES)
        if "accuracy" in models.get(model, {})
    }
    return "Right: " + ", ".join(f"{name} {rate:.0%}" for name, rate in rates.items()) + "."


def show_classifiers(protocols: Mapping[str, Any]) -> None:
    """Show every protocol side by side, and one of them closer."""
    st.header("Four ways to measure")
    named = {PROTOCOLS[key]: report for key, report in protocols.items()}
    draw(
        figures.accuracy_ladder(named),
        key="ladder",
        alt="; ".join(f"{name}: {ladder_in_words(report['models'])}" for name, report in named.items()),
    )
    show_leak(protocols)
    st.caption(
        "On the test clips the models are those that ship. In the folds they were trained anew each time, "
        "on nine tenths of the other 640 clips, on which the settings were chosen too. The valid clips "
        "were named by models trained on the 443 train clips alone: fewer to learn from, and new artists."
    )
    chosen = st.selectbox("Look closer at", list(protocols), format_func=PROTOCOLS.__getitem__)
    show_protocol(protocols[chosen])
    show_faults()


def show_leak(protocols: Mapping[str, Any]) -> None:
    """Say how much better each model seems on random folds."""
    honest, leaking = protocols.get("artist"), protocols.get("random")
    if honest is None or leaking is None:
        return
    gains = {
        model: leaking["models"][model]["accuracy"]["value"] - honest["models"][model]["accuracy"]["value"]
        for model in MODEL_NAMES
        if "accuracy" in leaking["models"].get(model, {}) and "accuracy" in honest["models"].get(model, {})
    }
    words = ", ".join(f"{MODEL_NAMES[model]} {gain * 100:+.1f}" for model, gain in gains.items())
    st.markdown(f"**Gain from knowing the artists**, in percentage points of accuracy: {words}.")


def show_protocol(report: Mapping[str, Any]) -> None:
    """Show everything of one protocol."""
    models = {
        model: report["models"][model]
        for model in MODEL_NAMES
        if "accuracy" in report["models"].get(model, {})
    }
    rows = [figures_row(model, row) for model, row in models.items()]
    wide_table(pd.DataFrame(rows), name="Figures of each classifier")
    for pair in report["comparisons"]:
        if pair["first"] == "knn_descriptors" and pair["second"] in ("cnn", "cnn_pretrained"):
            st.write(
                f"On {pair['only_second']} of {pair['n_clips']} clips only the {MODEL_NAMES[pair['second']]} "
                f"was right, on {pair['only_first']} only the {MODEL_NAMES[pair['first']]} "
                f"({chance(pair['p_value'])})."
            )
    calibration, recall = st.columns(2)
    with calibration:
        st.markdown("**Is it right as often as it says?**")
        draw(
            figures.reliability(models),
            key="reliability",
            alt="For each classifier, how often it is right at each degree of sureness.",
            caption="On the dotted line, four of five verdicts at 80% are right; below it is too sure.",
        )
    with recall:
        st.markdown("**Which genres does it know?**")
        draw(
            figures.recall_by_genre(models),
            key="recall",
            alt=f"Per genre, the share of its clips that each classifier names. {extremes(models)}",
            caption=extremes(models),
        )
    chosen = st.segmented_control(
        "Confusions of",
        list(models),
        default=list(models)[-1],
        format_func=MODEL_NAMES.__getitem__,
        required=True,
    )
    model = chosen or list(models)[-1]  # a browser can be made to take it away
    draw(
        figures.confusion(models[model]["confusion"]),
        key="confusion",
        alt=f"Labels against verdicts. {commonest_confusion(models[model]['confusion'])}",
        caption=commonest_confusion(models[model]["confusion"]),
    )


def extremes(models: Mapping[str, Any]) -> str:
    """Say which genre the last, strongest model knows best and which worst."""
    *_, (model, row) = models.items()
    known = {genre: row["recall"][genre] for genre in GENRES if row["recall"][genre]["n"]}
    best, worst = (pick(known, key=lambda genre: known[genre]["value"]) for pick in (max, min))
    return (
        f"The {MODEL_NAMES[model]} knows {best.display_name.lower()} best ({known[best]['value']:.0%}) "
        f"and {worst.display_name.lower()} worst ({known[worst]['value']:.0%})."
    )


def commonest_confusion(matrix: Sequence[Sequence[int]]) -> str:
    """Say what is mistaken most often for what."""
    n, label, verdict = max(
        (count, label, verdict)
        for label, row in zip(GENRES, matrix, strict=True)
        for verdict, count in zip(GENRES, row, strict=True)
        if label is not verdict
    )
    if not n:
        return "Nothing is mistaken."
    return f"Most often {label.display_name.lower()} is called {verdict.display_name.lower()}: {n} clips."


def chance(p_value: float) -> str:
    """Return a p-value of McNemar's test as papers print it."""
    return "McNemar's test, p < 0.001" if p_value < 0.001 else f"McNemar's test, p = {p_value:.3f}"


def figures_row(model: str, row: Mapping[str, Any]) -> dict[str, object]:
    """Return one row of the table of figures."""
    accuracy = row["accuracy"]
    return {
        "Model": MODEL_NAMES[model],
        "Right": f"{accuracy['n_right']} of {accuracy['n']}",
        "Accuracy": f"{accuracy['value']:.1%}",
        "95% interval": f"{accuracy['low']:.1%} to {accuracy['high']:.1%}",
        "Top 2": f"{row['top2_accuracy']['value']:.1%}",
        "Log loss": f"{row['log_loss']:.2f}",
        "Calibration error": f"{row['calibration_error']:.1%}",
    }


def show_faults() -> None:
    """Say what is wrong with GTZAN."""
    st.header("What is wrong with GTZAN")
    st.write(
        "GTZAN is the most used and the most criticised collection of its kind. Of its 1,000 clips about "
        "7% repeat another clip or recording, about 10% are mislabelled or disputed, and some are "
        "distorted; a few artists fill whole genres, so that random folds reward knowing the artist "
        "(Sturm, arXiv:1306.1461). The figures here use the fault-filtered split of Kereliuk, Sturm and "
        "Larsen (2015): 443 clips to train, 197 to validate and 290 to test, without repetitions and "
        "with no artist on two sides. Between 80 and 90% accuracy, 290 clips can hardly distinguish two "
        "models, as the intervals show."
    )


def show_commands(commands: Sequence[str]) -> None:
    """Say how to reproduce each figure."""
    st.header("How to reproduce these figures")
    st.write("`make models` trains and evaluates all classifiers; each evaluation on its own:")
    st.code("\n".join(commands), language="sh")


main()
