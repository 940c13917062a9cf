"""NEST itself: imported when it is needed, one network at a time, its errors in our words."""

from __future__ import annotations

import importlib.util
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.errors import SnnError
from snn.openmp import restore_threads

Array = NDArray[Any]
INSTALL = "NEST is not installed: pip install 'snn-spinnaker[nest]'"
TICS = (1000, 8000, 64000, 1000000)
"""Ticks a millisecond that are tried for a step; NEST's own is the first."""


class NestError(SnnError, RuntimeError):
    """NEST refused or failed; says at which component of the network."""


def missing() -> str:
    """Return what is not installed, with the line that installs it; empty when ready."""
    spec = importlib.util.find_spec("nest")
    if spec is None or spec.origin is None:  # A folder of that name is no NEST.
        return INSTALL
    try:
        load()
    except Exception as error:
        first = str(error).strip().splitlines() or [type(error).__name__]
        return (f"NEST is installed but does not start ({first[0]}): "
                "pip install --force-reinstall 'snn-spinnaker[nest]'")  # fmt: skip
    return ""


def load() -> Any:
    """Return the module; it greets on standard output unless it is told not to."""
    os.environ.setdefault("PYNEST_QUIET", "1")
    import nest

    nest.verbosity = nest.VerbosityLevel.ERROR
    return nest


def tics_for(dt: float) -> int | None:
    """Return ticks a millisecond of which a step is a whole number; None where none fits."""
    return next((t for t in TICS if abs(dt * t - round(dt * t)) < 1e-9 * t), None)


class Kernel:
    """NEST's kernel while it holds one network of ours.

    Parameters
    ----------
    dt : float, ms
    threads : int
    delays : (int, int)
        Smallest and largest delay, in steps.
    """

    _present: Kernel | None = None

    def __init__(self, dt: float, threads: int, delays: tuple[int, int]) -> None:
        self.nest, self.dt = load(), dt
        Kernel._present = self
        self.owners: list[tuple[int, int, str]] = []
        self._require_gathering()
        with self.blamed("network"):
            self.nest.ResetKernel()
            self.nest.set(tics_per_ms=tics_for(dt) or TICS[0], resolution=dt)
            self.nest.set(local_num_threads=threads)
            self.nest.set(min_delay=delays[0] * dt, max_delay=delays[1] * dt)

    def _require_gathering(self) -> None:
        if self.processes > 1 and importlib.util.find_spec("mpi4py") is None:
            raise NestError(f"NEST runs in {self.processes} MPI processes, whose results are "
                            "gathered by mpi4py: pip install mpi4py")  # fmt: skip

    @property
    def processes(self) -> int:
        """Number of MPI processes."""
        return int(self.nest.num_processes)

    def require(self) -> None:
        """Refuse to go on when another network has taken the kernel."""
        if Kernel._present is not self:
            raise NestError("another network was started on NEST since; it holds one at a time: "
                            "take the results of the first before")  # fmt: skip

    @contextmanager
    def blamed(self, component: str) -> Iterator[None]:
        """Turn an error of NEST into one that names a component of the network."""
        self.require()
        restore_threads()
        try:
            yield
        except self.nest.NESTError as error:
            raise NestError(f"{self._component(str(error), component)}: NEST: "
                            f"{said(error)}") from error  # fmt: skip

    def _component(self, text: str, otherwise: str) -> str:
        """Return the neuron that an error names, in our words."""
        for number in map(int, re.findall(r"(?:node|neuron|ID|id)\D{0,12}(\d+)", text)):
            for first, last, label in self.owners:
                if first <= number <= last:
                    return f"{label}[{number - first}]"
        return otherwise

    def create(self, label: str, model: str, count: int, owned: bool = True) -> Any:
        """Return new nodes; those that are `owned` are known to errors by their label."""
        with self.blamed(label):
            made = self.nest.Create(model, count)
        if owned:
            first = int(made[0].global_id)
            self.owners.append((first, first + count - 1, label))
        return made

    def local(self, nodes: Any) -> Any:
        """Return the nodes of this MPI process."""
        if self.processes == 1:
            return nodes
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NEST warns of what we do on all processes alike
            return self.nest.GetLocalNodeCollection(nodes)

    def gathered(self, *arrays: Array) -> tuple[Array, ...]:
        """Return arrays of all MPI processes, one after another, the same on each."""
        if self.processes == 1:
            return arrays
        from mpi4py import MPI

        parts = MPI.COMM_WORLD.allgather(arrays)
        return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def said(error: Exception) -> str:
    """Return the first line of what NEST says."""
    lines = str(getattr(error, "error_message", "") or error).strip().splitlines()
    return lines[0].strip() if lines else type(error).__name__
