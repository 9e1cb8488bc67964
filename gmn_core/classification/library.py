"""Libraries of music: hundreds of thousands of files over many processes, to one table that survives a kill.

Results are written in parts, which the next run reads to know what is done;
at the end they become one Parquet file. What a run holds in memory does not
grow with the number of files, but for their names.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import cache, partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from gmn_core.files import StrPath, shown_name, write_whole
from gmn_core.genres import GENRES

if TYPE_CHECKING:
    import pyarrow

    from gmn_core.classification.classifier import GenreClassifier

Record = dict[str, str | float | None]
Work = Callable[[str], Record]
"""Takes a file's path and returns its row."""

ROWS_PER_PART = 200
"""Results that a kill may cost at most."""

CONNECT_SECONDS = 20
"""How long a cluster may take to answer."""

_AT_HAND = 4  # files per process that are given out ahead
_CRASHED = "The process that read this file has ended: the file may be damaged."


def library_record(classifiers: Sequence[str], path: str) -> Record:
    """Classify one file and return its row; a bad file's names the reason.

    The pretrained CNN listens to a patch every six seconds instead of two; see `LIBRARY_HOP`.

    Parameters
    ----------
    classifiers : sequence of str
        Names of those that are asked; loaded once per process.
    path : str
        The file.
    """
    from gmn_core.audio.decode import decode_file
    from gmn_core.classification.batch import classify_file

    return classify_file(shown_name(path), partial(decode_file, path), _loaded(tuple(classifiers))).record()


@cache
def _loaded(names: tuple[str, ...]) -> tuple[GenreClassifier, ...]:
    from gmn_core.classification.pretrained.model import LIBRARY_HOP, PretrainedCnn
    from gmn_core.classification.shipped import load_classifier

    loaded = (load_classifier(name) for name in names)
    return tuple(
        replace(each, hop=LIBRARY_HOP) if isinstance(each, PretrainedCnn) else each for each in loaded
    )


