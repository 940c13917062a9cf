"""What changes besides weights, and what holds rates: delays, connections, rate homeostasis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.results.figure import COLOURS, page

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]

LEAD = (2.0, 5.0, 9.0, 14.0)
"""How long before the neuron's spike the sources fire, in ms."""

TARGET, SIGMA = 10.0, 12.0


def delays() -> tuple[Array, Array]:
    """Return time in s, and delays in ms of sources that fire at times of their own."""
    net = snn.Network(dt=0.5)
    spikes = 40.0 * np.arange(1, 100)
    pre = net.population(4, snn.SpikeArray(times=[spikes - x for x in LEAD]), label="pre")
    teacher = net.population(1, snn.SpikeArray(times=[spikes - 0.5]), label="teacher")
    cell = snn.LIF(receptors={"force": snn.CurrentDelta(), "learned": snn.CurrentPulse()})
    post = net.population(1, cell, label="post")
    net.connect(teacher, post, snn.AllToAll(), snn.Synapse(weight=1000.0), receptor="force")
    rule = snn.DelayLearning(rate=0.2, window=12.0, delay_min=0.5, delay_max=20.0)
    learned = net.connect(pre, post, snn.AllToAll(), snn.Synapse(
        weight=0.01, delay=7.0, plasticity=rule), receptor="learned")  # fmt: skip
    sim = snn.Simulation(net, progress=False)
    found = [sim.weights(learned).delay]
    for _ in range(20):
        sim.run(150.0)
        found.append(sim.weights(learned).delay)
    return 0.15 * np.arange(21), np.array(found)


def connections() -> tuple[Array, Array, Array]:
    """Return distances from source to target at first and after 20 s, and synapses over time."""
    net = snn.Network(dt=1.0)
    pre = net.population(200, snn.Poisson(rate=1.0), label="pre", positions=snn.line(200))
    post = net.population(100, snn.LIF(), label="post", positions=snn.line(100, 2.0))
    rule = snn.StructuralPlasticity(period=100.0, rate=5.0, slots=20, w_weak=1.0, p_weak=0.1,
                                    p_form=0.8, sigma=SIGMA, new_weight=0.1)  # fmt: skip
    learned = net.connect(pre, post, snn.FixedInDegree(15), snn.Synapse(
        weight=0.1, plasticity=rule))  # fmt: skip
    sim = snn.Simulation(net, seed=1, progress=False)
    first, counts = sim.weights(learned), [15 * 100]
    for _ in range(40):
        sim.run(500.0)
        counts.append(len(sim.weights(learned)))
    last = sim.weights(learned)
    return first.pre - 2 * first.post, last.pre - 2 * last.post, np.array(counts)


def rates() -> Array:
    """Return mean rates in Hz of 20 differently driven neurons in pieces of 4 s."""
    net = snn.Network(dt=1.0)
    drive = snn.Poisson(rate=np.linspace(20.0, 80.0, 20))
    source = net.population(20, drive, label="source")
    cell = snn.LIF(tau_m=10.0, receptors={"excitatory": snn.CurrentExp(tau_syn=5.0)})
    neurons = net.population(20, cell, label="neurons")
    rule = snn.RateScaling(target=TARGET, tau_rate=2000.0, tau_w=5000.0, trigger=100.0)
    net.connect(source, neurons, snn.OneToOne(), snn.Synapse(weight=8.0, plasticity=rule))
    net.record(neurons, "spikes")
    sim = snn.Simulation(net, seed=1, progress=False)
    return np.array([sim.run(4000.0)["neurons"].rates() for _ in range(20)])


def measured() -> dict[str, Array]:
    """Return the curves of the four panels."""
    found = dict(zip(("delay time", "delay"), delays(), strict=True))
    found |= dict(zip(("first distance", "last distance", "synapses"), connections(), strict=True))
    return found | {"rate": rates()}


def drawn(found: dict[str, Array]) -> Figure:
    """Return four panels."""
    figure = page(3.6, 6.9)
    (a, b), (c, d) = figure.subplots(2, 2)
    a.plot(found["delay time"], found["delay"], ".-")
    for lead in LEAD:
        a.axhline(lead, color="0.6", linestyle=":")
    a.set(title="DelayLearning", xlabel="time (s)", ylabel="delay (ms)", ylim=(0, None))
    d.plot(0.5 * np.arange(len(found["synapses"])), found["synapses"], color=COLOURS[0])
    d.set(title="StructuralPlasticity", xlabel="time (s)", ylabel="synapses", ylim=(0, None))
    edges = np.arange(-200, 201, 10)
    for name, colour in (("first", "0.7"), ("last", COLOURS[0])):
        c.hist(found[f"{name} distance"], edges, histtype="step", color=colour, label=name)
    c.set(title="StructuralPlasticity", xlabel="source - target", ylabel="synapses")
    c.legend()
    b.plot(4.0 * np.arange(len(found["rate"])) + 2.0, found["rate"], color=COLOURS[0], alpha=0.5)
    b.axhline(TARGET, color="0.6", linestyle=":")
    b.set(title="RateScaling", xlabel="time (s)", ylabel="rate (Hz)", ylim=(0, None))
    return figure
