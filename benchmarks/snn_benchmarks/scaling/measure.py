"""Measure one network in a process of its own.

``python -m snn_benchmarks.scaling.measure NEURONS FAN_OUT RATE THREADS SLEEP`` prints JSON.

Sources with listed random spikes send through random synapses to as many LIF neurons, which
hear them but do not fire, so that the activity is what is asked for.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass

import numpy as np

import snn

EVENTS = 3e7
"""Events that are enough to be timed."""

SHORTEST, LONGEST = 50.0, 2_000.0
"""Model time in ms."""

WARM_UP = 60.0
"""Model time before the clock starts, in which quiet neurons fall asleep."""


@dataclass
class Row:
    """Costs of one network.

    Parameters
    ----------
    ns_per_event : float
        CPU time beyond that of the same sources and neurons without synapses.
    ns_per_step : float
        CPU time of those, per neuron and step.
    events_per_cpu_s : float
        Synaptic events over all CPU time.
    wall_s : float
        Wall time per second of model time.
    """

    neurons: int
    fan_out: int
    rate_hz: float
    threads: int
    ns_per_event: float
    ns_per_step: float
    events_per_cpu_s: float
    wall_s: float


def network(neurons: int, fan_out: int, rate: float, duration: float) -> snn.Network:
    """Return sources, neurons and what connects them."""
    net = snn.Network(dt=0.1)
    rng = np.random.default_rng(1)
    steps = round(duration / 0.1)
    fired = rng.random(rng.poisson(neurons * rate * duration * 1e-3))
    order = np.unique((fired * neurons * steps).astype(np.int64))
    times = np.split(
        order % steps * 0.1 + 0.1, np.searchsorted(order, np.arange(1, neurons) * steps)
    )
    sources = net.population(neurons, snn.SpikeArray(times=times), label="sources")
    cell = snn.LIF(receptors={"excitatory": snn.CurrentExp(tau_syn=5.0)})
    heard = net.population(neurons, cell, label="heard")
    if fan_out:
        synapse = snn.Synapse(weight=1e-9, delay=1.5)
        net.connect(sources, heard, snn.FixedOutDegree(fan_out), synapse)
    net.record(sources, "spikes")
    return net


def measure(neurons: int, fan_out: int, rate: float, threads: int, sleep: str) -> Row:
    """Time a network with and without its synapses, in one process."""
    duration = min(max(EVENTS / (neurons * fan_out * rate) * 1e3, SHORTEST), LONGEST)
    duration = round(duration, 1)
    whole = WARM_UP + duration
    alone, _, _ = timed(network(neurons, 0, rate, whole), duration, threads=threads, sleep=sleep)
    cpu, wall, spikes = timed(
        network(neurons, fan_out, rate, whole), duration, threads=threads, sleep=sleep
    )
    events = max(spikes, 1) * fan_out
    return Row(
        neurons, fan_out, rate, threads, (cpu - alone) / events * 1e9,
        alone / (neurons * duration / 0.1) * 1e9, events / cpu, wall / duration * 1e3,
    )  # fmt: skip


def timed(net: snn.Network, duration: float, **options: object) -> tuple[float, float, int]:
    """Return CPU and wall seconds and the spikes of a run, warmed up."""
    simulation = snn.Simulation(net, progress=False, **options)
    simulation.run(WARM_UP)
    cpu, wall = time.process_time(), time.perf_counter()
    result = simulation.run(duration)
    spent = time.process_time() - cpu, time.perf_counter() - wall
    return *spent, len(result["sources"].steps)


def main() -> None:
    """Print one row as JSON."""
    neurons, fan_out, rate, threads, sleep = sys.argv[1:6]
    row = measure(int(neurons), int(fan_out), float(rate), int(threads), sleep)
    sys.stdout.write("\n" + json.dumps(asdict(row)) + "\n")


if __name__ == "__main__":
    main()
