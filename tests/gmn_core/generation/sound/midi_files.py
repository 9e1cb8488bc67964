"""MIDI files made for the tests of scores and of their sound."""

from __future__ import annotations

import io

import mido

BEAT = 480


def midi_file(*tracks: list[mido.Message | mido.MetaMessage], kind: int = 1) -> bytes:
    buffer = io.BytesIO()
    file = mido.MidiFile(type=kind, ticks_per_beat=BEAT, tracks=[mido.MidiTrack(track) for track in tracks])
    file.save(file=buffer)
    return buffer.getvalue()


def track(channel: int, program: int, pitches: list[list[int]], **setting: int) -> list[mido.Message]:
    """One stroke a beat (half a second): ``pitches`` together for nearly that long."""
    messages = [mido.Message("program_change", channel=channel, program=program)]
    messages += [
        mido.Message("control_change", channel=channel, control=int(control[2:]), value=value)
        for control, value in setting.items()
    ]
    for chord in pitches:
        messages += [mido.Message("note_on", channel=channel, note=p, velocity=90) for p in chord]
        messages += [
            mido.Message("note_off", channel=channel, note=p, time=0 if place else BEAT - 10)
            for place, p in enumerate(chord)
        ]
        messages.append(mido.Message("control_change", channel=channel, control=1, value=0, time=10))
    return messages
