"""Rates held by thresholds, and learning that a read-out calms down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.results.figure import COLOURS, page

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]

TARGETS = (5.0, 20.0, 40.0)
WINDOW = 2000.0
COUNTS, RATES = [0, 40], [1.0, 0.0]


def intrinsic() -> dict[str, Array]:
    """Return time in s, and the rates of three neurons whose thresholds seek their targets."""
    net = snn.Network(dt=0.5)
    source = net.population(40, snn.Poisson(rate=40.0), label="source")
    cell = snn.AdaptiveLIF(tau_m=20.0, theta_plus=0.0, adapting=0.0, i_offset=0.7)
    neurons = net.population(3, cell, label="neurons")
    rule = snn.IntrinsicPlasticity(target=np.array(TARGETS), eta=0.03, trigger=100.0)
    net.connect(source, neurons, snn.AllToAll(), snn.Synapse(weight=0.1, plasticity=rule))
    net.record(neurons, "spikes")
    found = snn.run(net, 60_000.0, seed=1, progress=False)["neurons"]
    edges = np.arange(0.0, 60_001.0, WINDOW)
    rates = [np.histogram(train, edges)[0] * 1e3 / WINDOW for train in found.trains()]
    return {"time": (edges[:-1] + WINDOW / 2) / 1e3, "rates": np.array(rates).T}


def calmed() -> dict[str, Array]:
    """Return, trial by trial, the spikes of a read-out and the plasticity rate they set."""
    net = snn.Network(dt=1.0)
    source = net.population(50, snn.Poisson(rate=20.0), label="source")
    readout = net.population(5, snn.LIF(), label="readout")
    rule = snn.PairSTDP(A_plus=0.01, A_minus=0.005, w_max=3.0)
    learned = net.connect(source, readout, snn.AllToAll(),
                          snn.Synapse(weight=0.12, plasticity=rule))  # fmt: skip
    schedule = snn.Schedule(
        trials=40, phases=[snn.Phase(duration=200.0, rates={source: 20.0})], count=[readout],
        plasticity_rate={learned: snn.Readout(population=readout, counts=COUNTS, rates=RATES)},
    )  # fmt: skip
    shown = snn.Simulation(net, seed=1, progress=False).present(schedule)
    spikes = shown.counts["readout"].sum(axis=1)
    return {"spikes": spikes, "plasticity rate": np.interp(spikes, COUNTS, RATES)}


def measured() -> dict[str, Array]:
    """Return the curves of both panels."""
    return intrinsic() | calmed()


def drawn(found: dict[str, Array]) -> Figure:
    """Return two panels."""
    figure = page(2.1, 6.9)
    a, b = figure.subplots(1, 2)
    for k, target in enumerate(TARGETS):
        a.plot(found["time"], found["rates"][:, k], ".-", color=COLOURS[k])
        a.axhline(target, color="0.6", linestyle=":")
    a.set(title="IntrinsicPlasticity", xlabel="time (s)", ylabel="rate (Hz)")
    b.plot(found["spikes"], ".-", color=COLOURS[0], label="spikes of the read-out")
    b.plot(COUNTS[1] * found["plasticity rate"], ".-", color=COLOURS[1],
           label=f"{COUNTS[1]} x plasticity rate")  # fmt: skip
    b.legend()
    b.set(title="Readout", xlabel="trial", ylim=(-2, 70))
    return figure
