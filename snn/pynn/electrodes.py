"""Current sources: their parameters, what they inject, and the trace of it."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pyNN.parameters import ParameterSpace, Sequence
from pyNN.standardmodels import electrodes

import snn
from snn.pynn.members import Index, parts_of
from snn.pynn.sources import grid_steps
from snn.pynn.translation import unchanged
from snn.random import generator
from snn.sources.currents import Current

Array = NDArray[Any]


class Electrode:
    """What snn adds to a standard current source.

    Class attributes
    ----------------
    tabulated : bool
        Whether the current is given to the engine step by step.
    """

    tabulated: ClassVar[bool] = True

    def __init__(self, **parameters: Any) -> None:
        from snn.pynn.simulator import state

        self._state = state
        self.targets: list[tuple[Any, Index]] = []
        self.recorded = False
        self.number = len(state.electrodes)
        space = ParameterSpace(self.default_parameters, self.get_schema(), shape=(1,))  # type: ignore[attr-defined]
        space.update(**parameters)
        self.set_native_parameters(self.translate(space))  # type: ignore[attr-defined]
        self.forget()
        state.electrodes.append(self)

    def set_native_parameters(self, parameters: ParameterSpace) -> None:
        """Take new values; a network that runs gets them with its next step."""
        parameters.evaluate(simplify=True)
        for name, value in parameters.items():
            plain = value.value if isinstance(value, Sequence) else value
            object.__setattr__(self, name, plain)
        self.checked()
        self._state.session.stale = True

    def get_native_parameters(self) -> ParameterSpace:
        """Return the present values."""
        names = self.get_native_names()  # type: ignore[attr-defined]
        return ParameterSpace({name: self.__dict__[name] for name in names})

    def checked(self) -> None:
        """Bring the parameters into their final form."""

    def inject_into(self, cells: Any, location: Any = None) -> None:
        """Inject the current into cells: a population, view, assembly or list."""
        parts = parts_of(cells)
        if not all(p.celltype.injectable for p, _ in parts):
            raise TypeError("Can't inject current into a spike source.")
        self.targets += parts
        self._state.session.stale = True

    def current(self, steps: Array) -> Array:
        """Return the current in nA that flows from k dt to (k + 1) dt, for each k of `steps`."""
        raise NotImplementedError

    def source(self, step: int, horizon: int, scale: float) -> Current:
        """Return `scale` times the current, from `step` up to `horizon`."""
        values = scale * self.current(np.arange(step, max(horizon, step + 1)))
        return snn.NoiseTable(values=values[:, None], start=step * self._state.dt)

    def record(self) -> None:
        """Record the current from now on."""
        self.recorded = True

    def forget(self) -> None:
        """Drop the recorded trace."""
        self._trace: list[tuple[Array, Array]] = []

    def follow(self, start: int, stop: int) -> None:
        """Take note of the current from step `start` to `stop`."""
        if self.recorded:
            steps = np.arange(start, stop)
            self._trace.append((steps, self.current(steps)))

    def _get_data(self) -> tuple[Array, Array]:
        now = np.array([self._state.session.step])
        pieces = [*self._trace, (now, self.current(now))]
        steps = np.concatenate([s for s, _ in pieces])
        return np.round(steps * self._state.dt, 9), np.concatenate([i for _, i in pieces])

    def _flows(self, steps: Array) -> NDArray[np.bool_]:
        """Say in which steps a source with `start` and `stop` is on."""
        first, last = grid_steps(np.array([self.start, self.stop]), self._state.dt)  # type: ignore[attr-defined]
        return np.asarray((steps >= first) & (steps < last))


class StepCurrentSource(Electrode, electrodes.StepCurrentSource):
    """`StepCurrentSource` of PyNN: a `StepCurrentSource`."""

    translations = unchanged(electrodes.StepCurrentSource)
    tabulated: ClassVar[bool] = False

    def checked(self) -> None:
        times = np.asarray(self.times, dtype=float)
        amplitudes = np.asarray(self.amplitudes, dtype=float)
        if (times < 0).any():
            raise ValueError("StepCurrentSource.times must be in [0, inf) ms")
        if (np.diff(times) <= 0).any():
            raise ValueError("StepCurrentSource.times must ascend")
        steps = grid_steps(times, self._state.dt)
        last = np.append(np.diff(steps) > 0, True)[: len(steps)]
        object.__setattr__(self, "times", steps[last] * self._state.dt)
        object.__setattr__(self, "amplitudes", amplitudes[last])

    def current(self, steps: Array) -> Array:
        edges = grid_steps(self.times, self._state.dt)
        levels = np.concatenate([[0.0], self.amplitudes])
        return np.asarray(levels[np.searchsorted(edges, steps, side="right")])

    def source(self, step: int, horizon: int, scale: float) -> Current:
        return snn.StepCurrentSource(times=self.times, amplitudes=scale * self.amplitudes)


class DCSource(Electrode, electrodes.DCSource):
    """`DCSource` of PyNN: a `StepCurrentSource` with one piece."""

    translations = unchanged(electrodes.DCSource)
    tabulated: ClassVar[bool] = False

    def current(self, steps: Array) -> Array:
        return np.where(self._flows(steps), float(self.amplitude), 0.0)

    def source(self, step: int, horizon: int, scale: float) -> Current:
        dt = self._state.dt
        first, last = grid_steps(np.array([max(self.start, 0.0), self.stop]), dt)
        if last <= first:
            return snn.StepCurrentSource(times=[0.0], amplitudes=[0.0])
        times, amplitudes = [first * dt, last * dt], [scale * float(self.amplitude), 0.0]
        return snn.StepCurrentSource(times=times, amplitudes=amplitudes)


class ACSource(Electrode, electrodes.ACSource):
    """`ACSource` of PyNN: a sine from `start` to `stop`, tabulated step by step."""

    translations = unchanged(electrodes.ACSource)

    def current(self, steps: Array) -> Array:
        turns = (steps * self._state.dt - self.start) * self.frequency / 1000.0
        wave = np.sin(2 * np.pi * (turns + self.phase / 360.0))
        return np.where(self._flows(steps), self.offset + self.amplitude * wave, 0.0)


class NoisyCurrentSource(Electrode, electrodes.NoisyCurrentSource):
    """`NoisyCurrentSource` of PyNN: Gaussian amplitudes, a new one every `dt`."""

    translations = unchanged(electrodes.NoisyCurrentSource)

    def checked(self) -> None:
        self._drawn = np.zeros(0)
        label = f"electrode{self.number}"
        self._generator = generator(self._state.settings.seed, label, "noise")

    def current(self, steps: Array) -> Array:
        width = max(1, int(np.rint(self.dt / self._state.dt)))
        first = grid_steps(np.array([self.start]), self._state.dt)[0]
        place = np.maximum(steps - first, 0) // width
        needed = int(place.max(initial=0)) + 1 - len(self._drawn)
        if needed > 0:
            more = self._generator.standard_normal(needed)
            self._drawn = np.concatenate([self._drawn, more])
        values = self.mean + self.stdev * self._drawn[place]
        return np.where(self._flows(steps), values, 0.0)
