"""What every connector declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from snn.errors import Problem
from snn.fields import Model
from snn.space import Space

Rows = NDArray[np.int64]

INDEX_FREE = ("all_to_all", "all_but_self", "one_to_one", "convolution")
"""Implicit forms that need no list of synapses at all."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Request:
    """What a connector is asked to connect.

    Parameters
    ----------
    n_pre, n_post : int
        Sizes of the two sides (of the views, where views are connected).
    same : bool
        True when index i on both sides is the same neuron.
    key : int
        64-bit key of this projection's random stream.
    pre_positions, post_positions : (n, d) array, optional
    space : Space
        The metric between positions.
    pre_index, post_index : (n,) int64 arrays, optional
        The neurons of the two sides, where they belong to one population.
    label : str
        Of the projection, for errors.
    """

    n_pre: int
    n_post: int
    same: bool
    key: int
    pre_positions: NDArray[np.float64] | None = None
    post_positions: NDArray[np.float64] | None = None
    space: Space = Space()
    pre_index: NDArray[np.int64] | None = None
    post_index: NDArray[np.int64] | None = None
    label: str = ""

    def own_targets(self, self_connections: bool = False) -> NDArray[np.int64]:
        """Return for each source the target that is the same neuron, -1 where none is.

        -1 everywhere when `self_connections` are allowed.
        """
        return self._own(self.pre_index, self.post_index, self.n_pre, self_connections)

    def own_sources(self, self_connections: bool = False) -> NDArray[np.int64]:
        """Return for each target the source that is the same neuron, -1 where none is."""
        return self._own(self.post_index, self.pre_index, self.n_post, self_connections)

    def _own(
        self, from_: NDArray[np.int64] | None, to: NDArray[np.int64] | None, size: int,
        self_connections: bool,
    ) -> NDArray[np.int64]:  # fmt: skip
        if self_connections or from_ is None or to is None or not len(from_) or not len(to):
            return np.full(size, -1, np.int64)
        place = np.full(max(from_.max(), to.max()) + 1, -1, np.int64)
        place[to] = np.arange(len(to))
        return place[from_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Connectivity:
    """Who is connected to whom: rows by source, targets ascending within a row.

    Parameters
    ----------
    indptr : (n_pre + 1,) int64
        Row i is ``targets[indptr[i]:indptr[i + 1]]``.
    targets : (nnz,) uint32
        Index of the target; repeated for multapses, which keep the order in which
        they were made.
    listed : (nnz,) int64, optional
        For connectors that list pairs: which entry of the user's list each synapse is.
    weights : (nnz,) float64, optional
        Weights that the connector itself gives (kernels, CSR); they replace the
        synapse's.
    delays : (nnz,) float64, optional, ms
        Likewise.
    """

    indptr: NDArray[np.int64]
    targets: NDArray[np.uint32]
    listed: NDArray[np.int64] | None = None
    weights: NDArray[np.float64] | None = None
    delays: NDArray[np.float64] | None = None


class Connector(Model):
    """Draws the synapses of a projection.

    Class attributes
    ----------------
    implicit : str
        Name of the index-free form that engines may use instead of `connect`
        ("all_to_all", "all_but_self", "one_to_one", "convolution"); empty for none.
    listed : bool
        True when weights and delays may be given one per listed pair; `entries` says
        how many pairs there are.
    spatial : bool
        True when both sides need positions.

    A connector with fields `weights` and `delays` gives its own where they are not None.
    """

    implicit: ClassVar[str] = ""
    listed: ClassVar[bool] = False
    spatial: ClassVar[bool] = False

    def entries(self, n_pre: int, n_post: int) -> int:
        """Return the number of listed pairs (0 for connectors that do not list any)."""
        return 0

    def problems(self, component: str, n_pre: int, n_post: int, same: bool) -> list[Problem]:
        """Return what does not fit the sizes of the two sides.

        `same` says that some neuron is on both sides.
        """
        return []

    def connect(self, request: Request) -> Connectivity:
        """Return the synapses in compressed rows."""
        raise NotImplementedError


def from_pairs(n_pre: int, n_post: int, pre: Any, post: Any) -> tuple[Rows, Rows]:
    """Return (indptr, order) that sort pairs by source, then target, then list order."""
    from snn.connectors.sorting import order_by, tally

    pre, post = np.asarray(pre, dtype=np.int64), np.asarray(post, dtype=np.int64)
    by_target = order_by(post, tally(post, n_post), np.zeros(0, np.int64))
    indptr = tally(pre, n_pre)
    return indptr, order_by(pre, indptr, by_target)


def refused(component: str, message: str, remedy: str = "") -> list[Problem]:
    """Return the one problem that a connector has."""
    return [Problem(component, "connector", message, remedy)]


def not_whole(component: str, name: str, value: Any, low: int, high: int) -> list[Problem]:
    """Require a whole number of [low, high] in field `name` of a connector."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if whole and low <= value <= high:
        return []
    return refused(component, f"{name} must be a whole number in [{low}, {high}]; got {value!r}")
