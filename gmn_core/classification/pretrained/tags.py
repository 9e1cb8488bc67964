"""The words that the pretrained network puts to music."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Taggram = npt.NDArray[np.float32]

MSD_TAGS: tuple[str, ...] = (
    "rock", "pop", "alternative", "indie", "electronic", "female vocalists", "dance", "00s",
    "alternative rock", "jazz", "beautiful", "metal", "chillout", "male vocalists", "classic rock", "soul",
    "indie rock", "Mellow", "electronica", "80s", "folk", "90s", "chill", "instrumental", "punk", "oldies",
    "blues", "hard rock", "ambient", "acoustic", "experimental", "female vocalist", "guitar", "Hip-Hop",
    "70s", "party", "country", "easy listening", "sexy", "catchy", "funk", "electro", "heavy metal",
    "Progressive rock", "60s", "rnb", "indie pop", "sad", "House", "happy",
)  # fmt: skip
"""The 50 tags of the networks trained on MSD, in order."""

LEAST_SHARE = 0.1
"""A tag is worth a word where it has at least this mean probability."""


def words_of(taggram: Taggram, most: int = 5) -> tuple[str, ...]:
    """Return what the network calls a clip, the surest first.

    Parameters
    ----------
    taggram : ndarray, shape (n_patches, 50)
        The tags' probabilities.
    most : int
        How many words at most.

    Examples
    --------
    >>> import numpy as np
    >>> words_of(np.eye(50, dtype=np.float32)[[9, 9, 23]])
    ('jazz', 'instrumental')
    """
    means = taggram.mean(axis=0)
    surest = np.argsort(-means, kind="stable")[:most]
    return tuple(MSD_TAGS[index].lower() for index in surest if means[index] >= LEAST_SHARE)
