"""What the survey's fixed answers and states are called: the value that is stored, and the words for it."""

from __future__ import annotations

RATING_ANCHORS: dict[int, str] = {
    1: "no shape or detail; completely random noise",
    5: "musically plausible",
    10: "expressive, idiomatic musical shaping and detail",
}
"""The study's own wording of the rating scale, by rating."""

MIN_RATING, MAX_RATING = min(RATING_ANCHORS), max(RATING_ANCHORS)

MIN_LOUDNESS, MAX_LOUDNESS = -40, -5
"""Bounds of a study's loudness, in LUFS."""

STATUSES = ("draft", "open", "paused", "closed")
CONTROLS = ("none", "low_anchor", "high_anchor", "repeat")

SYSTEM_KINDS: dict[str, str] = {
    "this_generator": "This generator",
    "other_generator": "Another generator",
    "people": "People",
    "control": "A control",
}
"""What can have made a sample, by the value that is stored."""

FEEDBACK: dict[str, str] = {
    "at_once": "as soon as they have finished",
    "after_closing": "once the study is closed",
    "never": "never",
}
"""When listeners see how their guesses compare, by the value that is stored."""

MUSICAL_TRAINING: dict[str, str] = {
    "none": "None",
    "under_3": "Less than 3 years",
    "3_to_10": "3 to 10 years",
    "over_10": "More than 10 years",
}
"""Years of lessons or of regular playing, by the value that is stored."""

DEVICES: dict[str, str] = {
    "headphones": "Headphones or earphones",
    "loudspeakers": "Loudspeakers",
    "built_in": "The speaker of this phone or computer",
}
"""What the listener listens on, by the value that is stored."""

LANGUAGES: dict[str, str] = {"en": "English", "de": "Deutsch"}
"""Languages of the listener's screens, by ISO 639-1 code; the first is that of a study without words."""

HEADPHONE_TRIALS, HEADPHONE_PASS = 6, 5
"""Trials of the headphone check, and how many right answers pass it (Woods et
al., 2017, "Headphone screening to facilitate web-based auditory experiments",
https://doi.org/10.3758/s13414-017-1361-2)."""
