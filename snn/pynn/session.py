"""The compiled network behind a script: built at `run`, kept up to date between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from snn.errors import UnsupportedModelError
from snn.fields import values_of
from snn.pynn.declaration import Declaration, declare
from snn.simulation import Simulation

if TYPE_CHECKING:
    from snn.pynn.simulator import State


class Session:
    """A script's network on an engine.

    Parameters
    ----------
    state : State
        What the script declared.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.rewind()

    def rewind(self) -> None:
        """Forget the engine: the next run starts from the declared initial state."""
        self.simulation: Simulation | None = None
        self.declared: Declaration | None = None
        self.stale = False
        self.step = 0
        self.horizon = 0
        self.changed: set[Any] = set()
        self.rates: dict[Any, Any] = {}
        self.trains: dict[Any, dict[Any, Any]] = {}
        for recorder in self.state.recorders:
            recorder.forget()
        for electrode in self.state.electrodes:
            electrode.forget()

    @property
    def time(self) -> float:
        """Time reached, in ms."""
        return float(np.round(self.step * self.state.dt, 9))

    @property
    def live(self) -> bool:
        """Whether there is a compiled network."""
        return self.simulation is not None

    def change(self, population: Any) -> None:
        """Take note of new parameters of a population."""
        if population.celltype.injectable:
            self.changed.add(population)
        else:
            self.stale = True

    def run_until(self, time: float) -> None:
        """Advance to a time, in ms."""
        target = int(np.rint(time / self.state.dt))
        self.prepare(target)
        while self.step < target:
            stop = min([target, *self._rate_changes()])
            self._set_rates()
            self._advance(stop)

    def prepare(self, target: int) -> Simulation:
        """Return a compiled network that holds all that was declared, good until `target`."""
        late = self.declared is not None and self.declared.extends and target > self.horizon
        if self.simulation is None or self.stale or late:
            # Tables of time-varying input are made longer than needed, so that a script
            # of many short runs does not compile each time.
            self.horizon = max(target, min(2 * target, target + 100_000))
            self._build()
        for population in self.changed:
            self._set_parameters(population)
        self.changed.clear()
        if self.simulation is None:
            raise AssertionError
        return self.simulation

    def _build(self) -> None:
        settings, old = self.state.settings, self.simulation
        self.declared = declare(self.state, self.step, self.horizon)
        options = dict(settings.options)
        if old is not None:
            options["sleep"] = "never"
        self.simulation = Simulation(
            self.declared.network, backend=settings.backend, seed=settings.seed,
            precision=settings.precision, numerics=settings.numerics, progress=False, **options,
        )  # fmt: skip
        if old is not None and self.step:
            self._take_over(old)
        elif old is None:
            self.rates = {p: p.celltype.rates(p, 0) for p in self._timed()}
        self.stale = False
        self.changed.clear()

    def _take_over(self, old: Simulation) -> None:
        assert self.simulation is not None
        take_over = getattr(self.simulation.engine, "take_over", None)
        if take_over is None:
            raise UnsupportedModelError(
                f"backend {self.state.settings.backend!r} cannot go on after a change of "
                "connections, recordings or input; make such changes before the first run"
            )
        take_over(old.engine)

    def _set_parameters(self, population: Any) -> None:
        assert self.simulation is not None
        assert self.declared is not None
        handle = self.declared.handles[population]
        cell = population.declared_model(self.declared.signed)
        values = values_of(cell)
        for name, receptor in cell.receptors.items():
            values |= {f"{name}.{key}": value for key, value in values_of(receptor).items()}
        self.simulation.set(handle, values)

    def _timed(self) -> list[Any]:
        """Return the Poisson sources, whose rates have a beginning and an end."""
        return [p for p in self.state.populations if hasattr(p.celltype, "rates")]

    def _rate_changes(self) -> list[int]:
        """Return the steps, later than now, at which a Poisson source starts or stops."""
        found: list[int] = []
        for p in self._timed():
            edges = p.celltype.edges(p, self.state.dt)
            found += [int(e) for e in edges if e > self.step]
        return found

    def _set_rates(self) -> None:
        assert self.simulation is not None
        assert self.declared is not None
        for p in self._timed():
            rates = p.celltype.rates(p, self.step)
            if p not in self.rates or not np.array_equal(self.rates[p], rates):
                self.simulation.set(self.declared.handles[p], rate=rates)
                self.rates[p] = rates

    def _advance(self, stop: int) -> None:
        assert self.simulation is not None
        assert self.declared is not None
        start = self.step
        self.simulation.engine.advance(stop - start)
        self.step = stop
        self.declared.collect(self.simulation.engine.take(), start)
        for electrode in self.state.electrodes:
            electrode.follow(start, stop)

    def write_state(self, population: Any, variable: str, index: Any, values: Any) -> None:
        """Set a state variable of a network that runs."""
        if self.simulation is None or self.declared is None:
            return
        handle = self.declared.handles.get(population)
        if handle is not None:
            self.simulation.write(handle[index], variable, values)

    def read_weights(self, projection: Any) -> Any:
        """Return the present weights of a projection, None when nothing can have changed them."""
        if self.declared is None or self.simulation is None:
            return None
        return self.declared.read_weights(projection, self.simulation.engine)

    def write_weights(self, projection: Any) -> None:
        """Give the engine the declared weights of a projection."""
        if self.declared is not None and self.simulation is not None and not self.stale:
            self.stale = not self.declared.write_weights(projection, self.simulation.engine)
