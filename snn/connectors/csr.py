"""Synapses given as compressed rows."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from snn.connectors.connector import Connectivity, Connector, Request, from_pairs, refused
from snn.errors import Problem


@dataclass(frozen=True, eq=False, repr=False)
class CSR(Connector):
    """The synapses of compressed sparse rows, one row per source; multapses allowed.

    ``matrix.indptr, matrix.indices, matrix.data`` of a `scipy.sparse.csr_array` of shape
    (n_pre, n_post) fit as they are.

    Parameters
    ----------
    indptr : (n_pre + 1,) array_like of int
        Row i is ``targets[indptr[i]:indptr[i + 1]]``.
    targets : (nnz,) array_like of int
        Index of the target, in any order within a row.
    weights : (nnz,) array_like, optional
        In the receptor's unit; replaces the synapse's weight.
    delays : (nnz,) array_like, optional, ms
        Replaces the synapse's delay.
    """

    indptr: ArrayLike
    targets: ArrayLike
    _: KW_ONLY
    weights: ArrayLike | None = None
    delays: ArrayLike | None = None
    listed: ClassVar[bool] = True

    @classmethod
    def from_pairs(
        cls, n_pre: int, pre: ArrayLike, post: ArrayLike, *,
        weights: ArrayLike | None = None, delays: ArrayLike | None = None,
    ) -> CSR:  # fmt: skip
        """Return the rows of listed pairs, given in any order.

        Parameters
        ----------
        n_pre : int
            Number of sources.
        pre, post : (nnz,) array_like of int
        weights, delays : (nnz,) array_like, optional
        """
        targets = np.asarray(post, dtype=np.int64)
        n_post = int(targets.max(initial=-1)) + 1
        indptr, order = from_pairs(n_pre, n_post, pre, targets)
        moved = [None if v is None else np.asarray(v)[order] for v in (weights, delays)]
        return cls(indptr, targets[order], weights=moved[0], delays=moved[1])

    def entries(self, n_pre: int, n_post: int) -> int:
        return int(np.size(self.targets))

    def problems(self, component: str, n_pre: int, n_post: int, same: bool) -> list[Problem]:
        fault = self._rows(n_pre) or self._entries(n_post)
        return refused(component, f"CSR.{fault}") if fault else []

    def _rows(self, n_pre: int) -> str:
        indptr, count = np.asarray(self.indptr), np.size(self.targets)
        if indptr.shape != (n_pre + 1,) or indptr.dtype.kind not in "iu":
            return (f"indptr must be {n_pre + 1} whole numbers, one more than sources; "
                    f"got {indptr.dtype} {indptr.shape}")  # fmt: skip
        if indptr[0] != 0 or indptr[-1] != count or (indptr[1:] < indptr[:-1]).any():
            return f"indptr must ascend from 0 to {count}, the number of targets"
        return ""

    def _entries(self, n_post: int) -> str:
        targets = np.asarray(self.targets)
        if targets.ndim != 1 or (targets.size and targets.dtype.kind not in "iu"):
            return f"targets must be a list of whole numbers; got {targets.dtype} {targets.shape}"
        bad = targets[(targets < 0) | (targets >= n_post)]
        if bad.size:
            return f"targets must be in [0, {n_post - 1}]; got {bad[0]}"
        for name in ("weights", "delays"):
            shape = np.shape(getattr(self, name))
            if getattr(self, name) is not None and shape != targets.shape:
                return f"{name} must have shape {targets.shape}, one per synapse; got {shape}"
        return ""

    def connect(self, request: Request) -> Connectivity:
        indptr = np.array(self.indptr, dtype=np.int64)
        targets = np.array(self.targets, dtype=np.uint32)
        order = _sorting(indptr, targets, request)
        return Connectivity(
            indptr=indptr, targets=targets[order], weights=_moved(self.weights, order),
            delays=_moved(self.delays, order), listed=order,
        )  # fmt: skip


def _sorting(
    indptr: NDArray[np.int64], targets: NDArray[np.uint32], request: Request
) -> NDArray[np.int64]:
    """Return the order in which targets ascend within rows, equal ones as given."""
    sources = np.repeat(np.arange(request.n_pre), np.diff(indptr))
    falls = (targets[1:] < targets[:-1]) & (sources[1:] == sources[:-1])
    if not falls.any():
        return np.arange(len(targets))
    return from_pairs(request.n_pre, request.n_post, sources, targets)[1]


def _moved(values: Any, order: NDArray[np.int64]) -> NDArray[np.float64] | None:
    return None if values is None else np.asarray(values, dtype=float)[order]
