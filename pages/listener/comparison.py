"""How a listener's guesses compare: with blind guessing, the other listeners and the classifiers."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from gmn_core.genres import Genre
from pages.listener.language import _, decimals, plural
from pages.listener.questions import guess_label
from pages.listener.result_card import MEDIA_TYPE, WIDTH, result_card, result_text
from survey_db.running.feedback import Comparison
from survey_db.statistics.printing import model_name

_STYLE = """<style>
.hits { width: 100%; border-collapse: collapse; }
.hits th, .hits td { padding: 0.2rem 0.75rem 0.2rem 0; border: 0; font-weight: 400; text-align: left; }
.hits th { width: 45%; } .hits td:nth-child(2) { width: 45%; } .hits .own * { font-weight: 600; }
.hits i { display: block; height: 0.8rem; min-width: 2px; border-radius: 0.2rem; background: #5c5a66; }
.hits .own i { background: #117733; }
</style>"""


def show_comparison(comparison: Comparison, title: str) -> None:
    """Show which guesses met the genre that a sample was made as, who did better, and a result to share."""
    st.subheader(_("How your guesses compare"), anchor=False)
    clips = len(comparison.guesses)
    with st.container(horizontal=True):
        blind = decimals(comparison.expected_blind)
        of = _("{right} of {clips}")
        st.metric(_("You named as intended"), of.format(right=comparison.right, clips=clips))
        st.metric(_("Expected by chance"), of.format(right=blind, clips=clips))
    st.html(_STYLE + hits_list(comparison))
    st.dataframe(
        pd.DataFrame(
            [
                {
                    _("Clip"): position,
                    _("You heard"): guess_label(guess),
                    _("Made as"): _(Genre(intended).display_name),
                    "": "✓" if guess == intended else "",
                }
                for position, guess, intended in comparison.guesses
            ]
        ),
        hide_index=True,
    )
    show_result_to_share(comparison, title)


def hits_list(comparison: Comparison) -> str:
    """List who named how many of the clips as intended, most first, each with a bar; as an HTML table."""
    clips = max(len(comparison.guesses), 1)
    you = _("You")
    found = [(you, float(comparison.right))]
    if comparison.n_others:
        who = plural("The other listener", "The mean of {number} others", comparison.n_others)
        found.append((who, comparison.mean_right_of_others))
    found += [
        (_("Program: {name}").format(name=model_name(model)), float(right))
        for model, right in comparison.right_of_machines.items()
    ]
    rows = "".join(
        f'<tr class="{"own" if who == you else "others"}"><th scope="row">{escape(who)}</th>'
        f'<td><i style="width: {100 * right / clips:.0f}%"></i></td>'
        f"<td>{decimals(right, 0 if right.is_integer() else 1)}</td></tr>"
        for who, right in sorted(found, key=lambda item: -item[1])
    )
    return f'<table class="hits">{rows}</table>'


def show_result_to_share(comparison: Comparison, title: str) -> None:
    """Offer the result as a picture and as a text; neither tells a clip's genre."""
    st.caption(_("To share your result and give nothing away:"))
    card = result_card(comparison, title)
    st.image(card, width=WIDTH, alt=result_text(comparison, title))
    st.download_button(
        _("Save the picture"),
        card,
        "my-result.svg",
        MEDIA_TYPE,
        icon=":material/download:",
        on_click="ignore",
    )
    st.code(result_text(comparison, title), language=None, wrap_lines=True)
