"""The notes of a part in seconds, for the instruments that are synthesised without a SoundFont."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Notes:
    """Notes in order of onset.

    Parameters
    ----------
    onsets, durations : ndarray of float64, shape (n,)
        In seconds.
    pitches : ndarray of int64, shape (n,)
        MIDI note numbers.
    velocities : ndarray of int64, shape (n,)
        1 to 127.
    """

    onsets: npt.NDArray[np.float64]
    durations: npt.NDArray[np.float64]
    pitches: npt.NDArray[np.int64]
    velocities: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.onsets)

    def __getitem__(self, chosen: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> Notes:
        """Return the notes selected by a mask or by indices."""
        return Notes(
            self.onsets[chosen], self.durations[chosen], self.pitches[chosen], self.velocities[chosen]
        )

    def strokes(self, together: float = 0.03) -> npt.NDArray[np.intp]:
        """Return the number of each note's stroke: notes struck together share one."""
        late = np.diff(self.onsets, prepend=self.onsets[:1]) > together
        return np.cumsum(late)

    def outer_voice(self, highest: bool = True) -> Notes:
        """Return one note of each stroke, the highest or the lowest, each cut off by the next."""
        if not len(self):
            return self
        stroke = self.strokes()
        order = np.lexsort((-self.pitches if highest else self.pitches, stroke))
        first = order[np.unique(stroke[order], return_index=True)[1]]
        line = self[first]
        gaps = np.diff(line.onsets, append=np.inf)
        return Notes(line.onsets, np.minimum(line.durations, gaps), line.pitches, line.velocities)
