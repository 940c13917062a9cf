"""Running networks: `run` for one go, `Simulation` to stay in control."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from os import PathLike
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from snn import engine as engines
from snn.compiler import Compiled, compile_network
from snn.compiler.changes import Changes
from snn.compiler.schedules import compile_schedule
from snn.compiler.weight_faults import weight_fault
from snn.engine import Recorded
from snn.errors import (
    NumericalError,
    Problem,
    SimulatorError,
    SnnError,
    ValidationError,
    raise_if,
)
from snn.handover import split, stripped
from snn.hosting import HostLoop
from snn.network import Network, Neurons, Population, Projection, index_of, population_of
from snn.numerics import Profile, compiled_for, profile
from snn.progress import Clock, Pace, Watch
from snn.results import Provenance, Result, Synapses, Timing, TrialResult
from snn.results.assembly import assemble
from snn.sampling import WeightSamples
from snn.schedule import Schedule
from snn.settings import Settings
from snn.synapse_view import SynapseView
from snn.unintended import warn_of_idle_rules, warn_of_late_spikes

Array = NDArray[Any]
Shown = TypeVar("Shown")


class Simulation:
    """A compiled network on a backend.

    Parameters
    ----------
    network : Network
        Frozen from now on.
    backend : str
        Registered name: ``"cpu"``, ``"reference"`` and others; see ``snn backends``.
    dt : float, ms, optional
        Overrides the network's step.
    seed : int
        Root of everything random.
    precision : {"float32", "float64"}
    numerics : str or Profile
        Numerics profile, by name or itself: ``"exact"``, or ``"spinnaker"`` for what the
        board would compute.
    progress : bool, optional
        Whether to show progress; by default on a terminal.
    unsupported : {"refuse", "host"}
        What to do with learning rules that the backend lacks: refuse the network, or apply
        them on the host between runs of the backend.
    chunk : float, ms
        How often the host applies rules that do not wait for the end of a trial.
    **options
        Passed to the backend (for the CPU: ``threads``, ``sleep``).

    Examples
    --------
    >>> import snn
    >>> net = snn.Network(dt=0.1)
    >>> cell = net.population(1, snn.LIF(i_offset=1.0), label="cell")
    >>> net.record(cell, "spikes")
    >>> sim = snn.Simulation(net)
    >>> sim.run(100.0)["cell"].counts()
    array([3])
    """

    def __init__(
        self,
        network: Network,
        *,
        backend: str = "cpu",
        dt: float | None = None,
        seed: int = 0,
        precision: str = "float32",
        numerics: str | Profile = "exact",
        progress: bool | None = None,
        unsupported: str = "refuse",
        chunk: float = 100.0,
        **options: Any,
    ) -> None:
        self._clock = Clock()
        self._backend = engines.backend(backend)
        numerics = compiled_for(self._backend, numerics)
        self._hosted, problems = split(
            network, self._backend.check(network), unsupported,
            getattr(self._backend, "restarts", True),
        )  # fmt: skip
        raise_if(problems)
        self._chunk = chunk
        self.compiled: Compiled = compile_network(
            network, dt=dt, seed=seed, numerics=numerics,
            precision=getattr(self._backend, "precision", precision),
        )  # fmt: skip
        self.network, self.options, self.progress = network, options, progress
        self._profile = profile(numerics)
        self._view = SynapseView(network, self.compiled)
        self._given: set[int] = set()
        self._begin()
        self._compile_time = self._clock.lap()

    def __repr__(self) -> str:
        return f"<simulation of {self.network!r} on {self._backend.name} at {self.time:g} ms>"

    @property
    def time(self) -> float:
        """Model time reached, in ms."""
        return self.engine.step * self.compiled.dt

    def run(self, duration: float) -> Result:
        """Run for `duration` ms; return what was recorded in this piece.

        Raises
        ------
        NumericalError
            A state became NaN or infinite; its `result` has what was recorded before.
        """
        steps = self._steps(duration)

        def advance(visit: Callable[[int], int]) -> None:
            end = self.engine.step + steps
            pace = Pace(64, whole=getattr(self.engine, "whole_runs", False))
            left = visit(self.engine.step)
            while self.engine.step < end and left:
                chunk = pace.next(min(end - self.engine.step, left))
                self.engine.advance(chunk)
                pace.done(chunk)
                left = visit(self.engine.step)

        return self._watched(duration, advance)[1]

    def present(self, schedule: Schedule) -> TrialResult:
        """Run a schedule to its end.

        Raises
        ------
        NumericalError
            A state became NaN or infinite; its `result` has what was recorded before.
        """
        compiled = compile_schedule(schedule, self.compiled)
        goal = float(compiled.phase_steps.sum() * compiled.trials * self.compiled.dt)
        shown, result = self._watched(goal, partial(self.engine.present, compiled))
        counts = {self.compiled.populations[k].label: v for k, v in shown.counts.items()}
        return TrialResult(
            counts=counts, attempts=shown.attempts, first_step=shown.first_step, result=result
        )

    def _watched(
        self, goal: float, go: Callable[[Callable[[int], int]], Shown]
    ) -> tuple[Shown, Result]:
        """Let the engine go for `goal` ms; weights are sampled, progress is shown."""
        start = self.engine.step
        self._clock.lap()
        with Watch(goal, self.progress) as watch:

            def visit(step: int) -> int:
                watch.update((step - start) * self.compiled.dt)
                left = self._samples.visit(step)
                return 0 if watch.interrupted else left

            try:
                shown = go(visit)
            except (NumericalError, SimulatorError) as error:
                error.result = result = self.result_of(self.engine.take(), start, [str(error)])
                if cause := self._weight_fault(result):
                    raise NumericalError(f"{cause}\n{error}", result) from error
                raise
        notes = [f"interrupted at {self.time:g} ms"] if watch.interrupted else []
        result = self.result_of(self.engine.take(), start, notes)
        if fault := self._weight_fault(result):
            raise NumericalError(fault, result)
        return shown, result

    def _weight_fault(self, result: Result) -> str:
        """Say which learned weight is not what its rules allow; empty if none is."""
        for k, p in enumerate(self.network.projections):
            if p.synapse.rules and (fault := weight_fault(
                p, self.compiled.projections[k], result.final_weights[p.label], k not in self._given
            )):  # fmt: skip
                return fault
        return ""

    def read(self, neurons: Neurons, variable: str) -> Array:
        """Return a state of neurons: ``"v"``, or ``"excitatory.i"`` of a receptor."""
        k, name = self._state(neurons, variable)
        return np.asarray(self.engine.read_state(k, name)[index_of(neurons)])

    def write(self, neurons: Neurons, variable: str, values: ArrayLike) -> None:
        """Set a state of neurons."""
        k, name = self._state(neurons, variable)
        whole = self.engine.read_state(k, name)
        whole[index_of(neurons)] = values
        self.engine.write_state(k, name, whole)

    def set(
        self, neurons: Neurons, parameters: Mapping[str, ArrayLike] | None = None,
        **more: ArrayLike,
    ) -> None:  # fmt: skip
        """Set parameters from the next step on.

        Parameters
        ----------
        neurons : Population or View
        parameters : dict, optional
            By name; ``"excitatory.tau_syn"`` for one of a receptor, ``"rate"`` (Hz) of a
            Poisson source, ``"times"`` (ms) of a `SpikeArray`, where times up to now are
            past and change nothing.
        **more
            The same, as keywords.
        """
        self._settings.set(neurons, self._position(neurons), {**(parameters or {}), **more})

    def weights(self, projection: Projection) -> Synapses:
        """Return the weights of a projection now, every event applied."""
        return self._view.synapses(self._projection(projection))

    def set_weights(self, projection: Projection, weights: ArrayLike | Synapses) -> None:
        """Set the weights of a projection, one number or one per synapse in row order."""
        k = self._projection(projection)
        self.engine.write_weights(k, self._view.placed(k, weights))
        self._given.add(k)

    def freeze(self, *projections: Projection) -> None:
        """Stop learning in these projections (all plastic ones when none is named)."""
        self._learn(projections, False)

    def unfreeze(self, *projections: Projection) -> None:
        """Let these projections learn again (all plastic ones when none is named)."""
        self._learn(projections, True)

    def set_plasticity_rate(self, projection: Projection, rate: float) -> None:
        """Scale every change of a projection's weights from the next step on.

        A rule that would move a weight from w to w' moves it to ``w + rate (w' - w)``.
        Variables of synapses and traces go on unscaled.

        Parameters
        ----------
        projection : Projection
        rate : float
            From 0 (weights stay) to 1 (the rules as they are declared, the default).
        """
        k = self._projection(projection)
        if not projection.synapse.rules or not 0 <= rate <= 1:
            message = f"must be in [0, 1], of a projection with rules; got {rate!r}"
            raise ValidationError([Problem(projection.label, "plasticity_rate", message)])
        self.engine.set_plasticity_rate(k, float(rate))

    def reset(self, *, keep_weights: bool = False) -> None:
        """Go back to the initial state, with initial or with present weights."""
        plastic = [p for p in self.network.projections if p.synapse.rules]
        kept = {p.label: self.weights(p) for p in plastic} if keep_weights else {}
        self._begin()
        for p in plastic if kept else ():
            self.set_weights(p, kept[p.label])

    def close(self) -> None:
        """Release what the backend holds (a board, a simulator); nothing can be run after."""
        getattr(self.engine, "close", _nothing)()

    def __enter__(self) -> Simulation:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _begin(self) -> None:
        """Set an engine to step 0, in the user's units; nothing is changed or sampled yet."""
        engine = self._prepared()
        self.engine = self._profile.attach(engine, self.compiled)
        self._settings = Settings(self.network, self.compiled, self.engine)
        self._view.engine = self.engine
        self._samples = WeightSamples(self.compiled.recordings, self._view.weights)

    def _prepared(self) -> engines.Engine:
        """Return an engine at step 0, in a loop of the host where rules need it."""
        if not self._hosted:
            return self._backend.prepare(self.compiled, **self.options)
        target = self._backend.prepare(stripped(self.compiled, self._hosted), **self.options)
        steps = self._steps(self._chunk)
        return HostLoop(target, self.compiled, self._hosted, steps)

    def save_checkpoint(self, path: str | PathLike[str]) -> None:
        """Write everything that the future of the run depends on."""
        digest = np.array(self.compiled.digest())
        with open(path, "wb") as file:
            np.savez(
                file, digest=digest, **self._settings.changes.to_arrays(), **self.engine.snapshot()
            )

    def load_checkpoint(self, path: str | PathLike[str]) -> None:
        """Go on from a checkpoint of the same network.

        Raises
        ------
        SnnError
            The checkpoint is of another network.
        """
        with np.load(path, allow_pickle=False) as saved:
            if str(saved["digest"]) != self.compiled.digest():
                raise SnnError(f"{path} is a checkpoint of another network, seed or step")
            state = {name: saved[name] for name in saved.files}
        self._settings.repeat(Changes.from_arrays(state))
        self.engine.restore(state)
        # A snapshot may be of weights that a user had set.
        self._given.update(range(len(self.compiled.projections)))

    def result_of(self, recorded: Recorded, start: int = 0, notes: Sequence[str] = ()) -> Result:
        """Return a result of what was taken from the engine since step `start`."""
        spent = self._clock.lap()
        timing = Timing(compile=self._compile_time, run=spent)
        wanted = {r.projection for r in self.compiled.recordings if r.variable == "weights"}
        weights = {
            p.label: self.weights(p)
            for k, p in enumerate(self.network.projections)
            if p.synapse.rules or k in wanted
        }
        sampled = {self.network.projections[k].label: v for k, v in self._samples.take().items()}
        return assemble(
            self.compiled, recorded, start, self.engine.step, weights, sampled,
            self._provenance(timing),
            [*notes, *getattr(self.engine, "remarks", list)(),
             *self._profile.remarks(self.engine, self.compiled)],
        )  # fmt: skip

    def _provenance(self, timing: Timing) -> Provenance:
        c = self.compiled
        return Provenance(
            backend=self._backend.name, numerics=c.numerics, precision=c.precision, seed=c.seed,
            dt=c.dt, network=c.digest(), timing=timing, options=self.options,
        )  # fmt: skip

    def _steps(self, duration: float) -> int:
        steps = duration / self.compiled.dt
        whole = np.isfinite(steps) and abs(steps - np.rint(steps)) < 1e-6 * (1 + abs(steps))
        if not (whole and steps >= 0):
            message = f"must be a multiple of {self.compiled.dt:g} ms, 0 or more; got {duration:g}"
            raise ValidationError([Problem("run", "duration", message)])
        return round(steps)

    def _position(self, neurons: Neurons) -> int:
        population = population_of(neurons)
        self._expect_mine(population)
        return self.network.populations.index(population)

    def _projection(self, projection: Projection) -> int:
        self._expect_mine(projection)
        return self.network.projections.index(projection)

    def _expect_mine(self, component: Population | Projection) -> None:
        if component.network is not self.network:
            raise ValidationError([Problem(component.label, "", "belongs to another network")])

    def _state(self, neurons: Neurons, variable: str) -> tuple[int, str]:
        k, name = self._position(neurons), variable.replace(".", "_")
        known = list(self.compiled.populations[k].initial)
        if name not in known:
            message = f"no such state; known: {', '.join(known) or 'none'}"
            raise ValidationError([Problem(population_of(neurons).label, variable, message)])
        return k, name

    def _learn(self, projections: tuple[Projection, ...], on: bool) -> None:
        chosen = projections or [p for p in self.network.projections if p.synapse.rules]
        for projection in chosen:
            self.engine.learn(self._projection(projection), on)


def run(network: Network, duration: float, **options: Any) -> Result:
    """Compile a network and run it for `duration` ms.

    Parameters
    ----------
    network : Network
    duration : float, ms
    **options
        As of `Simulation`: backend, dt, seed, precision, numerics, progress, threads...
    """
    with Simulation(network, **options) as simulation:
        warn_of_late_spikes(simulation.compiled, duration)
        warn_of_idle_rules(simulation.compiled)
        return simulation.run(duration)


def _nothing() -> None:
    """Hold nothing that could be released."""
