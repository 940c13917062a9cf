"""The benchmark's figure: a documented astrocyte, retention, one trial."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from snn_benchmarks import panels
from snn_benchmarks.astrocyte.documented import RECORDED
from snn_benchmarks.astrocyte.retention import DELAYS, Retention, interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LABELS = {"none": "without", "unit": "unit", "synapse": "gliotransmission"}


def figure(found: Mapping[str, Retention], trajectory: Mapping[str, Any], group: int) -> Figure:
    """Return a figure two columns wide."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(7.1, 2.6), layout="constrained")
    calcium, shares, raster = drawn.subplots(1, 3, width_ratios=(1, 1, 1.2))
    _calcium(calcium, trajectory)
    _shares(shares, found)
    _raster(raster, found["unit"], group)
    panels.letter((calcium, shares, raster))
    return drawn


def _calcium(axes: Axes, ours: Mapping[str, Any]) -> None:
    times = [row[0] for row in RECORDED]
    for k, (name, label) in enumerate((("c", "calcium (uM)"), ("h", "h"))):
        axes.plot(ours["seconds"], ours[name], color=f"C{k}", linewidth=1, label=label)
        axes.plot(times, [row[1 if name == "c" else 3] for row in RECORDED], "o", markersize=4,
                  markerfacecolor="none", color=f"C{k}")  # fmt: skip
    axes.set(xlabel="time (s)", ylim=(0, 1.15))
    axes.legend(frameon=False, fontsize=7, loc="upper right")


def _shares(axes: Axes, found: Mapping[str, Retention]) -> None:
    seconds = np.array(DELAYS) / 1000.0
    for k, (mechanism, label) in enumerate(LABELS.items()):
        shares = found[mechanism].shares
        mean = shares.mean(axis=0)
        reach = np.array([interval(column) for column in shares.T]).T
        axes.errorbar(seconds * (1 + 0.03 * (k - 1)), mean, np.abs(reach - mean), marker="o",
                      markersize=3, linewidth=1, capsize=2, color=f"C{k}", label=label)  # fmt: skip
    axes.set(xscale="log", xlabel="delay (s)", ylabel="items recalled", ylim=(-0.02, 1.05))
    axes.set_xticks(seconds, [f"{s:g}" for s in seconds])
    axes.minorticks_off()
    axes.legend(frameon=False, fontsize=7)


def _raster(axes: Axes, unit: Retention, group: int) -> None:
    """Draw the first trial: item 0, asked for after the shortest delay."""
    spikes = unit.result["cells"]
    kept = (spikes.neurons < group * 4) & (spikes.times <= 2500.0)
    stored = kept & (spikes.neurons < group)
    axes.plot(spikes.times[kept], spikes.neurons[kept], ".", markersize=1.2, color="0.5")
    axes.plot(spikes.times[stored], spikes.neurons[stored], ".", markersize=1.2, color="C1")
    for start, end in ((500.0, 1000.0), (1000.0 + DELAYS[0], 1200.0 + DELAYS[0])):
        axes.axvspan(start, end, color="0.93", zorder=0, linewidth=0)
    axes.set(xlabel="time (ms)", ylabel="neuron", xlim=(0, 2500))
