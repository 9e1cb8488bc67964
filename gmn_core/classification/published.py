"""What others have published on the same test clips: GTZAN's fault-filtered split (Kereliuk et al. 2015)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PublishedAccuracy:
    """An accuracy on the 290 test clips, as published.

    Parameters
    ----------
    name : str
        The model.
    accuracy : float
        0 to 1.
    learned_from : str
        What it learned from before GTZAN.
    """

    name: str
    accuracy: float
    learned_from: str


PUBLISHED_ACCURACIES: tuple[PublishedAccuracy, ...] = (
    PublishedAccuracy("MATPAC++", 0.876, "AudioSet, without labels"),
    PublishedAccuracy("PaSST", 0.875, "AudioSet, labelled"),
    PublishedAccuracy("MobileNet, 2.9 million weights", 0.874, "AudioSet, labelled"),
    PublishedAccuracy("MuQ", 0.856, "a large collection of music, without labels"),
    PublishedAccuracy("MusicFM", 0.838, "a large collection of music, without labels"),
    PublishedAccuracy("musicnn with SVM", 0.772, "the Million Song Dataset, tags"),
    PublishedAccuracy("CLMR", 0.552, "music, without labels"),
    PublishedAccuracy("CNN of the ISMIR tutorial", 0.541, "GTZAN alone"),
)
"""The best first; the intervals of any two neighbours overlap, since there are only 290 clips."""
