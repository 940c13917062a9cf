"""What keeps activity and weights within bounds: inhibition, decay, thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.results.figure import COLOURS, page

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]

TARGET_RATE, TAU_DECAY = 5.0, 2000.0


def balance() -> tuple[Array, Array]:
    """Return time in s, and the mean rate of neurons whose inhibition is learned."""
    net = snn.Network(dt=0.5)
    inhibition = net.population(200, snn.Poisson(rate=20.0), label="inhibition")
    cells = net.population(50, snn.LIF(), label="cells")
    net.drive(cells, snn.PoissonInput(rate=1000.0, weight=0.35))
    rule = snn.InhibitorySTDP(eta=4e-4, rate=TARGET_RATE, w_max=1.0)
    net.connect(inhibition, cells, snn.AllToAll(), snn.Synapse(weight=0.0, plasticity=rule),
                receptor="inhibitory")  # fmt: skip
    net.record(cells, "spikes")
    times = snn.run(net, 20_000.0, seed=1, progress=False)["cells"].times
    counts, edges = np.histogram(times, np.arange(0.0, 20_001.0, 1000.0))
    return edges[:-1] / 1e3 + 0.5, counts / 50


def decay() -> tuple[Array, Array]:
    """Return times of pre spikes in ms, and the weight then."""
    times = np.arange(100.0, 6000.0, 250.0)
    net = snn.Network(dt=1.0)
    source = net.population(1, snn.SpikeArray(times=[times.tolist()]), label="source")
    cell = net.population(1, snn.LIF(), label="cell")
    joined = net.connect(source, cell, snn.OneToOne(), snn.Synapse(
        weight=1.0, plasticity=snn.WeightDecay(tau=TAU_DECAY)))  # fmt: skip
    sim = snn.Simulation(net, precision="float64", progress=False)
    weights = []
    for _ in times:
        sim.run(250.0)
        weights.append(float(sim.weights(joined).weight[0]))
    return times, np.array(weights)


def adaptation() -> tuple[Array, Array]:
    """Return times of spikes in ms, and the rate since the one before, of an adapting cell."""
    net = snn.Network(dt=0.1)
    cell = snn.AdaptiveLIF(i_offset=2.0, theta_plus=1.0, tau_theta=400.0)
    neuron = net.population(1, cell, label="cell")
    net.record(neuron, "spikes")
    times = snn.run(net, 1500.0, progress=False)["cell"].times
    return times[1:], 1e3 / np.diff(times)


def measured() -> dict[str, Array]:
    """Return the curves of the three panels."""
    found = {}
    for name, curve in (("balance", balance), ("decay", decay), ("adaptation", adaptation)):
        found[f"{name} time"], found[name] = curve()
    return found


def drawn(found: dict[str, Array]) -> Figure:
    """Return three panels."""
    figure = page(2.2, 6.9)
    a, b, c = figure.subplots(1, 3)
    a.plot(found["balance time"], found["balance"], ".-", color=COLOURS[0])
    a.axhline(TARGET_RATE, color="0.6", linestyle=":")
    a.set(title="InhibitorySTDP", xlabel="time (s)", ylabel="rate (Hz)", ylim=(0, None))
    b.plot(found["decay time"], found["decay"], ".", color=COLOURS[0])
    t = np.linspace(0, 6000, 200)
    b.plot(t, np.exp(-t / TAU_DECAY), color="0.6", linewidth=0.8)
    b.set(title="WeightDecay", xlabel="time (ms)", ylabel="weight")
    c.plot(found["adaptation time"], found["adaptation"], ".-", color=COLOURS[0])
    c.set(title="AdaptiveLIF", xlabel="time (ms)", ylabel="1 / interval (Hz)")
    return figure
