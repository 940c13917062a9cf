"""Source i to target i."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from snn.connectors.connector import Connectivity, Connector, Request
from snn.errors import Problem
from snn.fields import model


@model
class OneToOne(Connector):
    """Source i to target i; both sides have the same size."""

    implicit: ClassVar[str] = "one_to_one"
    listed: ClassVar[bool] = True

    def problems(self, component: str, n_pre: int, n_post: int, same: bool) -> list[Problem]:
        if n_pre == n_post:
            return []
        return [Problem(component, "connector", f"OneToOne needs equal sizes; got {n_pre} and "
                        f"{n_post}", "connect views of equal size")]  # fmt: skip

    def entries(self, n_pre: int, n_post: int) -> int:
        return n_pre

    def connect(self, request: Request) -> Connectivity:
        every = np.arange(request.n_pre, dtype=np.int64)
        indptr = np.arange(request.n_pre + 1, dtype=np.int64)
        return Connectivity(indptr=indptr, targets=every.astype(np.uint32), listed=every)
