"""Weights that learning moves, and that scaling brings back at each trial's end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.results.figure import page

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]

SOURCES, CELLS, TRIALS = 50, 3, 3


def into(weights: Array) -> Array:
    """Return the sum over the sources, for each neuron."""
    return weights.sum(axis=0)


def out_of(weights: Array) -> Array:
    """Return the sum over the neurons, for some of the sources."""
    return weights.sum(axis=1)[::10]


def norm(weights: Array) -> Array:
    """Return the Euclidean norm over the sources, for each neuron."""
    return np.sqrt((weights**2).sum(axis=0))


RULES: dict[str, tuple[Any, Callable[[Array], Array], str]] = {
    "SynapticScaling": (snn.SynapticScaling(target=10.0), into, "sum into a neuron"),
    "RowScaling": (snn.RowScaling(target=0.6), out_of, "sum out of a source"),
    "NormScaling": (snn.NormScaling(target=1.5), norm, "norm of a neuron's weights"),
}
"""Rule, what it holds, and the name of that."""


def scaled(rule: Any, size: Callable[[Array], Array]) -> Array:
    """Return the size of the weights: at first, then before and after each scaling."""
    net = snn.Network(dt=1.0)
    source = net.population(SOURCES, snn.Poisson(rate=30.0), label="source")
    cells = net.population(CELLS, snn.LIF(i_offset=[0.5, 0.8, 1.1]), label="cells")
    rules = [snn.PairSTDP(A_plus=0.01, A_minus=0.002, w_max=5.0), rule]
    joined = net.connect(source, cells, snn.AllToAll(),
                         snn.Synapse(weight=snn.Uniform(0.0, 0.3), plasticity=rules))  # fmt: skip
    sim = snn.Simulation(net, seed=2, precision="float64", progress=False)

    def now() -> Array:
        return size(np.asarray(sim.weights(joined).weight).reshape(SOURCES, CELLS))

    sizes = [now()]
    for _ in range(TRIALS):
        sim.run(400.0)
        sizes.append(now())
        sim.present(snn.Schedule(trials=1, phases=[snn.Phase(duration=1.0)]))
        sizes.append(now())
    return np.array(sizes)


def measured() -> dict[str, Array]:
    """Return the sizes that each rule holds."""
    return {name: scaled(rule, size) for name, (rule, size, _) in RULES.items()}


def drawn(found: dict[str, Array]) -> Figure:
    """Return a panel for each rule; dotted: its target."""
    figure = page(2.2, 6.9)
    for panel, (name, (rule, _, held)) in zip(figure.subplots(1, len(RULES)), RULES.items()):
        panel.plot(found[name], ".-")
        panel.axhline(rule.target, color="0.6", linestyle=":")
        panel.set(title=name, xlabel="before, trial, scaled, ...", ylabel=held, ylim=(0, None))
    return figure
