"""The engine: a compiled network that a PyNN simulator advances."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler import Compiled, CompiledPopulation
from snn.engine import CompiledSchedule, Presented, Recorded
from snn.errors import NumericalError, SimulatorError, SnnError
from snn.hosting import joined
from snn.replay import spike_trains
from snn_on_pynn.building import Circuit, State, delays_of, interval, late_by, weights_of
from snn_on_pynn.session import Session

Array = NDArray[Any]


class PynnEngine:
    """Runs a compiled network through PyNN; built when it is first advanced.

    Parameters
    ----------
    compiled : Compiled
    session : Session
        The simulator, how it is set up, and how its errors read.
    """

    whole_runs = True
    """A run should not be cut into pieces: each costs as much as a long one."""

    def __init__(self, compiled: Compiled, session: Session) -> None:
        self.compiled, self.session = compiled, session
        self.step = 0
        self.state = State()
        self.circuit: Circuit | None = None
        self._rates = {p.index: [(p.rate, 1)] for p in compiled.populations if p.rate is not None}
        self._taken = 0
        self._origin = 0
        self._rebuilt, self._spent = 0, 0.0
        self._lost = 0
        self._failed = ""
        self._kept = Recorded()

    @property
    def lag(self) -> int:
        """What the simulator's stamps lack of ours: the board's first tick is 0."""
        return 1 - self.session.target.last_sample

    def advance(self, steps: int) -> None:
        """Run so many steps.

        Raises
        ------
        SimulatorError
            The simulator failed; says where its log is.
        NumericalError
            A recorded state is not finite.
        """
        if not steps:
            return
        anew = bool(self._rates) and self.circuit is not None and not self.session.target.goes_on
        first = self._origin if anew else self.step
        if self._failed:
            raise SnnError(f"the network ended with its failure: {self._failed}")
        try:
            with self.session.working():
                if anew:
                    self.circuit = None
                circuit = self.ready(self.step + steps - first, first)
                self._run(circuit, self.step + steps - first)
        except SimulatorError as error:
            self._failed, self.circuit = str(error), None
            raise
        self.step += steps
        self._require_finite(circuit)

    def _run(self, circuit: Circuit, steps: int) -> None:
        """Run; when that fails, keep what can still be read of the runs before."""
        try:
            circuit.sim.run(steps * self.compiled.dt)
        except Exception:
            with suppress(Exception):
                self._kept = self._recorded()
            raise

    def ready(self, steps: int, first: int = 0) -> Circuit:
        """Return the network with the input of so many steps from the first on.

        Its own time begins at the step in which it was built.
        """
        trains = {p.index: self._trains(p, first, steps) for p in self.compiled.populations
                  if not isinstance(p.model, Cell)}  # fmt: skip
        if self.circuit is None:
            self.session.begin(self.compiled)
            self.circuit = self.session.circuit(self.compiled, self.state, trains)
            return self.circuit
        for k in self._rates:
            self.circuit.replay(k, *trains[k])
        return self.circuit

    def _trains(self, p: CompiledPopulation, first: int, steps: int) -> tuple[Array, Array]:
        """Return the spikes of a source in some steps; of a given train all."""
        p = self.state.changed.get(p.index, p)
        if p.index not in self._rates:
            assert p.spike_steps is not None
            assert p.spike_index is not None
            left = p.spike_steps >= self._origin + (self.session.target.last_sample if first else 0)
            return p.spike_steps[left] - self._origin, p.spike_index[left]
        found = [
            spike_trains(
                replace(p, rate=rate),
                self.compiled.dt,
                max(begun, first + 1),
                min(end, first + steps + 1),
                begun=begun,
            )
            for rate, begun, end in self._stretches(p.index)
        ]
        when, neurons = (np.concatenate(part) for part in zip(*found, strict=True))
        when = when - self.session.target.stream_lag - self._origin
        late = when >= self.session.target.first_spike
        self._lost += int((~late).sum())
        return when[late], neurons[late]

    def _stretches(self, population: int) -> Iterator[tuple[Array, int, int]]:
        """Yield rate, first step and end of every stretch of a Poisson source."""
        known = self._rates[population]
        ends = [begun for _, begun in known[1:]] + [np.iinfo(np.int64).max]
        for (rate, begun), end in zip(known, ends, strict=True):
            yield rate, begun, end

    def _require_finite(self, circuit: Circuit) -> None:
        for r in self.compiled.recordings:
            if r.population < 0 or r.variable == "spikes":
                continue
            p = self.compiled.populations[r.population]
            bad = np.argwhere(~np.isfinite(circuit.signals(p, r.variable)))
            if bad.size:
                at = bad[0, 0] * interval(self.compiled, p.index) * self.compiled.dt
                raise NumericalError(
                    f"{p.label}[{bad[0, 1]}].{r.variable} became NaN or infinite before "
                    f"{at:g} ms; use a smaller dt or smaller weights"
                )

    def present(
        self, schedule: CompiledSchedule, visit: Callable[[int], int] | None = None
    ) -> Presented:
        """Run a schedule to its end."""
        raise SnnError(f"{self.session.target.title} runs schedules in the host loop: pass "
                       'unsupported="host"')  # fmt: skip

    def take(self) -> Recorded:
        """Return and forget what was recorded since the last call."""
        self._keep()
        found, self._kept = self._kept, Recorded()
        return found

    def _keep(self) -> None:
        """Read what was recorded since the last time."""
        if self.circuit is not None:
            with self.session.working():
                self._kept = joined(self._kept, self._recorded())
        self._taken = self.step

    def _rebuild(self) -> None:
        """End the simulator; what comes next starts from the states and weights of now.

        PyNN's simulators cannot set weights of what runs (sPyNNaker), or states.
        """
        if self.circuit is None:
            return
        began = time.perf_counter()
        self._keep()
        with self.session.working():
            for p in self.compiled.populations:
                if isinstance(p.model, Cell):
                    now = self.circuit.states(p)
                    self.state.initial.setdefault(p.index, {}).update(now)
            for q in self.compiled.projections:
                if q.rules:
                    self.state.weights[q.index] = self.circuit.weights(q)
        self.session.end()
        self.circuit, self._origin = None, self.step
        self._rebuilt += 1
        self._spent += time.perf_counter() - began

    def _recorded(self) -> Recorded:
        """Return what was recorded and not handed out yet."""
        found = Recorded()
        for position, r in enumerate(self.compiled.recordings):
            if r.population < 0:
                continue
            if r.variable == "spikes":
                p = self.compiled.populations[r.population]
                found.spikes[p.index] = self._new_spikes(p)
            else:
                found.samples[position] = self._new_samples(position)
        return found

    def _new_spikes(self, p: CompiledPopulation) -> tuple[Array, Array]:
        assert self.circuit is not None
        steps, neurons = self.circuit.spikes(p)
        steps = steps + self._origin
        new = self._new(steps)
        return steps[new], neurons[new]

    def _new_samples(self, position: int) -> tuple[Array, Array]:
        assert self.circuit is not None
        r = self.compiled.recordings[position]
        values = self.circuit.signals(self.compiled.populations[r.population], r.variable)
        every = interval(self.compiled, r.population)
        steps = self._origin + np.arange(len(values)) * every
        new = self._new(steps) & (steps % r.every == 0)
        return steps[new], values[new][:, r.index]

    def _new(self, steps: Array) -> Array:
        """Return which steps were not handed out yet.

        A simulator that samples before a step hands out step 0 but not yet the last one.
        """
        late = self.session.target.last_sample - 1
        return steps > self._taken + late if self._taken else steps >= 0

    def read_state(self, population: int, name: str) -> Array:
        """Return a state of every neuron, float64."""
        p = self.compiled.populations[population]
        before = self.state.initial.get(population, {}).get(name, p.initial.get(name))
        if before is None:
            raise SnnError(f"{p.label}: no state {name!r}; there are {', '.join(p.initial)}")
        if self.circuit is None:
            return np.array(before, float)
        return self.circuit_state(population, name)

    def circuit_state(self, population: int, name: str) -> Array:
        """Return the last sample of a recorded state."""
        p = self.compiled.populations[population]
        recorded = {r.variable for r in self.compiled.recordings if r.population == population}
        if name not in recorded or self.circuit is None:
            raise SnnError(f"{p.label}: {name} can be read while it is recorded: "
                           f"net.record({p.label}, {name!r})")  # fmt: skip
        return self.circuit.signals(p, name)[-1].astype(float)

    def write_state(self, population: int, name: str, values: Array) -> None:
        """Set a state of every neuron; the network is built anew."""
        self._rebuild()
        self.state.initial.setdefault(population, {})[name] = np.array(values, float)

    def replace_population(self, compiled: CompiledPopulation) -> None:
        """Take new parameters of cells, in the running network; or spikes of a source, anew."""
        if compiled.spike_steps is not None:
            self._rebuild()
        self.state.changed[compiled.index] = compiled
        if self.circuit is not None:
            with self.session.working():
                self.circuit.set_parameters(compiled)

    def write_rate(self, population: int, rate: Array) -> None:
        """Set the rates of a Poisson source in Hz; a stretch begins with the next step."""
        known = self._rates[population]
        new = np.array(np.broadcast_to(rate, known[0][0].shape), float)
        known.append((new, self.step + 1))

    def read_weights(self, projection: int) -> Array:
        """Return one weight per synapse in compiled order, float64."""
        q = self.compiled.projections[projection]
        if self.circuit is None:
            return np.array(self.state.weights.get(projection, weights_of(q)))
        with self.session.working():
            return self.circuit.weights(q)

    def write_weights(self, projection: int, weights: Array) -> None:
        """Set one weight per synapse, in compiled order; the network is built anew."""
        self._rebuild()
        count = self.compiled.projections[projection].synapses
        self.state.weights[projection] = np.array(np.broadcast_to(weights, count), float)

    def learn(self, projection: int, on: bool) -> None:
        """Refuse: a learning projection of PyNN learns all the time."""
        label = self.compiled.projections[projection].label
        raise SnnError(f"{label}: learning cannot be switched on {self.session.target.title}")

    def remarks(self) -> list[str]:
        """Return what the user should know of the run."""
        return [*self._stale(), *self._late(), *self._cost(), *self.session.remarks()]

    def _late(self) -> Iterator[str]:
        for q in self.compiled.projections:
            if (delays_of(q) <= late_by(self.compiled, q, self.session.target)).any():
                yield (f"{q.label}: input with a delay of one step arrives a step late, because "
                       f"{self.session.target.title} has no shorter one; use delays of two steps "
                       "or more")  # fmt: skip

    def _cost(self) -> Iterator[str]:
        if self._lost:
            yield (f"{self._lost} spikes of Poisson sources in the first step of a build were "
                   f"not sent, because {self.session.target.title} cannot")  # fmt: skip
        if self._rebuilt:
            yield (f"the network was built anew {self._rebuilt} times, which took "
                   f"{self._spent:.3g} s beyond the runs; spikes on their way and refractory times "
                   "were dropped, states went on")  # fmt: skip

    def set_plasticity_rate(self, projection: int, rate: float) -> None:
        """Refuse: PyNN's rules have one speed."""
        label = self.compiled.projections[projection].label
        raise SnnError(f"{label}: {self.session.target.title} has no plasticity rate; scale the "
                       "rule's own steps")  # fmt: skip

    def _stale(self) -> Iterator[str]:
        for q in self.compiled.projections:
            if q.rules and self.step and not q.rules[0].rule.short_term:
                yield (f"{q.label}: weights are those at the last presynaptic spike; what came "
                       f"after, {self.session.target.title} has not applied yet")  # fmt: skip

    def close(self) -> None:
        """End the simulator and release what it holds."""
        self.circuit = None
        self.session.end()

    def snapshot(self) -> dict[str, Array]:
        """Refuse: PyNN has no checkpoints."""
        raise SnnError(f"{self.session.target.title} has no checkpoints")

    def restore(self, state: Mapping[str, Array]) -> None:
        """Refuse: PyNN has no checkpoints."""
        raise SnnError(f"{self.session.target.title} has no checkpoints")
