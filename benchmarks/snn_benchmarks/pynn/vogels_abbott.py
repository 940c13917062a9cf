"""The network of Vogels and Abbott through PyNN's API, on any of its simulators."""

from __future__ import annotations

import importlib
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

KINDS = ("CUBA", "COBA")
# Weights in nA and uS: Brette et al., J. Comput. Neurosci. 23 (2007) 349, appendix 2.
WEIGHTS = {"CUBA": (0.0162, -0.09), "COBA": (0.004, 0.051)}
REST = {"CUBA": -49.0, "COBA": -60.0}


@dataclass(frozen=True)
class Outcome:
    """What a run took and gave: seconds, spikes per second of both populations."""

    build: float
    run: float
    processor: float
    rates: tuple[float, float]

    @property
    def total(self) -> float:
        """Wall time of construction, run and reading."""
        return self.build + self.run


def measure(module: str, kind: str, cells: int = 4000, ms: float = 1000.0) -> Outcome:
    """Build and run the network once."""
    sim = importlib.import_module(module)
    start, worked = time.perf_counter(), time.process_time()
    populations = build(sim, kind, cells)
    built = time.perf_counter()
    sim.run(ms)
    rates = tuple(1000.0 * p.mean_spike_count() / ms for p in populations)
    sim.end()
    done = time.perf_counter()
    return Outcome(built - start, done - built, time.process_time() - worked, rates)


def build(sim: Any, kind: str, cells: int) -> list[Any]:
    """Declare the network; return the excitatory and the inhibitory population."""
    # pyNN.nest's default cells fire off the grid and are many times slower.
    sim.setup(timestep=0.1, min_delay=0.2, max_delay=1.0, spike_precision="on_grid")
    celltype = sim.IF_cond_exp if kind == "COBA" else sim.IF_curr_exp
    more = {"e_rev_E": 0.0, "e_rev_I": -80.0} if kind == "COBA" else {}
    cell = celltype(tau_m=20.0, tau_syn_E=5.0, tau_syn_I=10.0, v_rest=REST[kind], v_reset=-60.0,
                    v_thresh=-50.0, cm=0.2, tau_refrac=5.0, **more)  # fmt: skip
    exc, inh = (sim.Population(int(cells * share), cell) for share in (0.8, 0.2))
    # Simulators draw initial values more or less often; numbers are the same for all.
    start, rng = np.random.default_rng(98765), sim.NumpyRNG(seed=98765)
    for p in (exc, inh):
        p.initialize(v=start.uniform(-60.0, -50.0, p.size))
        p.record("spikes")
    sparse = sim.FixedProbabilityConnector(80.0 / cells, rng=rng)
    for pre, weight, receptor in zip((exc, inh), WEIGHTS[kind], ("excitatory", "inhibitory")):
        for post in (exc, inh):
            synapse = sim.StaticSynapse(weight=weight, delay=0.2)
            sim.Projection(pre, post, sparse, synapse, receptor_type=receptor)
    if kind == "COBA":
        kick = sim.Population(20, sim.SpikeSourcePoisson(rate=100.0, duration=50.0))
        for post in (exc, inh):
            synapse = sim.StaticSynapse(weight=0.1, delay=0.2)
            sim.Projection(kick, post, sim.FixedProbabilityConnector(0.01), synapse)
    return [exc, inh]
