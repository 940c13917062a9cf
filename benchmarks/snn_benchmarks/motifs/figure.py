"""The benchmark's figure: a motif in its raster, through the delays, and what was learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from snn_benchmarks import panels
from snn_benchmarks.motifs.command import Outcome
from snn_models import SpikingMotifs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def figure(world: SpikingMotifs, learned: Outcome, true: Outcome) -> Figure:
    """Return a figure two columns wide, about the first event of the test."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(7.1, 2.6), layout="constrained")
    raster, arrivals, kernel = drawn.subplots(1, 3)
    _raster(raster, world, learned, true)
    _arrivals(arrivals, learned)
    _kernel(kernel, learned, true)
    panels.letter((raster, arrivals, kernel))
    return drawn


def first(outcome: Outcome) -> tuple[int, int]:
    """Return motif and step of the earliest event."""
    motif, at = outcome.test.events[outcome.test.events[:, 1].argmin()]
    return int(motif), int(at)


def _raster(axes: Axes, world: SpikingMotifs, learned: Outcome, true: Outcome) -> None:
    """Draw spikes around an event; those to which the motif gives weight are marked."""
    motif, at = first(learned)
    neuron, step = learned.test.spikes.T
    near = (step >= at - 40) & (step < at + world.depth + 40)
    lag = np.clip(step - at, 0, world.depth - 1)
    inside = (step >= at) & (step < at + world.depth)
    likely = inside & (np.asarray(true.detector.weights)[motif, neuron, lag] > 0)
    axes.plot(step[near] - at, neuron[near], ".", color="0.6", markersize=2)
    axes.plot(step[near & likely] - at, neuron[near & likely], "o", color="C3", markersize=3)
    axes.axvspan(0, world.depth, color="0.93", zorder=0, linewidth=0)
    axes.set(xlabel="steps since the event", ylabel="input")


def _arrivals(axes: Axes, outcome: Outcome) -> None:
    """Draw the sum that the motif's detector gets at each step."""
    motif, at = first(outcome)
    weights = np.asarray(outcome.detector.weights)[motif]
    depth = weights.shape[1]
    total = np.zeros(121)
    for neuron, step in outcome.test.spikes:
        for lag in np.flatnonzero(weights[neuron]):
            begun = step - lag - at + 60
            if 0 <= begun < len(total):
                total[begun] += weights[neuron, lag]
    axes.bar(np.arange(-60, 61) + depth, total, width=1.0, color="C0")
    level = float(np.asarray(outcome.detector.thresholds)[motif])
    axes.axhline(level, color="C3", linewidth=0.8, linestyle="--")
    axes.set(xlabel="steps since the event", ylabel="sum of weights in one step")


def _kernel(axes: Axes, learned: Outcome, true: Outcome) -> None:
    """Compare learned weights with true ones, all motifs."""
    x, y = np.asarray(true.detector.weights).ravel(), np.asarray(learned.detector.weights).ravel()
    used = y != 0
    axes.plot(x[used], y[used], ".", markersize=1.5, color="C0")
    axes.set(xlabel="true log-odds", ylabel="learned weight")
