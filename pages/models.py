"""The Models page: how good the classifiers are, measured strictly and less strictly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from gmn_core.classification.evaluation import music_check as music_check_evaluation
from gmn_core.classification.names import MODEL_NAMES
from gmn_core.figures import classification as figures
from gmn_core.models.card import ModelError, read_card
from gmn_core.models.reports import PROTOCOLS, read_evaluations


def main() -> None:
    st.title("Models")
    st.write(
        "Four classifiers, from the study's own to the strongest. A test is fair only if no artist occurs "
        "both in training and in the test. Most published figures on GTZAN use random folds, which ignore "
        "this; they are shown beside the fair ones, and the difference is the gain from knowing the artists."
    )
    try:
        protocols, commands = read_evaluations()
    except ModelError as error:
        st.error(str(error), icon=":material/error:")
        return
    if not protocols:
        st.info("No evaluation report ships with these models; `make models` writes them.")
        return
    named = {PROTOCOLS[key]: report for key, report in protocols.items()}
    st.plotly_chart(figures.accuracy_ladder(named), key="ladder")
    show_leak(protocols)
    st.caption(
        "The settings were chosen on folds by artist over the same clips, which flatters those figures. "
        "New artists, and fewer clips to learn from, are harder, as the valid clips show."
    )
    chosen = st.selectbox("Look closer at", list(protocols), format_func=PROTOCOLS.__getitem__)
    show_protocol(protocols[chosen])
    show_music_check()
    show_faults()
    show_commands(commands)


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
    st.dataframe([figures_row(model, row) for model, row in models.items()], hide_index=True)
    for pair in report["comparisons"]:
        if pair["first"] == "knn_descriptors" and pair["second"] in ("cnn", "cnn_pretrained"):
            st.write(
                f"Only the {MODEL_NAMES[pair['second']]} was right on {pair['only_second']} of "
                f"{pair['n_clips']} clips, only the study's k-NN on {pair['only_first']} "
                f"(McNemar's test, p = {pair['p_value']:.1g})."
            )
    calibration, recall = st.columns(2)
    with calibration:
        st.markdown("**Is it right as often as it says?**")
        st.plotly_chart(figures.reliability(models), key="reliability")
    with recall:
        st.markdown("**Which genres does it know?**")
        st.plotly_chart(figures.recall_by_genre(models), key="recall")
    model = st.segmented_control(
        "Confusions of",
        list(models),
        default=list(models)[-1],
        format_func=MODEL_NAMES.__getitem__,
        required=True,
    )
    st.plotly_chart(figures.confusion(models[model]["confusion"]), key="confusion")


def figures_row(model: str, row: Mapping[str, Any]) -> dict[str, object]:
    """Return one row of the table of figures."""
    accuracy = row["accuracy"]
    return {
        "model": MODEL_NAMES[model],
        "clips": f"{row['n_clips']} of {row['n_asked']}",
        "accuracy": f"{accuracy['value']:.1%}",
        "95 % interval": f"{accuracy['low']:.1%} to {accuracy['high']:.1%}",
        "top 2": f"{row['top2_accuracy']['value']:.1%}",
        "macro recall": f"{row['macro_recall']:.1%}",
        "log loss": f"{row['log_loss']:.2f}",
        "calibration error": f"{row['calibration_error']:.1%}",
    }


def show_music_check() -> None:
    """Say how often the music check is wrong."""
    try:
        card = read_card(music_check_evaluation.NAME)
    except ModelError as error:
        st.warning(str(error), icon=":material/extension_off:")
        return
    rates = dict(card.figures)
    alarms = rates.pop(music_check_evaluation.FALSE_ALARMS)
    caught = ", ".join(f"{kind} {rate['n_right']} of {rate['n']}" for kind, rate in rates.items())
    st.subheader("Is it music at all?")
    st.write(card.choices["rule"])
    st.write(
        f"The Classify page warns where a clip looks like noise, a tone or speech. It caught {caught}; it "
        f"gave a false alarm on {alarms['n_right']} of {alarms['n']} clips of GTZAN (at most "
        f"{alarms['high']:.1%}, 95 % interval)."
    )


def show_faults() -> None:
    """Say what is wrong with GTZAN."""
    st.subheader("What is wrong with GTZAN")
    st.write(
        "GTZAN is the most used and the most criticised collection of its kind. Of its 1,000 clips about "
        "7 % repeat another clip or recording, about 10 % are mislabelled or disputed, and some are "
        "distorted; a few artists fill whole genres, so that random folds reward knowing the artist "
        "(Sturm, arXiv:1306.1461). The figures here use the fault-filtered split of Kereliuk, Sturm and "
        "Larsen (2015): 443 clips to train, 197 to validate and 290 to test, without repetitions and "
        "with no artist on two sides. Between 80 and 90 % accuracy, 290 clips can hardly distinguish two "
        "models, as the intervals show."
    )


def show_commands(commands: Sequence[str]) -> None:
    """Say how to reproduce each figure."""
    st.subheader("How to reproduce these figures")
    st.write("`make models` trains and evaluates all classifiers; each evaluation on its own:")
    st.code("\n".join(commands), language="sh")


main()
