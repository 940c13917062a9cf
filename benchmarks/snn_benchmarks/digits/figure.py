"""The benchmark's figure: receptive fields, confusion matrix, raster of a trial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from snn_benchmarks.digits.training import REST, STIMULUS, Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = 10
"""Receptive fields along each side of the panel."""


def figure(outcome: Outcome) -> Figure:
    """Return a figure of one seed, two columns wide."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(7.1, 2.7), layout="constrained")
    fields, confusion, raster = drawn.subplots(1, 3, width_ratios=(1, 1.05, 1.15))
    _fields(fields, outcome.fields)
    _confusion(confusion, outcome.confusion)
    _raster(raster, outcome)
    for axes, letter in zip((fields, confusion, raster), "abc", strict=True):
        axes.set_title(letter, loc="left", fontweight="bold", fontsize=9)
    return drawn


def _fields(axes: Axes, weights: NDArray[Any]) -> None:
    """Tile the first receptive fields with a thin gap between them."""
    side = min(SHOWN, int(np.sqrt(len(weights))))
    tiles = np.full((side * 9 + 1, side * 9 + 1), np.nan)
    for k in range(side * side):
        row, column = divmod(k, side)
        tiles[9 * row + 1 : 9 * row + 9, 9 * column + 1 : 9 * column + 9] = weights[k].reshape(8, 8)
    axes.imshow(tiles, cmap="gray_r", interpolation="nearest")
    axes.set_axis_off()


def _confusion(axes: Axes, counts: NDArray[Any]) -> None:
    axes.imshow(np.sqrt(counts), cmap="Blues", interpolation="nearest")
    for true, answer in zip(*np.nonzero(counts), strict=True):
        dark = counts[true, answer] > 0.4 * counts.max()
        axes.text(answer, true, str(counts[true, answer]), ha="center", va="center",
                  fontsize=5.5, color="white" if dark else "black")  # fmt: skip
    axes.set(xticks=range(10), yticks=range(10), xlabel="answer", ylabel="digit")
    axes.tick_params(labelsize=7, length=0)


def _raster(axes: Axes, outcome: Outcome) -> None:
    """Draw the spikes of one trial, populations stacked with a gap."""
    base = 0.0
    ticks, names = [], []
    start = outcome.trial.start
    for label, name in (("class_layer", "class"), ("hidden", "hidden"), ("input", "input")):
        group = outcome.trial[label]
        # The class layer has ten neurons beside hundreds: give it ten rows of space each.
        scale = max(1.0, len(outcome.fields) / 5 / group.size)
        axes.plot(group.times - start, base + scale * group.neurons, ".", markersize=1.2,
                  color={"class": "C3", "hidden": "C0", "input": "0.4"}[name])  # fmt: skip
        ticks.append(base + scale * group.size / 2)
        names.append(name)
        base += scale * group.size * 1.08
    axes.axvspan(0, STIMULUS, color="0.93", zorder=0, linewidth=0)
    axes.set(xlim=(0, STIMULUS + REST), xlabel="time (ms)", yticks=ticks, ylim=(-5, base))
    axes.set_yticklabels(names, rotation=90, va="center", fontsize=8)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
