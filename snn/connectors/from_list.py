"""Synapses that the user lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from snn.connectors.connector import Connectivity, Connector, Request, from_pairs
from snn.errors import Problem


@dataclass(frozen=True, eq=False, repr=False)
class FromList(Connector):
    """The listed pairs, in which a pair may occur several times.

    Parameters
    ----------
    pairs : (k, 2) array_like of int
        Index of the source and of the target. May be empty.
    """

    pairs: ArrayLike
    listed: ClassVar[bool] = True

    def array(self) -> NDArray[np.int64]:
        """Return the pairs as an integer array of shape (k, 2)."""
        return np.asarray(self.pairs, dtype=np.int64).reshape(-1, 2)

    def problems(self, component: str, n_pre: int, n_post: int, same: bool) -> list[Problem]:
        pairs = np.asarray(self.pairs)
        if pairs.size and (pairs.ndim != 2 or pairs.shape[1] != 2):
            return [Problem(component, "connector", f"FromList.pairs needs shape (k, 2); got "
                            f"{pairs.shape}")]  # fmt: skip
        if pairs.size and not (np.asarray(pairs) == np.rint(pairs)).all():
            return [Problem(component, "connector", "FromList.pairs must be whole numbers")]
        found = []
        for column, side, size in ((0, "source", n_pre), (1, "target", n_post)):
            index = self.array()[:, column]
            bad = index[(index < 0) | (index >= size)]
            if bad.size:
                message = f"FromList {side} indices must be in [0, {size - 1}]; got {bad[0]}"
                found.append(Problem(component, "connector", message))
        return found

    def entries(self, n_pre: int, n_post: int) -> int:
        return len(self.array())

    def connect(self, request: Request) -> Connectivity:
        pre, post = self.array().T
        indptr, order = from_pairs(request.n_pre, request.n_post, pre, post)
        return Connectivity(indptr=indptr, targets=post[order].astype(np.uint32), listed=order)
