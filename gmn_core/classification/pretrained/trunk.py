"""The pretrained musicnn network in NumPy, with its large filters applied as matrix products of spectra.

Nine tenths of the network's operations are two filters of 7 frames by 38 and
67 mel bands that move over the bands, of which only the largest value is kept.
Along the bands they are applied here to Fourier transforms, a fifth of the
operations, with what is left written as products of small matrices, in which
processors are best. The tags differ from onnxruntime's in the sixth decimal.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gmn_core import parallel
from gmn_core.classification.onnx_file import Node, OnnxGraph
from gmn_core.features.blas import one_blas_thread
from gmn_core.files import StrPath

FloatArray = npt.NDArray[np.float32]

_BLOCK = 32
"""Frames that are worked on together: their products stay in a processor's second cache."""

_BANDS = 16
"""Mel bands that are worked on together, so that threads seldom wait for Python's lock between products."""


class MusicnnTrunk:
    """The musicnn network: patches of 187 frames and 96 mel bands to 50 tags.

    Parameters
    ----------
    path : str or os.PathLike
        The network as an ``.onnx`` file, as training writes it.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it holds another network.
    """

    def __init__(self, path: StrPath) -> None:
        graph = OnnxGraph.read(path)
        nodes = {
            kind: [node for node in graph.nodes if node.kind == kind] for kind in ("Mul", "Conv", "MatMul")
        }
        if tuple(map(len, nodes.values())) != (11, 8, 2):
            raise ValueError(f"{path} does not hold the musicnn network.")
        filters = [_Filters.of(graph, node) for node in nodes["Conv"]]
        self._input = _Affine.of(graph, nodes["Mul"][0])
        by_shape = {each.weights.shape[1:]: each for each in filters}
        self._timbral = [_Timbral(by_shape[7, width]) for width in (38, 67)]
        self._temporal = _Temporal([by_shape[length, 1] for length in (128, 64, 32)])
        self._stages = [_Stage(each) for each in filters if len(each.weights) == 64]
        hidden, last = nodes["MatMul"]
        self._pooled = _Affine.of(graph, _before(graph, hidden))
        self._hidden = _Dense.of(graph, hidden)
        self._normal = _Affine.of(graph, graph.after(graph.after(graph.after(hidden, "Add"), "Relu"), "Mul"))
        self._last = _Dense.of(graph, last)

    def __call__(self, patches: FloatArray) -> list[FloatArray]:
        """Return the tags' probabilities, shape (n, 50), in a list of one, of patches (n, 187, 96)."""
        with one_blas_thread(), ThreadPoolExecutor(parallel.N_THREADS) as threads:
            return [np.stack(list(threads.map(self._tags, patches)))]

    def _tags(self, patch: FloatArray) -> FloatArray:
        patch = self._input(patch)
        front = np.concatenate([*(each(patch) for each in self._timbral), *self._temporal(patch)], axis=1)
        first = self._stages[0](front)
        second = self._stages[1](first) + first
        third = self._stages[2](second) + second
        dense_map = np.concatenate([front, first, second, third], axis=1)
        both = np.stack([dense_map.max(axis=0), dense_map.mean(axis=0)], axis=1)
        hidden = np.maximum(self._hidden(self._pooled(both.ravel())), 0)
        return np.asarray(1 / (1 + np.exp(-self._last(self._normal(hidden)))))


def _before(graph: OnnxGraph, node: Node) -> Node:
    """Return the multiplication in front of a matrix product that an addition lies between."""
    (addition,) = (each for each in graph.nodes if each.kind == "Add" and each.outputs[0] in node.inputs)
    (found,) = (each for each in graph.nodes if each.kind == "Mul" and each.outputs[0] in addition.inputs)
    return found


@dataclass(frozen=True, eq=False)
class _Affine:
    """A normalisation over the batch, as it is at prediction."""

    scale: FloatArray
    shift: FloatArray

    @classmethod
    def of(cls, graph: OnnxGraph, multiplication: Node) -> _Affine:
        addition = graph.after(multiplication, "Add")
        return cls(graph.weight(multiplication).ravel(), graph.weight(addition).ravel())

    def __call__(self, values: FloatArray) -> FloatArray:
        return values * self.scale + self.shift


