"""What a backend is, and how it is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from snn.compiler import Compiled, CompiledPopulation
from snn.errors import BackendUnavailableError, Problem
from snn.network import Network

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class CompiledSchedule:
    """A schedule as arrays; populations and projections by index.

    Parameters
    ----------
    phase_steps : (phases,) int64
    rates : one dict per phase, population -> (trials or 1, n) float64, Hz
    learning : projection -> (trials,) bool
    repeat : (population, at_least, gain, limit), optional
    plasticity_rates : projection -> (trials,) float64
    readouts : projection -> (population, counts float64, rates float64)
    """

    trials: int
    phase_steps: Array
    rates: tuple[Mapping[int, Array], ...]
    learning: Mapping[int, Array]
    count: tuple[int, ...]
    count_phase: int
    repeat: tuple[int, int, float, int] | None = None
    plasticity_rates: Mapping[int, Array] = field(default_factory=dict)
    readouts: Mapping[int, tuple[int, Array, Array]] = field(default_factory=dict)


@dataclass(kw_only=True, eq=False)
class Presented:
    """What a schedule returns.

    Parameters
    ----------
    counts : population -> (trials, n) int64
        Spikes in the counted phase of the last presentation of each trial.
    attempts : (trials,) int64
        How often each trial was repeated; -1 for trials that were not shown.
    first_step : (trials,) int64
        First step of each trial's last presentation.
    """

    counts: dict[int, Array]
    attempts: Array
    first_step: Array


@dataclass(kw_only=True, eq=False)
class Recorded:
    """What an engine recorded since it was last asked.

    Parameters
    ----------
    spikes : population -> (steps int64, neurons int32), sorted by step, then neuron
    samples : position in `Compiled.recordings` -> (steps int64, (samples, neurons) float)
    """

    spikes: dict[int, tuple[Array, Array]] = field(default_factory=dict)
    samples: dict[int, tuple[Array, Array]] = field(default_factory=dict)


def unvisited(step: int) -> int:
    """Ask a schedule for nothing: the visit of those who do not watch."""
    return 1 << 40


class Engine(Protocol):
    """A compiled network on a backend.

    An engine may also have: ``whole_runs = True``, where every call of `advance` costs as much as
    a long one, so that runs are not cut into pieces; ``remarks()``, sentences for the warnings of
    a result; ``close()``, which releases what it holds.
    """

    @property
    def step(self) -> int:
        """Number of steps done."""

    def advance(self, steps: int) -> None:
        """Run so many steps. Raises NumericalError when a state is not finite."""

    def present(
        self, schedule: CompiledSchedule, visit: Callable[[int], int] = unvisited
    ) -> Presented:
        """Run a schedule to its end.

        `visit` is called with the step reached, at the beginning and again at the latest
        after as many steps as it returns (before what happens at a trial's end). When it
        returns 0 the schedule is left; trials that were not shown have attempts -1.
        """

    def take(self) -> Recorded:
        """Return and forget what was recorded (of the populations that are recorded)."""

    def read_state(self, population: int, name: str) -> Array:
        """Return a state of every neuron, float64."""

    def write_state(self, population: int, name: str, values: Array) -> None:
        """Set a state of every neuron."""

    def replace_population(self, compiled: CompiledPopulation) -> None:
        """Take new parameters of a population (states stay), or new spikes of a `SpikeArray`."""

    def write_rate(self, population: int, rate: Array) -> None:
        """Set the rates of a Poisson source in Hz, (n,); a stretch begins."""

    def read_weights(self, projection: int) -> Array:
        """Return one weight per synapse in compiled order, all events applied, float64."""

    def read_synapses(self, projection: int) -> tuple[Array, Array, Array]:
        """Return source, target and delay in steps of each synapse, in compiled order.

        Asked of projections with topology rules only.
        """

    def write_weights(self, projection: int, weights: Array) -> None:
        """Set one weight per synapse, in compiled order."""

    def learn(self, projection: int, on: bool) -> None:
        """Switch plasticity of a projection from the next step on."""

    def set_plasticity_rate(self, projection: int, rate: float) -> None:
        """Scale every change of a projection's weights from the next step on."""

    def snapshot(self) -> dict[str, Array]:
        """Return everything that the future depends on, as arrays."""

    def restore(self, state: Mapping[str, Array]) -> None:
        """Continue from a snapshot of the same compiled network."""


class Backend(Protocol):
    """A way to run compiled networks; found through the entry point `snn.backends`.

    A backend that computes in one type only says so in a field ``precision``; one whose machine
    computes in a numerics profile names that in a field ``numerics``, and takes exact networks.
    """

    name: str

    def missing(self) -> str:
        """Return what is not installed and the line that installs it; empty when ready."""

    def check(self, network: Network) -> list[Problem]:
        """Return what of the network the backend cannot run."""

    def prepare(self, compiled: Compiled, **options: Any) -> Engine:
        """Return an engine at step 0."""


@cache
def _entries(group: str) -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=group)}


def names(group: str) -> list[str]:
    """Return the names registered under an entry-point group, sorted."""
    return sorted(_entries(group))


def load(group: str, name: str) -> Any:
    """Return a registered object.

    Raises
    ------
    BackendUnavailableError
        Nothing of that name is registered, or its import fails.
    """
    entry = _entries(group).get(name)
    if entry is None:
        known = ", ".join(names(group)) or "none"
        kind = group.removeprefix("snn.")
        raise BackendUnavailableError(f"unknown name {name!r} among {kind}; installed: {known}")
    try:
        return entry.load()
    except ImportError as error:
        raise BackendUnavailableError(f"{name}: {error}") from error


def backend(name: str) -> Backend:
    """Return a backend that is ready to run.

    Raises
    ------
    BackendUnavailableError
        It is unknown or something it needs is not installed.
    """
    found: Backend = load("snn.backends", name)
    missing = found.missing()
    if missing:
        raise BackendUnavailableError(f"backend {name!r}: {missing}")
    return found


def as_rows(rates: Any, trials: int, size: int) -> Array:
    """Return rates as (trials or 1, size) float64."""
    values = np.asarray(rates, dtype=float)
    if values.ndim < 2:
        values = np.broadcast_to(values, size)[None]
    return np.ascontiguousarray(values)
