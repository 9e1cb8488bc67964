"""What worker and server tell each other."""

from __future__ import annotations

from pages.workers.slate import Slate


def test_both_sides_see_what_the_other_writes_and_the_file_goes_with_its_maker() -> None:
    server = Slate()
    worker = Slate(server.path)
    assert not server.begun
    worker.begin()
    worker.share = 0.5
    server.stop()
    assert (server.begun, server.share, worker.stopped) == (True, 0.5, True)
    server.wipe()
    assert (worker.begun, worker.share, worker.stopped) == (False, 0.0, False)
    path = server.path
    del worker
    assert path.exists()
    del server
    assert not path.exists()
