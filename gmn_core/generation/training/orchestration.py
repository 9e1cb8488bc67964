"""Orchestration: which instruments a genre's bands use together, with the accidents of single files removed.

A MIDI file names an instrument for each part, and many files name an odd one: a sound effect, a stand-in for
the singer, a program that no other piece of the genre uses. Such a player is replaced by one from the band of
another piece, the likelier the more its other players resemble this band's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from gmn_core.generation.music.band import PITCHED_ROLES, Role

Programs = Mapping[Role, int]

USUAL_SHARE = 0.02
"""Of a genre's pieces must use a program in a role before it counts as usual there."""

_FEWEST_PIECES = 2  # one piece is an accident, however small the corpus
_FAMILY = 8  # General MIDI sorts its programs into families of eight
_LIKENESS = 1.5  # logarithm of how much likelier each player of the same family makes a band
_ORCHESTRA_HIT = 55
# Synthesised effects (rain, goblins, ...), and percussion and noises; steel drums are an instrument.
_EFFECTS = {*range(96, 104), *range(112, 128)} - {114} | {_ORCHESTRA_HIT}
# What files write for a singer: choirs and voices, calliope, chiff and voice leads.
_SINGERS = {52, 53, 54, 82, 83, 85}
_TUNES = {Role.LEAD, Role.SECOND}
_BASSES = range(32, 40)


def usual_programs(bands: Sequence[Programs]) -> dict[Role, frozenset[int]]:
    """Return the programs that a genre's bands usually use, by role.

    Parameters
    ----------
    bands : sequence of mapping of Role to int
        The programs of each piece of the genre.

    Returns
    -------
    dict of Role to frozenset of int
        For each pitched role the programs that at least two pieces and at
        least `USUAL_SHARE` of all pieces use, without sound effects, without
        basses above the bass and, in the tunes, without stand-ins for a singer. Where nothing is left, the
        commonest program.
    """
    enough = max(_FEWEST_PIECES, USUAL_SHARE * len(bands))
    usual = {}
    for role in PITCHED_ROLES:
        counts = Counter(band[role] for band in bands if role in band)
        own = {program for program, n in counts.items() if n >= enough and not _is_accident(role, program)}
        if counts:
            usual[role] = frozenset(own or {counts.most_common(1)[0][0]})
    return usual


def _is_accident(role: Role, program: int) -> bool:
    bass_elsewhere = program in _BASSES and role is not Role.BASS
    return program in _EFFECTS or bass_elsewhere or (role in _TUNES and program in _SINGERS)


def orchestrate(
    own: Programs,
    bands: Sequence[Programs],
    usual: Mapping[Role, frozenset[int]],
    rng: np.random.Generator,
) -> dict[Role, int]:
    """Return a piece's band with every unusual player replaced.

    Parameters
    ----------
    own : mapping of Role to int
        The piece's programs.
    bands : sequence of mapping of Role to int
        The programs of the genre's pieces, to borrow players from.
    usual : mapping of Role to frozenset of int
        From `usual_programs` on the same bands.
    rng : numpy Generator
        Chooses among bands that are equally alike.

    Returns
    -------
    dict of Role to int
        The same roles; the drums as they were.
    """
    played = dict(own)
    for role, program in own.items():
        if role is Role.DRUMS or program in usual[role]:
            continue
        lenders = [band for band in bands if band.get(role) in usual[role]]
        likeness = np.array([_likeness(own, band, role) for band in lenders])
        weights = np.exp(_LIKENESS * (likeness - likeness.max()))
        played[role] = lenders[int(rng.choice(len(lenders), p=weights / weights.sum()))][role]
    return played


def _likeness(own: Programs, other: Programs, leaving_out: Role) -> int:
    """Count the players of the same family, one role left out."""
    return sum(
        own[role] // _FAMILY == other[role] // _FAMILY
        for role in PITCHED_ROLES
        if role is not leaving_out and role in own and role in other
    )
