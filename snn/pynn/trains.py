"""Sources whose intervals are independent: gamma, and Poisson with dead time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pyNN.standardmodels import cells

import snn
from snn.pynn.cells import Parameters
from snn.pynn.sources import SourceType
from snn.pynn.translation import unchanged
from snn.random import generator
from snn.sources import Source

Array = NDArray[Any]
BLOCK = 64
"""Intervals that are drawn at a time, whatever the length of a run."""


@dataclass(eq=False)
class Train:
    """One train, drawn as far as it was needed; later spikes do not depend on how far."""

    stream: np.random.Generator
    last: float
    times: list[Array] = field(default_factory=list)

    def reach(self, end: float, draw: Any) -> Array:
        """Return the spikes up to `end`, in ms."""
        while self.last <= end:
            more = self.last + np.cumsum(draw(self.stream, self.last))
            self.times.append(more)
            self.last = float(more[-1])
        return np.concatenate([*self.times, np.zeros(0)])


class Renewal(SourceType):
    """Trains are drawn in advance, a stream for each neuron, and given as listed spikes."""

    drawn_ahead: ClassVar[bool] = True

    def intervals(
        self, values: Parameters, neuron: int, stream: np.random.Generator, last: float
    ) -> Array:
        """Return a block of intervals in ms; the spike before them was at `last`."""
        raise NotImplementedError

    def source(self, population: Any, label: str, horizon: int) -> Source:
        state, values = population._simulator.state, population.parameters
        trains = state.session.trains.setdefault(population, {})
        listed = []
        for k in range(population.size):
            start = float(values["start"][k])
            stop = min(horizon * state.dt, start + float(values["duration"][k]))
            own = (getattr(v[k], "value", v[k]) for v in values.values())
            key = (k, *(tuple(np.atleast_1d(value)) for value in own))
            if key not in trains:
                purpose = f"train {k} from step {state.session.step}"
                stream = generator(state.settings.seed, label, purpose)
                trains[key] = Train(stream, max(start, state.t))
            times = trains[key].reach(stop, lambda *at, k=k: self.intervals(values, k, *at))
            listed.append(times[times < stop])
        return snn.SpikeArray(times=listed, round=True)


class SpikeSourceGamma(Renewal, cells.SpikeSourceGamma):
    """`SpikeSourceGamma` of PyNN: intervals of shape `alpha` and mean alpha / beta seconds."""

    translations = unchanged(cells.SpikeSourceGamma)

    def intervals(
        self, values: Parameters, neuron: int, stream: np.random.Generator, last: float
    ) -> Array:
        scale = 1000.0 / float(values["beta"][neuron])
        return stream.gamma(float(values["alpha"][neuron]), scale, BLOCK)


class SpikeSourcePoissonRefractory(Renewal, cells.SpikeSourcePoissonRefractory):
    """`SpikeSourcePoissonRefractory` of PyNN: dead time plus an exponential interval."""

    translations = unchanged(cells.SpikeSourcePoissonRefractory)

    def intervals(
        self, values: Parameters, neuron: int, stream: np.random.Generator, last: float
    ) -> Array:
        dead = float(values["tau_refrac"][neuron])
        rate = float(values["rate"][neuron])
        if rate <= 0:
            return np.full(BLOCK, np.inf)
        return dead + stream.exponential(max(1000.0 / rate - dead, 0.0), BLOCK)
