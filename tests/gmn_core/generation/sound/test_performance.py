import mido
import numpy as np

from gmn_core.generation.music.band import Role
from gmn_core.generation.sound.performance import Feel, performed
from gmn_core.generation.sound.score import ScorePart

BEAT = 480
PACE = 960.0  # ticks a second: 120 quarter notes a minute


def part(role: Role, program: int, *strokes: tuple[int, ...]) -> ScorePart:
    """A stroke on each beat."""
    events: list[tuple[float, mido.Message]] = [(0, mido.Message("program_change", program=program))]
    for place, pitches in enumerate(strokes):
        events += [(place * BEAT, mido.Message("note_on", note=p, velocity=80)) for p in pitches]
        events += [((place + 1) * BEAT - 10, mido.Message("note_off", note=p)) for p in pitches]
    return ScorePart(role, program, sorted(events, key=lambda event: event[0]))


def starts(played: ScorePart) -> list[tuple[float, int, int]]:
    return [(tick, m.note, m.velocity) for tick, m in played.events if m.type == "note_on" and m.velocity]


def play(written: ScorePart, pace: float = PACE, **feel: float) -> ScorePart:
    still = {"looseness": 0.0, "strum": 0.0, "accent": 0.0, "vibrato": 0.0, "slide": 0.0}
    return performed(written, lambda tick: pace, BEAT, Feel(**{**still, **feel}))


def test_every_note_is_played_once_and_ends_after_it_began() -> None:
    written = part(Role.CHORDS, 25, *[(48, 55, 60, 64)] * 8)
    played = play(written, looseness=8, strum=12, accent=8)
    assert sorted(note for _, note, _ in starts(played)) == sorted(note for _, note, _ in starts(written))
    sounding: dict[int, float] = {}
    for tick, message in played.events:
        if message.type == "note_on":
            assert message.note not in sounding
            sounding[message.note] = tick
        elif message.type == "note_off":
            assert tick > sounding.pop(message.note)
    assert not sounding


def test_guitars_are_strummed_and_violins_are_not() -> None:
    chord = (48, 55, 60, 64)
    guitar, violins = (starts(play(part(Role.CHORDS, program, chord), strum=10)) for program in (25, 48))
    np.testing.assert_allclose(np.diff([tick for tick, _, _ in guitar]), 0.010 * PACE)
    assert [note for _, note, _ in guitar] == sorted(chord)
    assert len({tick for tick, _, _ in violins}) == 1


def test_first_beats_are_accented() -> None:
    played = starts(play(part(Role.BASS, 33, *[(40,)] * 64), accent=12))
    velocities = np.array([velocity for _, _, velocity in played])
    assert velocities[::4].mean() > velocities[1::4].mean() + 8
    assert len(set(velocities.tolist())) > 5


def test_times_waver_by_what_is_asked_and_notes_of_a_stroke_together() -> None:
    played = starts(play(part(Role.PAD, 50, *[(60, 64)] * 100), looseness=6))
    late = np.array([tick % BEAT if tick % BEAT < BEAT / 2 else tick % BEAT - BEAT for tick, _, _ in played])
    assert 0.004 < np.std(late[2:] / PACE) < 0.008
    ticks = [tick for tick, _, _ in played[2:]]
    assert ticks[::2] == ticks[1::2]


def test_long_notes_of_singing_instruments_get_vibrato_and_close_ones_a_slide() -> None:
    written = part(Role.LEAD, 65, (60,), (62,), (64,))
    bends = [
        m.pitch for _, m in play(written, BEAT / 1.5, vibrato=0.3, slide=0.5).events if m.type == "pitchwheel"
    ]
    assert max(bends) > 500
    assert min(bends) < -1500  # half a semitone below
    assert not [
        m
        for _, m in play(part(Role.LEAD, 0, (60,), (62,)), vibrato=0.3, slide=0.5).events
        if m.type == "pitchwheel"
    ]


def test_a_part_with_bends_of_its_own_keeps_them() -> None:
    written = part(Role.LEAD, 65, (60,), (62,))
    bent = ScorePart(
        written.role, written.program, [*written.events, (100, mido.Message("pitchwheel", pitch=4000))]
    )
    bends = [m.pitch for _, m in play(bent, vibrato=0.3, slide=0.5).events if m.type == "pitchwheel"]
    assert bends == [4000]


def test_the_same_notes_are_always_played_the_same() -> None:
    written = part(Role.CHORDS, 25, *[(48, 55)] * 4)
    once, again = (starts(play(written, looseness=8, accent=8)) for _ in range(2))
    assert once == again
    assert starts(play(part(Role.CHORDS, 25, *[(48, 57)] * 4), looseness=8)) != once
