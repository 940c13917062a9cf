"""A fixed number of synapses per target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from snn.connectors.connector import Connectivity, Request
from snn.connectors.fixed_degree import FixedDegree
from snn.errors import Problem


@dataclass(frozen=True, eq=False, repr=False)
class FixedInDegree(FixedDegree):
    """Each target has `k` synapses, from sources drawn uniformly."""

    drawn: ClassVar[str] = "sources"

    def problems(self, component: str, n_pre: int, n_post: int, same: bool) -> list[Problem]:
        return self._problems(component, n_post, n_pre, same)

    def connect(self, request: Request) -> Connectivity:
        from snn.connectors.sorting import tally, transposed

        own = request.own_sources(self.self_connections)
        counts, chosen = self._choices(request, "SOURCES", request.n_post, request.n_pre, own)
        indptr = tally(chosen, request.n_pre)
        return Connectivity(indptr=indptr, targets=transposed(indptr, chosen, counts))
