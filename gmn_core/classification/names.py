"""What the classifiers are called, and what each is, for people."""

from __future__ import annotations

MODEL_NAMES: dict[str, str] = {
    "knn_descriptors": "k-NN on 57 descriptors",
    "cnn": "CNN trained on GTZAN",
    "knn_pretrained": "k-NN on pretrained tags",
    "cnn_pretrained": "Pretrained CNN",
}
"""Display names of the classifiers, from the study's own to the strongest."""

MODEL_SENTENCES: dict[str, str] = {
    "knn_descriptors": (
        "Measures 57 things about the sound (timbre, loudness, rhythm, harmony) and asks the most similar "
        "of 640 labelled recordings to vote: k nearest neighbours."
    ),
    "cnn": (
        "A neural network that looks at a picture of the sound, pitch against time, and has learned from "
        "the same 640 recordings which patterns go with which genre."
    ),
    "knn_pretrained": (
        "Asks the most similar of the 640 recordings to vote, as the first does, but compares the words "
        "that the pretrained network puts to them."
    ),
    "cnn_pretrained": (
        "A neural network that learned from a huge collection of songs to put words to music, and from the "
        "640 recordings which words go with which genre; the CNN gives it a second opinion."
    ),
}
"""What each classifier is, in a sentence."""