@dataclass(frozen=True, eq=False)
class _Dense:
    weights: FloatArray
    bias: FloatArray

    @classmethod
    def of(cls, graph: OnnxGraph, product: Node) -> _Dense:
        return cls(graph.weight(product), graph.weight(graph.after(product, "Add")))

    def __call__(self, values: FloatArray) -> FloatArray:
        return np.asarray(values @ self.weights + self.bias)


@dataclass(frozen=True, eq=False)
class _Filters:
    """A convolution and what follows it.

    Parameters
    ----------
    weights : ndarray, shape (n_filters, n_frames, n_bands)
        The filters.
    bias : ndarray, shape (n_filters,)
        What is added to each.
    normal : _Affine
        The normalisation of what is left after rectifying.
    sign : ndarray, shape (n_filters,)
        1, or -1 where the normalisation makes the smallest value of the largest.
    """

    weights: FloatArray
    bias: FloatArray
    normal: _Affine
    sign: FloatArray

    @classmethod
    def of(cls, graph: OnnxGraph, convolution: Node) -> _Filters:
        _, weights, *bias = convolution.inputs  # the converter leaves out a bias of zeros
        after = graph.after(graph.after(convolution, "Relu"), "Mul")
        normal = _Affine.of(graph, after)
        sign = np.where(normal.scale < 0, np.float32(-1), np.float32(1))
        added = graph.tensors[bias[0]] if bias else np.zeros_like(sign)
        return cls(graph.tensors[weights][:, 0], added, normal, sign)

    def finished(self, values: FloatArray) -> FloatArray:
        """Add the bias, rectify and normalise."""
        return self.normal(np.maximum(values + self.bias, 0))

    def pooled(self, peaks: FloatArray) -> FloatArray:
        """Finish the largest value of those that are to be pooled, each multiplied by `sign`."""
        return self.finished(self.sign * peaks)


