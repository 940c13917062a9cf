"""Figures of traces and weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from snn.errors import NotRecordedError
from snn.results.figure import (
    COLUMN,
    colour,
    page,
    styled,
    thinned,
    time_axis,
    with_unit,
)
from snn.results.population import PopulationResult, Trace
from snn.results.result import Result
from snn.results.synapses import ProjectionResult, Synapses, WeightTrace

Labels = str | Sequence[str] | None


@styled
def traces(
    result: Result,
    labels: Labels,
    variables: Labels,
    interval: tuple[float, float] | None,
    neurons: int,
) -> Figure:
    """Draw `Plots.traces`."""
    shown = _recorded(result, labels, variables)
    start, stop = interval or (result.start, result.start + result.duration)
    figure = page(height=0.55 + 1.15 * len(shown))
    panels = figure.subplots(len(shown), 1, sharex=True, squeeze=False)[:, 0]
    for axes, (population, variable, trace) in zip(panels, shown, strict=True):
        scale = time_axis(axes, start, stop)
        _draw_trace(axes, trace, scale, neurons)
        axes.set_ylabel(with_unit(variable, trace.unit))
        axes.set_title(population.label, loc="left")
        axes.label_outer()
    figure.align_ylabels()
    return figure


def _draw_trace(axes: Axes, trace: Trace, scale: float, neurons: int) -> None:
    columns = thinned(len(trace.neurons), neurons)
    for k, column in enumerate(columns):
        name = str(trace.neurons[column]) if k else f"neuron {trace.neurons[column]}"
        axes.plot(trace.times * scale, trace.values[:, column], color=colour(k), label=name)
    if len(columns) > 1:
        axes.legend(
            loc="lower right", bbox_to_anchor=(1, 1), ncols=len(columns), handlelength=0.8,
            columnspacing=0.7, handletextpad=0.3, borderaxespad=0.0,
        )  # fmt: skip


def _recorded(
    result: Result, labels: Labels, variables: Labels
) -> list[tuple[PopulationResult, str, Trace]]:
    populations = [result[label] for label in _named(labels, list(result.populations))]
    found = [
        (population, variable, population.trace(variable))
        for population in populations
        for variable in _named(variables, list(population.traces))
    ]
    if not found:
        raise NotRecordedError('no variable was recorded; add net.record(..., "v")')
    return found


def _named(wanted: Labels, every: list[str]) -> list[str]:
    if wanted is None:
        return every
    return [wanted] if isinstance(wanted, str) else list(wanted)


@styled
def weights(result: Result, labels: Labels) -> Figure:
    """Draw `Plots.weights`."""
    projections = result.projections
    shown = [projections[label] if label in projections else result[label]
             for label in _named(labels, list(projections))]  # fmt: skip
    if not shown:
        raise NotRecordedError("no weights were kept; the network has no projection")
    columns = 2 if any(p.sampled is not None for p in shown) else 1
    figure = page(height=0.5 + 1.35 * len(shown))
    ratios = [1.4, 1.0] if columns == 2 else [1.0]
    panels = figure.subplots(len(shown), columns, squeeze=False, width_ratios=ratios)
    for row, projection in zip(panels, shown, strict=True):
        _draw_projection(row, projection, result)
    return figure


def _draw_projection(row: Sequence[Axes], projection: ProjectionResult, result: Result) -> None:
    unit = projection.final.unit if projection.final is not None else ""
    row[0].set_title(projection.label, loc="left")
    if projection.final is not None:
        _draw_histogram(row[-1], projection.final)
    else:
        row[-1].set_axis_off()
    if len(row) == 1:
        return
    if projection.sampled is None:
        row[0].set_axis_off()
        return
    scale = time_axis(row[0], result.start, result.start + result.duration)
    _draw_course(row[0], projection.sampled, scale)
    row[0].set_ylabel(with_unit("weight", unit))


def _draw_histogram(axes: Axes, synapses: Synapses) -> None:
    values = np.asarray(synapses.weight, dtype=float)
    if not len(values):
        axes.set_axis_off()
        return
    low, high = float(values.min()), float(values.max())
    pad = 0.0 if high > low else max(abs(low), 1.0) * 0.05
    axes.hist(
        values, bins=30, range=(low - pad, high + pad), color=colour(0), histtype="stepfilled"
    )
    axes.set_title("at the end", loc="right")
    axes.set_xlabel(with_unit("weight", synapses.unit))
    axes.set_ylabel("synapses")


def _draw_course(axes: Axes, trace: WeightTrace, scale: float) -> None:
    """Draw a few weights thinly, the middle 90 % as a band and the median on top."""
    times, values = trace.times * scale, np.asarray(trace.values, dtype=float)
    if not values.size:
        return
    for column in thinned(values.shape[1], 20):
        axes.plot(times, values[:, column], color="0.75", linewidth=0.4, zorder=1)
    low, middle, high = np.percentile(values, [5, 50, 95], axis=1)
    axes.fill_between(times, low, high, color=colour(0), alpha=0.2, linewidth=0, zorder=2)
    axes.plot(times, middle, color=colour(0), linewidth=1.2, zorder=3, label="median")


@styled
def matrix(result: Result, label: str) -> Figure:
    """Draw `Plots.matrix`."""
    projections = result.projections
    synapses = (projections[label] if label in projections else result[label]).synapses
    aspect = synapses.n_pre / max(synapses.n_post, 1)
    figure = page(height=float(np.clip(0.75 * COLUMN * aspect + 0.5, 1.3, 4.0)))
    axes = figure.add_subplot()
    image = axes.imshow(synapses.matrix(), cmap="viridis", aspect="auto", interpolation="nearest")
    axes.set(xlabel="target", ylabel="source")
    axes.set_title(label, loc="left")
    bar = figure.colorbar(image, ax=axes, label=with_unit("weight", synapses.unit), shrink=0.9)
    bar.outline.set_linewidth(0.6)
    return figure
