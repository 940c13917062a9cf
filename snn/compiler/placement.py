"""Place rows between views into rows between populations, cut into blocks of targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.connectors import Connectivity

BLOCK = 65536
"""Targets are addressed by 16 bits within blocks of so many neurons."""


@dataclass(frozen=True, eq=False)
class Placement:
    """Where the synapses of a projection lie.

    Parameters
    ----------
    indptr : (blocks, n_pre + 1) int64 or uint32
    targets : (nnz,) uint16
        Index within the block; ascending in a row, multapses in the order made.
    order : (nnz,) int64, optional
        Which of the connector's synapses lies there; None when none was moved.
    """

    indptr: NDArray[Any]
    targets: NDArray[np.uint16]
    order: NDArray[np.int64] | None

    def values(self, values: NDArray[Any], dtype: Any, each: bool) -> NDArray[Any]:
        """Return values of the connector's synapses, moved to their places.

        One number stands for all that are equal, unless `each` synapse needs its own.
        """
        if each:
            values = np.broadcast_to(values, self.targets.shape)
        elif values.ndim and values.size and (values == values[0]).all():
            values = values[0]
        if values.ndim and self.order is not None:
            values = values[self.order]
        return np.array(values, dtype=dtype)


def place(
    rows: Connectivity, pre: NDArray[np.int64], post: NDArray[np.int64], n_pre: int, n_post: int
) -> Placement:
    """Place `rows`, which count neurons of views, in the populations of the views.

    Parameters
    ----------
    rows : Connectivity
    pre, post : (n,) int64
        Neuron of the population behind each index of the rows; any order, repeats too.
    n_pre, n_post : int
        Sizes of the populations.
    """
    targets = rows.targets if is_whole(post, n_post) else post[rows.targets]
    ascend = bool((np.diff(post) >= 0).all())
    if ascend and n_post <= BLOCK and bool((np.diff(pre) > 0).all()):
        return _in_place(rows, pre, n_pre, targets)
    # A source listed twice has two rows to merge: that takes a sort by target, too.
    presorted = ascend and len(np.unique(pre)) == len(pre)
    return _sorted(rows, pre, n_pre, targets, n_post, presorted)


def is_whole(index: NDArray[np.int64], size: int) -> bool:
    """Say whether a view is its whole population in order."""
    return len(index) == size and is_contiguous(index)


def is_contiguous(index: NDArray[np.int64]) -> bool:
    """Say whether a view is a range of neurons."""
    return bool((np.diff(index) == 1).all())


def _in_place(
    rows: Connectivity, pre: NDArray[np.int64], n_pre: int, targets: NDArray[Any]
) -> Placement:
    """Keep every synapse where it is: both views ascend and one block holds all targets."""
    counts = np.zeros(n_pre + 1, np.int64)
    counts[pre + 1] = np.diff(rows.indptr)
    return Placement(_pointers(np.cumsum(counts), n_pre), targets.astype(np.uint16), None)


def _sorted(
    rows: Connectivity, pre: NDArray[np.int64], n_pre: int, targets: NDArray[Any], n_post: int,
    presorted: bool,
) -> Placement:  # fmt: skip
    """Sort by block, source, target, whatever the views; equal pairs stay in order."""
    from snn.connectors.sorting import order_by, rows_of, tally

    before = np.zeros(0, np.int64)
    if not presorted:
        before = order_by(targets, tally(targets, n_post), before)
    blocks = -(-n_post // BLOCK)
    keys = rows_of(rows.indptr, pre, targets, n_pre, BLOCK)
    starts = tally(keys, blocks * n_pre)
    order = order_by(keys, starts, before)
    return Placement(_pointers(starts, n_pre), targets[order].astype(np.uint16), order)


def _pointers(starts: NDArray[np.int64], n_pre: int) -> NDArray[Any]:
    """Return the starts of consecutive rows as one line of ``n_pre + 1`` per block."""
    blocks = max((len(starts) - 1) // max(n_pre, 1), 1)
    lines = np.arange(blocks)[:, None] * n_pre + np.arange(n_pre + 1)
    return starts[lines].astype(np.uint32 if starts[-1] < 2**32 else np.int64)
