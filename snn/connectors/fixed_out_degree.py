"""A fixed number of synapses per source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from snn.connectors.connector import Connectivity, Request
from snn.connectors.fixed_degree import FixedDegree
from snn.errors import Problem


@dataclass(frozen=True, eq=False, repr=False)
class FixedOutDegree(FixedDegree):
    """Each source has `k` synapses, to targets drawn uniformly."""

    drawn: ClassVar[str] = "targets"

    def problems(self, component: str, n_pre: int, n_post: int, same: bool) -> list[Problem]:
        return self._problems(component, n_pre, n_post, same)

    def connect(self, request: Request) -> Connectivity:
        from snn.connectors.sorting import sort_rows

        own = request.own_targets(self.self_connections)
        counts, chosen = self._choices(request, "TARGETS", request.n_pre, request.n_post, own)
        indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        sort_rows(indptr, chosen)
        return Connectivity(indptr=indptr, targets=chosen)
