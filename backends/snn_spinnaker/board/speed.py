"""How fast the virtual board is: two networks, timed by the board itself."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from snn_spinnaker.board.process import VirtualBoard


@dataclass(frozen=True)
class Timed:
    """What a network took on the board, sPyNNaker's own time left out.

    Parameters
    ----------
    seconds, processor : float
        Elapsed and processor time of the emulation.
    """

    name: str
    ticks: int
    seconds: float
    processor: float

    def __str__(self) -> str:
        each = 1e3 * self.seconds / self.ticks
        return (f"{self.name}: {self.ticks} ticks in {self.seconds:.2f} s, {each:.2f} ms a tick; "
                f"processor time {self.processor:.2f} s")  # fmt: skip


def small(sim: Any) -> None:
    """Make ten Poisson sources on ten cells."""
    source = sim.Population(10, sim.SpikeSourcePoisson(rate=50.0), **_seed(3))
    target = sim.Population(10, sim.IF_curr_exp())
    target.record("spikes")
    sim.Projection(source, target, sim.AllToAllConnector(), sim.StaticSynapse(1.0, 1.0))


def plastic(sim: Any) -> None:
    """Make a thousand sources and cells, and about 100,000 synapses that learn."""
    source = sim.Population(1000, sim.SpikeSourcePoisson(rate=20.0), **_seed(4))
    target = sim.Population(1000, sim.IF_curr_exp())
    target.record("spikes")
    rule = sim.STDPMechanism(
        timing_dependence=sim.SpikePairRule(A_plus=0.01, A_minus=0.012),
        weight_dependence=sim.AdditiveWeightDependence(w_min=0.0, w_max=0.5), weight=0.2,
    )  # fmt: skip
    sim.Projection(source, target, sim.FixedProbabilityConnector(0.1), rule)


def _seed(number: int) -> dict[str, Any]:
    return {"additional_parameters": {"seed": number}}


NETWORKS: dict[str, tuple[Callable[[Any], None], int, int]] = {
    "10 Poisson + 10 LIF": (small, 1000, 3),
    "1,000 LIF, 100,000 plastic synapses": (plastic, 200, 5),
}
"""Builder, ticks and version of the board."""


def measure(name: str) -> Timed:
    """Run one of `NETWORKS` on a board of its own."""
    build, ticks, version = NETWORKS[name]
    with _quiet(), VirtualBoard(version) as board:
        import pyNN.spiNNaker as sim

        sim.setup(1.0)
        build(sim)
        sim.run(ticks)
        report = board.report()
        sim.end()
    return Timed(name, report["ticks"], report["emulation_s"], report["emulation_cpu_s"])


@cache
def _folder() -> str:
    """Return a folder that outlives sPyNNaker, whose last file comes at the very end."""
    folder = tempfile.mkdtemp(prefix="snn-board-")
    # What is registered first goes last.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the tool chain's reports and its talk out of the user's folder and window."""
    before, folder = os.getcwd(), _folder()
    with (
        open(os.devnull, "w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
