"""A kernel of weights slid over a grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from snn.connectors.connector import Connectivity, Connector, Request, from_pairs, refused
from snn.errors import Problem

Pair = tuple[int, int]
Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Convolution(Connector):
    """Every target of a grid looks at a window of the source grid through one kernel.

    Entry (u, v) of the kernel connects source ``(r sy + u - py, c sx + v - px)`` to
    target (r, c), strides being (sy, sx) and padding (py, px): the sliding product of
    neural networks, without mirroring. Neurons are numbered in C order. A weight of 0
    makes no synapse, and no pair is connected twice.

    Parameters
    ----------
    weights : (kh, kw) array_like
        One weight per entry, in the receptor's unit; replaces the synapse's weight.
    shape : (int, int)
        Height and width of the source grid.
    strides : (int, int)
        Steps of the window down and to the right.
    padding : (int, int) or "same"
        Rows and columns of nothing around the sources. "same" gives as many targets as
        sources where strides are 1, with the kernel's middle on the target.
    delays : (kh, kw) array_like, optional, ms
        One delay per entry; replaces the synapse's delay.
    """

    weights: ArrayLike
    _: KW_ONLY
    shape: Pair
    strides: Pair = (1, 1)
    padding: Pair | str = (0, 0)
    delays: ArrayLike | None = None
    implicit: ClassVar[str] = "convolution"

    def padded(self) -> Pair:
        """Return the rows and columns of padding on each side."""
        if isinstance(self.padding, str):
            height, width = np.shape(self.weights)
            return height // 2, width // 2
        return self.padding

    def post_shape(self) -> Pair:
        """Return height and width of the target grid."""
        sizes = zip(self.shape, self.padded(), np.shape(self.weights), self.strides, strict=True)
        rows, columns = ((n + 2 * p - k) // s + 1 for n, p, k, s in sizes)
        return rows, columns

    def problems(self, component: str, n_pre: int, n_post: int, same: bool) -> list[Problem]:
        fault = self._declared()
        if fault:
            return refused(component, f"Convolution.{fault}")
        if np.prod(self.shape) != n_pre:
            return refused(component, f"Convolution.shape {tuple(self.shape)} needs "
                           f"{np.prod(self.shape)} sources; got {n_pre}")  # fmt: skip
        wanted = self.post_shape()
        if min(wanted) < 1:
            return refused(component, "Convolution.weights must not be larger than the padded "
                           f"grid; got {np.shape(self.weights)}")  # fmt: skip
        if np.prod(wanted) != n_post:
            return refused(component, f"Convolution gives a target grid of {wanted}, "
                           f"{np.prod(wanted)} neurons; got {n_post}")  # fmt: skip
        return []

    def _declared(self) -> str:
        """Say what is wrong with the fields by themselves."""
        kernel = np.shape(self.weights)
        if len(kernel) != 2 or 0 in kernel:
            return f"weights must have shape (height, width); got {kernel}"
        if self.delays is not None and np.shape(self.delays) != kernel:
            return f"delays must have the weights' shape {kernel}; got {np.shape(self.delays)}"
        for name, low in (("shape", 1), ("strides", 1), ("padding", 0)):
            value = getattr(self, name)
            if name == "padding" and isinstance(value, str):
                if value == "same":
                    continue
            elif _is_pair(value, low):
                continue
            return f"{name} must be two whole numbers of at least {low}; got {value!r}"
        return ""

    def geometry(self) -> NDArray[np.int64]:
        """Return what the compiled form keeps: grids, kernel, strides, padding, synapses."""
        numbers = [*self.shape, *self.post_shape(), *np.shape(self.weights), *self.strides,
                   *self.padded(), sum(len(pre) for pre, _, _ in self._taps())]  # fmt: skip
        return np.array(numbers, dtype=np.int64)

    def connect(self, request: Request) -> Connectivity:
        none = np.zeros(0, np.int64)
        taps = [(none, none, none), *self._taps()]
        pre, post, entry = (np.concatenate(part) for part in zip(*taps, strict=True))
        indptr, order = from_pairs(request.n_pre, request.n_post, pre, post)
        entry = entry[order]
        delays = None if self.delays is None else np.asarray(self.delays, dtype=float).ravel()
        return Connectivity(
            indptr=indptr, targets=post[order].astype(np.uint32),
            weights=np.asarray(self.weights, dtype=float).ravel()[entry],
            delays=None if delays is None else delays[entry],
        )  # fmt: skip

    def _taps(self) -> Iterator[tuple[Index, Index, Index]]:
        """Yield (sources, targets, entry) of each entry of the kernel that is not 0."""
        kernel = np.asarray(self.weights, dtype=float)
        columns = self.post_shape()[1]
        for u, v in zip(*np.nonzero(kernel), strict=True):
            y, r = self._axis(0, int(u))
            x, c = self._axis(1, int(v))
            pre = (y[:, None] * self.shape[1] + x).ravel()
            post = (r[:, None] * columns + c).ravel()
            yield pre, post, np.full(len(pre), u * kernel.shape[1] + v)

    def _axis(self, axis: int, tap: int) -> tuple[Index, Index]:
        """Return the sources and targets along one axis that a tap connects."""
        targets = np.arange(self.post_shape()[axis])
        sources = targets * self.strides[axis] + tap - self.padded()[axis]
        inside = (sources >= 0) & (sources < self.shape[axis])
        return sources[inside], targets[inside]


def _is_pair(value: Any, low: int) -> bool:
    array = np.asarray(value)
    return array.shape == (2,) and array.dtype.kind in "iu" and bool((array >= low).all())
