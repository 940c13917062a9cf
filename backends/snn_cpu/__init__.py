"""The numba CPU engine."""

from __future__ import annotations

import os
from typing import Any

from snn.compiler import Compiled
from snn.engine import Engine
from snn.errors import Problem
from snn.network import Network


class CpuBackend:
    """Runs networks on this machine's processor."""

    name = "cpu"

    def missing(self) -> str:
        """Return nothing: all that is needed comes with snn."""
        return ""

    def check(self, network: Network) -> list[Problem]:
        """Return nothing: the engine takes every declared model."""
        return []

    def prepare(self, compiled: Compiled, *, threads: int = 1, sleep: str = "auto") -> Engine:
        """Return an engine at step 0.

        Parameters
        ----------
        compiled : Compiled
        threads : int
            Number of threads; 0 for one per core.
        sleep : {"auto", "never"}
        """
        from snn_cpu.engine import CpuEngine

        return CpuEngine(compiled, threads or os.cpu_count() or 1, sleep)

    def support(self, cls: type[Any]) -> str:
        """Say how exactly a model runs here."""
        return "exact"


backend = CpuBackend()
