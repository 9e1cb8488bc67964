"""From fits to a model that can be published: each checked on pieces that it has not seen, with a card."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gmn_core.corpora.midi import MidiPiece, Split, pieces_sha256
from gmn_core.corpora.stored import StoredCorpus
from gmn_core.files import StrPath
from gmn_core.generation.sound.fitting import FitSettings, Objective, choose_bands, fit, record, with_low_end
from gmn_core.generation.sound.measures import Dynamics, medians, of_records
from gmn_core.generation.sound.profile import MODEL, Profile, profile_path
from gmn_core.generation.sound.soundfont import bundled_soundfont
from gmn_core.generation.sound.targets import SoundAnalyser, Target, read_targets
from gmn_core.genres import GENRES, Genre
from gmn_core.models.card import CARD_FILE, ModelCard, file_sha256, library_versions, write_card
from gmn_core.models.training_run import open_run, run_model_dir

OUTCOME_FILE = "{genre}.outcome.json"
COMMAND = "python -m gmn_core train production --midi DIR --gtzan DIR"
_FIGURES = "objective on validation pieces, start and fit"


@dataclass(frozen=True)
class FitOutcome:
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
        """The outcome in one sentence."""
        parts = ", ".join(f"{name} {self.before[name]:.2f} to {self.after[name]:.2f}" for name in self.before)
        return f"on other pieces {parts}; {'the fit is kept' if self.kept else 'the start stays'}"


def fit_production(
    genres: Sequence[Genre],
    start_dir: StrPath | None,
    splits: Mapping[Split, Sequence[MidiPiece]],
    gtzan: StrPath,
    settings: FitSettings,
    run_dir: StrPath,
    tell: Callable[[str], None],
) -> Path:
    """Fit genres, and write the profiles of all genres with their card into the folder of a run.

    Parameters
    ----------
    genres : sequence of Genre
        The genres to fit; the profiles of the others stay as they are.
    start_dir : str or os.PathLike, optional
        Profiles to start from; by default those that ship.
    splits : mapping of Split to sequence of MidiPiece
        The MIDI corpus.
    gtzan : str or os.PathLike
        GTZAN's stored forms; its train clips are the target.
    settings : FitSettings
        How the fits are made.
    run_dir : str or os.PathLike
        The run's folder. A run of the same corpora, start and settings resumes
        where it was interrupted, and keeps the genres that it has fitted.
    tell : callable
        Called with a line of text after each round and each genre.

    Returns
    -------
    Path
        The folder of the profiles.

    Raises
    ------
    ValueError
        If GTZAN's stored forms have too few clips of a genre, or the folder
        holds files, but no training.
    OSError
        If a profile to start from cannot be read.
    """
    corpus, run_dir = StoredCorpus(Path(gtzan)), Path(run_dir)
    targets, data = read_targets(corpus), corpus.hashes()
    records = of_records([track for track in corpus.tracks if track.split == "train"], settings.seconds)
    starts = {genre: profile_path(genre, start_dir) for genre in GENRES}
    facts = {
        "model": MODEL,
        "data": data,
        "midi": {str(split): pieces_sha256(splits[split]) for split in (Split.TRAIN, Split.VALID)},
        "start": {genre.value: file_sha256(path) for genre, path in starts.items()},
        "settings": asdict(settings),
    }
    open_run(run_dir, facts)
    folder = run_model_dir(run_dir, MODEL)
    folder.mkdir(parents=True, exist_ok=True)
    for genre, path in starts.items():
        if not profile_path(genre, folder).exists():
            shutil.copyfile(path, profile_path(genre, folder))
    for genre in genres:
        outcome = _fit_genre(
            genre, starts[genre], targets[genre], records.get(genre, ()), splits, settings, run_dir, tell
        )
        profile_path(genre, folder).write_text(outcome.profile.to_json(), encoding="utf-8")
        tell(f"{genre}: {outcome.sentence}")
    write_production_card(folder, run_dir, data, settings, starts[GENRES[0]].parent)
    return folder


def _fit_genre(
    genre: Genre,
    start_file: Path,
    target: Target,
    records: Sequence[Dynamics],
    splits: Mapping[Split, Sequence[MidiPiece]],
    settings: FitSettings,
    run_dir: Path,
    tell: Callable[[str], None],
) -> FitOutcome:
    """Fit one genre on training pieces, and choose between start and fit on validation pieces.

    Without records that have audio, the low end stays as fitted.
    """
    start = Profile.from_json(start_file.read_text(encoding="utf-8"))
    analyser, soundfont = SoundAnalyser(), bundled_soundfont()

    def objective(split: Split) -> Objective:
        pieces = [piece for piece in splits[split] if piece.genre is genre]
        bands = choose_bands(pieces, settings.pieces, settings.seconds, settings.seed)
        return Objective(genre, target, analyser, record(bands, start, soundfont, settings.seconds))

    known = objective(Split.TRAIN)
    fitted = fit(
        start,
        known,
        settings,
        run_dir / f"{genre}.json",
        lambda number, least: tell(f"{genre}: round {number}, {least:.3f}"),
    )
    if records:
        fitted = with_low_end(fitted, known.pieces, medians(records)["low_end"])
    unseen = objective(Split.VALID)
    outcome = FitOutcome(fitted, unseen.parts(start), unseen.parts(fitted))
    text = json.dumps({"before": outcome.before, "after": outcome.after, "kept": outcome.kept}, indent=2)
    (run_dir / OUTCOME_FILE.format(genre=genre)).write_text(text, encoding="utf-8")
    return outcome if outcome.kept else FitOutcome(start, outcome.before, outcome.after)


def write_production_card(
    folder: StrPath, run_dir: StrPath, data: Mapping[str, str], settings: FitSettings, start_dir: StrPath
) -> Path:
    """Write the card of all profiles in a folder, and return its path.

    Genres that this run has not fitted keep the figures that the card in
    ``start_dir`` has of them, if there is one.
    """
    folder, start_card = Path(folder), Path(start_dir) / CARD_FILE
    earlier: dict[str, Any] = {}
    if start_card.is_file():
        earlier = json.loads(start_card.read_text(encoding="utf-8"))["figures"].get(_FIGURES, {})
    fitted = _read_outcomes(Path(run_dir))
    earlier = {name: figures for name, figures in earlier.items() if name not in fitted}
    by_hand = [genre for genre in GENRES if genre.value not in {*fitted, *earlier}]
    files = [profile_path(genre, folder) for genre in GENRES if profile_path(genre, folder).is_file()]
    card = ModelCard(
        name=MODEL,
        summary="How the music of each genre is played, arranged and mixed: for every genre the numbers of "
        "one production profile.",
        data=data,
        split="Fitted on training pieces of the MIDI corpus against GTZAN's train clips (fault-filtered "
        "split); start or fit chosen on validation pieces by other artists.",
        choices={
            **asdict(settings),
            "set by hand": "layers, playing, amplifiers, voices, drum machine, cuts; the start of all else",
            "fitted": "levels, compression, saturation, reverberation, tone",
            "set after the fit": "the gain at 60 Hz, by the low end of records",
        },
        seed=settings.seed,
        figures={_FIGURES: {**earlier, **fitted}},
        limits=[
            *_limit("Set by hand and not fitted", by_hand),
            *_limit("From an earlier training", [genre for genre in GENRES if genre.value in earlier]),
            "The voice sings and chants syllables that mean nothing.",
            "The objective reads the project's own pretrained network, whose figures therefore flatter.",
        ],
        licence="MIT, as the project.",
        command=COMMAND,
        weights={path.name: file_sha256(path) for path in files},
        libraries=library_versions("cma", "midirenderer", "numpy", "onnxruntime"),
    )
    return write_card(card, folder)


def _read_outcomes(run_dir: Path) -> dict[str, Any]:
    paths = {genre.value: run_dir / OUTCOME_FILE.format(genre=genre) for genre in GENRES}
    return {
        name: _rounded(json.loads(path.read_text(encoding="utf-8")))
        for name, path in paths.items()
        if path.is_file()
    }


def _limit(what: str, genres: Sequence[Genre]) -> list[str]:
    return [f"{what}: {', '.join(genre.display_name for genre in genres)}."] if genres else []


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return round(value, 3) if isinstance(value, float) else value
