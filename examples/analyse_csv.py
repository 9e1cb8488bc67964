"""Analyse the responses of another survey from a CSV: python analyse_csv.py RESPONSES.csv REPORT.html."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

import survey_db

table, report = sys.argv[1:]

# One row per response. The names on the left are that survey's own; those on the right are needed here.
responses = pd.read_csv(table).rename(
    columns={
        "participant": "listener",
        "stimulus": "sample",
        "true_style": "intended_genre",
        "chosen_style": "guess",
        "score": "rating",
    }
)
summary = survey_db.summarise(responses, study="Another survey")

for answer in summary.conclusions():  # is it musical, and can listeners hear the genre?
    print(answer)

# Every figure is a field of the summary. What the responses do not suffice for is a `Missing` with a reason.
for sample in summary.ratings:
    print(f"{sample.sample}: {sample.mean:.1f}")

Path(report).write_text(survey_db.html_report(summary, datetime.now(UTC)), encoding="utf-8")
