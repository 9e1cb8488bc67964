"""A model card as text to read: Markdown for the documentation and the app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gmn_core.models.card import ModelCard

DEEPEST = 3
MOST_ROWS = 40


def card_markdown(card: ModelCard) -> str:
    """Return a card as Markdown."""
    figures = [row for name, value in card.figures.items() for row in _group(name, value)]
    parts = [
        card.summary,
        "## Figures",
        *figures,
        "## Training and held-out data",
        card.split,
        _table("Source", "SHA-256", [(name, f"`{digest}`") for name, digest in card.data.items()]),
        "## Choices",
        _table("Setting", "Value", list(_rows(card.choices))),
        f"Seed {card.seed}.",
        "## Limits",
        *(f"- {limit}" for limit in card.limits),
        "## Licence",
        card.licence,
        "## Made with",
        f"    {card.command}",
        _table("Weights", "SHA-256", [(name, f"`{digest}`") for name, digest in card.weights.items()]),
        _table("Library", "Version", list(card.libraries.items())),
    ]
    return "\n\n".join(part for part in parts if part)


def _group(name: str, value: Any) -> Iterator[str]:
    """Yield one group of figures: a heading, and its table or where to find it."""
    rows = list(_rows(value if isinstance(value, Mapping) and not _is_proportion(value) else {"": value}))
    yield f"### {name[:1].upper()}{name[1:]}"
    if len(rows) > MOST_ROWS:
        yield f"{len(rows)} figures; they are in the card's JSON."
    else:
        yield _table("Figure", "Value", rows)


def _rows(value: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield each figure under its path; matrices and long lists stay in the JSON."""
    for name, each in value.items():
        here = (*path, str(name))
        if isinstance(each, Mapping) and not _is_proportion(each):
            if len(here) < DEEPEST:
                yield from _rows(each, here)
        elif not isinstance(each, list) or all(isinstance(item, int | float | str) for item in each):
            yield ", ".join(filter(None, here)), _printed(each)


def _is_proportion(value: object) -> bool:
    return isinstance(value, Mapping) and {"value", "low", "high"} <= set(value)


def _printed(value: Any) -> str:
    if isinstance(value, Mapping):
        count = f" of {value['n']}" if "n" in value else ""
        return f"{value['value']:.1%} [{value['low']:.1%}, {value['high']:.1%}]{count}"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return ", ".join(map(_printed, value))
    return str(value)


def _table(left: str, right: str, rows: list[tuple[str, str]]) -> str:
    if not rows:
        return ""
    lines = [f"| {left} | {right} |", "|---|---|"]
    lines += [f"| {name.replace('|', '/')} | {value.replace('|', '/')} |" for name, value in rows]
    return "\n".join(lines)
