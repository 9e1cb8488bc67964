"""Reading the layers of an ONNX file without the onnx package, which takes half a second to load.

An ONNX file is a message of Protocol Buffers; only what a stored network's
weights need of it is read here.

References
----------
``onnx.proto`` of the ONNX project; "Encoding" in the documentation of Protocol Buffers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gmn_core.files import StrPath

# Numbers of fields in onnx.proto.
_GRAPH = 7
_NODE, _INITIALIZER = 1, 5
_INPUT, _OUTPUT, _OP_TYPE = 1, 2, 4
_DIMS, _DATA_TYPE, _NAME, _RAW_DATA = 1, 2, 8, 9
_FLOAT = 1

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True)
class Node:
    """One operation of a network.

    Parameters
    ----------
    kind : str
        ONNX's name of the operation, e.g. ``"Conv"``.
    inputs, outputs : tuple of str
        Names of what it reads and what it makes.
    """

    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class OnnxGraph:
    """A network as it is stored.

    Parameters
    ----------
    nodes : tuple of Node
        The operations, each after those whose results it reads.
    tensors : dict of str to ndarray of float32
        The weights by name.
    """

    nodes: tuple[Node, ...]
    tensors: dict[str, npt.NDArray[np.float32]]

    @classmethod
    def read(cls, path: StrPath) -> OnnxGraph:
        """Read a file whose weights are stored inside it, as little-endian bytes.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file ends too early or holds no network.
        """
        graph = next((value for field, value in _fields(Path(path).read_bytes()) if field == _GRAPH), None)
        if not isinstance(graph, bytes):
            raise ValueError(f"{path} holds no network.")
        nodes, tensors = [], {}
        for field, value in _fields(graph):
            if field == _NODE and isinstance(value, bytes):
                nodes.append(_node(value))
            elif field == _INITIALIZER and isinstance(value, bytes):
                name, tensor = _tensor(value)
                if tensor is not None:
                    tensors[name] = tensor
        return cls(tuple(nodes), tensors)

    def after(self, node: Node, kind: str) -> Node:
        """Return the one operation of a kind that reads what a node makes.

        Raises
        ------
        ValueError
            If there is none, or more than one.
        """
        (found,) = (each for each in self.nodes if each.kind == kind and node.outputs[0] in each.inputs)
        return found

    def weight(self, node: Node) -> npt.NDArray[np.float32]:
        """Return the first stored tensor that a node reads."""
        return next(self.tensors[name] for name in node.inputs if name in self.tensors)


def _node(data: bytes) -> Node:
    texts: dict[int, list[str]] = {_INPUT: [], _OUTPUT: [], _OP_TYPE: []}
    for field, value in _fields(data):
        if field in texts and isinstance(value, bytes):
            texts[field].append(value.decode())
    return Node(texts[_OP_TYPE][0], tuple(texts[_INPUT]), tuple(texts[_OUTPUT]))


def _tensor(data: bytes) -> tuple[str, npt.NDArray[np.float32] | None]:
    """Return a tensor's name and, if it holds floats as bytes, its values."""
    name, kind, raw = "", 0, None
    shape: list[int] = []
    for field, value in _fields(data):
        if field == _DIMS:
            shape += [value] if isinstance(value, int) else _varints(value)
        elif field == _DATA_TYPE and isinstance(value, int):
            kind = value
        elif field == _NAME and isinstance(value, bytes):
            name = value.decode()
        elif field == _RAW_DATA and isinstance(value, bytes):
            raw = value
    if kind != _FLOAT or raw is None:
        return name, None
    return name, np.frombuffer(raw, "<f4").reshape(shape)


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield each field's number and its value: an integer, or bytes."""
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        field, wire = key >> 3, key & 7
        if wire == _VARINT:
            number, place = _varint(data, place)
            yield field, number
            continue
        if wire == _BYTES:
            length, place = _varint(data, place)
        elif wire in (_FIXED32, _FIXED64):
            length = 4 if wire == _FIXED32 else 8
        else:
            raise ValueError(f"A field of the unknown kind {wire} in an ONNX file.")
        if place + length > len(data):
            raise ValueError("The ONNX file ends too early.")
        yield field, data[place : place + length]
        place += length


def _varints(data: bytes) -> list[int]:
    numbers, place = [], 0
    while place < len(data):
        number, place = _varint(data, place)
        numbers.append(number)
    return numbers


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """Return the number that begins at a place, seven bits a byte, and the place after it."""
    number = shift = 0
    while True:
        if place >= len(data):
            raise ValueError("The ONNX file ends too early.")
        byte = data[place]
        number |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return number, place
