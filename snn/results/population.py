"""What was recorded of one population."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from snn.errors import NotRecordedError
from snn.results.arrays import Array, freeze, frozen, require_below
from snn.results.spikes import Spikes


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Trace:
    """A recorded state variable.

    Parameters
    ----------
    times : (samples,) float64, ms
    neurons : (n,) int32
        Which neurons, by their index within the population.
    values : (samples, n) float
    unit : str
        Unit of the values; empty for a pure number.
    """

    times: Array
    neurons: Array
    values: Array
    unit: str = ""

    def __post_init__(self) -> None:
        times, neurons = frozen(self.times, np.float64), frozen(self.neurons, np.int32)
        values = frozen(self.values)
        if values.shape != (len(times), len(neurons)):
            message = f"values need shape {(len(times), len(neurons))}; got {values.shape}"
            raise ValueError(message)
        freeze(self, times=times, neurons=neurons, values=values)

    def __repr__(self) -> str:
        samples, n = self.values.shape
        return (
            f"<trace: {samples:,} samples of {n:,} neurons{', ' + self.unit if self.unit else ''}>"
        )

    def __array__(self, dtype: object = None, copy: bool | None = None) -> Array:
        return np.array(self.values, dtype=dtype, copy=copy)  # type: ignore[call-overload,no-any-return]

    def of(self, neuron: int) -> Array:
        """Return the samples of one neuron, (samples,)."""
        found = np.flatnonzero(self.neurons == neuron)
        if not len(found):
            raise NotRecordedError(f"neuron {neuron} was not recorded; recorded: {self.neurons}")
        return np.asarray(self.values[:, found[0]])


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PopulationResult:
    """Spikes and traces of one population.

    Parameters
    ----------
    label : str
    size : int
        Number of neurons.
    duration : float, ms
        Length of the interval that was simulated.
    spikes : Spikes, optional
        None when spikes were not recorded.
    traces : mapping of str to Trace
        By variable, as it was asked for (``"v"``, ``"excitatory.i"``).
    start : float, ms
        Beginning of the interval.
    observed : (n,) int32, optional
        Neurons whose spikes were recorded; None for all. Rates of the others are NaN.
    """

    label: str
    size: int
    duration: float
    spikes: Spikes | None = None
    traces: Mapping[str, Trace] = field(default_factory=dict)
    start: float = 0.0
    observed: Array | None = None

    def __post_init__(self) -> None:
        if self.spikes is not None:
            require_below(self.spikes.neurons, self.size, "neurons")
        if self.observed is not None:
            require_below(np.asarray(self.observed), self.size, "observed")
            freeze(self, observed=frozen(np.unique(self.observed), np.int32))

    def __repr__(self) -> str:
        return f"<{self.label!r}: {self.summary()}>"

    def summary(self) -> str:
        """Return what was recorded in a few words."""
        parts = [f"{self.size:,} neurons"]
        if self.spikes is not None:
            some = "" if self.observed is None else f" of {len(self.observed):,}"
            parts += [f"{len(self.spikes):,} spikes{some}", f"{self.mean_rate():.3g} Hz"]
        parts += [f"{name} of {len(trace.neurons):,}" for name, trace in self.traces.items()]
        return ", ".join(parts)

    def recorded(self) -> Spikes:
        """Return the spikes.

        Raises
        ------
        NotRecordedError
            Spikes were not recorded.
        """
        if self.spikes is None:
            message = f"spikes of {self.label!r} were not recorded"
            raise NotRecordedError(f'{message}; add net.record(..., "spikes") before the run')
        return self.spikes

    @property
    def times(self) -> Array:
        """Spike times in ms, ascending."""
        return self.recorded().times

    @property
    def steps(self) -> Array:
        """Step of each spike, int64."""
        return self.recorded().steps

    @property
    def neurons(self) -> Array:
        """Neuron of each spike, int32."""
        return self.recorded().neurons

    @property
    def v(self) -> Array:
        """Recorded membrane potential, (samples, n)."""
        return self.trace("v").values

    def trace(self, variable: str) -> Trace:
        """Return a recorded variable.

        Raises
        ------
        NotRecordedError
            It was not recorded.
        """
        if variable not in self.traces:
            known = ", ".join(self.traces) or "none"
            message = f"{variable!r} of {self.label!r} was not recorded; recorded: {known}"
            raise NotRecordedError(message)
        return self.traces[variable]

    def counts(self) -> Array:
        """Return the number of recorded spikes of each neuron, (size,) int64."""
        return np.bincount(self.neurons, minlength=self.size).astype(np.int64)

    def rates(self) -> Array:
        """Return the mean rate of each neuron in Hz, (size,); NaN where not recorded."""
        seconds = self.duration / 1000.0
        rates = self.counts() / seconds if seconds > 0 else np.zeros(self.size)
        if self.observed is not None:
            rates[~np.isin(np.arange(self.size), self.observed)] = np.nan
        return rates

    def mean_rate(self) -> float:
        """Return the mean rate of the recorded neurons in Hz."""
        rates = self.rates()[self.seen()]
        return float(rates.mean()) if len(rates) else 0.0

    def seen(self) -> Array:
        """Return which neurons' spikes were recorded, ascending."""
        return np.arange(self.size) if self.observed is None else self.observed

    def trains(self) -> list[Array]:
        """Return the spike times of each neuron in ms: `size` ascending arrays."""
        order = np.argsort(self.neurons, kind="stable")
        ends = np.cumsum(self.counts())[:-1]
        return np.split(np.asarray(self.times)[order], ends)

    def between(self, start: float, stop: float) -> PopulationResult:
        """Return the part with ``start < time <= stop`` (ms), traces included.

        Rates and counts of the part refer to the part.

        Notes
        -----
        A step is stamped with its end, so a spike at 100 ms belongs to the piece of the
        run that ends there. What is stamped with the beginning of the run itself (the
        initial state, a source spike at step 0) belongs to its first piece.
        """
        first = -np.inf if start <= self.start < stop else start
        traces = {name: _cut(trace, first, stop) for name, trace in self.traces.items()}
        return PopulationResult(
            label=self.label,
            size=self.size,
            duration=max(0.0, min(stop, self.start + self.duration) - max(start, self.start)),
            spikes=None if self.spikes is None else self.spikes.between(first, stop),
            traces=traces,
            start=max(start, self.start),
            observed=self.observed,
        )

    def isi_cv(self) -> Array:
        """Return the coefficient of variation of each neuron's intervals, (size,).

        NaN where a neuron has fewer than two intervals.
        """
        return np.array([_cv(np.diff(train)) for train in self.trains()])


def _cut(trace: Trace, start: float, stop: float) -> Trace:
    kept = (trace.times > start) & (trace.times <= stop)
    return Trace(
        times=trace.times[kept], neurons=trace.neurons, values=trace.values[kept], unit=trace.unit
    )


def _cv(intervals: Array) -> float:
    if len(intervals) < 2 or not intervals.mean() > 0:
        return float("nan")
    return float(intervals.std() / intervals.mean())
