"""Every source to every target."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from snn.connectors.connector import Connectivity, Connector, Request
from snn.errors import Problem
from snn.fields import model


@model
class AllToAll(Connector):
    """Every source to every target, self-connections included."""

    implicit: ClassVar[str] = "all_to_all"

    def connect(self, request: Request) -> Connectivity:
        targets = np.tile(np.arange(request.n_post, dtype=np.uint32), request.n_pre)
        indptr = np.arange(request.n_pre + 1, dtype=np.int64) * request.n_post
        return Connectivity(indptr=indptr, targets=targets)


@model
class AllButSelf(Connector):
    """Every source to every target of another index ("all but me")."""

    implicit: ClassVar[str] = "all_but_self"

    def problems(self, component: str, n_pre: int, n_post: int, same: bool) -> list[Problem]:
        if n_pre == n_post:
            return []
        return [Problem(component, "connector", f"AllButSelf needs equal sizes; got {n_pre} and "
                        f"{n_post}", "use AllToAll, or connect views of equal size")]  # fmt: skip

    def connect(self, request: Request) -> Connectivity:
        n = request.n_post
        others = np.arange(max(n - 1, 0), dtype=np.uint32)
        targets = others + (others >= np.arange(n, dtype=np.uint32)[:, None])
        indptr = np.arange(n + 1, dtype=np.int64) * max(n - 1, 0)
        return Connectivity(indptr=indptr, targets=targets.astype(np.uint32).ravel())
