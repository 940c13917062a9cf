"""Figures of spikes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from snn.errors import NotRecordedError
from snn.results.figure import colour, name_right, page, styled, thinned, time_axis
from snn.results.population import PopulationResult
from snn.results.result import Result

# Above so many markers a vector file takes seconds to open; they become pixels.
VECTOR_LIMIT = 20_000


@styled
def raster(
    result: Result,
    labels: str | Sequence[str] | None,
    interval: tuple[float, float] | None,
    neurons: int,
) -> Figure:
    """Draw `Plots.raster`."""
    shown = spiking(result, labels)
    start, stop = interval or (result.start, result.start + result.duration)
    rows = sum(min(p.size, neurons) for p in shown)
    figure = page(height=float(np.clip(0.9 + 0.012 * rows, 1.6, 3.2)))
    axes = figure.add_subplot()
    scale, _ = time_axis(axes, start, stop)
    base, ticks = 0, []
    for k, population in enumerate(shown):
        kept = thinned(population.size, neurons)
        _draw_rows(axes, population.between(start, stop), kept, base, scale, colour(k))
        name_right(axes, base + (len(kept) - 1) / 2, population.label, colour(k))
        ticks += _ticks(base, kept)
        base += len(kept)
        if k < len(shown) - 1:
            axes.axhline(base - 0.5, color="0.8", linewidth=0.4, zorder=0)
    axes.set_ylim(-0.5, base - 0.5)
    axes.set_yticks([position for position, _ in ticks], [text for _, text in ticks])
    axes.set_ylabel("neuron")
    return figure


def _draw_rows(
    axes: Axes, population: PopulationResult, kept: np.ndarray, base: int, scale: float, hue: str
) -> None:
    row = np.full(population.size, -1)
    row[kept] = np.arange(len(kept))
    rows = row[population.neurons]
    seen = rows >= 0
    height = axes.figure.get_size_inches()[1] * 72 * 0.75 / max(len(kept), 1)
    axes.plot(
        population.times[seen] * scale, rows[seen] + base, linestyle="none", color=hue,
        marker="|" if len(kept) <= 60 else ".", markeredgewidth=0.6 if len(kept) <= 60 else 0,
        markersize=float(np.clip(height, 1.3, 5.0)), rasterized=bool(seen.sum() > VECTOR_LIMIT),
        label=population.label, gid=population.label,
    )  # fmt: skip


def _ticks(base: int, kept: np.ndarray) -> list[tuple[int, str]]:
    """Mark the first and the last neuron that is shown."""
    ends = sorted({0, len(kept) - 1}) if len(kept) else []
    return [(base + k, f"{kept[k]}") for k in ends]


@styled
def rates(
    result: Result,
    labels: str | Sequence[str] | None,
    interval: tuple[float, float] | None,
    bin_ms: float | None,
) -> Figure:
    """Draw `Plots.rates`."""
    shown = spiking(result, labels)
    start, stop = interval or (result.start, result.start + result.duration)
    steps = max(1, round((bin_ms or (stop - start) / 100) / result.dt))
    figure = page(height=1.9)
    axes = figure.add_subplot()
    scale, _ = time_axis(axes, start, stop)
    for k, population in enumerate(shown):
        edges, values = binned(population, start, stop, steps, result.dt)
        axes.stairs(values, edges * scale, color=colour(k), label=population.label, baseline=None)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("mean rate (Hz)")
    if len(shown) > 1:
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, handlelength=1.2,
                    columnspacing=1.0, borderaxespad=0.0)  # fmt: skip
    else:
        axes.set_title(shown[0].label, loc="left")
    return figure


def binned(
    population: PopulationResult, start: float, stop: float, steps: int, dt: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return (edges in ms, mean rate in Hz) in bins of whole steps, so that none is favoured."""
    first, last = round(start / dt), round(stop / dt)
    edges = np.append(np.arange(first, last, steps), last)
    # A step is stamped with its end: bin k holds the steps edges[k] + 1 .. edges[k + 1].
    counts, _ = np.histogram(population.steps, edges + 0.5)
    seconds = np.diff(edges) * dt / 1000
    return edges * dt, counts / (seconds * max(population.size, 1))


def spiking(result: Result, labels: str | Sequence[str] | None) -> list[PopulationResult]:
    """Return the populations to show: those named, or all with recorded spikes."""
    if labels is not None:
        named = [labels] if isinstance(labels, str) else labels
        chosen: list[PopulationResult] = [result[label] for label in named]
        for population in chosen:
            population.recorded()
        return chosen
    found = [p for p in result.populations.values() if p.spikes is not None]
    if not found:
        raise NotRecordedError('no spikes were recorded; add net.record(..., "spikes")')
    return found
