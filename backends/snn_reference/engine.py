"""The engine: steps, calendar, recording (docs/numerics.md, sections 1 and 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler import Compiled, CompiledPopulation, CompiledProjection, CompiledRecording
from snn.compiler.deferred import CompiledModulated
from snn.engine import CompiledSchedule, Presented, Recorded, unvisited
from snn.errors import NumericalError, SnnError
from snn.plasticity.trial_rule import outside_a_schedule
from snn.sources import Poisson
from snn_reference import checkpoint, trial_rules
from snn_reference.cells import Cells
from snn_reference.deferred import DeferredSynapses
from snn_reference.integers import IntegerCells
from snn_reference.kernels import REALS, Real
from snn_reference.modulated import ModulatedSynapses
from snn_reference.recorder import Recorder
from snn_reference.sources import Drive, Injection, PoissonTrains, SpikeTrains
from snn_reference.synapses import Synapses
from snn_reference.trials import present

Array = NDArray[Any]
Address = tuple[int, int, int]
"""Population, receptor, neuron."""


class ReferenceEngine:
    """A compiled network, advanced neuron by neuron and spike by spike."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.real: Real = REALS[compiled.precision]
        self.step = 0
        self.begun = False
        self.populations = [self._member(made) for made in compiled.populations]
        self.drives = [Drive(made, self.real) for made in compiled.drives]
        self.injections = [Injection(made) for made in compiled.currents]
        self.synapses = [
            self._joined(made, (self._size(made.pre), self._size(made.post)))
            for made in compiled.projections
        ]
        self.trial_rules = trial_rules.learning(self.synapses, compiled.dt)
        self.calendar: dict[int, list[tuple[Address, Any]]] = defaultdict(list)
        self.recorder = Recorder(compiled.recordings, self._sample)

    def _member(self, made: CompiledPopulation) -> Cells | SpikeTrains | PoissonTrains:
        if isinstance(made.model, Cell):
            return IntegerCells(made) if self.real is int else Cells(made, self.real)
        if isinstance(made.model, Poisson):
            return PoissonTrains(made, self.compiled.dt)
        return SpikeTrains(made)

    def _joined(self, made: CompiledProjection, sizes: tuple[int, int]) -> Synapses:
        if made.deferred is not None:
            modulated = isinstance(made.deferred, CompiledModulated)
            kind = ModulatedSynapses if modulated else DeferredSynapses
            return kind(made, self.compiled.dt, sizes, self.compiled.lag)
        return Synapses(made, self.real, self.compiled.dt, sizes)

    def _size(self, population: int) -> int:
        return self.compiled.populations[population].size

    def advance(self, steps: int) -> None:
        """Run so many steps.

        Raises
        ------
        NumericalError
            A state is not finite at the end of a step.
        """
        for synapses, _ in self.trial_rules:
            if synapses.learning:
                raise SnnError(outside_a_schedule(synapses.compiled.label))
        for _ in range(steps):
            self.advance_one()

    def advance_one(self) -> list[list[int]]:
        """Run one step; return the neurons that fired in each population."""
        # Arithmetic follows IEEE 754; what is not finite is found at the end of the step.
        with np.errstate(all="ignore"):
            if not self.begun:
                self._begin()
            self.step += 1
            spikes = self._fired()
            self._require_finite()
            self._deliver(spikes)
            self.recorder.record(self.step, spikes)
            self._regulate(spikes)
        return spikes

    def _begin(self) -> None:
        """Deliver what sources emit at step 0 and record the initial state."""
        self.begun = True
        spikes = [
            member.emit(0) if isinstance(member, SpikeTrains) else [] for member in self.populations
        ]
        self._deliver(spikes)
        self.recorder.record(0, spikes)
        self._regulate(spikes)

    def _fired(self) -> list[list[int]]:
        """Advance every population to the end of this step."""
        arrived = self._arrived()
        return [
            member.advance(arrived[k], self._injected(k)) if isinstance(member, Cells)
            else member.emit(self.step)
            for k, member in enumerate(self.populations)
        ]  # fmt: skip

    def _arrived(self) -> dict[int, dict[tuple[int, int], Any]]:
        """Return the arrivals of this step: population -> (receptor, neuron) -> sum."""
        sums: dict[int, dict[tuple[int, int], Any]] = defaultdict(dict)
        drawn = [amount for drive in self.drives for amount in drive.arrivals(self.step)]
        for (population, receptor, neuron), amount in self.calendar.pop(self.step, []) + drawn:
            before = sums[population].get((receptor, neuron), self.real(0))
            sums[population][receptor, neuron] = before + amount
        return sums

    def _injected(self, population: int) -> Array | None:
        """Return the injected current of each neuron; None where nothing is ever injected."""
        own = [x for x in self.injections if x.compiled.population == population]
        if not own:
            return None
        total = np.zeros(self._size(population))
        for injection in own:
            np.add.at(total, injection.compiled.index, injection.values(self.step))
        return total.astype(self.real)

    def _deliver(self, spikes: Sequence[Sequence[int]]) -> None:
        """Put what the spikes of this step deliver into the calendar."""
        for synapses in self.synapses:
            made = synapses.compiled
            rules = self.compiled.projections[made.index].rules
            given = [spikes[r.modulator] for r in rules if r.modulator is not None]
            post = self.populations[made.post]
            events = synapses.step(
                self.step, spikes[made.pre], spikes[made.post], given[0] if given else (),
                post.states if isinstance(post, Cells) else None,
            )  # fmt: skip
            for arrival, address, weight in events:
                self.calendar[arrival].append((address, weight))
        for synapses in self.synapses:
            made = synapses.compiled
            synapses.end_step(self.step, spikes[made.pre], spikes[made.post])
        for synapses in self.synapses:
            synapses.rewire(self.step)

    def _regulate(self, spikes: Sequence[Sequence[int]]) -> None:
        """Let the rules over states of neurons see this step and act, after the recording."""
        for synapses in self.synapses:
            if synapses.regulations:
                post = synapses.compiled.post
                synapses.regulate(self.step, spikes[post], self.cells(post).states)

    def end_trial(self, synapses: Synapses) -> None:
        """Let the reductions of a projection act at a trial's end."""
        synapses.end_trial(self.step)
        if synapses.regulations:
            states = self.cells(synapses.compiled.post).states
            synapses.regulate(self.step, (), states, ended=True)

    def _require_finite(self) -> None:
        for member in self.populations:
            fault = member.fault() if isinstance(member, Cells) else None
            if fault and isinstance(member, Cells):
                variable, neuron, value = fault
                end = self.step * self.compiled.dt
                raise NumericalError(
                    f"{member.label}[{neuron}].{variable} became {value} between "
                    f"{max(0.0, end - self.compiled.dt):g} and {end:g} ms; "
                    "use a smaller dt or smaller weights"
                )

    def present(
        self, schedule: CompiledSchedule, visit: Callable[[int], int] = unvisited
    ) -> Presented:
        """Run a schedule to its end, or until `visit` returns 0 between two trials."""
        return present(self, schedule, visit)

    def take(self) -> Recorded:
        """Return and forget what was recorded.

        Spikes are those of the recorded neurons; samples have the type of the state.
        """
        return self.recorder.take()

    def _sample(self, recording: CompiledRecording) -> Array:
        if recording.population < 0:
            return self.synapses[recording.projection].weights.copy()
        states = self.cells(recording.population).states
        return np.array(states[recording.variable][recording.index])

    def cells(self, population: int) -> Cells:
        """Return a population of cells.

        Raises
        ------
        SnnError
            It is a source.
        """
        member = self.populations[population]
        if not isinstance(member, Cells):
            raise SnnError(f"{self.compiled.populations[population].label}: a source has no state")
        return member

    def source(self, population: int) -> PoissonTrains:
        """Return a Poisson source.

        Raises
        ------
        SnnError
            The population is something else.
        """
        member = self.populations[population]
        if not isinstance(member, PoissonTrains):
            label = self.compiled.populations[population].label
            raise SnnError(f"{label}: rates can be set for Poisson sources only")
        return member

    def read_state(self, population: int, name: str) -> Array:
        """Return a state of every neuron, float64."""
        return self._state(population, name).astype(np.float64)

    def write_state(self, population: int, name: str, values: Array) -> None:
        """Set a state of every neuron."""
        self._state(population, name)[:] = values

    def _state(self, population: int, name: str) -> Array:
        cells = self.cells(population)
        if name not in cells.states:
            raise SnnError(f"{cells.label}: no state {name!r}; there are {', '.join(cells.states)}")
        return cells.states[name]

    def replace_population(self, compiled: CompiledPopulation) -> None:
        """Take new parameters of a population (states stay), or new spikes of a source."""
        if compiled.spike_steps is not None:
            self.populations[compiled.index] = SpikeTrains(compiled)
            return
        self.cells(compiled.index).take_parameters(compiled)

    def write_rate(self, population: int, rate: Array) -> None:
        """Set the rates of a Poisson source in Hz; a stretch begins with the next step."""
        source = self.source(population)
        source.own = np.array(np.broadcast_to(rate, source.own.shape), dtype=float)
        source.begin(source.own, self.step + 1)

    def read_weights(self, projection: int) -> Array:
        """Return one weight per synapse in compiled order, float64."""
        return self.synapses[projection].weights.astype(np.float64)

    def read_synapses(self, projection: int) -> tuple[Array, Array, Array]:
        """Return source, target and whole delay in steps of each synapse, in compiled order."""
        synapses = self.synapses[projection]
        pairs = {k: (i, t) for i, row in enumerate(synapses.rows) for t, k in row}
        ends = np.array([pairs[k] for k in range(len(pairs))], np.int64).reshape(-1, 2)
        return ends[:, 0], ends[:, 1], synapses.delays + synapses.compiled.axonal

    def write_weights(self, projection: int, weights: Array) -> None:
        """Set one weight per synapse, in compiled order."""
        self.synapses[projection].weights[:] = weights

    def trial_arrays(self, projection: int) -> dict[str, Array]:
        """Return what the trial rules of a projection keep between trials."""
        found: dict[str, Array] = {}
        for synapses, rule in self.trial_rules:
            found |= rule.arrays if synapses.compiled.index == projection else {}
        return found

    def mishaps(self, projection: int) -> tuple[int, int]:
        """Return how many updates missed post spikes, how many weights lost high bits."""
        synapses = self.synapses[projection]
        assert isinstance(synapses, DeferredSynapses)
        return synapses.forgotten, synapses.wrapped

    def learn(self, projection: int, on: bool) -> None:
        """Switch plasticity of a projection from the next step on."""
        self.synapses[projection].learning = bool(on)

    def set_plasticity_rate(self, projection: int, rate: float) -> None:
        """Scale every change of a projection's weights from the next step on."""
        self.synapses[projection].rate = self.real(rate)

    def snapshot(self) -> dict[str, Array]:
        """Return everything that the future depends on, as arrays."""
        return checkpoint.snapshot(self)

    def restore(self, state: Mapping[str, Array]) -> None:
        """Continue from a snapshot of the same compiled network; forget what was recorded."""
        checkpoint.restore(self, state)
