"""Results that several classifiers need of one clip, found once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from gmn_core.audio.clip import Clip

Result = TypeVar("Result")


class OncePerClip(Generic[Result]):
    """Keeps the result for each clip for as long as the clip is in use; threads wait for each other."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Clip, Future[Result]] = WeakKeyDictionary()
        self._lock = Lock()

    def __call__(self, function: Callable[[Clip], Result], clip: Clip) -> Result:
        """Return the result for a clip; the function, always the same, is called for the first who asks."""
        with self._lock:
            found = self._kept.get(clip)
            if found is None:
                ours = self._kept[clip] = Future()
        if found is not None:
            return found.result()
        try:
            ours.set_result(function(clip))
        except BaseException as error:
            ours.set_exception(error)
            with self._lock:
                self._kept.pop(clip, None)  # whoever asks next may try again
            raise
        return ours.result()
