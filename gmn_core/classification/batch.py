"""Many files, one row each: a bad file is reported and the rest go on."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from gmn_core import parallel
from gmn_core.audio.decode import AUDIO_SUFFIXES, Decoded
from gmn_core.audio.errors import AudioError
from gmn_core.classification.classifier import GenreClassifier
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.files import StrPath
from gmn_core.genres import GENRES

# What spreadsheets take for the start of a formula (OWASP, "CSV Injection"), full-width forms included.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

_READING_SHARE = 0.05  # of the work, before the classifiers begin
_REPORT_EVERY_SECONDS = 0.2


@dataclass(frozen=True)
class FileResult:
    """The result for one file.

    Parameters
    ----------
    name : str
        The file's name.
    seconds : float, optional
        How long its audio is; None if it could not be used.
    predictions : mapping
        Classifier name to its prediction; empty if the audio could not be used.
    notices : tuple of str
        Sentences about anything that was left out.
    error : str, optional
        Why the file could not be used, in one sentence.
    """

    name: str
    seconds: float | None = None
    predictions: Mapping[str, GenrePrediction] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    error: str | None = None

    def record(self) -> dict[str, str | float | None]:
        """Return one flat row for a table; shares are 0 to 1."""
        row: dict[str, str | float | None] = {
            "file": self.name,
            "seconds": None if self.seconds is None else round(self.seconds, 2),
        }
        for model, prediction in self.predictions.items():
            row[f"{model}_genre"] = str(prediction.genre)
            for genre, share in zip(GENRES, prediction.shares, strict=True):
                row[f"{model}_{genre}"] = round(float(share), 4)
        row["notice"] = " ".join(self.notices) or None
        row["error"] = self.error
        return row


def as_csv(results: Sequence[FileResult]) -> str:
    """Return one row per file as CSV, with nothing in it that a spreadsheet would execute.

    Texts that begin like a formula get an apostrophe in front, which
    spreadsheets take as "this is text".
    """
    records = [result.record() for result in results]
    # A file that failed has fewer columns than one that did not.
    columns = max((list(record) for record in records), key=len, default=[])
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)  # its line ends are RFC 4180's: a lone "\\r" in a name is quoted
    writer.writeheader()
    writer.writerows({name: _defused(cell) for name, cell in record.items()} for record in records)
    return text.getvalue()


def _defused(cell: str | float | None) -> str | float | None:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def classify_file(
    name: str,
    read: Callable[[], Decoded],
    classifiers: Sequence[GenreClassifier],
    on_progress: Callable[[float], object] = lambda share: None,
) -> FileResult:
    """Decode one file and ask every classifier, all at once.

    Parameters
    ----------
    name : str
        The file's name, for the table.
    read : callable
        Decodes the file; may raise `AudioError`.
    classifiers, on_progress
        As for `classify_decoded`.
    """
    try:
        decoded = read()
    except AudioError as error:
        return FileResult(name, error=str(error))
    return classify_decoded(name, decoded, classifiers, on_progress)


def classify_decoded(
    name: str,
    decoded: Decoded,
    classifiers: Sequence[GenreClassifier],
    on_progress: Callable[[float], object] = lambda share: None,
) -> FileResult:
    """Ask every classifier about a file that is decoded, all at once where there are threads for it.

    Parameters
    ----------
    name : str
        The file's name, for the table.
    decoded : Decoded
        What was in it.
    classifiers : sequence of GenreClassifier
        Each is asked once.
    on_progress : callable
        Called by this thread now and then with the share of the work that is done, 0 to 1. What it
        raises ends the work.
    """
    # By this thread: two that import SciPy at once may find it half made.
    import scipy.fft  # noqa: F401

    done = dict.fromkeys((each.name for each in classifiers), 0.0)

    def ask(classifier: GenreClassifier) -> GenrePrediction:
        def note(share: float) -> None:
            done[classifier.name] = share

        return classifier.classify_in_steps(decoded.clip, note)

    # The descriptors of the k-NN keep one core busy, the networks the other, both outside Python's lock.
    with ThreadPoolExecutor(len(classifiers) if parallel.N_THREADS > 1 else 1) as pool:
        answers = {each.name: pool.submit(ask, each) for each in classifiers}
        while wait(answers.values(), _REPORT_EVERY_SECONDS).not_done:
            on_progress(_READING_SHARE + (1 - _READING_SHARE) * sum(done.values()) / len(done))
        predictions = {model: answer.result() for model, answer in answers.items()}
    on_progress(1.0)
    return FileResult(name, decoded.clip.seconds, predictions, decoded.notices)


def find_audio(paths: Iterable[StrPath]) -> Iterator[Path]:
    """Yield files as they are and, for folders, every audio file at any depth, sorted.

    Raises
    ------
    FileNotFoundError
        If a path does not exist, or a folder holds no audio file.
    """
    for path in map(Path, paths):
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.suffix.lower() in AUDIO_SUFFIXES)
            if not files:
                raise FileNotFoundError(f"The folder {path} holds no audio files.")
            yield from files
        elif path.exists():
            yield path
        else:
            raise FileNotFoundError(f"There is no file {path}.")
