"""`compare`: where two results of one network first differ, and what that does to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.comparison_statistics import Statistics, statistics
from snn.errors import SnnError
from snn.results import Result
from snn.results.population import PopulationResult, Trace

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What differs in one recorded thing of a population or projection.

    Parameters
    ----------
    component, variable : str
    cells : int
        Recorded values (spikes: neurons in a step) that are in one result only or not equal.
    of : int
        How many were compared.
    first : float, optional
        When they first differ, ms.
    neuron : int, optional
        The first neuron that differs then.
    values : (float, float), optional
        What the two results have there; for spikes and weights the means (Hz, weight).
    largest : float
        Largest difference of two values.
    """

    component: str
    variable: str
    cells: int
    of: int
    first: float | None = None
    neuron: int | None = None
    values: tuple[float, float] | None = None
    largest: float = 0.0

    def __str__(self) -> str:
        text = f"{self.component}.{self.variable}: {self.cells} of {self.of} differ"
        if self.first is not None:
            text += f", first at {self.first:g} ms in neuron {self.neuron}"
        if self.values is not None:
            text += f" ({self.values[0]:.6g} and {self.values[1]:.6g})"
        return text


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What `compare` found.

    Parameters
    ----------
    differences : tuple of Difference
        One per recorded thing: spikes, states, weights.
    statistics : tuple of Statistics
        One per population of which both results have the spikes.
    results : (Result, Result), optional
        What was compared.
    """

    differences: tuple[Difference, ...] = field(default_factory=tuple)
    statistics: tuple[Statistics, ...] = field(default_factory=tuple)
    results: tuple[Result, Result] | None = field(default=None, repr=False)

    @property
    def different_cells(self) -> int:
        """Number of recorded values that are not equal."""
        return sum(d.cells for d in self.differences)

    @property
    def first(self) -> Difference | None:
        """The earliest difference in spikes or traces."""
        found = [d for d in self.differences if d.first is not None]
        return min(found, key=lambda d: d.first or 0.0, default=None)

    def __str__(self) -> str:
        head = f"{self.different_cells} different cells"
        if self.first is not None:
            head += f"; first: {self.first}"
        return "\n".join([head, *(f"  {d}" for d in (*self.differences, *self.statistics))])

    def plot(self) -> Any:
        """Return a figure: spikes of both, the first divergence, rates and weights."""
        from snn.comparison_figure import comparison_figure

        if self.results is None:
            raise SnnError("a comparison draws the results that it was made of")
        first = None if self.first is None else self.first.first
        return comparison_figure(*self.results, first)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data, for JSON."""
        first = None if self.first is None else dict(vars(self.first))
        return {"metrics": {"different_cells": self.different_cells}, "first": first,
                "differences": [dict(vars(d)) for d in self.differences],
                "statistics": [dict(vars(s)) for s in self.statistics]}  # fmt: skip


def compare(one: Result, other: Result, *, bin: float = 5.0) -> Comparison:
    """Compare what both results recorded, by label; values at times that both have.

    Parameters
    ----------
    one, other : Result
        Of the same network, with other numerics, backends or options.
    bin : float, ms
        Width of the bins in which spikes are counted for pairwise correlations.
    """
    found: list[Difference] = []
    for label, mine in one.populations.items():
        if label in other.populations:
            found += _population(label, mine, other.populations[label])
    for label, weights in one.final_weights.items():
        if label in other.final_weights:
            found.append(_weights(label, weights.weight, other.final_weights[label].weight))
    both = (p for p in one.populations.values() if _both_spike(p, other))
    summed = tuple(statistics(p.label, p, other.populations[p.label], bin) for p in both)
    return Comparison(differences=tuple(found), statistics=summed, results=(one, other))


def _both_spike(mine: PopulationResult, other: Result) -> bool:
    yours = other.populations.get(mine.label)
    both = yours is not None and mine.spikes is not None and yours.spikes is not None
    return both and yours is not None and mine.size == yours.size


def _population(label: str, mine: PopulationResult, yours: PopulationResult) -> list[Difference]:
    found = []
    if mine.spikes is not None and yours.spikes is not None:
        found.append(_spikes(label, mine, yours))
    for name, trace in mine.traces.items():
        if name in yours.traces:
            found.append(_trace(label, name, trace, yours.traces[name]))
    return found


def _spikes(label: str, mine: PopulationResult, yours: PopulationResult) -> Difference:
    sets = [{(float(t), int(i)) for t, i in zip(s.steps * s.dt, s.neurons, strict=True)}
            for s in (mine.spikes, yours.spikes) if s is not None]  # fmt: skip
    apart = sorted(sets[0] ^ sets[1])
    span = mine.size * mine.duration * 1e-3 or 1.0
    first, neuron = apart[0] if apart else (None, None)
    return Difference(
        component=label, variable="spikes", cells=len(apart), of=len(sets[0] | sets[1]),
        first=first, neuron=neuron, values=(len(sets[0]) / span, len(sets[1]) / span),
    )  # fmt: skip


def _trace(label: str, name: str, mine: Trace, yours: Trace) -> Difference:
    """Compare values at the times and for the neurons that both have."""
    rows = np.nonzero(np.isclose(mine.times[:, None], yours.times[None, :], rtol=0, atol=1e-9))
    columns = np.intersect1d(mine.neurons, yours.neurons, return_indices=True)
    a = np.asarray(mine.values, float)[np.ix_(rows[0], columns[1])]
    b = np.asarray(yours.values, float)[np.ix_(rows[1], columns[2])]
    apart = np.argwhere(a != b)
    if not len(apart):
        return Difference(component=label, variable=name, cells=0, of=a.size)
    t, i = map(int, apart[0])
    return Difference(
        component=label, variable=name, cells=len(apart), of=a.size,
        first=float(mine.times[rows[0][t]]), neuron=int(columns[0][i]),
        values=(float(a[t, i]), float(b[t, i])), largest=float(np.abs(a - b).max()),
    )  # fmt: skip


def _weights(label: str, mine: Array, yours: Array) -> Difference:
    if mine.shape != yours.shape:
        return Difference(component=label, variable="weights", cells=max(mine.size, yours.size),
                          of=max(mine.size, yours.size))  # fmt: skip
    gap = np.abs(mine - yours)
    means = (float(mine.mean()), float(yours.mean())) if mine.size else None
    return Difference(component=label, variable="weights", cells=int((gap != 0).sum()),
                      of=mine.size, values=means, largest=float(gap.max(initial=0.0)))  # fmt: skip
