"""SoundFonts cut to the notes that a part plays.

A synthesizer reads its whole SoundFont before the first note; a few notes of one instrument need a
hundredth of it. What is cut is a SoundFont 2 of a few presets, with uncompressed samples:
a SoundFont 3 is the same file with each sample as an Ogg Vorbis stream.

References
----------
SoundFont Technical Specification 2.04, E-mu Systems, 2006. Version 3 is an extension by MuseScore:
a flag in a sample's type, offsets in bytes, and loops counted from the start of their sample.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gmn_core.generation.request import GenerationError

Pcm = npt.NDArray[np.int16]
Records = npt.NDArray[np.void]

PERCUSSION_BANK = 128
_SILENCE = 46  # zeros that the specification asks for after each sample
_COMPRESSED = 0x10
_INSTRUMENT, _SAMPLE, _KEY_RANGE = 41, 53, 43  # generators
_DTYPES: dict[str, np.dtype[np.void]] = {
    "phdr": np.dtype([("name", "S20"), ("program", "<u2"), ("bank", "<u2"), ("bag", "<u2"), ("rest", "V12")]),
    "bag": np.dtype([("generator", "<u2"), ("modulator", "<u2")]),
    "mod": np.dtype("V10").newbyteorder("<"),
    "gen": np.dtype([("kind", "<u2"), ("amount", "<u2")]),
    "inst": np.dtype([("name", "S20"), ("bag", "<u2")]),
    "shdr": np.dtype(
        [
            ("name", "S20"),
            *((name, "<u4") for name in ("start", "end", "loop_start", "loop_end", "rate")),
            *(("pitch", "u1"), ("correction", "i1"), ("link", "<u2"), ("type", "<u2")),
        ]
    ),
}
_KINDS = {"pbag": "bag", "ibag": "bag", "pmod": "mod", "imod": "mod", "pgen": "gen", "igen": "gen"}
_TABLES = ("phdr", "pbag", "pmod", "pgen", "inst", "ibag", "imod", "igen", "shdr")


@dataclass(frozen=True, eq=False)
class _Zone:
    """Part of a preset or an instrument: its settings, and what it points to, if anything."""

    generators: Records
    modulators: Records
    target: int | None

    def sounds(self, keys: Collection[int]) -> bool:
        """Say whether any of the keys is in the zone's range."""
        for generator in self.generators:
            if generator["kind"] == _KEY_RANGE:
                low, high = int(generator["amount"]) & 0xFF, int(generator["amount"]) >> 8
                return any(low <= key <= high for key in keys)
        return True


