"""The Generate page."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Node

from gmn_core.generation.music.band import Band, Note, Role
from gmn_core.generation.recipe import write_text
from gmn_core.generation.request import Change, GenerationRequest
from gmn_core.genres import Genre
from pages.composing.versions import Versions
from tests.pages.conftest import APP


@pytest.fixture
def page(app: AppTest) -> AppTest:
    """The page with the shortest piece asked for."""
    app.run()
    app.switch_page("pages/generate.py").run()
    app.slider(key="seconds").set_value(10)
    return app


def generate(page: AppTest) -> AppTest:
    return next(button for button in page.button if button.label == "Generate").click().run()


def players(page: AppTest) -> Sequence[Node]:
    return page.get("bidi_component")


def headings(page: AppTest) -> list[str]:
    return [heading.value for heading in page.subheader]


def links(page: AppTest) -> list[str]:
    return [code.value for code in page.code]


def test_every_knob_has_a_sentence_of_explanation(page: AppTest) -> None:
    page.run()
    knobs = [*page.selectbox, *page.slider, *page.number_input, *page.file_uploader, *page.toggle]
    assert len(knobs) == 20
    for knob in knobs:
        assert knob.help.endswith("."), knob.label
    assert not players(page)


def test_a_piece_has_its_player_notes_facts_verdict_files_and_link(page: AppTest) -> None:
    page.selectbox(key="genre").select("Reggae")
    page.number_input(key="seed").set_value(5)
    generate(page)
    assert not page.exception
    assert not page.error
    assert headings(page) == ["Reggae, seed 5"]
    assert len(players(page)) == len(page.get("plotly_chart")) == 1
    facts = next(text.value for text in page.markdown if text.value.startswith("- Tempo: "))
    assert "beats per minute\n- Key: " in facts
    assert [button.label for button in page.get("download_button")] == [
        "Ogg",
        "MIDI as played",
        "MIDI on the grid",
        "Piece",
    ]
    assert page.metric[0].label == "Sounds most like"
    assert links(page)[0].endswith("?genre=Reggae&seed=5&seconds=10&temperature=1&typicality=75&play=1")


def test_the_sound_can_be_left_plain_and_the_link_keeps_it(page: AppTest) -> None:
    generate(page)
    assert any("produced as blues." in caption.value for caption in page.caption)
    page.toggle(key="plain").set_value(True)
    generate(page)
    assert any("mixed plainly." in caption.value for caption in page.caption)
    assert links(page)[0].endswith("&plain=true&play=1")


def test_results_stay_while_knobs_are_turned_and_pages_changed(page: AppTest) -> None:
    page.number_input(key="seed").set_value(1)
    generate(page)
    page.slider(key="temperature").set_value(1.5).run()
    assert headings(page) == ["Blues, seed 1"]
    page.switch_page("pages/classify.py").run()
    page.switch_page("pages/generate.py").run()
    assert headings(page) == ["Blues, seed 1"]


def test_each_click_makes_a_new_piece_unless_the_seed_is_typed_or_locked(page: AppTest) -> None:
    seeds = [generate(page).number_input(key="seed").value for _ in range(2)]
    assert len(set(seeds)) == 2
    assert headings(page) == [f"Blues, seed {seeds[1]}"], "it is shown"
    page.number_input(key="seed").set_value(7)
    assert headings(generate(page)) == ["Blues, seed 7"], "the one that was typed in"
    page.toggle(key="lock").set_value(True).run()
    assert headings(generate(page)) == ["Blues, seed 7"], "locked"
    page.toggle(key="lock").set_value(False).run()
    assert headings(generate(page)) != ["Blues, seed 7"]


def test_visits_begin_with_seeds_of_their_own(app: AppTest) -> None:
    seeds = set()
    for _ in range(3):
        visit = AppTest.from_file(str(APP), default_timeout=120).run()
        seeds.add(visit.switch_page("pages/generate.py").run().number_input(key="seed").value)
    assert len(seeds) > 1


def test_the_wav_is_made_on_request_and_then_offered(page: AppTest) -> None:
    generate(page)
    next(button for button in page.button if button.label == "Make WAV").click().run()
    assert not page.exception
    assert any(button.label.startswith("Save WAV (2 MB)") for button in page.get("download_button"))


def test_several_pieces_have_seeds_that_count_up(page: AppTest) -> None:
    page.number_input(key="seed").set_value(1)
    page.slider(key="count").set_value(2)
    generate(page)
    assert headings(page) == ["Blues, seed 1", "Blues, seed 2"]
    assert len(page.metric) == 2


def test_a_blend_at_a_tempo_is_reported_and_linked(page: AppTest) -> None:
    page.selectbox(key="genre").select("Hip hop")
    page.selectbox(key="blend").select("Jazz").run()
    page.slider(key="share").set_value(30)
    page.number_input(key="tempo").set_value(95)
    page.number_input(key="seed").set_value(1)
    generate(page)
    assert headings(page) == ["Hip hop with 30% jazz, seed 1"]
    assert any(text.value.startswith("- Tempo: 95 beats per minute") for text in page.markdown)
    assert links(page)[0].endswith(
        "?genre=Hip+hop&seed=1&seconds=10&temperature=1&typicality=75&tempo=95&blend=Jazz&share=30&play=1"
    )


def test_a_link_sets_the_knobs_and_makes_the_piece(app: AppTest) -> None:
    parameters = {"genre": "Disco", "seed": "3", "seconds": "10", "temperature": "0.8", "play": "1"}
    app.run()
    app.query_params.update(parameters)
    app.switch_page("pages/generate.py").run()
    assert app.selectbox(key="genre").value == "Disco"
    assert app.slider(key="temperature").value == 0.8
    assert headings(app) == ["Disco, seed 3"]
    assert "play" not in app.query_params


@pytest.mark.parametrize("seed", ["-5", "many", "99999999999"])
def test_a_link_with_bad_values_keeps_the_good_ones_and_says_what_was_dropped(
    app: AppTest, seed: str
) -> None:
    app.run()
    app.query_params.update(
        {"genre": "Disco", "blend": "Polka", "seconds": "7000", "seed": seed, "tempo": "100"}
    )
    app.switch_page("pages/generate.py").run()
    assert not app.exception
    assert app.selectbox(key="genre").value == "Disco"
    assert app.number_input(key="tempo").value == 100
    assert app.selectbox(key="blend").value is None
    assert app.slider(key="seconds").value == 30
    assert len(app.warning) == 3
    assert any("from 10 to 120 seconds, not “7000”" in warning.value for warning in app.warning)
    assert any("second genre must be one of the ten, not “Polka”" in warning.value for warning in app.warning)


def test_an_opening_that_is_no_midi_gets_one_sentence(page: AppTest) -> None:
    page.file_uploader(key="opening").set_value([("song.mid", b"ID3 and so on", "audio/midi")])
    generate(page)
    assert not page.exception
    assert len(page.error) == 1
    assert "MIDI" in page.error[0].value
    assert not headings(page)


def test_a_piece_that_continues_an_opening_says_why_it_has_no_link(page: AppTest) -> None:
    notes = {Role.LEAD: tuple(Note(480 * beat, 60 + beat % 5, 400, 90) for beat in range(32))}
    opening = Band(120, 4, 4, 0, False, {Role.LEAD: 65}, notes, 32 * 480).to_midi()
    page.file_uploader(key="opening").set_value([("song.mid", opening, "audio/midi")])
    page.number_input(key="seed").set_value(1)
    generate(page)
    assert not page.error
    assert headings(page) == ["Blues, seed 1"]
    assert any("Up to the dashed line at" in caption.value for caption in page.caption)
    assert not links(page)
    assert any("upload the same opening" in caption.value for caption in page.caption)


def click(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def kept(page: AppTest) -> list[Versions]:
    versions: list[Versions] = page.session_state.made
    return versions


def test_chords_and_players_that_are_asked_for_are_in_the_piece_and_its_link(page: AppTest) -> None:
    page.text_area(key="chords").set_value("I7 | IV7")
    page.selectbox(key="key").select("A major")
    page.selectbox(key="lead-player").select("Harmonica")
    page.selectbox(key="pad-player").select("Silent").run()
    assert any("In A major: A7 | D7" in caption.value for caption in page.caption)
    generate(page)
    assert not page.error
    band = kept(page)[0].shown.band
    assert band.key_name == "A major"
    assert band.chords[:2] == ((0, "A7"), (1920, "D7"))
    assert band.programs[Role.LEAD] == 22
    assert Role.PAD not in band.notes
    asked = parse_qs(links(page)[0].partition("?")[2])
    assert (asked["chords"], asked["key"], asked["lead-player"], asked["pad-player"]) == (
        ["I7 | IV7"],
        ["A major"],
        ["Harmonica"],
        ["Silent"],
    )


def test_chords_that_cannot_be_read_are_said_with_their_place_and_nothing_is_made(page: AppTest) -> None:
    page.text_area(key="chords").set_value("C | Hm").run()
    generate(page)
    assert "“Hm” in bar 2" in page.error[0].value
    assert not headings(page)


def test_chords_that_cannot_be_read_stay_in_their_box_when_the_address_has_them(page: AppTest) -> None:
    page.text_area(key="chords").set_value("C | Hm").run()
    page.query_params["chords"] = "C | Hm"  # as a browser, which sends its address with each run
    page.slider(key="seconds").set_value(20).run()
    assert not page.exception
    assert page.text_area(key="chords").value == "C | Hm"
    assert "“Hm” in bar 2" in page.error[0].value


def test_a_preset_writes_its_chords(page: AppTest) -> None:
    page.run()
    page.selectbox(key="preset").select("Twelve-bar blues").run()
    assert page.text_area(key="chords").value.startswith("I7 | IV7")
    assert page.selectbox(key="preset").value is None


def test_a_piece_is_changed_undone_compared_and_linked(page: AppTest) -> None:
    page.selectbox(key="genre").select("Rock")
    page.number_input(key="seed").set_value(5)
    generate(page)
    first = kept(page)[0].shown.band
    click(page, "Another drummer")
    assert not page.exception
    assert headings(page) == ["Rock, seed 5, changed once"]
    second = kept(page)[0].shown.band
    assert all(second.notes[role] == first.notes[role] for role in first.roles if role is not Role.DRUMS)
    assert second.notes[Role.DRUMS] != first.notes[Role.DRUMS]
    assert page.selectbox(key="version-0").options == ["1: as composed", "2: other drums"]
    page.selectbox(key="beside-0").select_index(0).run()
    assert len(players(page)) == 2
    link = links(page)[0].partition("?")[2]
    click(page, "Undo")
    assert headings(page) == ["Rock, seed 5"]
    page.selectbox(key="version-0").select_index(1).run()
    assert kept(page)[0].shown.band == second

    again = AppTest.from_file(str(APP), default_timeout=120).run()
    again.query_params.update({name: own[0] for name, own in parse_qs(link).items()})
    again.switch_page("pages/generate.py").run()
    assert not again.warning
    assert kept(again)[0].shown.band == second


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"recipe": "broken"}, "incomplete or damaged"),
        ({"recipe": write_text(GenerationRequest(Genre.POP, 10)), "version": "older"}, "another version"),
    ],
)
def test_a_recipe_that_cannot_be_met_says_so(app: AppTest, parameters: dict[str, str], sentence: str) -> None:
    app.run()
    app.query_params.update(parameters)
    app.switch_page("pages/generate.py").run()
    assert not app.exception
    assert sentence in app.warning[0].value


def test_a_change_with_nothing_to_do_is_said_and_nothing_is_lost(page: AppTest) -> None:
    generate(page)
    versions = kept(page)[0]
    versions.ask(Change(lock=frozenset(versions.shown.band.roles)))
    page.run()
    assert "Every role is locked" in page.error[0].value
    assert len(headings(page)) == 1
