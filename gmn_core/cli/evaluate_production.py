"""``evaluate production``: what production is worth, on held-out pieces and on generated samples."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from gmn_core.cli.evaluate_generator import without_nan
from gmn_core.cli.midi_corpus import add_corpus_arguments, read_corpus
from gmn_core.cli.usage import Commands, UsageError, progress


def add_parser(models: Commands) -> None:
    """Declare the command."""
    parser = models.add_parser("production", help="how a genre is mixed, plain and produced (an hour)")
    add_corpus_arguments(parser)
    parser.add_argument("--gtzan", type=Path, required=True, metavar="DIR", help="GTZAN's stored forms")
    parser.add_argument(
        "--split", choices=("valid", "test"), default="test", help="held-out pieces (default: test)"
    )
    parser.add_argument("--count", type=int, default=20, help="pieces and samples of each genre")
    parser.add_argument("--training", type=int, default=10, help="training pieces of each genre, rendered")
    parser.add_argument("--seconds", type=float, default=30.0, help="of each")
    parser.add_argument("--seed", type=int, default=2000, help="of the first sample of each genre")
    parser.add_argument(
        "--checkpoints",
        type=Path,
        metavar="DIR",
        help="of the musicnn package: also ask its other networks, and a support vector machine",
    )
    parser.add_argument(
        "--soundfont",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="also produce the samples with this SoundFont; may be given several times",
    )
    parser.add_argument("--ablation", action="store_true", help="also leave out one ingredient at a time")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the whole report")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Render, ask, print the main figures, and write the report."""
    from gmn_core.classification.gtzan_cnn.model import GenreCnn
    from gmn_core.corpora.midi import Split
    from gmn_core.corpora.stored import StoredCorpus
    from gmn_core.generation.evaluation.production import RenderedPiece, render, report, systems
    from gmn_core.generation.evaluation.record_judges import train_judges
    from gmn_core.generation.playing.sampler import sample_band
    from gmn_core.generation.request import GenerationError, GenerationRequest
    from gmn_core.generation.sound.fitting import choose_bands
    from gmn_core.generation.sound.measures import of_records
    from gmn_core.generation.sound.profile import profile_path, shipped_profile
    from gmn_core.generation.sound.soundfont import bundled_soundfont, read_soundfont
    from gmn_core.generation.sound.targets import SoundAnalyser, read_targets
    from gmn_core.genres import GENRES
    from gmn_core.models.card import file_sha256

    splits = read_corpus(arguments)
    seconds = arguments.seconds

    def real(split: Split, count: int) -> list[RenderedPiece]:
        by_genre = {genre: [piece for piece in splits[split] if piece.genre is genre] for genre in GENRES}
        return [
            RenderedPiece(genre, band)
            for genre, pieces in by_genre.items()
            for band in choose_bands(pieces, count, seconds, seed=arguments.seed)
        ]

    corpus = StoredCorpus(arguments.gtzan)
    try:
        others = [read_soundfont(path) for path in arguments.soundfont]
        targets = read_targets(corpus)
        outside = train_judges(corpus, arguments.checkpoints) if arguments.checkpoints else []
        requests = [
            GenerationRequest(genre, seconds=seconds, seed=arguments.seed + number)
            for genre in GENRES
            for number in range(arguments.count)
        ]
        samples = [
            RenderedPiece(each.genre, sample_band(each)) for each in progress(requests, unit="samples")
        ]
    except (GenerationError, ValueError, OSError) as error:
        raise UsageError(str(error)) from error
    held_out = real(Split(arguments.split), arguments.count)
    analyser, cnn, soundfont = SoundAnalyser(), GenreCnn.shipped(), bundled_soundfont()
    judges = (cnn, analyser.classifier, *outside)
    ways = systems(arguments.ablation)
    groups: dict[str, dict[str, Any]] = {"held-out": {}, "samples": {}}
    for name, profile in ways.items():
        for group, pieces in (("held-out", held_out), ("samples", samples)):
            if group == "held-out" and name.startswith("without"):
                continue
            shown = progress(pieces, unit=f"{group}, {name}")
            groups[group][name] = render(shown, profile, soundfont, seconds, analyser, judges)
    for other in others:
        shown = progress(samples, unit=f"samples, {other.name}")
        way = f"produced with {other.name}"
        groups["samples"][way] = render(shown, shipped_profile, other, seconds, analyser, judges)
    known = real(Split.TRAIN, arguments.training)
    training = [
        rendering
        for name in ("plain", "produced")
        for rendering in render(known, ways[name], soundfont, seconds, analyser)
    ]
    found = report(groups, training, targets, of_records(corpus.tracks, seconds))
    found["command"] = (
        f"python -m gmn_core evaluate production --midi DIR --gtzan DIR --split {arguments.split} "
        f"--count {arguments.count} --training {arguments.training} --seconds {seconds:g} "
        f"--seed {arguments.seed}{' --checkpoints DIR' if arguments.checkpoints else ''}"
        f"{''.join(f' --soundfont {other.name}' for other in others)}"
        f"{' --ablation' if arguments.ablation else ''}"
    )
    found["right on GTZAN's own clips"] = {judge.name: round(judge.known, 3) for judge in outside}
    found["profiles"] = {genre.value: file_sha256(profile_path(genre)) for genre in GENRES}
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(without_nan(found), indent=1, allow_nan=False) + "\n"
        arguments.json.write_text(text, encoding="utf-8")
    print("\n".join(summary(found)))
    return 0


def summary(found: dict[str, Any]) -> list[str]:
    """Return the main figures, a line each."""
    lines = []
    for group in ("held-out", "samples"):
        for way, figures in found[group].items():
            recognised = ", ".join(
                f"{name} {{value:.3f}} [{{low:.3f}}, {{high:.3f}}]".format(**own["accuracy"])
                for name, own in figures["recognition"].items()
            )
            apart = ", ".join(f"{view} {value:.2f}" for view, value in figures["distance"].items())
            lines.append(
                f"{group}, {way} (n = {figures['n']}): {recognised}; distance {apart}; "
                f"{figures['processor_seconds']:.1f} s"
            )
    return lines
