"""Spikes of experiment 1, population by population, as the paper shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snn.results import Result
from snn_benchmarks.ca3.experiments import Experiment

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROWS = {
    "IN": "input", "CA3cueCueRecall": "S1 cue", "CA3contCueRecall": "S1 content",
    "CA3contCond": "S2 gate", "CA3contCondInt": "S2 int", "CA3contContRecall": "S2 content",
    "CA3cueContRecall": "S2 cue", "CA3MergeCue": "merged cue", "CA3MergeCont": "merged content",
    "OUT": "output",
}  # fmt: skip
"""Population and what it is called in the figure, from top to bottom."""


def figure(experiment: Experiment, result: Result) -> Figure:
    """Return a raster, two columns wide; cue neurons blue, content neurons red."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(7.1, 4.2), layout="constrained")
    axes = drawn.subplots()
    base, ticks = 0.0, []
    for label in reversed(ROWS):
        group = result[label]
        cues = experiment.cues if label in ("IN", "OUT") else group.size * ("cue" in label.lower())
        cues = 0 if label == "CA3contCueRecall" else cues
        _spikes(axes, group, base, cues)
        ticks.append(base + (group.size - 1) / 2)
        base += group.size + 2
        axes.axhline(base - 1.5, color="0.85", linewidth=0.5)
    for operation in experiment.operations:
        axes.axvline(operation.time, color="0.6", linewidth=0.5, linestyle=":")
        bits = " ".join(map(str, operation.content))
        head = "" if operation.cue is None else f"cue {operation.cue}"
        axes.text(operation.time + 0.3, base - 1, f"{operation.name}\n{head}\n{bits}",
                  fontsize=5.5, va="bottom")  # fmt: skip
    axes.set(xlim=(-1, experiment.duration), ylim=(-2, base - 1), xlabel="time (ms)", yticks=ticks)
    axes.set_yticklabels(list(reversed(ROWS.values())), fontsize=7)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=7)
    return drawn


def _spikes(axes: Axes, group: object, base: float, cues: int) -> None:
    times, neurons = group.times, group.neurons  # type: ignore[attr-defined]
    for chosen, colour in ((neurons < cues, "C0"), (neurons >= cues, "C3")):
        axes.plot(times[chosen], base + neurons[chosen], "|", markersize=4, color=colour)