def local_processes(n_processes: int) -> Executor:
    """Return processes of this machine, each with one thread for its arithmetic."""
    return ProcessPoolExecutor(n_processes, mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """Prepare a process that shares the machine with others and classifies file after file."""
    from threadpoolctl import threadpool_limits

    from gmn_core import parallel
    from gmn_core.memory import keep_freed_memory

    parallel.N_THREADS = 1
    threadpool_limits(1)
    keep_freed_memory()


@contextmanager
def cluster_processes(address: str) -> Iterator[tuple[Executor, int]]:
    """Connect to a Dask cluster; gives its workers, and how many threads they have.

    They need this package and the same files under the same paths.

    Parameters
    ----------
    address : str
        Of its scheduler, e.g. ``"tcp://10.0.0.1:8786"``.

    Raises
    ------
    OSError
        If the scheduler does not answer.
    """
    from distributed import Client

    with Client(address, timeout=CONNECT_SECONDS) as client:
        yield client.get_executor(pure=False), max(1, sum(client.nthreads().values()))


def classify_library(
    paths: Sequence[StrPath],
    out: StrPath,
    work: Work,
    executor: Callable[[], AbstractContextManager[Executor]],
    *,
    n_processes: int,
    on_progress: Callable[[int, int], object] = lambda done, failed: None,
) -> tuple[int, int]:
    """Classify files that have no row yet, and write one table of all.

    Parameters
    ----------
    paths : sequence of path
        The files.
    out : path
        The table, a Parquet file; one that is there already is added to.
    work : callable
        What is done with each file, e.g. `library_record` with its classifiers.
    executor : callable
        Starts the processes, and starts them again where one has ended.
    n_processes : int
        How many there are.
    on_progress : callable
        Called with the number of files done and failed, those of earlier runs among them.

    Returns
    -------
    n_done, n_failed : int
        Rows in the table, and those of bad files among them.
    """
    out = Path(out)
    parts = out.with_name(f"{out.name}.parts")
    parts.mkdir(parents=True, exist_ok=True)
    names, n_failed = _done_before([out, *sorted(parts.glob("*.parquet"))])
    n_done = len(names)
    on_progress(n_done, n_failed)
    waiting = [str(path) for path in paths if shown_name(path) not in names]
    rows: list[Record] = []
    try:
        for row in _worked(waiting, work, executor, _AT_HAND * n_processes):
            rows.append(row)
            n_done, n_failed = n_done + 1, n_failed + (row["error"] is not None)
            on_progress(n_done, n_failed)
            if len(rows) >= ROWS_PER_PART:
                _write_part(parts, rows)
                rows = []
    finally:
        _write_part(parts, rows)
    _join([out, *sorted(parts.glob("*.parquet"))], out)
    shutil.rmtree(parts)
    return n_done, n_failed


def _worked(
    paths: Iterable[str], work: Work, start: Callable[[], AbstractContextManager[Executor]], at_hand: int
) -> Iterator[Record]:
    """Yield rows as they are ready; a file that ends its process has a row that says so."""
    waiting = iter(paths)
    suspects: list[str] = []
    while True:
        with start() as executor:
            # After a crash, the files that were at hand go one by one, so that the guilty one is found.
            while suspects:
                path = suspects.pop()
                try:
                    yield executor.submit(work, path).result()
                except BrokenExecutor as error:
                    yield _failed(path, error)
                    break
                except Exception as error:
                    yield _failed(path, error)
            else:
                suspects = yield from _worked_together(waiting, work, executor, at_hand)
                if not suspects:
                    return


def _worked_together(
    waiting: Iterator[str], work: Work, executor: Executor, at_hand: int
) -> Generator[Record, None, list[str]]:
    """Yield rows as they are ready; return the files that were at hand when a process ended, if one did."""
    held: dict[Future[Record], str] = {}
    suspects: list[str] = []
    while not suspects:
        for path in islice(waiting, at_hand - len(held)):
            try:
                held[executor.submit(work, path)] = path
            except BrokenExecutor:
                suspects.append(path)
        if not held:
            break
        for future in wait(held, return_when=FIRST_COMPLETED).done:
            path = held.pop(future)
            error = future.exception()
            if isinstance(error, BrokenExecutor):
                suspects.append(path)
            else:
                yield future.result() if error is None else _failed(path, error)
    for future, path in held.items():
        if future.exception() is None:
            yield future.result()
        else:
            suspects.append(path)
    return suspects


def _failed(path: str, error: BaseException) -> Record:
    """Return the row of a file that no reader has refused and that went wrong all the same."""
    crashed = isinstance(error, BrokenExecutor)
    reason = _CRASHED if crashed else f"Something went wrong with this file ({type(error).__name__})."
    return {"file": shown_name(path), "seconds": None, "error": reason}


def _done_before(tables: Sequence[Path]) -> tuple[set[str], int]:
    """Return the files that have a row, and how many of them failed."""
    from pyarrow import parquet

    names: set[str] = set()
    n_failed = 0
    for table in filter(Path.exists, tables):
        rows = parquet.read_table(table, columns=["file", "error"])
        names.update(rows["file"].to_pylist())
        n_failed += len(rows) - rows["error"].null_count
    return names, n_failed


def _write_part(parts: Path, rows: Sequence[Record]) -> None:
    """Write rows as the next part; all of it is there, or nothing."""
    if not rows:
        return
    import pyarrow
    from pyarrow import parquet

    columns = max((list(row) for row in rows), key=len)
    columns = [*dict.fromkeys([*columns, *(name for row in rows for name in row), "notice", "error"])]
    schema = pyarrow.schema([(name, _kind(name)) for name in columns])
    file = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(list(rows), schema), file)
    number = 1 + max((int(part.stem) for part in parts.glob("*.parquet")), default=0)
    write_whole(parts / f"{number:06}.parquet", file.getvalue())


def _kind(column: str) -> pyarrow.DataType:
    import pyarrow

    shares = column.endswith(tuple(f"_{genre}" for genre in GENRES))
    return pyarrow.float64() if shares or column == "seconds" else pyarrow.string()


def _join(tables: Sequence[Path], out: Path) -> None:
    """Join tables, one after another, into one that takes its name when it is complete."""
    import pyarrow
    from pyarrow import parquet

    there = [table for table in tables if table.exists()]
    if not there:
        return
    schema = pyarrow.unify_schemas([parquet.read_schema(table) for table in there])
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        seen: set[str] = set()
        with parquet.ParquetWriter(part, schema) as writer:
            for table in there:
                rows = parquet.read_table(table)
                # A kill after the joining and before the parts were removed would leave rows in both.
                new = [name not in seen for name in rows["file"].to_pylist()]
                seen.update(rows["file"].to_pylist())
                full = pyarrow.Table.from_pydict(
                    {
                        field.name: rows[field.name]
                        if field.name in rows.column_names
                        else pyarrow.nulls(len(rows), field.type)
                        for field in schema
                    },
                    schema=schema,
                )
                writer.write_table(full.filter(pyarrow.array(new)))
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
