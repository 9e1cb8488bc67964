"""From a fit to the profiles that ship: checked on pieces that it has not seen, with a card."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gmn_core.corpora.midi import MidiPiece, Split
from gmn_core.corpora.stored import StoredCorpus
from gmn_core.files import StrPath
from gmn_core.generation.sound.fitting import FitSettings, Objective, choose_bands, fit, record
from gmn_core.generation.sound.profile import MODEL, Profile, profile_path
from gmn_core.generation.sound.soundfont import bundled_soundfont
from gmn_core.generation.sound.targets import Listener, read_targets
from gmn_core.genres import GENRES, Genre
from gmn_core.models.card import ModelCard, file_sha256, library_versions, write_card

OUTCOME_FILE = "{genre}.outcome.json"
COMMAND = "python -m gmn_core train production --midi DIR --gtzan DIR"


@dataclass(frozen=True)
class Outcome:
    """What became of a fit.

    Parameters
    ----------
    profile : Profile
        The fitted one, or the start where the fit did no good on other pieces.
    before, after : mapping of str to float
        Parts of the objective on validation pieces, of the start and of the fitted profile.
    """

    profile: Profile
    before: Mapping[str, float]
    after: Mapping[str, float]

    @property
    def kept(self) -> bool:
        """Whether the fit did good on pieces that it has not seen."""
        return sum(self.after.values()) < sum(self.before.values())

    @property
    def sentence(self) -> str:
        """What is printed of it."""
        parts = ", ".join(f"{name} {self.before[name]:.2f} to {self.after[name]:.2f}" for name in self.before)
        return f"on other pieces {parts}; {'the fit is kept' if self.kept else 'the start stays'}"


def fit_genre(
    genre: Genre,
    start_file: StrPath,
    splits: Mapping[Split, Sequence[MidiPiece]],
    gtzan: StrPath,
    settings: FitSettings,
    run_dir: StrPath,
    tell: Callable[[str], None],
) -> Outcome:
    """Fit one genre on training pieces, and choose between start and fit on validation pieces.

    Parameters
    ----------
    genre : Genre
        The genre.
    start_file : Path
        Profile to start from.
    splits : mapping of Split to sequence of MidiPiece
        The MIDI corpus.
    gtzan : Path
        GTZAN's stored forms; its train clips are the target.
    settings : FitSettings
        How the fit is made.
    run_dir : Path
        Keeps the diary and the outcome.
    tell : callable
        Gets a line after each round.
    """
    start_file = Path(start_file)
    gtzan = Path(gtzan)
    run_dir = Path(run_dir)
    start = Profile.from_json(start_file.read_text(encoding="utf-8"))
    target, listener, soundfont = read_targets(StoredCorpus(gtzan))[genre], Listener(), bundled_soundfont()

    def objective(split: Split) -> Objective:
        pieces = [piece for piece in splits[split] if piece.genre is genre]
        bands = choose_bands(pieces, settings.pieces, settings.seconds, settings.seed)
        return Objective(genre, target, listener, record(bands, start, soundfont, settings.seconds))

    fitted = fit(
        start,
        objective(Split.TRAIN),
        settings,
        run_dir / f"{genre}.json",
        lambda number, least: tell(f"{genre}: round {number}, {least:.3f}"),
    )
    unseen = objective(Split.VALID)
    outcome = Outcome(fitted, unseen.parts(start), unseen.parts(fitted))
    text = json.dumps({"before": outcome.before, "after": outcome.after, "kept": outcome.kept}, indent=2)
    (run_dir / OUTCOME_FILE.format(genre=genre)).write_text(text, encoding="utf-8")
    return outcome if outcome.kept else Outcome(start, outcome.before, outcome.after)


def write_production_card(folder: StrPath, run_dir: StrPath, gtzan: StrPath, settings: FitSettings) -> None:
    """Write the card of all profiles in a folder."""
    folder = Path(folder)
    run_dir = Path(run_dir)
    gtzan = Path(gtzan)
    outcomes: dict[str, Any] = {}
    for genre in GENRES:
        path = run_dir / OUTCOME_FILE.format(genre=genre)
        if path.is_file():
            outcomes[genre.value] = _rounded(json.loads(path.read_text(encoding="utf-8")))
    by_hand = [genre.display_name for genre in GENRES if genre.value not in outcomes]
    files = [profile_path(genre, folder) for genre in GENRES if profile_path(genre, folder).is_file()]
    card = ModelCard(
        name=MODEL,
        summary="How the music of each genre is played, arranged and mixed: for every genre the numbers of "
        "one production profile.",
        data=StoredCorpus(gtzan).hashes(),
        split="Fitted on training pieces of the MIDI corpus against GTZAN's train clips (fault-filtered "
        "split); start or fit chosen on validation pieces by artists of their own.",
        choices={
            **asdict(settings),
            "set by hand": "layers, playing, amplifiers, voices, drum machine, cuts; the start of all else",
            "fitted": "levels, compression, saturation, reverberation, tone",
        },
        seed=settings.seed,
        figures={"objective on validation pieces, start and fit": outcomes},
        limits=[
            *([f"Set by hand and not fitted: {', '.join(by_hand)}."] if by_hand else []),
            "The voice sings and chants syllables that mean nothing.",
            "The objective reads the project's own pretrained network, whose figures therefore flatter.",
        ],
        licence="MIT, as the project.",
        command=COMMAND,
        weights={path.name: file_sha256(path) for path in files},
        libraries=library_versions("cma", "midirenderer", "numpy", "onnxruntime"),
    )
    write_card(card, folder)


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(own) for name, own in value.items()}
    return round(value, 3) if isinstance(value, float) else value
