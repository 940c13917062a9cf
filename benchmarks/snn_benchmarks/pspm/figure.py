"""The benchmark's figure: trains, unmatched spikes, distances, intervals, avalanches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from snn.results.figure import COLOURS, page, styled
from snn_benchmarks.pspm.trials import NAMES
from snn_models.pspm import Trained, avalanches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HUES = {"target": "black", "naive": "0.6", "trained": COLOURS[0], "control": COLOURS[1]}
SHOWN = 5
"""Neurons whose trains are drawn."""


@styled
def figure(done: Trained, metrics: Mapping[str, Any]) -> Figure:
    """Return the last training of the first condition, and the distances of all conditions."""
    made = page(4.2, 6.9)
    (a, b), (c, d) = made.subplots(2, 2)
    _trains(a, done)
    for k, name in enumerate(("surplus", "missing")):
        b.plot(1 + np.arange(done.unmatched.shape[1]), done.unmatched[k] / 1e3, color=COLOURS[k],
               label=name)  # fmt: skip
    b.set(xlabel="iteration", ylabel="unmatched spikes (thousands)", ylim=(0, None))
    b.legend()
    _distances(c, metrics)
    _sizes(d, done)
    return made


def _trains(axes: Axes, done: Trained) -> None:
    """Draw a second of some neurons, three networks each."""
    steps = min(done.target.shape[1], 667)
    for i in range(min(SHOWN, len(done.target))):
        for k, name in enumerate(("target", "trained", "naive")):
            times = np.flatnonzero(getattr(done, name)[i, -steps:]) * 3.0
            axes.eventplot(times, lineoffsets=-i - 0.27 * k, linelengths=0.24, linewidths=1.0,
                           colors=HUES[name])  # fmt: skip
    axes.set(xlabel="time (ms)", yticks=[], ylabel="neurons")
    handles = [axes.plot([], [], color=HUES[n], label=n)[0] for n in ("target", "trained", "naive")]
    axes.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)


def _distances(axes: Axes, metrics: Mapping[str, Any]) -> None:
    """Draw D_P, and D_A beside it, of every condition on a logarithmic axis."""
    for k, values in enumerate(metrics.values()):
        for j, name in enumerate(NAMES):
            for side, measure, marker in ((-0.1, "d_p", "o"), (0.1, "d_a", "^")):
                axes.plot(k + 0.25 * (j - 1) + side * 0.6, values[f"{measure}_{name}"], marker,
                          color=HUES[name], markersize=4,
                          label=f"{measure.upper()} {name}" if k == 0 else None)  # fmt: skip
    axes.set(yscale="log", xticks=range(len(metrics)), ylabel="distance to the target")
    axes.set_xticklabels([name.replace("_", " ") for name in metrics], rotation=12)
    axes.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0), columnspacing=0.8)


def _sizes(axes: Axes, done: Trained) -> None:
    """Draw the share of avalanches of at least each size."""
    for name, hue in HUES.items():
        sizes = np.sort(avalanches(getattr(done, name)))
        if len(sizes):
            axes.loglog(sizes, 1 - np.arange(len(sizes)) / len(sizes), color=hue, label=name)
    axes.set(xlabel="size of an avalanche (spikes)", ylabel="share at least as large")
    axes.legend()
