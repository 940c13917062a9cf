"""Every pair with the same probability."""

from __future__ import annotations

import math
from dataclasses import KW_ONLY, dataclass

import numpy as np
from numpy.typing import NDArray

from snn.connectors.connector import Connectivity, Connector, Request, refused
from snn.errors import Problem


@dataclass(frozen=True, eq=False, repr=False)
class FixedProbability(Connector):
    """Each pair is connected with probability `p`, independently; no multapses.

    Parameters
    ----------
    p : float
        In [0, 1].
    self_connections : bool
        Whether a neuron may be connected to itself.
    """

    p: float
    _: KW_ONLY
    self_connections: bool = True

    def problems(self, component: str, n_pre: int, n_post: int, same: bool) -> list[Problem]:
        number = isinstance(self.p, int | float | np.number) and not isinstance(self.p, bool)
        if number and 0 <= self.p <= 1:
            return []
        return refused(component, f"FixedProbability.p must be in [0, 1]; got {self.p!r}")

    def connect(self, request: Request) -> Connectivity:
        indptr, targets = independent(request, float(self.p), self.self_connections)
        return Connectivity(indptr=indptr, targets=targets)


def independent(
    request: Request, p: float, self_connections: bool, attempt: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Return (indptr, targets) in which every pair occurs with probability `p`."""
    from snn.connectors.draws import bernoulli

    indptr = np.zeros(request.n_pre + 1, np.int64)
    if p <= 0 or not request.n_post:
        return indptr, np.zeros(0, np.uint32)
    own = request.own_targets(self_connections)
    key = np.uint64((request.key + attempt) % 2**64)
    pairs = request.n_pre * request.n_post
    # Eight standard deviations of room: more is needed once in 10^15 networks.
    capacity = math.ceil(pairs * p + 8 * math.sqrt(pairs * p * (1 - p))) + request.n_post
    while True:
        targets = np.empty(capacity, np.uint32)
        if bernoulli(key, p, own, request.n_post, indptr, targets) == request.n_pre:
            return indptr, targets[: indptr[-1]]
        capacity *= 2
