"""The versions of a piece in one visit: what each changed, the one that is shown, and the way back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from gmn_core.generation.music.band import Band, Role
from gmn_core.generation.music.instruments import instrument_name
from gmn_core.generation.request import A_LITTLE, MAX_CHANGES, Change, GenerationRequest
from pages.shared.generated import KeptSample

MOST_VERSIONS = 50
"""Of one piece, all of which a visit holds."""

ANOTHER = {
    Role.DRUMS: "Another drummer",
    Role.BASS: "Another bass line",
    Role.CHORDS: "Another accompaniment",
    Role.PAD: "Another pad",
    Role.LEAD: "Another tune",
    Role.SECOND: "Another second voice",
}


@dataclass
class Versions:
    """The versions of one piece, the first as it was composed.

    Parameters
    ----------
    made : list of KeptSample
        In the order in which they were made.
    at : int
        The one that is shown.
    wanted : GenerationRequest, optional
        The one that is being made.
    """

    made: list[KeptSample]
    at: int = 0
    wanted: GenerationRequest | None = None
    before: int = field(default=0)

    @property
    def shown(self) -> KeptSample:
        """The version that is shown."""
        return self.made[self.at]

    @property
    def has_room(self) -> bool:
        """Whether the shown version can be changed once more."""
        return len(self.made) < MOST_VERSIONS and len(self.shown.request.changes) < MAX_CHANGES

    def ask(self, change: Change) -> None:
        """Have a change of the shown version made, where there is room for it."""
        if not self.has_room:
            return
        request = self.shown.request
        self.wanted = replace(request, changes=(*request.changes, change))
        self.before = self.at

    def add(self, sample: KeptSample) -> None:
        """Show a new version."""
        self.made.append(sample)
        self.at, self.wanted = len(self.made) - 1, None

    def undo(self) -> None:
        """Show the version that the shown one was made from; nothing is lost."""
        changes = self.shown.request.changes
        earlier = [index for index, own in enumerate(self.made) if own.request.changes == changes[:-1]]
        if changes and earlier:
            self.at = earlier[-1]

    def label(self, index: int) -> str:
        """Return what a version is called, e.g. ``"2: other drums"``."""
        sample = self.made[index]
        changes = sample.request.changes
        return f"{index + 1}: {change_in_words(changes[-1], sample.band) if changes else 'as composed'}"


def all_but(band: Band, roles: Collection[Role]) -> frozenset[Role]:
    """Return the roles of a band without some."""
    return frozenset(role for role in band.roles if role not in roles)


def change_in_words(change: Change, band: Band) -> str:
    """Return what a change was, in a few words.

    Parameters
    ----------
    change : Change
        The change.
    band : Band
        The piece after it.
    """
    words = []
    for player in change.players:
        name = player.role.display_name.lower()
        if not player.plays:
            words.append(f"no {name}")
        elif player.role in band.programs:
            words.append(f"{name} on {instrument_name(player.role, band.programs[player.role]).lower()}")
    free = all_but(band, change.lock)
    if change.seconds is not None:
        words.append(f"{change.seconds:g} s long")
    elif change.chords:
        words.append("other chords")
    elif change.share < 1:
        words.append("varied a little" if change.share <= A_LITTLE else "varied a lot")
    elif free and not (change.players and not change.bars):
        names = [role.display_name.lower() for role in band.roles if role in free]
        words.append("all made anew" if len(names) == len(band.roles) else f"other {' and '.join(names)}")
    if change.bars is not None:
        first, last = change.bars
        words.append(f"in bar {first}" if first == last else f"in bars {first} to {last}")
    return ", ".join(words) or "made anew"
