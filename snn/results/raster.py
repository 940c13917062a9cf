"""Figures of spikes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from snn.errors import NotRecordedError
from snn.results.arrays import Array
from snn.results.figure import colour, name_right, page, styled, thinned, time_axis
from snn.results.population import PopulationResult
from snn.results.result import Result

# Above so many markers a vector file takes seconds to open; they become pixels.
VECTOR_LIMIT = 20_000

# With so many rows or fewer, bars do not touch each other.
BAR_ROWS = 60


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
    chosen = [p.seen()[thinned(len(p.seen()), neurons)] for p in shown]
    height = float(np.clip(0.9 + 0.012 * sum(map(len, chosen)), 1.6, 3.2))
    figure = page(height)
    axes = figure.add_subplot()
    scale = time_axis(axes, start, stop)
    parts = [p.between(start, stop) for p in shown]
    marker = _marker(sum(map(len, chosen)), sum(len(p.times) for p in parts))
    base = 0
    for k, (population, kept) in enumerate(zip(parts, chosen, strict=True)):
        if base:
            axes.axhline(base - 0.5, color="0.8", linewidth=0.4, zorder=0)
        _draw_spikes(axes, population, kept, base, scale, {**marker, "color": colour(k)})
        name_right(axes, base + (len(kept) - 1) / 2, population.label, colour(k))
        base += len(kept)
    axes.set_ylim(-0.5, base - 0.5)
    axes.set_ylabel("neuron")
    _mark_ends(axes, chosen, points=72 * (height - 0.6) / max(base, 1))
    return figure


def _draw_spikes(
    axes: Axes,
    population: PopulationResult,
    kept: Array,
    base: int,
    scale: float,
    look: Mapping[str, Any],
) -> None:
    row = np.full(population.size, -1)
    row[kept] = np.arange(len(kept))
    rows = row[population.neurons]
    seen = rows >= 0
    axes.plot(
        population.times[seen] * scale, rows[seen] + base, linestyle="none",
        rasterized=bool(seen.sum() > VECTOR_LIMIT), gid=population.label, **look,
    )  # fmt: skip


def _marker(rows: int, spikes: int) -> dict[str, Any]:
    """Return bars for a few rows, else dots that shrink as they get dense; equal for all bands."""
    if rows <= BAR_ROWS:
        return {"marker": "|", "markeredgewidth": 0.6, "markersize": 4.0 if rows > 20 else 5.5}
    size = float(np.clip(90 / np.sqrt(max(spikes, 1)), 1.4, 3.0))
    return {"marker": ".", "markeredgewidth": 0.0, "markersize": size}


def _mark_ends(axes: Axes, chosen: Sequence[Array], points: float) -> None:
    """Write the index of the first and last neuron of each band, as far as there is room."""
    positions: list[int] = []
    texts: list[str] = []
    sides: list[Any] = []
    base = 0
    for kept in chosen:
        room = len(kept) * points
        ends = [0, len(kept) - 1] if room > 18 and len(kept) > 1 else [0] * (room > 9)
        positions += [base + k for k in ends]
        texts += [str(kept[k]) for k in ends]
        sides += ["bottom", "top"] if len(ends) == 2 else ["center"] * len(ends)
        base += len(kept)
    axes.set_yticks(positions, texts)
    if len(chosen) > 1:
        for label, side in zip(axes.get_yticklabels(), sides, strict=True):
            label.set_verticalalignment(side)


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
    scale = time_axis(axes, start, stop)
    for k, population in enumerate(shown):
        edges, values = binned(population, start, stop, steps, result.dt)
        axes.stairs(values, edges * scale, color=colour(k), label=population.label, baseline=None)
    axes.set_ylim(0, max(axes.get_ylim()[1], 1.0))
    axes.set_ylabel("mean rate (Hz)")
    if len(shown) > 1:
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, handlelength=1.2,
                    columnspacing=1.0, borderaxespad=0.0)  # fmt: skip
    else:
        axes.set_title(shown[0].label, loc="left")
    return figure


def binned(
    population: PopulationResult, start: float, stop: float, steps: int, dt: float
) -> tuple[Array, Array]:
    """Return (edges in ms, mean rate in Hz) in bins of whole steps, so that none is favoured."""
    first, last = round(start / dt), round(stop / dt)
    edges = np.append(np.arange(first, last, steps), last)
    # A step is stamped with its end: bin k holds the steps edges[k] + 1 .. edges[k + 1].
    counts, _ = np.histogram(population.steps, edges + 0.5)
    seconds = np.diff(edges) * dt / 1000
    return edges * dt, counts / (seconds * max(len(population.seen()), 1))


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
