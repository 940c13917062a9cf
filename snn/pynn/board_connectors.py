"""sPyNNaker's connectors beyond PyNN's."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyNN.connectors import MapConnector

from snn.errors import UnsupportedModelError

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]


class _Grouped(MapConnector):
    """Cells are joined within groups of equal size; one group by default."""

    def __init__(
        self, n_neurons_per_group: int | None = None, safe: bool = True, verbose: bool = False,
        callback: Any = None,
    ) -> None:  # fmt: skip
        super().__init__(None, safe, callback)
        self.n_neurons_per_group = n_neurons_per_group

    def group(self, projection: Any) -> int:
        """Return the size of a group."""
        size = int(self.n_neurons_per_group or projection.pre.size)
        if projection.pre.size % size or projection.pre.size != projection.post.size:
            raise ValueError(
                f"{type(self).__name__} joins two populations of one size, a multiple of "
                f"n_neurons_per_group = {size}; got {projection.pre.size}, {projection.post.size}"
            )
        return size

    def pairs(self, projection: Any) -> Pairs:
        """Return sources and targets, sorted by target."""
        raise NotImplementedError


class AllButMeConnector(_Grouped):
    """Every cell to every other one of its group."""

    def __init__(
        self, n_neurons_per_group: int | None = None, weights: Any = None, **options: Any
    ) -> None:
        super().__init__(n_neurons_per_group, **options)
        if weights is not None:
            raise UnsupportedModelError(
                "AllButMeConnector.weights is not available; give the synapse type an array"
            )

    def pairs(self, projection: Any) -> Pairs:
        size = self.group(projection)
        every = np.arange(projection.pre.size)
        post = np.repeat(every, size)
        pre = (every // size * size)[:, None] + np.arange(size)
        keep = pre.ravel() != post
        return pre.ravel()[keep], post[keep]


class OneToOneOffsetConnector(_Grouped):
    """Cell i to cell i + offset of its group; with `wrap` the last ones go on at the first."""

    def __init__(
        self, offset: int, wrap: bool, n_neurons_per_group: int | None = None, **options: Any
    ) -> None:
        super().__init__(n_neurons_per_group, **options)
        self.offset, self.wrap = offset, wrap

    def pairs(self, projection: Any) -> Pairs:
        size = self.group(projection)
        pre = np.arange(projection.pre.size)
        place = pre % size + self.offset
        keep = np.full(len(pre), True) if self.wrap else (place >= 0) & (place < size)
        post = (pre - pre % size + place % size)[keep]
        order = np.argsort(post, kind="stable")
        return pre[keep][order], post[order]
