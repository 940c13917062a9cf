"""Layers that learn by BP-STDP; the exclusive or, as in the paper."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.results.figure import COLOURS, page

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]

LENGTH = 50
"""Of a trial, ms; an input of 1 fires every 4 ms."""

POINTS, CLASSES = np.array([[0.2, 0.2], [0.2, 1.0], [1.0, 0.2], [1.0, 1.0]]), [0, 1, 1, 0]
EPOCHS, SEED = 80, 3


def regular(inputs: Array) -> list[list[float]]:
    """Return a train for each column of (trials, features) in [0, 1]; 1 is 250 Hz."""
    return [
        [k * LENGTH + t for k, value in enumerate(column) if value > 0
         for t in np.rint(np.arange(4 / value, LENGTH + 1e-9, 4 / value))]
        for column in inputs.T
    ]  # fmt: skip


def neuron(threshold: float) -> snn.LIF:
    """Return a neuron that does not leak within a trial."""
    return snn.LIF(tau_m=1e7, tau_refrac=0.0, v_rest=0.0, v_reset=0.0, v_thresh=threshold,
                   receptors={"excitatory": snn.CurrentDelta(signed=True)})  # fmt: skip


def classifier(
    inputs: Array, labels: Array, hidden: Sequence[int], thresholds: Sequence[float],
    seed: int, spread: float = 1.0, rate: float = 0.01, delay: float = 1.0,
) -> snn.Network:  # fmt: skip
    """Return layers that learn labels (trials, classes) of inputs (trials, features).

    The rows are trials of 50 ms; the last population has a neuron per class.
    """
    rng = np.random.default_rng(seed)
    net = snn.Network(dt=1.0)
    source = net.population(inputs.shape[1], snn.SpikeArray(times=regular(inputs)), label="in")
    sizes = zip([*hidden, labels.shape[1]], thresholds, strict=True)
    layers = [source, *(net.population(n, neuron(threshold), label=f"layer{k}")
                        for k, (n, threshold) in enumerate(sizes))]  # fmt: skip
    above = None
    for pre, post in reversed([*pairwise(layers)]):
        rule = snn.BPSTDP(rate=rate, above=above, labels=() if above else labels)
        weight = rng.normal(0.0, spread, (pre.size, post.size))
        synapse = snn.Synapse(weight=weight, delay=delay, plasticity=rule)
        above = net.connect(pre, post, snn.AllToAll(), synapse, label=f"to {post.label}")
        net.record(post, "spikes")
    return net


def presented(net: snn.Network, trials: int, learning: Any = True) -> Any:
    """Show all trials; return what `Simulation.present` does."""
    sim = snn.Simulation(net, precision="float64", progress=False)
    return sim.present(snn.Schedule(
        trials=trials, phases=[snn.Phase(duration=float(LENGTH))], count=[net.populations[-1]],
        learning=dict.fromkeys(net.projections, learning),
    ))  # fmt: skip


def answers(counts: Array) -> Array:
    """Return the class neuron with most spikes in each trial, -1 where two have as many."""
    most = np.sort(counts, axis=1)
    return np.where(most[:, -1] > most[:, -2], counts.argmax(axis=1), -1)


def exclusive_or(seed: int, epochs: int) -> tuple[snn.Network, Array]:
    """Return the paper's network of 2, 20 and 2 neurons, and the classes of its trials."""
    rng = np.random.default_rng(seed)
    order = np.concatenate([rng.permutation(4) for _ in range(epochs)])
    classes = np.array(CLASSES)[order]
    return classifier(POINTS[order], np.eye(2)[classes] > 0, (20,), (0.5, 1.0), seed), order


def measured() -> dict[str, Array]:
    """Return correct answers per epoch, and the output's spikes for each point at both ends."""
    net, order = exclusive_or(SEED, EPOCHS)
    shown = presented(net, len(order))
    right = answers(shown.counts["layer1"]) == np.array(CLASSES)[order]
    found = {"correct": right.reshape(EPOCHS, 4).mean(axis=1)}
    spikes = shown.result["layer1"]
    for name, trials in (("before", order[:4]), ("after", order[-4:])):
        first = 0 if name == "before" else len(order) - 4
        for k, point in enumerate(trials):
            begin = (first + k) * LENGTH
            inside = (spikes.times > begin) & (spikes.times <= begin + LENGTH)
            for j in (0, 1):
                own = inside & (spikes.neurons == j)
                found[f"{name} {point} {j}"] = spikes.times[own] - begin
    return found


def drawn(found: dict[str, Array]) -> Figure:
    """Return the output's spikes before and after learning, and the correct answers."""
    figure = page(1.9, 6.9)
    *panels, last = figure.subplots(1, 3)
    names = [f"{a:g}, {b:g}" for a, b in POINTS]
    for panel, when in zip(panels, ("before", "after"), strict=True):
        for point in range(4):
            for j in (0, 1):
                panel.eventplot(found[f"{when} {point} {j}"], lineoffsets=point + 0.2 - 0.4 * j,
                                linelengths=0.3, colors=COLOURS[j])  # fmt: skip
        panel.set(title=when, xlabel="time (ms)", yticks=range(4), yticklabels=names, xlim=(0, 50))
    smooth = np.convolve(found["correct"], np.ones(5) / 5, "valid")
    last.plot(5 + np.arange(len(smooth)), smooth, color=COLOURS[2])
    last.set(xlabel="epoch", ylabel="correct, mean of 5 epochs", ylim=(0, 1.02))
    return figure