class _Timbral:
    """The largest value over frequency of filters that see 7 frames and many bands.

    With Y the transform of a filter's output along the bands and q the
    distance of a place from the middle of all n places, the output there is
    C(q) ± S(q), where C is a sum of cosines weighted by Y's real part and S one
    of sines weighted by its imaginary part. The largest of all is that of
    C(q) + abs(S(q)): half the places are enough.
    """

    def __init__(self, filters: _Filters, n_bands: int = 96) -> None:
        self._filters = filters
        _, self._n_taps, width = filters.weights.shape
        n_places = n_bands - width + 1
        middle = (n_places - 1) / 2
        bins = np.arange(n_bands // 2 + 1)
        angles = 2 * np.pi * np.outer(np.arange(n_places)[n_places // 2 :] - middle, bins) / n_bands
        self._cosines, self._sines = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
        turned = 2 * np.pi * np.outer(np.arange(n_bands), bins) / n_bands
        self._to_spectrum = np.stack([np.cos(turned), -np.sin(turned)], axis=2).astype(np.float32)
        # Y is the product of the patch's transform and the conjugate of the filter's, turned to the middle.
        weights = filters.sign[:, None, None].astype(np.float64) * filters.weights
        response = np.fft.rfft(weights, n_bands).conj() * np.exp(2j * np.pi * bins * middle / n_bands)
        response *= np.where((bins == 0) | (bins == n_bands // 2), 1, 2) / n_bands
        by_bin = response.transpose(2, 1, 0)  # (n_bins, n_taps, n_filters)
        shape = (len(bins), 2 * self._n_taps, len(weights))
        self._real = np.stack([by_bin.real, -by_bin.imag], axis=2).reshape(shape).astype(np.float32)
        self._imaginary = np.stack([by_bin.imag, by_bin.real], axis=2).reshape(shape).astype(np.float32)

    def __call__(self, patch: FloatArray) -> FloatArray:
        """Return the finished features of a patch, (n_frames, n_filters)."""
        n_frames = len(patch)
        n_bins, _, n_filters = self._real.shape
        padded = np.pad(patch, ((self._n_taps // 2, self._n_taps // 2), (0, 0)))
        spectrum = np.tensordot(padded, self._to_spectrum, 1).transpose(1, 0, 2)
        # (n_bins, n_frames, 2 * n_taps): of each bin, the real and imaginary parts of seven frames.
        windows = np.lib.stride_tricks.sliding_window_view(
            np.ascontiguousarray(spectrum).reshape(n_bins, -1), 2 * self._n_taps, axis=1
        )[:, ::2]
        peaks = np.empty((n_frames, n_filters), np.float32)
        products = np.empty((n_bins, _BLOCK, n_filters), np.float32)
        even, odd = (np.empty((len(self._cosines), _BLOCK, n_filters), np.float32) for _ in range(2))
        for first in range(0, n_frames, _BLOCK):
            block = np.ascontiguousarray(windows[:, first : first + _BLOCK])
            size = block.shape[1]
            for weights, waves, found in (
                (self._real, self._cosines, even),
                (self._imaginary, self._sines, odd),
            ):
                if size == _BLOCK:
                    np.matmul(block, weights, out=products)
                    np.matmul(waves, products.reshape(n_bins, -1), out=found.reshape(len(waves), -1))
                else:
                    found[:, :size] = np.tensordot(waves, np.matmul(block, weights), 1)
            np.abs(odd, out=odd)
            np.add(even, odd, out=even)
            peaks[first : first + _BLOCK] = even.max(axis=0)[:size]
        return self._filters.pooled(peaks)


class _Temporal:
    """The largest value over frequency of filters that see one band, for up to two seconds."""

    def __init__(self, filters: Sequence[_Filters]) -> None:
        self._filters = filters
        self._kernels = [
            np.ascontiguousarray((each.sign[:, None] * each.weights[:, :, 0]).T) for each in filters
        ]

    def __call__(self, patch: FloatArray) -> list[FloatArray]:
        """Return the finished features of a patch, (n_frames, n_filters) for each kind of filter."""
        n_frames, n_bands = patch.shape
        longest = max(map(len, self._kernels))
        padded = np.pad(patch.T, ((0, 0), (longest // 2 - 1, longest // 2)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, longest, axis=1)
        block = np.empty((_BANDS, n_frames, longest), np.float32)
        rows = block.reshape(-1, longest)
        # The last of each is the largest value of all bands so far.
        found = [np.empty((_BANDS + 1, n_frames, kernel.shape[1]), np.float32) for kernel in self._kernels]
        for values in found:
            values[-1] = -np.inf
        for band in range(0, n_bands, _BANDS):
            np.copyto(block, windows[band : band + _BANDS])
            for kernel, values in zip(self._kernels, found, strict=True):
                start = (longest - len(kernel)) // 2
                window = rows[:, start : start + len(kernel)]
                np.matmul(window, kernel, out=values[:-1].reshape(len(rows), -1))
                np.maximum.reduce(values, axis=0, out=values[-1])
        return [each.pooled(values[-1]) for each, values in zip(self._filters, found, strict=True)]


class _Stage:
    """Filters that see 7 frames and everything in them."""

    def __init__(self, filters: _Filters) -> None:
        self._filters = filters
        self._kernels = np.ascontiguousarray(filters.weights.transpose(1, 2, 0))

    def __call__(self, frames: FloatArray) -> FloatArray:
        """Return the finished features of frames of shape (n_frames, n_features), with silence around."""
        n_taps = len(self._kernels)
        padded = np.pad(frames, ((n_taps // 2, n_taps // 2), (0, 0)))
        found = padded[: len(frames)] @ self._kernels[0]
        for tap in range(1, n_taps):
            found += padded[tap : tap + len(frames)] @ self._kernels[tap]
        return self._filters.finished(found)
