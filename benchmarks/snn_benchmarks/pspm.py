"""``snn bench pspm``: spike trains of a recurrent network learned by PSPM."""

from __future__ import annotations

import time
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

import snn
from snn_benchmarks import report

Array = NDArray[Any]

DT = 3.0
KEPT = 0.91
"""What a step leaves of the membrane potential: forward Euler, 1 - 30 /s * 3 ms."""
VOLT = 1e3 * (1 - KEPT)
"""mV that one volt of the authors' weights moves the membrane."""


def cell() -> snn.LIF:
    """Return the neuron: threshold 30 mV, reset to 0, 100 MOhm, no refractory time."""
    tau = -DT / np.log(KEPT)
    return snn.LIF(
        tau_m=float(tau), cm=float(tau / 100.0), tau_refrac=0.0, v_rest=0.0, v_reset=0.0,
        v_thresh=30.0, receptors={"excitatory": snn.CurrentDelta(signed=True)},
    )  # fmt: skip


def network(weight: Array, noise: Array, rule: Any = ()) -> snn.Network:
    """Return the recurrent network with these weights (pre, post) and currents (steps, n)."""
    net = snn.Network(dt=DT)
    n = len(weight)
    cells = net.population(n, cell(), label="cells")
    net.inject(cells, snn.NoiseTable(values=noise, repeat=True))
    net.connect(cells, cells, snn.AllToAll(), snn.Synapse(weight=weight, delay=DT, plasticity=rule),
                label="recurrent")  # fmt: skip
    net.record(cells, "spikes")
    return net


def drawn(rng: np.random.Generator, n: int, inhibitory: Array) -> Array:
    """Return a matrix of weights, uniform in 1000 steps up to 1.5 mV, in our unit."""
    weight = rng.integers(0, 1000, (n, n)) * 1.5e-6 * VOLT
    weight[inhibitory] *= -1
    return weight


def raster(steps: Array, neurons: Array, length: int, n: int) -> Array:
    """Return (neurons, steps) of zeros and ones; steps count from 1."""
    made = np.zeros((n, length))
    made[neurons, np.asarray(steps, int) - 1] = 1
    return made


def smoothed(trains: Array) -> Array:
    """Convolve with the authors' kernel, exp(-0.005 x^2) at 100 points of [-20, 20]."""
    kernel = np.exp(-0.005 * np.linspace(-20, 20, 100) ** 2)
    length = trains.shape[1] + len(kernel) - 1
    spectrum = np.fft.rfft(trains, length, axis=1) * np.fft.rfft(kernel, length)
    return np.asarray(np.fft.irfft(spectrum, length, axis=1))


def distances(a: Array, b: Array) -> tuple[float, float]:
    """Return (D_P, D_A): of single trains, and of the population's sum."""
    x, y = smoothed(a), smoothed(b)
    own = ((x - y) ** 2).mean(axis=1).sum()
    return float(own), float(((x.sum(0) - y.sum(0)) ** 2).mean() / len(a))


def played(weight: Array, noise: Array) -> Array:
    """Return the raster of a network with fixed weights."""
    steps, n = noise.shape
    result = snn.run(network(weight, noise), steps * DT, progress=False)
    found = result["cells"]
    return raster(np.rint(found.times / DT), found.neurons, steps, n)


def trained(
    n: int = 400, steps: int = 5000, iterations: int = 150, seed: int = 1
) -> dict[str, float]:
    """Train on the spikes of a reference network and return the measures."""
    rng = np.random.default_rng(seed)
    inhibitory = rng.permutation(n)[: n // 5]
    reference, naive = (drawn(rng, n, inhibitory) for _ in range(2))
    noise = rng.normal(0.25, 0.1, (steps, n))
    target = played(reference, noise)
    rule = snn.PSPM(
        targets=[(np.flatnonzero(train) + 1) * DT for train in target], inhibitory=inhibitory,
        seed=seed, q=8e-7 * VOLT, rescale=5e-11 * VOLT,
    )  # fmt: skip
    began = time.process_time()
    sim = snn.Simulation(network(naive, noise, rule), precision="float64", progress=False)
    schedule = snn.Schedule(trials=iterations, phases=[snn.Phase(duration=steps * DT)])
    found = sim.present(schedule).result["cells"]
    elapsed = time.process_time() - began
    at = np.rint(found.times / DT).astype(int)
    last = at > (iterations - 1) * steps
    output = raster(at[last] - (iterations - 1) * steps, found.neurons[last], steps, n)
    before = raster(at[at <= steps], found.neurons[at <= steps], steps, n)
    kept = sim.engine.trial_arrays(0)  # type: ignore[attr-defined]
    control = played(kept["control"], noise)
    weight = sim.engine.read_weights(0).reshape(n, n)
    excitatory = np.setdiff1d(np.arange(n), inhibitory)
    measures = {"cpu_s": elapsed, "reference_rate_hz": float(target.sum() / n / steps / DT * 1e3)}
    for name, trains in (("naive", before), ("trained", output), ("control", control)):
        measures[f"D_P_{name}"], measures[f"D_A_{name}"] = distances(trains, target)
        measures[f"spikes_{name}"] = float(trains.sum() / n)
    for name, values in (("naive", naive), ("trained", weight)):
        pair = values[excitatory].ravel(), reference[excitatory].ravel()
        measures[f"excitatory_correlation_{name}"] = float(np.corrcoef(*pair)[0, 1])
    for name, k in (("first", 0), ("last", iterations - 1)):
        measures[f"unmatched_outputs_{name}"] = float(kept["unmatched"][0, k])
        measures[f"unmatched_targets_{name}"] = float(kept["unmatched"][1, k])
    return measures


@click.command("pspm", epilog="Example: snn bench pspm --json pspm.json")
@click.option("--neurons", default=400, show_default=True, help="A fifth is inhibitory.")
@click.option("--steps", default=5000, show_default=True, help="Length of the trains, 3 ms each.")
@click.option("--iterations", default=150, show_default=True, help="Training trials.")
@click.option("--seed", default=1, show_default=True, help="Of weights, noise and draws.")
@click.option("--json", "path", type=click.Path(dir_okay=False), help="Write every number here.")
def benchmark(neurons: int, steps: int, iterations: int, seed: int, path: str | None) -> None:
    """Learn a recurrent network's spike trains by pre-synaptic pool modification.

    D_P and D_A are distances to the target trains, of single neurons and of the
    population; the control network underwent equal changes at random places.
    """
    measures = trained(neurons, steps, iterations, seed)
    for name, value in measures.items():
        click.echo(f"{name:32s} {value:12.4f}")
    if path:
        given = {"neurons": neurons, "steps": steps, "iterations": iterations, "seed": seed}
        report.write(path, "pspm", given, measures)