class PresetLibrary:
    """The presets of a SoundFont 2 or 3.

    Parameters
    ----------
    data : bytes
        The whole file.

    Raises
    ------
    GenerationError
        If it is no SoundFont, or a damaged one.
    """

    def __init__(self, data: bytes) -> None:
        try:
            chunks = dict(_chunks(memoryview(data)))
            self._sound = chunks["smpl"]
            self._tables = {
                name: np.frombuffer(chunks[name], _DTYPES[_KINDS.get(name, name)]) for name in _TABLES
            }
        except (KeyError, ValueError, struct.error) as error:
            raise GenerationError("It is damaged.") from error
        headers = self._tables["phdr"][:-1]
        self._presets: dict[tuple[int, int], int] = {
            (int(header["bank"]), int(header["program"])): index for index, header in enumerate(headers)
        }
        if not self._presets:
            raise GenerationError("It holds no instruments.")
        self._decode = lru_cache(maxsize=256)(self._decoded)

    def cut(self, presets: Mapping[tuple[int, int], Collection[int]]) -> bytes:
        """Return a SoundFont 2 of a few presets, with the samples that their keys need.

        Parameters
        ----------
        presets : mapping of (int, int) to collection of int
            Bank (0, or `PERCUSSION_BANK` for drum kits) and program (0 to 127)
            to the MIDI note numbers that are played. Where the bank lacks a
            program, its first (the grand piano, the standard kit) takes its
            place under the number asked for.
        """
        writer = _Writer(self)
        for (bank, program), keys in presets.items():
            writer.add(self._place(bank, program), bank, program, keys)
        return writer.file()

    def _place(self, bank: int, program: int) -> int:
        for wanted in ((bank, program), (bank, 0)):
            if wanted in self._presets:
                return self._presets[wanted]
        return min(self._presets.values())

    def zones(self, table: str, index: int) -> list[_Zone]:
        """Return the zones of a preset (``"phdr"``) or an instrument (``"inst"``)."""
        kind, target = ("p", _INSTRUMENT) if table == "phdr" else ("i", _SAMPLE)
        bags, generators, modulators = (self._tables[kind + name] for name in ("bag", "gen", "mod"))
        first, last = (int(self._tables[table][place]["bag"]) for place in (index, index + 1))
        zones = []
        for bag, following in zip(bags[first:last], bags[first + 1 : last + 1], strict=True):
            settings = generators[int(bag["generator"]) : int(following["generator"])]
            pointers = settings[settings["kind"] == target]
            zones.append(
                _Zone(
                    settings[settings["kind"] != target],
                    modulators[int(bag["modulator"]) : int(following["modulator"])],
                    int(pointers[-1]["amount"]) if len(pointers) else None,
                )
            )
        return zones

    def name(self, table: str, index: int) -> bytes:
        """Return the name of a preset or an instrument."""
        return bytes(self._tables[table][index]["name"])

    def sample(self, index: int) -> tuple[Records, Pcm]:
        """Return a sample's header, its loop counted from its start, and its sound."""
        pcm = self._decode(index)
        header = self._tables["shdr"][index : index + 1].copy()
        if not header["type"][0] & _COMPRESSED:
            header["loop_start"] -= header["start"]
            header["loop_end"] -= header["start"]
        header["type"] &= ~np.uint16(_COMPRESSED)
        return header, pcm

    def _decoded(self, index: int) -> Pcm:
        header = self._tables["shdr"][index]
        start, end = int(header["start"]), int(header["end"])
        if not int(header["type"]) & _COMPRESSED:
            return np.frombuffer(self._sound, "<i2")[start:end]
        import soundfile

        pcm, _ = soundfile.read(io.BytesIO(self._sound[start:end]), dtype="int16")
        return np.asarray(pcm, np.int16)


@dataclass
class _Owner:
    """A preset or an instrument as it is written: its header and its zones, with new numbers."""

    header: tuple[object, ...]
    zones: list[_Zone]


