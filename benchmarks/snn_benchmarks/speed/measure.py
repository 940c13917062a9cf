"""Measure one workload in a process of its own, so that memory peaks are its own.

``python -m snn_benchmarks.speed.measure BACKEND WORKLOAD THREADS [NUMERICS]`` prints a row as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import asdict, dataclass, field
from importlib import import_module
from typing import Any

import numpy as np

from snn_benchmarks.speed.workloads import WORKLOADS, Workload

PEERS = "snn_benchmarks.speed"

WARM_UP = 20
"""Steps before the clock starts, in which nothing is compiled any more."""


@dataclass
class Row:
    """One workload on one backend.

    Parameters
    ----------
    cpu_s_per_bio_s, wall_s_per_bio_s : float
        Of the simulate phase, per second of model time.
    rate_hz : float
        Mean rate of the neurons.
    events_per_cpu_s, updates_per_cpu_s : float
        Synaptic events and neuron steps per CPU second.
    build_s, compile_s : float
        CPU seconds to declare and draw the network, and to make the engine ready.
    peak_rss_mb, bytes_per_synapse : float
    agrees : bool
        Whether the rate is within the workload's tolerance of the expected one, and each
        population's of the published one.
    populations : dict
        Of the CPU engine: mean rate in Hz and mean coefficient of variation of the intervals.
    """

    workload: str
    backend: str
    numerics: str
    threads: int
    cpu_s_per_bio_s: float
    wall_s_per_bio_s: float
    rate_hz: float
    events_per_cpu_s: float
    updates_per_cpu_s: float
    build_s: float
    compile_s: float
    peak_rss_mb: float
    bytes_per_synapse: float | None
    agrees: bool
    populations: dict[str, dict[str, float]]


@dataclass
class Timed:
    """What a backend reports of one run."""

    build_s: float
    compile_s: float
    cpu_s: float
    wall_s: float
    duration: float
    spikes: int
    neurons: int
    synapses: int
    bytes: float | None = None
    populations: dict[str, dict[str, float]] = field(default_factory=dict)


def measure(backend: str, workload: Workload, threads: int, numerics: str) -> Row:
    """Run a workload and return its row."""
    peer = None if backend == "cpu" else import_module(f"{PEERS}.{backend}_peer")
    timed: Timed = peer.run(workload, threads) if peer else run_cpu(workload, threads, numerics)
    seconds = timed.duration * 1e-3
    rate = timed.spikes / timed.neurons / seconds
    fan_out = timed.synapses / timed.neurons
    steps = timed.duration / workload.dt
    return Row(
        workload=workload.name, backend=backend, numerics=numerics, threads=threads,
        cpu_s_per_bio_s=timed.cpu_s / seconds, wall_s_per_bio_s=timed.wall_s / seconds,
        rate_hz=rate, events_per_cpu_s=timed.spikes * fan_out / timed.cpu_s,
        updates_per_cpu_s=timed.neurons * steps / timed.cpu_s, build_s=timed.build_s,
        compile_s=timed.compile_s, peak_rss_mb=peak_rss_mb(),
        bytes_per_synapse=None if timed.bytes is None else timed.bytes / timed.synapses,
        agrees=agrees(workload, rate, timed.populations), populations=timed.populations,
    )  # fmt: skip


def agrees(workload: Workload, rate: float, populations: dict[str, dict[str, float]]) -> bool:
    """Say whether rates are within the workload's tolerance of what they should be."""
    wanted = [(rate, workload.expected_hz)]
    wanted += [(populations[label]["rate_hz"], hz)
               for label, hz in workload.published.items() if populations]  # fmt: skip
    return all(abs(found - hz) <= workload.tolerance * hz for found, hz in wanted)


def peak_rss_mb() -> float:
    """Return the largest resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def run_cpu(workload: Workload, threads: int, numerics: str = "exact") -> Timed:
    """Run a workload on our engine, recording spikes, all checks on."""
    import snn

    start = time.process_time()
    net = workload.build()
    compiled = snn.compile_network(net, numerics=numerics)
    synapses = sum(q.synapses for q in compiled.projections)
    size = sum(_synapse_bytes(q) for q in compiled.projections)
    del compiled  # The simulation draws its own; large networks fit in memory once.
    built = time.process_time()
    simulation = snn.Simulation(net, threads=threads, numerics=numerics, progress=False)
    simulation.run(WARM_UP * workload.dt + workload.settle)
    ready = time.process_time()
    wall = time.perf_counter()
    result = simulation.run(workload.duration)
    spent, clock = time.process_time() - ready, time.perf_counter() - wall
    groups = [result[label] for label in workload.counted]
    return Timed(
        built - start, ready - built, spent, clock, workload.duration,
        sum(len(g.steps) for g in groups), sum(g.size for g in groups), synapses,
        size, {g.label: _activity(g) for g in groups},
    )  # fmt: skip


def _activity(group: Any) -> dict[str, float]:
    intervals = group.isi_cv()
    known = intervals[np.isfinite(intervals)]
    return {
        "rate_hz": float(group.rates().mean()),
        "cv": float(known.mean()) if known.size else 0.0,
    }


def _synapse_bytes(q: object) -> float:
    from snn.compiler.compiled import arrays_of

    return sum(a.nbytes for a in arrays_of(q))


def main() -> None:
    """Print one row as JSON."""
    backend, name, threads, *numerics = sys.argv[1:5]
    row = measure(backend, WORKLOADS[name], int(threads), *(numerics or ["exact"]))
    sys.stdout.write("\n" + json.dumps(asdict(row)) + "\n")


if __name__ == "__main__":
    main()
