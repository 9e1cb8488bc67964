"""Repeat the headline of a study from its files alone; only pandas is needed.

Run it in the folder of the study: ``python analysis/headline.py``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pandas as pd


def headline(folder: str | os.PathLike[str]) -> dict[str, float]:
    """Return the study's headline figures from its table of responses."""
    responses = pd.read_csv(Path(folder) / "data" / "description-responses_data.csv")
    # Previews, retakes and inattentive listeners never count, and control items have figures of their own.
    never = responses[["is_test", "is_retake", "is_inattentive"]].any(axis="columns")
    counted = responses[~never & (responses["control"] == "none")]
    right = counted["guess"] == counted["intended_genre"]
    # What each listener's own guesses would get right blind, on average over all their orders.
    blind = 0.0
    for _, own in counted.groupby("listener"):
        guesses, genres = own["guess"].value_counts(), own["intended_genre"].value_counts()
        blind += float((guesses * genres).sum()) / len(own)
    return {
        "listeners": counted["listener"].nunique(),
        "answers": len(counted),
        "mean_rating": float(counted["rating"].mean()),
        "rating_sd": float(counted["rating"].std()),
        "share_right": float(right.mean()),
        "expected_blind": blind / len(counted),
    }


if __name__ == "__main__":
    for name, value in headline(sys.argv[1] if len(sys.argv) > 1 else ".").items():
        print(f"{name}: {value:.6g}")
