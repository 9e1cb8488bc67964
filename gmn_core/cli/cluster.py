"""What commands share that let a cluster work for them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager

from gmn_core.cli.usage import UsageError

CLUSTER_HELP = "a Dask cluster, by its scheduler's address, e.g. tcp://10.0.0.1:8786"


@contextmanager
def cluster_at(address: str) -> Iterator[tuple[Executor, int]]:
    """Connect to a cluster while the block runs; gives its workers, and how many there are.

    Raises
    ------
    UsageError
        If the scheduler does not answer.
    """
    from gmn_core.classification.library import cluster_processes

    with ExitStack() as stack:
        try:
            workers = stack.enter_context(cluster_processes(address))
        except OSError as error:
            raise UsageError(f"The cluster at {address} does not answer.") from error
        yield workers


@contextmanager
def cluster_if_named(address: str | None) -> Iterator[tuple[Executor, int] | None]:
    """Do the same where an address is given; else give None."""
    if address is None:
        yield None
        return
    with cluster_at(address) as workers:
        yield workers
