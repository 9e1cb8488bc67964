"""Turns a run of the benchmarks into the page on performance, and keeps its figures for the next."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
KEPT = FOLDER / "kept.json"
PAGE = FOLDER.parent / "docs" / "performance.md"

_TEMPLATE = FOLDER / "page.md"


def main(raw: Path) -> None:
    """Write the page and the kept figures of a run that pytest-benchmark has stored."""
    run = json.loads(raw.read_text(encoding="utf-8"))
    before = json.loads(KEPT.read_text(encoding="utf-8"))["results"] if KEPT.exists() else {}
    results = {
        each["fullname"].removeprefix("benchmarks/"): {
            "seconds": each["stats"]["median"],
            **each["extra_info"],
        }
        for each in run["benchmarks"]
    }
    machine = run["machine_info"]
    PAGE.write_text(
        _TEMPLATE.read_text(encoding="utf-8").format(
            machine=machine["cpu"].get("brand_raw", machine["machine"]),
            cores=machine["cpu"].get("count", "?"),
            python=machine["python_version"],
            date=run["datetime"][:10],
            rows="\n".join(
                row for name, found in results.items() for row in _rows(found, before.get(name, {}))
            ),
            peers="\n".join(_peers(results.values())),
        ),
        encoding="utf-8",
    )
    KEPT.write_text(json.dumps({"date": run["datetime"], "results": results}, indent=1) + "\n")


def _rows(found: dict[str, Any], before: dict[str, Any]) -> list[str]:
    """Return the lines of one benchmark: its time, or what it measured in place of it, and memory."""
    lines = []
    for name, form, more_is_better in (
        ("rate", "{:.1f} files/s", True),
        ("p95", "{:.0f} ms (p95)", False),
        ("p50", "{:.0f} ms (p50)", False),
        ("first", "{:.2f} s", False),
        ("memory", "{:.0f} MB", False),
        ("growth", "{:+.1%} in the second half", False),
    ):
        if name in found:
            factor = 1000 if name in ("p50", "p95") else 1
            lines.append(_line(found, before, name, form, more_is_better, factor))
    if not lines or ("memory" in found and "growth" not in found):
        lines.insert(0, _line(found, before, "seconds", "{:.3g} s", False, 1))
    return lines


def _line(
    found: dict[str, Any], before: dict[str, Any], name: str, form: str, more_is_better: bool, factor: int
) -> str:
    target = found.get("target" if name == "seconds" else f"{name}_target")
    value = found[name]
    held = "" if target is None else "✓" if (value >= target if more_is_better else value <= target) else "✗"
    sign = "≥" if more_is_better else "≤"
    wanted = "" if target is None else f"{sign} {form.format(target * factor)}"
    old = form.format(before[name] * factor) if name in before else ""
    return f"| {found['work']} | {form.format(value * factor)} | {old} | {wanted} | {held} |"


def _peers(results: Any) -> list[str]:
    peers = {found["peer_of"]: found for found in results if "peer_of" in found}
    lines = []
    for ours in results:
        if peer := peers.get(ours.get("peer")):
            ratio = peer["seconds"] / ours["seconds"]
            lines.append(
                f"| {ours['work']} | {ours['seconds']:.3g} s | {peer['work']} | {peer['seconds']:.3g} s "
                f"| {ratio:.2g} |"
            )
    return lines


if __name__ == "__main__":
    main(Path(sys.argv[1]))