class _Writer:
    """Collects presets and what they refer to, and writes them with new numbers."""

    def __init__(self, library: PresetLibrary) -> None:
        self._library = library
        self._presets: list[_Owner] = []
        self._instruments: list[_Owner] = []
        self._samples: dict[int, int] = {}

    def add(self, index: int, bank: int, program: int, keys: Collection[int]) -> None:
        """Add a preset, as far as the keys need it."""
        zones: list[_Zone] = []
        # A preset that has none of the keys is silent; a synthesizer wants some zone of it all the same.
        for tried in (keys, *((key,) for key in range(128))):
            zones = self._preset_zones(index, tried)
            if any(zone.target is not None for zone in zones):
                break
        header = (self._library.name("phdr", index), program, bank, 0, bytes(12))
        self._presets.append(_Owner(header, zones))

    def _preset_zones(self, index: int, keys: Collection[int]) -> list[_Zone]:
        """Return the zones of a preset that sound, and write their instruments."""
        zones = []
        for place, zone in enumerate(self._library.zones("phdr", index)):
            if zone.target is None:
                if place == 0:  # the settings that hold for all zones; elsewhere it is ignored
                    zones.append(zone)
            elif zone.sounds(keys) and (inner := self._instrument_zones(zone.target, keys)):
                zones.append(replace(zone, target=len(self._instruments)))
                self._instruments.append(_Owner((self._library.name("inst", zone.target), 0), inner))
        return zones

    def _instrument_zones(self, index: int, keys: Collection[int]) -> list[_Zone]:
        """Return the zones of an instrument that sound; none, if only its general settings would be left."""
        zones = []
        for place, zone in enumerate(self._library.zones("inst", index)):
            if zone.target is None:
                if place == 0:
                    zones.append(zone)
            elif zone.sounds(keys):
                zones.append(replace(zone, target=self._samples.setdefault(zone.target, len(self._samples))))
        return zones if any(zone.target is not None for zone in zones) else []

    def file(self) -> bytes:
        """Return the SoundFont."""
        tables: dict[str, Records] = {}
        for name, kind, target, owners in (
            ("phdr", "p", _INSTRUMENT, self._presets),
            ("inst", "i", _SAMPLE, self._instruments),
        ):
            headers = np.zeros(len(owners) + 1, _DTYPES[name])
            headers[:-1] = np.array([owner.header for owner in owners], _DTYPES[name])
            headers["bag"][1:] = np.cumsum([len(owner.zones) for owner in owners], dtype=np.uint16)
            tables[name] = headers
            tables |= self._zone_tables(kind, target, [owner.zones for owner in owners])
        tables["shdr"], sound = self._sample_table()
        return _file(tables, sound)

    def _zone_tables(self, kind: str, target: int, owners: Sequence[Sequence[_Zone]]) -> dict[str, Records]:
        zones = [zone for owned in owners for zone in owned]
        bags = np.zeros(len(zones) + 1, _DTYPES["bag"])
        generators, modulators = [], [zone.modulators for zone in zones]
        for zone in zones:
            pointer = [(target, zone.target)] if zone.target is not None else []
            generators.append(np.concatenate([zone.generators, np.array(pointer, _DTYPES["gen"])]))
        bags["generator"][1:] = np.cumsum([len(owned) for owned in generators], dtype=np.uint16)
        bags["modulator"][1:] = np.cumsum([len(owned) for owned in modulators], dtype=np.uint16)
        return {
            f"{kind}bag": bags,
            f"{kind}gen": np.concatenate([*generators, np.zeros(1, _DTYPES["gen"])]),
            f"{kind}mod": np.concatenate([*modulators, np.zeros(1, _DTYPES["mod"])]),
        }

    def _sample_table(self) -> tuple[Records, Pcm]:
        headers, sounds, place = [], [], 0
        for index in self._samples:
            header, pcm = self._library.sample(index)
            header["start"], header["end"] = place, place + len(pcm)
            header["loop_start"] += place
            header["loop_end"] += place
            header["link"] = 0
            header["type"] = 1  # mono: a stereo pair is panned by its zones
            headers.append(header)
            sounds += [pcm, np.zeros(_SILENCE, np.int16)]
            place += len(pcm) + _SILENCE
        table = np.concatenate([*headers, np.zeros(1, _DTYPES["shdr"])])
        return table, np.concatenate([*sounds, np.zeros(_SILENCE, np.int16)])


def _chunks(data: memoryview) -> Iterator[tuple[str, memoryview]]:
    """Yield the chunks inside the lists of a RIFF file, by name."""
    for name, body in _sequence(data, 12):
        if name == "LIST":
            yield from _sequence(body, 4)


def _sequence(data: memoryview, place: int) -> Iterator[tuple[str, memoryview]]:
    while place + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, place)
        place += 8
        yield name.decode("latin-1"), data[place : place + size]
        place += size
        # Some files lack the byte that should follow a chunk of odd length; no name begins with a zero byte.
        place += size % 2 and place < len(data) and data[place] == 0


def _file(tables: dict[str, Records], sound: Pcm) -> bytes:
    information = _chunk("ifil", struct.pack("<HH", 2, 1)) + _chunk("INAM", b"cut\0")
    parts = b"".join(_chunk(name, tables[name].tobytes()) for name in _TABLES)
    lists = (
        _chunk("LIST", b"INFO" + information)
        + _chunk("LIST", b"sdta" + _chunk("smpl", sound.tobytes()))
        + _chunk("LIST", b"pdta" + parts)
    )
    return _chunk("RIFF", b"sfbk" + lists)


def _chunk(name: str, body: bytes) -> bytes:
    return name.encode() + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
