"""Audio that can be written as a file."""

from __future__ import annotations

from pathlib import Path

from gmn_core.audio.encoding import encode
from gmn_core.audio.sound import Sound
from gmn_core.files import StrPath, write_whole


class SavableSound(Sound):
    """A sound that can be written as a file."""

    def save(self, path: StrPath) -> None:
        """Write the audio as a file, whose ending says in which form.

        Parameters
        ----------
        path : str or os.PathLike
            Ends in ``.wav`` (16 bits), ``.ogg`` (Vorbis) or ``.mp3``. The same
            audio gives the same bytes.

        Raises
        ------
        AudioError
            If the ending is none of these.
        OSError
            If the file cannot be written.
        """
        write_whole(path, encode(self, Path(path).suffix.lstrip(".")))
