"""The tempotron: the potential before and after learning, and errors falling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.results.figure import COLOURS, page

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]

SOURCES, PATTERNS, EPOCHS, LENGTH, SPAN = 100, 60, 60, 300.0, 200.0
"""Each source fires once, within the first 200 ms of a trial, in every pattern."""


def network(seed: int = 1) -> tuple[snn.Network, Array]:
    """Return the network and which patterns it is to answer."""
    rng = np.random.default_rng(seed)
    patterns = rng.integers(1, int(SPAN), (PATTERNS, SOURCES)).astype(float)
    wanted = rng.permutation(PATTERNS) < PATTERNS // 2
    starts = LENGTH * np.arange(PATTERNS * EPOCHS)[:, None]
    trains = (np.tile(patterns, (EPOCHS, 1)) + starts).T.tolist()
    net = snn.Network(dt=1.0)
    source = net.population(SOURCES, snn.SpikeArray(times=trains), label="source")
    cell = snn.LIF(tau_m=15.0, cm=5.0, tau_refrac=0.0, v_rest=0.0, v_reset=0.0, v_thresh=1.0,
                   receptors={"excitatory": snn.CurrentExp(tau_syn=3.75, signed=True)})  # fmt: skip
    neuron = net.population(1, cell, label="neuron")
    rule = snn.Tempotron(labels=wanted, rate=0.01, tau_m=15.0, tau_s=3.75)
    weight = rng.normal(0.05, 0.05, (SOURCES, 1))
    net.connect(source, neuron, snn.AllToAll(), snn.Synapse(weight=weight, plasticity=rule))
    net.record(neuron, ["v", "spikes"])
    return net, wanted


def measured() -> dict[str, Array]:
    """Return errors per epoch, the first without learning, and v of two patterns at both ends."""
    net, wanted = network()
    sim = snn.Simulation(net, precision="float64", progress=False)
    trials = np.arange(PATTERNS * EPOCHS)
    schedule = snn.Schedule(trials=len(trials), phases=[snn.Phase(duration=LENGTH)],
                            count=[net.populations[1]],
                            learning={net.projections[0]: trials >= PATTERNS})  # fmt: skip
    shown = sim.present(schedule)
    fired = shown.counts["neuron"][:, 0].reshape(EPOCHS, PATTERNS) > 0
    v = shown.result["neuron"].traces["v"].values[1:, 0].reshape(EPOCHS, PATTERNS, -1)
    found = {"errors": (fired != wanted).mean(axis=1), "time_ms": 1 + np.arange(v.shape[2])}
    for name, which in (("wanted", wanted), ("other", ~wanted)):
        # The pattern of its kind that was farthest from a right answer before learning.
        peaks = np.where(which, v[0].max(axis=1) * np.where(wanted, -1, 1), -np.inf)
        k = int(np.argmax(peaks))
        found[f"{name} before"], found[f"{name} after"] = v[0, k], v[-1, k]
    return found


def drawn(found: dict[str, Array]) -> Figure:
    """Return three panels."""
    figure = page(1.9, 6.9)
    *panels, last = figure.subplots(1, 3)
    for panel, name in zip(panels, ("wanted", "other"), strict=True):
        for when, colour in (("before", "0.6"), ("after", COLOURS[0])):
            panel.plot(found["time_ms"], found[f"{name} {when}"], color=colour, label=when)
        panel.axhline(1.0, color="0.3", linestyle=":", linewidth=0.8)
        title = "to be answered" if name == "wanted" else "to be left alone"
        panel.set(title=title, xlabel="time (ms)", ylabel="v / threshold")
    panels[0].legend()
    last.plot(1 + np.arange(len(found["errors"])), found["errors"], ".-", color=COLOURS[0])
    last.set(xlabel="epoch", ylabel="share of errors", ylim=(0, None))
    return figure
