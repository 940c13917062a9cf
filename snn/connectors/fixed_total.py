"""A fixed number of synapses in all."""

from __future__ import annotations

import math
from dataclasses import KW_ONLY, dataclass

import numpy as np
from numpy.typing import NDArray

from snn.connectors.connector import Connectivity, Connector, Request, from_pairs, not_whole
from snn.connectors.fixed_probability import independent
from snn.errors import Problem


@dataclass(frozen=True, eq=False, repr=False)
class FixedTotal(Connector):
    """Exactly `k` synapses, drawn uniformly from all pairs.

    Parameters
    ----------
    k : int
    multapses : bool
        Whether a pair may be drawn several times.
    self_connections : bool
        Whether a neuron may be connected to itself.
    """

    k: int
    _: KW_ONLY
    multapses: bool = False
    self_connections: bool = True

    def problems(self, component: str, n_pre: int, n_post: int, same: bool) -> list[Problem]:
        room = n_pre * n_post
        if same and not self.self_connections:
            room -= min(n_pre, n_post)
        high = 2**40 if self.multapses and room else room
        return not_whole(component, "FixedTotal.k", self.k, 0, high)

    def connect(self, request: Request) -> Connectivity:
        own = request.own_targets(self.self_connections)
        draw = self._repeated if self.multapses else self._distinct
        return draw(request, own)

    def _repeated(self, request: Request, own: NDArray[np.int64]) -> Connectivity:
        from snn.connectors.draws import pairs

        pre, post = np.empty(self.k, np.uint32), np.empty(self.k, np.uint32)
        pairs(np.uint64(request.key), own, request.n_pre, request.n_post, pre, post)
        indptr, order = from_pairs(request.n_pre, request.n_post, pre, post)
        return Connectivity(indptr=indptr, targets=post[order])

    def _distinct(self, request: Request, own: NDArray[np.int64]) -> Connectivity:
        """Draw a few synapses too many, each pair independently, and drop the excess.

        Given their number the pairs are a uniform sample, and so are those that stay.
        """
        room = request.n_pre * request.n_post - int((own >= 0).sum())
        p = min(1.0, (self.k + 6 * math.sqrt(self.k) + 6) / max(room, 1)) if self.k else 0.0
        attempt, made = 0, -1
        while made < self.k:
            indptr, targets = independent(request, p, self.self_connections, attempt)
            attempt, made = attempt + 1, len(targets)
        generator = np.random.Generator(np.random.Philox(key=request.key))
        kept = np.ones(made, bool)
        kept[generator.choice(made, made - self.k, replace=False, shuffle=False)] = False
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept)])
        return Connectivity(indptr=before[indptr], targets=targets[kept])
