"""The CPU engine: a compiled network in memory, and the calls that move it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import Compiled, CompiledPopulation
from snn.compiler.endpoints import endpoints, taps
from snn.engine import CompiledSchedule, Presented, Recorded, unvisited
from snn.errors import SnnError
from snn.plasticity.trial_rule import outside_a_schedule
from snn.progress import Pace
from snn_cpu import arrivals, axons, build, driver, memory, parts, periods, sleep
from snn_cpu.continuation import carried, mutable
from snn_cpu.crew import Crew
from snn_cpu.entries import entries
from snn_cpu.faults import CHECK_INTERVAL, check_finite
from snn_cpu.plasticity_rates import ruled, scale, speed
from snn_cpu.presentation import Trials
from snn_cpu.rewiring import Remembered, rewire, row_of_logs, until_due
from snn_cpu.world import spike_buffer, world_of

Array = NDArray[Any]

LATEST_STEP = 2**31 - 1
"""Spike times of learning rules are kept as 32-bit steps."""


class CpuEngine:
    """A compiled network on the CPU.

    Parameters
    ----------
    compiled : Compiled
    threads : int
        Each owns a range of every population; results do not depend on it.
    sleep : {"auto", "never"}
        Whether quiet neurons may be left alone until their next input.
    """

    def __init__(self, compiled: Compiled, threads: int = 1, sleep: str = "auto") -> None:
        self.threads = threads
        self.control = np.zeros(driver.CONTROL_SIZE, np.int64)
        self.world = world_of(compiled, threads, sleep == "auto")
        self.control[driver.BATCH] = self.world.batch
        self.control[driver.INTERVAL] = self.world.interval
        self.control[driver.BOUNDARY] = driver.FOREVER
        self.control[driver.CHECK] = max(1, int(CHECK_INTERVAL / compiled.dt))
        self.control[driver.LEAVE] = -1
        self.limit = np.zeros_like(self.world.fill)
        self.recorded = Recorded()
        self.remembered = Remembered()
        self.rewired = 0
        self._started = False
        self.crew = Crew(threads)
        self.bind()

    @property
    def compiled(self) -> Compiled:
        """The network as it is now, with parameters set since."""
        return self.world.compiled

    @property
    def step(self) -> int:
        """Number of steps done."""
        return int(self.control[driver.STEP])

    def bind(self) -> None:
        """Bind every part to the arrays as they are now."""
        world = self.world
        self.parts = [
            [[make(world, thread, parity) for parity in (0, 1)]
             for make in (build.emit, build.update, build.finite, build.after, build.deliver,
                          build.tidy, arrivals.arrive)]
            for thread in range(self.threads)
        ]  # fmt: skip
        self._due = periods.due(world)
        due = periods.tables(world, self._due)
        self.tables = [driver.Tables(*map(build.tables, own), *due) for own in self.parts]
        self._set_limits()

    def _set_limits(self) -> None:
        """Leave room for one more batch in every recording."""
        world = self.world
        for row, (index, (steps, _)) in enumerate(world.buffers.items()):
            self.limit[row] = len(steps) - world.spikes[0][index].index.shape[1]
        for row, (out, _) in enumerate(world.samples.values(), start=len(world.buffers)):
            self.limit[row] = len(out) - world.batch - 1
        for row, (index, (steps, _)) in enumerate(world.logs.items(), start=row_of_logs(world)):
            self.limit[row] = len(steps) - world.spikes[0][index].index.shape[1]

    def advance(self, steps: int) -> None:
        """Run so many steps."""
        for q, _ in self.world.trial_rules:
            if build.switch(self.world, self.compiled.projections[q])[0]:
                raise SnnError(outside_a_schedule(self.compiled.projections[q].label))
        stop = self.step + steps
        if stop > LATEST_STEP:
            raise SnnError(f"a run may have {LATEST_STEP} steps at most; wanted {stop}")
        self._prologue()
        while self.step < stop:
            self.control[driver.STOP] = self.next_stop(stop - self.step)
            self._drive()
            self._after_drive()

    def next_stop(self, steps: int) -> int:
        """Return where to stop: after so many steps, or before that when a rule is to rewire."""
        return self.step + min(steps, until_due(self.world, self.step))

    def _prologue(self) -> None:
        """Deliver the spikes stamped 0 and record the initial states."""
        if self._started:
            return
        self._started = True
        check_finite(self.world, self.step)
        world = self.world
        sources = [build._source(world, p, world.spikes[0][p.index])
                   for p in self.compiled.populations if p.spike_steps is not None]  # fmt: skip
        entries().run_parts(parts.table(sources), 0, 0)
        for thread in range(self.threads):
            # A table holds addresses only: the parts must outlive the call.
            own = [*build.samplers(world, thread), *axons.conduct(world, thread, 0)]
            entries().run_parts(parts.table(own), 0, 0)
            entries().run_parts(self.tables[thread].after[0], 0, 0)
        for thread in range(self.threads):
            entries().run_parts(self.tables[thread].deliver[0], 0, 0)
        for spikes in world.spikes[0].values():
            spikes.ptr[:] = 0

    def _drive(self) -> None:
        self.work(lambda team, thread, threads: entries().drive(
            self.control, self.world.fill, self.limit, team, thread, threads
        ))  # fmt: skip

    def work(self, share: Callable[[Any, int, int], None]) -> None:
        """Let the crew work until it stops: ``share(team, thread, threads)`` in each thread."""
        before, stop = self.step, self.control[driver.STOP]
        self.control[driver.STOP] = min(stop, before + self.crew.most)
        self.crew.work(share, tuple(self.tables))
        self.control[driver.STOP] = stop
        self.crew.learn(self.step - before)

    def _after_drive(self) -> None:
        if (self.world.stretch[:, 2] != 0).any():
            raise SnnError("a Poisson block had more events than any likely draw has")
        if self.control[driver.STATUS] == driver.FULL:
            self._empty()
        if self.control[driver.STATUS] == driver.NOT_FINITE:
            self.control[driver.BAD] = 0
            check_finite(self.world, self.step)
        if self.rewired < self.step:
            self.rewired = self.step
            rewire(self)

    def present(
        self, schedule: CompiledSchedule, visit: Callable[[int], int] = unvisited
    ) -> Presented:
        """Run a schedule to its end, or until `visit` returns 0."""
        running, pace = Trials(self, schedule), Pace(256)
        left = visit(self.step)
        while not running.done and left:
            before = self.step
            running.advance(pace.next(left))
            pace.done(max(1, self.step - before))
            left = visit(self.step)
        return running.finish()

    def take(self) -> Recorded:
        """Return and forget what was recorded."""
        self._empty()
        taken, self.recorded = self.recorded, Recorded()
        return taken

    def _empty(self) -> None:
        """Move full recordings out of the compiled code's buffers."""
        world, kept = self.world, self.recorded
        for row, (index, (steps, neurons)) in enumerate(world.buffers.items()):
            n = int(world.fill[row])
            _extend(kept.spikes, index, steps[:n].astype(np.int64), neurons[:n].copy())
        for row, (k, (out, out_steps)) in enumerate(world.samples.items()):
            n = int(world.sampled[0][row])
            _extend(kept.samples, k, out_steps[:n].copy(), out[:n].copy())
        self.remembered.drain(world)
        world.fill[:] = 0
        for own in world.sampled:
            own[:] = 0

    def read_state(self, population: int, name: str) -> Array:
        """Return a state of every neuron."""
        cells = self.world.cells[population]
        if population not in self.world.sleep:
            return cells.states[name].astype(float)
        # A sleeping neuron keeps its anchor: what is read is brought up to date in copies.
        return self._up_to_date(population)[name].astype(float)

    def _up_to_date(self, population: int) -> dict[str, Array]:
        """Return copies of a population's states at the present step."""
        with memory.undone(self._saved(population)):
            self._wake(population)
            return {n: a.copy() for n, a in self.world.cells[population].states.items()}

    def _saved(self, population: int) -> list[Array]:
        cells, own = self.world.cells[population], self.world.sleep[population]
        return [*cells.states.values(), cells.counter, own[0].anchor,
                *(array for each in own for array in (each.mode, each.fill))]  # fmt: skip

    def _wake(self, population: int) -> None:
        """Bring every neuron of a population up to the present step."""
        for thread in range(self.threads if population in self.world.sleep else 0):
            part = build.wake(self.world, self.compiled.populations[population], thread)
            entries().run_parts(parts.table([part]), self.step, 0)

    def write_state(self, population: int, name: str, values: Array) -> None:
        """Set a state of every neuron."""
        self._wake(population)
        self.world.cells[population].states[name][:] = values

    def replace_population(self, compiled: CompiledPopulation) -> None:
        """Take new parameters of a population, or new spikes of a source."""
        self._wake(compiled.index)
        populations = list(self.compiled.populations)
        populations[compiled.index] = compiled
        world = self.world
        world.compiled = replace(self.compiled, populations=tuple(populations))
        if world.sleep.pop(compiled.index, None) and sleep.may_sleep(world.compiled, compiled):
            world.sleep[compiled.index] = sleep.sleep_memory(
                compiled, world.slots, self.compiled.precision, self.threads
            )
        if compiled.spike_steps is not None:
            world.sources[compiled.index].at[0] = 0
            self._widen(compiled.index, memory.largest_burst(compiled.spike_steps, world.batch))
        self.bind()

    def write_rate(self, population: int, rate: Array) -> None:
        """Set the rates of a Poisson source; a stretch begins with the next step."""
        world = self.world
        world.rate[world.rate_at[population]] = rate
        row = list(world.rate_at).index(population)
        world.stretch[row, :2] = self.step + 1, -1
        self._make_room(population, float(np.sum(rate)))

    def _make_room(self, population: int, total_rate: float) -> None:
        """Enlarge a Poisson source's buffers for a larger total rate, in Hz."""
        world = self.world
        size = memory.poisson_capacity(total_rate * world.compiled.dt * 1e-3 * memory.BLOCK)
        if size > world.sources[population].event.shape[1]:
            world.sources[population].event = np.zeros((2, size), np.int32)
            world.sources[population].where = np.zeros(size, np.int64)
            row = list(world.rate_at).index(population)
            world.stretch[row, 1] = -1
            self._widen(population, 2 * size)
            self.bind()

    def _widen(self, population: int, size: int) -> None:
        """Make room for so many spikes of a source in a batch."""
        world = self.world
        if size <= world.spikes[0][population].index.shape[1]:
            return
        for spikes in world.spikes:
            spikes[population] = memory.spike_memory(size, world.batch, self.threads)
        for index, axon in world.axons.items():
            q = self.compiled.projections[index]
            if q.pre == population:
                world.axons[index] = axons.widened(axon, q, world.spikes[0][population])
        if population in world.buffers:
            self._empty()
            world.buffers[population] = spike_buffer(size)
        if population in world.logs:
            self.remembered.drain(world)
            world.logs[population] = spike_buffer(size)

    def read_weights(self, projection: int) -> Array:
        """Return one weight per synapse in compiled order, all events applied."""
        q = self.compiled.projections[projection]
        self._flush(projection)
        weight = self.world.weights[projection]
        if q.form == "convolution":
            weight = weight[taps(q)[2]]
        own = weight[: q.synapses] if weight.ndim else weight
        return np.array(np.broadcast_to(own, q.synapses), dtype=float)

    def read_synapses(self, projection: int) -> tuple[Array, Array, Array]:
        """Return source, target and whole delay in steps of each synapse, in compiled order."""
        q = self.compiled.projections[projection]
        delay = q.total_delay[: q.synapses] if q.delay.ndim else q.total_delay
        return (*endpoints(q), np.broadcast_to(delay, q.synapses))

    def _flush(self, projection: int) -> None:
        q = self.compiled.projections[projection]
        if projection in self.world.plastic:
            for thread in range(self.threads):
                part = build.flush(self.world, q, thread)
                entries().run_parts(parts.table([part]), self.step, 0)

    def write_weights(self, projection: int, weights: Array) -> None:
        """Set one weight per synapse, in compiled order."""
        self._flush(projection)
        if self.compiled.projections[projection].form == "convolution":
            raise SnnError(
                f"{self.compiled.projections[projection].label}: synapses of a convolution share "
                "the kernel's weights and cannot be set one by one; connect with CSR instead"
            )
        arrivals.settle(self)  # a spike brings the weights of its own time
        arrivals.forget(self.world, self.step)
        current = self.world.weights[projection]
        if projection in self.world.plastic or (current.ndim and current.flags.writeable):
            current[: self.compiled.projections[projection].synapses] = weights
        else:
            self.world.weights[projection] = np.array(weights, dtype=self.compiled.precision)
            self.bind()
        arrivals.cut_anew(self)

    def trial_arrays(self, projection: int) -> dict[str, Array]:
        """Return what the trial rules of a projection keep between trials."""
        own = [kept for (q, _), kept in self.world.trial_rules.items() if q == projection]
        return {name: array for kept in own for name, array in kept.arrays.items()}

    def mishaps(self, projection: int) -> tuple[int, int]:
        """Return how many updates missed post spikes, how many weights lost high bits."""
        memory = self.world.deferred[projection][0]
        return int(memory.forgotten.sum()), int(memory.wrapped.sum())

    def learn(self, projection: int, on: bool) -> None:
        """Switch plasticity of a projection from the next step on."""
        self._flush(projection)
        q = self.compiled.projections[projection]
        if q.rules:
            build.switch(self.world, q)[0] = int(on)

    def set_plasticity_rate(self, projection: int, rate: float) -> None:
        """Scale every change of a projection's weights from the next step on."""
        self._flush(projection)
        if rate != 1 and scale(self.world, [projection]):
            self.bind()
        speed(self.world, self.compiled.projections[projection])[0] = rate

    def snapshot(self) -> dict[str, Array]:
        """Return everything that the future depends on, as arrays."""
        with memory.undone(ring for cells in self.world.cells.values() for ring in cells.rings):
            arrivals.settle(self)
            state = {name: array.copy() for name, array in mutable(self.world).items()}
        self.remembered.drain(self.world)
        own = {"control": self.control.copy(), "started": np.array([self._started]),
               "threads": np.array(self.threads)}  # fmt: skip
        return state | self.remembered.snapshot() | own

    def restore(self, state: Mapping[str, Array]) -> None:
        """Continue from a snapshot of the same compiled network.

        Raises
        ------
        SnnError
            It was made with other options: memory is divided among threads.
        """
        if state["threads"] != self.threads or mutable(self.world).keys() - state.keys():
            raise SnnError(
                f"the snapshot was made with other options (threads={int(state['threads'])}, here "
                f"{self.threads}; sleep); prepare the simulation with the same"
            )
        self._restore_weights(state)
        rates = zip(ruled(self.compiled), state["speed"], strict=True)
        if scale(self.world, [q.index for q, rate in rates if rate != 1]):
            self.bind()
        for name, array in mutable(self.world).items():
            array[...] = state[name]
        kept = [driver.STEP, driver.PARITY]
        self.control[kept] = state["control"][kept]
        self.world.stretch[:, 1] = -1
        self._started = bool(state["started"][0])
        self.remembered.restore(self.world, state)
        self.rewired = self.step
        arrivals.forget(self.world, self.step)
        if self.world.topology and self.threads > 1:
            self.bind()
        arrivals.cut_anew(self)

    def take_over(self, other: CpuEngine) -> None:
        """Go on where the engine of an earlier form of this network stopped."""
        for population in other.world.sleep:
            other._wake(population)
        self.restore(carried(other.snapshot(), self.snapshot(), other.step))

    def _restore_weights(self, state: Mapping[str, Array]) -> None:
        for k, weight in enumerate(self.world.weights):
            saved = state.get(f"weight {k}")
            if saved is not None and saved.shape != weight.shape:
                self.write_weights(k, saved)


def _extend(kept: dict[int, tuple[Array, Array]], key: int, first: Array, second: Array) -> None:
    if key in kept:
        first, second = (np.concatenate(pair) for pair in zip(kept[key], (first, second)))
    kept[key] = (first, second)
