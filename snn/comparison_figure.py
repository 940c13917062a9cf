"""Figures of a comparison: spikes of both results, rates and weights against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from snn.results.figure import COLOURS, COLUMN, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from snn.results import Result

SHOWN = 50
"""Neurons of a population in the raster."""


def comparison_figure(one: Result, other: Result, first: float | None) -> Figure:
    """Return a figure: rasters of both, with the first divergence; rates; weights."""
    from matplotlib.figure import Figure

    with style():
        figure = Figure(figsize=(2 * COLUMN, 0.9 * COLUMN), layout="constrained")
        raster, rates, weights = figure.subplots(1, 3, width_ratios=(2, 1, 1))
        _rasters(raster, one, other, first)
        _against(rates, _rates(one, other), "rate (Hz)")
        _against(weights, _weights(one, other), "weight")
    return figure


def _rasters(axes: Axes, one: Result, other: Result, first: float | None) -> None:
    base = 0
    for label in _common(one, other):
        size = min(one.populations[label].size, SHOWN)
        for result, colour, shift in ((one, COLOURS[0], -0.2), (other, COLOURS[1], 0.2)):
            population = result.populations[label]
            kept = population.neurons < size
            axes.plot(np.asarray(population.times)[kept], base + population.neurons[kept] + shift,
                      ".", color=colour, markersize=2.0)  # fmt: skip
        base += size + 2
    if first is not None:
        axes.axvline(first, color=COLOURS[-1], linestyle="--", linewidth=0.8)
    axes.set(xlabel="time (ms)", ylabel="neuron")
    axes.plot([], [], ".", color=COLOURS[0], label="first")
    axes.plot([], [], ".", color=COLOURS[1], label="second")
    axes.legend(loc="upper right", ncols=2, borderaxespad=0.0)
    axes.set_ylim(-1, base + max(0.12 * base, 2))


def _against(axes: Axes, pairs: list[Any], name: str) -> None:
    """Draw the values of one result against those of the other."""
    axes.set(xlabel=f"{name}, first", ylabel=f"{name}, second")
    if not pairs:
        axes.text(0.5, 0.5, "none recorded", ha="center", transform=axes.transAxes)
        return
    x, y = (np.concatenate(side) for side in zip(*pairs, strict=True))
    axes.plot(x, y, ".", color=COLOURS[0], markersize=2.5, alpha=0.6)
    ends = [min(x.min(), y.min()), max(x.max(), y.max())]
    axes.plot(ends, ends, color=COLOURS[-1], linewidth=0.6, zorder=0)


def _common(one: Result, other: Result) -> list[str]:
    """Return the populations of which both results have the spikes."""
    spiking = [{k for k, p in r.populations.items() if p.spikes is not None} for r in (one, other)]
    return [label for label in one.populations if label in spiking[0] & spiking[1]]


def _rates(one: Result, other: Result) -> list[Any]:
    seen = [(one.populations[k], other.populations[k]) for k in _common(one, other)]
    return [(a.rates()[a.seen()], b.rates()[a.seen()]) for a, b in seen if a.size == b.size]


def _weights(one: Result, other: Result) -> list[Any]:
    known = [k for k in one.final_weights if k in other.final_weights]
    pairs = [(one.final_weights[k].weight, other.final_weights[k].weight) for k in known]
    return [(a, b) for a, b in pairs if a.shape == b.shape and a.size]
