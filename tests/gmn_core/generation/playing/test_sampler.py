"""Sampling: determinism, lengths, endings, masks and guards, on the shipped generator."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import pytest

from gmn_core.generation.evaluation.drafts import drafts_report
from gmn_core.generation.music.band import PITCHED_ROLES, TICKS_PER_BEAT, Band, Role
from gmn_core.generation.playing import take
from gmn_core.generation.playing.floor import Floor, still_bars
from gmn_core.generation.playing.groove import Groove, count_rhythms
from gmn_core.generation.playing.harmony import foreign_shares
from gmn_core.generation.playing.memorisation import VOICES, run_hashes, shares
from gmn_core.generation.playing.model import GeneratorModel, shipped_model
from gmn_core.generation.playing.planning import draw_plan
from gmn_core.generation.playing.sampler import sample_band, sample_tokens
from gmn_core.generation.playing.take import Take
from gmn_core.generation.request import GenerationCancelled, GenerationError, GenerationRequest
from gmn_core.generation.tokens.encoding import N_SLOTS, decode, encode
from gmn_core.generation.tokens.outline import N_RETURNS, departures, find_outline
from gmn_core.genres import GENRES, Genre


def test_equal_requests_give_equal_bytes_and_seeds_differ() -> None:
    first, again, other = (
        sample_band(GenerationRequest(Genre.JAZZ, 12, seed=seed)).to_midi() for seed in (3, 3, 4)
    )
    assert first == again != other


@pytest.mark.parametrize("genre", GENRES)
def test_a_sample_is_as_long_as_asked_for_and_rings_out(genre: Genre) -> None:
    band = sample_band(GenerationRequest(genre, 20, seed=5))
    assert band.seconds == pytest.approx(20, abs=0.002)
    ends = {role: max(note.onset + note.duration for note in own) for role, own in band.notes.items()}
    assert max(ends.values()) == band.length
    last = max(note.onset for role, note in band.played() if role is not Role.DRUMS)
    bar = band.beats_per_bar * 60 / band.tempo
    assert min(1.4, 0.95 * bar) <= band.in_seconds(band.length - last) <= 2.05 * bar + 0.1


@pytest.mark.parametrize("genre", GENRES)
def test_the_last_stroke_is_the_tonic_chord(genre: Genre) -> None:
    band = sample_band(GenerationRequest(genre, 15, seed=6))
    ringing = [
        (role, note)
        for role, note in band.played()
        if role is not Role.DRUMS and note.onset + note.duration == band.length
    ]
    triad = {(band.tonic + step) % 12 for step in (0, 3 if band.minor else 4, 7)}
    assert ringing
    assert {note.pitch % 12 for _, note in ringing} <= triad
    lowest = min((note.pitch for role, note in ringing if role is Role.BASS), default=band.tonic)
    assert lowest % 12 == band.tonic  # a bass may add the fifth


def test_tempo_and_length_are_taken_from_the_request() -> None:
    band = sample_band(GenerationRequest(Genre.ROCK, 41.5, tempo=77, seed=1))
    assert (band.tempo, band.seconds) == (77, pytest.approx(41.5, abs=0.002))


def test_adventurousness_changes_the_notes() -> None:
    calm, bold = (
        sample_band(GenerationRequest(Genre.POP, 20, temperature=temperature, seed=2))
        for temperature in (0.3, 1.8)
    )
    strokes = [len({(r, n.onset % 1920, n.pitch) for r, n in band.played()}) for band in (calm, bold)]
    assert strokes[0] < strokes[1]


def test_a_blend_draws_on_both_genres() -> None:
    plain = sample_band(GenerationRequest(Genre.METAL, 12, seed=9))
    none, half = (
        sample_band(GenerationRequest(Genre.METAL, 12, seed=9, blend=Genre.JAZZ, blend_weight=weight))
        for weight in (0.0, 0.5)
    )
    assert half.notes != plain.notes
    assert none.programs == plain.programs


def test_an_opening_is_continued(band: Band) -> None:
    request = GenerationRequest(Genre.COUNTRY, 30, seed=1, opening=band.to_midi())
    sample = sample_band(request)
    n_opening = int(28.5 / 2 * 0.5)
    opening = {note for note in band.notes[Role.BASS] if note.onset < n_opening * 4 * TICKS_PER_BEAT}
    assert opening <= set(sample.notes[Role.BASS])
    assert sample.programs.items() <= band.programs.items()
    assert any(note.onset > n_opening * 4 * TICKS_PER_BEAT for _, note in sample.played())


def test_an_opening_that_is_no_midi_file_is_refused() -> None:
    with pytest.raises(GenerationError, match="MIDI"):
        sample_band(GenerationRequest(Genre.COUNTRY, opening=b"no music"))


def test_progress_rises_to_one_and_cancelling_stops() -> None:
    seen: list[float] = []
    sample_band(GenerationRequest(Genre.DISCO, 10, seed=1), on_progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1
    with pytest.raises(GenerationCancelled):
        sample_band(GenerationRequest(Genre.DISCO, 10), cancelled=lambda: len(seen) > 0)


def test_a_planted_training_piece_is_not_played() -> None:
    model, request = shipped_model(), GenerationRequest(Genre.ROCK, 30, seed=8)
    first = sample_band(request)
    planted = _with_runs_of(first, model)
    plan, tokens = sample_tokens(request, planted)
    for voice, limit in model.run_limits[Genre.ROCK].items():
        own = run_hashes(tokens[plan.n_opening :], plan.sheet.steps_per_bar, voice)[limit]
        assert not shares(own, planted.runs[voice, limit + 1])
    bars = encode(first, model.shapes)[1]
    own = run_hashes(bars, plan.sheet.steps_per_bar, "lead")[0]
    assert shares(own, planted.runs["lead", 1])  # which the first piece would do


def _with_runs_of(band: Band, model: GeneratorModel) -> GeneratorModel:
    """Return the generator as if it had learned from a band, played in another key."""
    up = {
        role: tuple(replace(note, pitch=note.pitch + (0 if role is Role.DRUMS else 1)) for note in own)
        for role, own in band.notes.items()
    }
    sheet, tokens = encode(replace(band, notes=up), model.shapes)
    runs = dict(model.runs)
    for voice in VOICES:
        for length, own in enumerate(run_hashes(tokens, sheet.steps_per_bar, voice), start=1):
            runs[voice, length] = np.union1d(runs.get((voice, length), own), own)
    return replace(model, runs=runs)


def test_of_a_few_drafts_of_a_bar_the_one_nearest_to_the_outline_is_played() -> None:
    def mean_departure(n_drafts: int) -> float:
        found = []
        for seed in range(4):
            request, rng = GenerationRequest(Genre.ROCK, 12, seed=seed), np.random.default_rng((seed, 0))
            model = shipped_model()
            plan = draw_plan(request, model, rng)
            tokens = Take(plan, request, model, rng, n_drafts).play()
            bar = plan.sheet.steps_per_bar
            found += [
                float(
                    departures(
                        tokens[None, max(0, place - 8) * bar : (place + 1) * bar],
                        plan.sheet,
                        plan.outline,
                        place,
                    )[0]
                )
                for place in range(plan.n_bars)
            ]
        return float(np.mean(found))

    assert mean_departure(4) < 0.7 * mean_departure(1)


def test_of_several_drafts_one_whose_notes_fit_the_chords_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    def mean_foreign(weight: float) -> float:
        monkeypatch.setattr(take, "_CHORD_WEIGHT", weight)
        model, found = shipped_model(), []
        for seed in range(3):
            request, rng = GenerationRequest(Genre.COUNTRY, 12, seed=seed), np.random.default_rng((seed, 0))
            plan = draw_plan(request, model, rng)
            bars = Take(plan, request, model, rng).play()[:-1].reshape(plan.n_bars, 1, -1, N_SLOTS)
            found += [
                foreign_shares(bar, plan.sheet, model.shapes, chords)[0]
                for bar, chords in zip(bars, plan.outline.chords, strict=True)
            ]
        return float(np.mean(found))

    assert mean_foreign(50) < 0.8 * mean_foreign(0)


def test_bars_that_the_outline_says_return_whole_return() -> None:
    model, whole, all_bars = shipped_model(), 0, 0
    for seed in range(9):
        plan, tokens = sample_tokens(GenerationRequest(Genre.HIPHOP, 30, seed=seed), model)
        tokens = tokens[: plan.n_bars * plan.sheet.steps_per_bar]
        played = find_outline(tokens, plan.sheet, model.shapes)
        told = plan.outline.returns[:, 0] == N_RETURNS - 1
        nearest = np.argmax(told, axis=1)[told.any(axis=1)]
        levels = played.returns[: plan.n_bars, 0][told.any(axis=1)]
        whole += int((levels[np.arange(len(levels)), nearest] == N_RETURNS - 1).sum())
        all_bars += len(levels)
    assert all_bars > 20
    assert whole > 0.7 * all_bars


def test_roles_that_take_no_part_are_silent_and_notes_are_possible() -> None:
    model = shipped_model()
    for seed in range(3):
        band = sample_band(GenerationRequest(Genre.CLASSICAL, 15, temperature=2.0, seed=seed))
        assert all(0 < note.velocity < 128 and 0 <= note.pitch < 128 for _, note in band.played())
        sheet, tokens = encode(band, model.shapes)
        assert set(decode(sheet, tokens, model.shapes).roles) <= set(band.programs)
        assert set(band.roles) <= {Role.DRUMS, *PITCHED_ROLES}


def test_a_generator_with_few_shapes_plays_too(model: GeneratorModel) -> None:
    band = sample_band(GenerationRequest(Genre.METAL, 10, seed=1), model=model)
    assert band.seconds == pytest.approx(10, abs=0.002)


def test_guidance_changes_the_notes_and_a_strength_of_one_is_none() -> None:
    request = GenerationRequest(Genre.METAL, 10, seed=4)
    plain, guided, again = (
        sample_band(request, model=replace(shipped_model(), guidance=strength)).to_midi()
        for strength in (1.0, 1.5, 1.5)
    )
    assert guided == again != plain


def test_a_sample_below_the_floor_is_drawn_again_and_played_if_none_is_above(
    caplog: pytest.LogCaptureFixture,
) -> None:
    model = shipped_model()
    floors = {Genre.METAL: Floor(still=0)}  # nobody can change the chord in every half bar for ever
    strict = replace(model, tuning=replace(model.tuning, floors=floors))
    request = GenerationRequest(Genre.METAL, 12, seed=2)
    with caplog.at_level(logging.WARNING):
        band = sample_band(request, model=strict)
    assert caplog.text.count("on one chord") > 1
    assert band.seconds == pytest.approx(12, abs=0.002)


def test_chords_that_would_stand_still_for_too_long_are_planned_anew() -> None:
    model, still = shipped_model(), 3
    model = replace(model, tuning=replace(model.tuning, floors={Genre.ROCK: Floor(still=still)}))
    requests = [GenerationRequest(Genre.ROCK, 20, seed=seed) for seed in range(20)]
    first = [draw_plan(own, model, np.random.default_rng((own.seed, 0))).outline.chords for own in requests]
    request = next(own for own, chords in zip(requests, first, strict=True) if still_bars(chords) > still)
    plan, _ = sample_tokens(request, model)
    assert still_bars(plan.outline.chords) <= still


def test_with_a_groove_players_go_on_as_they_began() -> None:
    shipped = shipped_model()

    def new_rhythms(share: float) -> np.ndarray:
        """Return the share of each role's bars with a rhythm that is new."""
        table = np.full((len(GENRES), len(Role)), share, np.float32)
        model = replace(shipped, tuning=replace(shipped.tuning, groove=Groove(table)))
        counts = np.zeros((len(Role), 2))
        for seed in range(3):
            plan, tokens = sample_tokens(GenerationRequest(Genre.DISCO, 25, seed=seed), model)
            counts += count_rhythms(tokens[: plan.n_steps - 1], plan.sheet.steps_per_bar)
        return counts[:, 1] / np.maximum(counts[:, 0], 1)

    drums, bass = list(Role).index(Role.DRUMS), list(Role).index(Role.BASS)
    never, always = new_rhythms(0), new_rhythms(1)
    assert always[drums] < never[drums] - 0.15
    assert always[bass] < never[bass]


def test_the_critic_has_a_say_in_which_draft_is_played() -> None:
    model = shipped_model()
    two_genres = replace(model, sheets={genre: model.sheets[genre] for genre in (Genre.POP, Genre.DISCO)})
    report = drafts_report(two_genres, 2, 15.0, 5, lambda items, **_: items)
    assert report["8 drafts"]["critic"] > report["8 drafts, no critic"]["critic"] + 0.2
