"""The benchmark's figure: the training trace, accuracy against distance, and uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from snn.results import Result
from snn_benchmarks.spatial.words import distance

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def figure(result: Result, metrics: dict[str, Any]) -> Figure:
    """Return a figure, two columns wide.

    Parameters
    ----------
    result : Result
        Of the training of word 992.
    metrics : dict
        Of the benchmark.
    """
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(7.1, 5.2), layout="constrained")
    grid = drawn.add_gridspec(2, 2)
    panels = [
        drawn.add_subplot(place, projection=projection)
        for place, projection in zip(grid, (None, None, "3d", None), strict=True)
    ]
    _training(panels[0], result)
    _pairs(panels[1], metrics["networks"])
    _triples(panels[2], metrics["networks"])
    _uses(panels[3], metrics["uses"])
    for axes, letter in zip(panels, "abcd", strict=True):
        axes.set_title(letter, loc="left", fontweight="bold", fontsize=9)
        axes.tick_params(labelsize=7)
    return drawn


def _training(axes: Axes, result: Result) -> None:
    for name, colour in (("exc", "C3"), ("inh", "C0")):
        trace = result[name].trace("v")
        axes.plot(trace.times, trace.values[:, 0], color=colour, linewidth=1, label=name)
    axes.set_xlabel("time (ms)", fontsize=8)
    axes.set_ylabel("v of the outputs (mV)", fontsize=8)
    axes.legend(fontsize=7, frameon=False)


def _pairs(axes: Axes, rows: list[dict[str, Any]]) -> None:
    pairs = [row for row in rows if len(row["words"]) == 2]
    apart = [distance(*row["words"]) for row in pairs]
    axes.plot(apart, [row["accuracy"] for row in pairs], "o", color="C0", label="accuracy")
    axes.plot(apart, [row["precision"] for row in pairs], "s", color="C1", label="precision")
    h = np.arange(1, 10)
    axes.plot(h, 1 - (2.0**h - 2) / 1024, color="C0", linewidth=0.8, label="closed form")
    axes.set_xlabel("Hamming distance of two words", fontsize=8)
    axes.legend(fontsize=7, frameon=False)


def _triples(axes: Any, rows: list[dict[str, Any]]) -> None:
    triples = [row for row in rows if len(row["words"]) == 3]
    points = np.array([[distance(a, b), distance(a, c), distance(b, c)]
                       for a, b, c in (row["words"] for row in triples)])  # fmt: skip
    shown = axes.scatter(*points.T, c=[row["accuracy"] for row in triples], cmap="viridis", s=14)
    bar = axes.figure.colorbar(shown, ax=axes, shrink=0.6, pad=0.16)
    bar.set_label("accuracy", fontsize=7)
    bar.ax.tick_params(labelsize=7)
    for name, axis in (("1, 2", axes.xaxis), ("1, 3", axes.yaxis), ("2, 3", axes.zaxis)):
        axis.set_label_text(f"distance {name}", fontsize=7)


def _uses(axes: Axes, uses: list[dict[str, Any]]) -> None:
    for use in uses:
        axes.plot(use["patterns"], use["balanced"], "o-", linewidth=1, markersize=3,
                  label=use["what"])  # fmt: skip
    axes.axhline(0.5, color="0.7", linewidth=0.8)
    axes.set_xlabel("patterns trained", fontsize=8)
    axes.set_ylabel("balanced accuracy", fontsize=8)
    axes.set_ylim(0.45, 1.03)
    if uses:
        axes.legend(fontsize=6.5, frameon=False)
