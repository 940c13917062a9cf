"""What every connector declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from snn.errors import Problem
from snn.fields import Model
from snn.space import Space


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
    """

    n_pre: int
    n_post: int
    same: bool
    key: int
    pre_positions: NDArray[np.float64] | None = None
    post_positions: NDArray[np.float64] | None = None
    space: Space = Space()


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
        True when weights and delays may be given one per listed pair.
    """

    implicit: ClassVar[str] = ""
    listed: ClassVar[bool] = False

    def problems(self, component: str, n_pre: int, n_post: int, same: bool) -> list[Problem]:
        """Return what does not fit the sizes of the two sides."""
        return []

    def connect(self, request: Request) -> Connectivity:
        """Return the synapses in compressed rows."""
        raise NotImplementedError


def from_pairs(n_pre: int, pre: Any, post: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (indptr, order) that sort pairs by source, then target, then list order."""
    pre, post = np.asarray(pre, dtype=np.int64), np.asarray(post, dtype=np.int64)
    order = np.lexsort((post, pre))
    indptr = np.zeros(n_pre + 1, np.int64)
    np.cumsum(np.bincount(pre, minlength=n_pre), out=indptr[1:])
    return indptr, order
