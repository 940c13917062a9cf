"""The benchmark's figure: closed forms and spikes, and what a plateau does to the soma."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

import snn
from snn_benchmarks import panels
from snn_benchmarks.dendrites.monte_carlo import Design, Point
from snn_models import ActiveDendrites
from snn_models import sparse_codes as codes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COINCIDENT = (6, 11, 12, 20)
THETA = 12


def figure(points: Sequence[Point]) -> Figure:
    """Return a figure of all points, two columns wide."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(7.1, 5.0), layout="constrained")
    axes = drawn.subplots(2, 2)
    _false_positives(axes[0, 0], points)
    _false_negatives(axes[0, 1], points)
    _thresholds(axes[1, 0], points)
    _plateaus(axes[1, 1])
    panels.letter(axes.flat)
    return drawn


def _spikes(axes: Axes, points: Sequence[Point], x: str, color: str) -> None:
    """Draw measured points; their intervals are as wide as the marks."""
    axes.plot([getattr(p.design, x) for p in points], [p.observed for p in points], "o",
              markersize=4, markerfacecolor="none", color=color)  # fmt: skip


def _some(points: Sequence[Point], kind: str, **wanted: int) -> list[Point]:
    def fits(d: Design) -> bool:
        return d.kind == kind and all(getattr(d, k) == v for k, v in wanted.items())

    return [p for p in points if fits(p.design)]


def _false_positives(axes: Axes, points: Sequence[Point]) -> None:
    for k, a in enumerate((64, 128, 256)):
        sizes = np.arange(300, 2101, 50)
        exact = [float(codes.false_positive(int(n), a, 24, THETA)) for n in sizes]
        axes.semilogy(sizes, exact, color=f"C{k}", label=f"a = {a}", linewidth=1)
        _spikes(axes, _some(points, "false positive", a=a), "n", f"C{k}")
    axes.set(xlabel="cells n", ylabel="false positives", ylim=(1e-10, 2))
    axes.legend(frameon=False, fontsize=7)


def _false_negatives(axes: Axes, points: Sequence[Point]) -> None:
    for k, theta in enumerate((8, 12, 16)):
        v = np.arange(20, 101, 2)
        exact = [float(codes.false_negative(128, 30, theta, int(x))) for x in v]
        axes.semilogy(v, exact, color=f"C{k}", label=rf"$\theta$ = {theta}", linewidth=1)
        _spikes(axes, _some(points, "false negative", theta=theta), "v", f"C{k}")
    axes.set(xlabel="active cells replaced, of 128", ylabel="false negatives", ylim=(1e-7, 2))
    axes.legend(frameon=False, fontsize=7)


def _thresholds(axes: Axes, points: Sequence[Point]) -> None:
    thetas = np.arange(1, 13)
    exact = [float(codes.false_positive(1000, 30, 50, int(t))) for t in thetas]
    axes.semilogy(thetas, exact, color="C0", label="n 1,000, a 30, s 50", linewidth=1)
    _spikes(axes, _some(points, "threshold"), "theta", "C0")
    counts = np.arange(1, 11)
    union = [codes.union_false_positive_exact(1000, 200, 25, 15, int(m)) for m in counts]
    axes.semilogy(counts, union, color="C1", label="union of M patterns, n 1,000", linewidth=1)
    _spikes(axes, _some(points, "union", n=1000), "count", "C1")
    axes.set(xlabel=r"threshold $\theta$, or patterns M", ylabel="false positives", ylim=(1e-7, 2))
    axes.legend(frameon=False, fontsize=7)


def _plateaus(axes: Axes) -> None:
    """Draw the soma after synapses of one segment were active at once."""
    segments = [[np.arange(30)]] * len(COINCIDENT)
    model = ActiveDendrites(inputs=30, segments=segments, theta=THETA, plateau=0.5, duration=60.0,
                            tau_syn=2.0, spacing=40.0, dt=0.1)  # fmt: skip
    for k, count in enumerate(COINCIDENT):
        net = model.build(snn.SpikeArray(times=model.times([np.arange(count)])))
        net.record(net.populations[1][:1], "v")
        trace = snn.run(net, 120.0, progress=False)["cells"].traces["v"]
        axes.plot(trace.times, trace.values[:, 0], color=f"C{k}", linewidth=1,
                  linestyle="-" if count != COINCIDENT[-1] else "--",
                  label=f"{count} coincident")  # fmt: skip
    axes.set(xlabel="time (ms)", ylabel="soma above rest (mV)")
    axes.legend(frameon=False, fontsize=7, title=rf"$\theta$ = {THETA}", title_fontsize=7)
