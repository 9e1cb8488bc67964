import gc
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.classification.once_per_clip import OncePerClip


def clip() -> Clip:
    return Clip(np.zeros(8), 8_000)


def test_threads_that_ask_at_the_same_time_share_one_result() -> None:
    asked, answer = [], Event()

    def slowly(heard: Clip) -> object:
        asked.append(heard)
        assert answer.wait(30)
        return object()

    once: OncePerClip[object] = OncePerClip()
    mine = clip()
    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(once, slowly, mine) for _ in range(2)]
        answer.set()
        first, second = (each.result() for each in both)
    assert first is second
    assert len(asked) == 1
    assert once(slowly, clip()) is not first


def test_nothing_is_kept_of_a_clip_that_is_gone() -> None:
    once: OncePerClip[int] = OncePerClip()
    mine = clip()
    once(lambda heard: len(heard.samples), mine)
    assert len(once._kept) == 1
    del mine
    gc.collect()
    assert len(once._kept) == 0


def test_after_a_failure_one_may_try_again() -> None:
    once: OncePerClip[float] = OncePerClip()
    mine = clip()
    with pytest.raises(ZeroDivisionError):
        once(lambda heard: 1 / 0, mine)
    assert once(lambda heard: 1.0, mine) == 1.0
