"""The numba CPU engine."""

from __future__ import annotations

import os
from typing import Any

from snn.cells import Cell
from snn.compiler import Compiled
from snn.connectors import Connector
from snn.engine import Engine
from snn.errors import Problem
from snn.homeostasis import Reduction
from snn.network import Network
from snn.plasticity import Dependence, EventRule, TopologyRule, TrialRule
from snn.receptors import Receptor
from snn.sources import Input, Source

KINDS = (Cell, Connector, Dependence, EventRule, Input, Receptor, Reduction, Source, TopologyRule,
         TrialRule)  # fmt: skip
"""What the engine can compile: any model of these kinds."""


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

        # Sleeping neurons are advanced in closed form, which is not how integers decay.
        rest = "never" if compiled.precision == "int32" else sleep
        return CpuEngine(compiled, threads or os.cpu_count() or 1, rest)

    def support(self, cls: type[Any]) -> str:
        """Say how exactly a model runs here."""
        known = not isinstance(cls, type) or issubclass(cls, KINDS)
        return "exact" if known else "refused: unknown kind of model"


backend = CpuBackend()
