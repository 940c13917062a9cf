"""Numerics profiles: in which arithmetic a compiled network runs.

`exact` is what `docs/numerics.md` describes. Another profile takes the compiled network and
returns its twin: plans, constants, states and weights in its own units (say integers), with the
scales that lead back to the user's units. Every backend runs the twin, because it sees arrays
and plans only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from snn.compiler.compiled import Compiled, CompiledPopulation
from snn.engine import CompiledSchedule, Engine, Presented, Recorded, load, unvisited
from snn.errors import Problem, SnnError
from snn.network import Network

Array = NDArray[Any]

NOW = "now_"
"""Prefix of a state whose plain name is a copy that is kept for recording."""


class Profile(Protocol):
    """An arithmetic; found through the entry point `snn.numerics`."""

    name: str

    def check(self, network: Network, dt: float) -> list[Problem]:
        """Return what of the network this arithmetic cannot express."""

    def weight_precision(self, precision: str) -> str:
        """Return the type in which weights are drawn before `lower` sees them."""

    def lower(self, compiled: Compiled) -> Compiled:
        """Return the twin of a compiled network.

        Raises
        ------
        ValidationError
            A number is beyond the arithmetic's range.
        """

    def attach(self, engine: Engine, compiled: Compiled) -> Engine:
        """Return an engine in the user's units around one that runs the twin."""

    def remarks(self, engine: Engine, compiled: Compiled) -> list[str]:
        """Return what happened in a run that the user should know."""


class Exact:
    """The profile that changes nothing."""

    name = "exact"

    def check(self, network: Network, dt: float) -> list[Problem]:
        """Return nothing: every declared network can be computed."""
        return []

    def weight_precision(self, precision: str) -> str:
        """Return the user's precision."""
        return precision

    def lower(self, compiled: Compiled) -> Compiled:
        """Return the network as it is."""
        return compiled

    def attach(self, engine: Engine, compiled: Compiled) -> Engine:
        """Return the engine as it is."""
        return engine

    def remarks(self, engine: Engine, compiled: Compiled) -> list[str]:
        """Return nothing."""
        return []


exact = Exact()


def profile(wanted: str | Profile) -> Profile:
    """Return a profile by its registered name, or the one given.

    Raises
    ------
    BackendUnavailableError
        Nothing of that name is registered.
    """
    if not isinstance(wanted, str):
        return wanted
    if wanted == "exact":
        return exact
    found: Profile = load("snn.numerics", wanted)
    return found


def compiled_for(backend: Any, wanted: str | Profile) -> str | Profile:
    """Return the profile in which a network is compiled for a backend.

    A backend that computes in a profile's arithmetic itself names it in a field ``numerics`` and
    takes the exact network: what its machine does to numbers must not be done to them before.
    """
    own = getattr(backend, "numerics", None)
    native = own is not None and (
        wanted == own if isinstance(wanted, str) else wanted is load("snn.numerics", own)
    )
    return "exact" if native else wanted


class InUnits:
    """An engine that runs a twin, seen in the user's units and on the user's clock.

    Parameters
    ----------
    engine : Engine
        Runs `compiled` and knows raw numbers only.
    compiled : Compiled
        The twin, whose variables and projections carry scales.
    lower : function
        Returns the twin of a population whose parameters were changed.
    """

    def __init__(
        self, engine: Engine, compiled: Compiled,
        lower: Callable[[CompiledPopulation], CompiledPopulation],
    ) -> None:  # fmt: skip
        self.raw, self.compiled, self.lower = engine, compiled, lower

    @property
    def step(self) -> int:
        """Number of steps done."""
        return self.raw.step

    def advance(self, steps: int) -> None:
        """Run so many steps."""
        self.raw.advance(steps)

    def present(
        self, schedule: CompiledSchedule, visit: Callable[[int], int] = unvisited
    ) -> Presented:
        """Run a schedule to its end."""
        return self.raw.present(schedule, visit)

    def take(self) -> Recorded:
        """Return and forget what was recorded, stamped with the times of the twin's clock."""
        raw, lag = self.raw.take(), self.compiled.lag
        spikes = {k: (steps - lag, neurons) for k, (steps, neurons) in raw.spikes.items()}
        states = [k for k in raw.samples if self.compiled.recordings[k].population >= 0]
        samples = {k: self._sampled(k, *raw.samples[k]) for k in states}
        return Recorded(spikes=spikes, samples=samples)

    def _sampled(self, position: int, steps: Array, values: Array) -> tuple[Array, Array]:
        """Keep the samples that are due on the twin's clock; the first may be before it."""
        made = self.compiled.recordings[position]
        steps = steps - self.compiled.lag
        due = (steps >= 0) & (steps % made.shown_every == 0)
        scale = self._scale(made.population, made.variable)
        return steps[due], values[due] * scale

    def _scale(self, population: int, name: str) -> float:
        p = self.compiled.populations[population]
        scales = {v.name: v.scale for v in p.plan.states} if p.plan else {}
        if name not in scales:
            raise SnnError(f"{p.label}: {name} is computed only where it is recorded")
        return scales[name]

    def _name(self, population: int, name: str) -> str:
        """Return the name of the present value of a state."""
        known = self.compiled.populations[population].initial
        return NOW + name if NOW + name in known else name

    def read_state(self, population: int, name: str) -> Array:
        """Return a state of every neuron."""
        name = self._name(population, name)
        return np.asarray(self.raw.read_state(population, name) * self._scale(population, name))

    def write_state(self, population: int, name: str, values: Array) -> None:
        """Set a state of every neuron, to the nearest number that there is."""
        name = self._name(population, name)
        raw = np.rint(np.asarray(values, float) / self._scale(population, name))
        self.raw.write_state(population, name, raw)

    def replace_population(self, compiled: CompiledPopulation) -> None:
        """Take new parameters of a population."""
        self.raw.replace_population(self.lower(compiled))

    def write_rate(self, population: int, rate: Array) -> None:
        """Set the rates of a Poisson source in Hz."""
        self.raw.write_rate(population, rate)

    def read_weights(self, projection: int) -> Array:
        """Return one weight per synapse in compiled order."""
        scale = self.compiled.projections[projection].scale
        return np.asarray(self.raw.read_weights(projection) * scale)

    def write_weights(self, projection: int, weights: Array) -> None:
        """Set one weight per synapse, to the nearest number that there is."""
        scale = self.compiled.projections[projection].scale
        self.raw.write_weights(projection, np.rint(np.asarray(weights, float) / scale))

    def learn(self, projection: int, on: bool) -> None:
        """Switch plasticity of a projection."""
        self.raw.learn(projection, on)

    def snapshot(self) -> dict[str, Array]:
        """Return everything that the future depends on."""
        return self.raw.snapshot()

    def restore(self, state: Mapping[str, Array]) -> None:
        """Continue from a snapshot."""
        self.raw.restore(state)
