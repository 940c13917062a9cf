"""The network builder and the handles it gives out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from snn.cells import Cell
from snn.connectors import CSR, INDEX_FREE, Connector
from snn.conversion import plain_initial, plain_model, plain_synapses
from snn.distributions import Distribution
from snn.errors import Problem, SnnError, ValidationError
from snn.fields import Values
from snn.sources import Input, Source
from snn.space import Space
from snn.synapse import Synapse
from snn.units import magnitude_or_same

if TYPE_CHECKING:
    from snn.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class Population:
    """A group of neurons of one model; made by `Network.population`.

    Indexing gives a `View`: ``exc[:5]``, ``exc[[1, 3]]``, ``exc[mask]``.
    """

    network: Network
    label: str
    size: int
    model: Cell | Source
    initial: Mapping[str, Values] = field(default_factory=dict)
    positions: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return self.size

    def __repr__(self) -> str:
        return f"<population {self.label!r}: {self.size} x {self.model!r}>"

    def __getitem__(self, key: Any) -> View:
        every = np.arange(self.size)
        try:
            index = np.atleast_1d(every[key])
        except IndexError as error:
            message = f"view {key!r} is outside 0..{self.size - 1}"
            raise ValidationError([Problem(self.label, "", message)]) from error
        return View(self, index)


@dataclass(frozen=True, eq=False, repr=False)
class View:
    """Some neurons of a population, in the order given."""

    population: Population
    index: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.index)

    def __repr__(self) -> str:
        return f"<view of {self.population.label!r}: {len(self)} of {self.population.size}>"

    def __getitem__(self, key: Any) -> View:
        return View(self.population, np.atleast_1d(self.index[key]))


Neurons = Population | View


@dataclass(frozen=True, eq=False, repr=False)
class Projection:
    """Synapses from one group of neurons to another; made by `Network.connect`."""

    network: Network
    label: str
    pre: Neurons
    post: Neurons
    connector: Connector
    synapse: Synapse
    receptor: str

    def __repr__(self) -> str:
        route = f"{population_of(self.pre).label} -> {population_of(self.post).label}"
        return f"<projection {self.label!r}: {route}, {self.connector!r}, {self.receptor}>"


@dataclass(frozen=True, eq=False)
class Drive:
    """An input attached to neurons; made by `Network.drive` and `Network.inject`."""

    network: Network
    label: str
    target: Neurons
    source: Input
    receptor: str = ""


@dataclass(frozen=True, eq=False)
class Recording:
    """A variable to record."""

    target: Population | View | Projection
    variable: str
    every: float | None


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """What a network's constants were made for; `snn.check` says where it does not hold.

    Parameters
    ----------
    component : str
        What of the network relies on it.
    numerics : str
        Name of the numerics profile.
    reason, cure : str
        Why another profile will not do, and what to do instead.
    """

    component: str
    numerics: str
    reason: str
    cure: str


class Network:
    """A network under construction: populations, projections, inputs, recordings.

    Parameters
    ----------
    dt : float, ms
        Time step; can be overridden when the network is compiled.
    space : Space
        The metric of distance-dependent connectors.

    Notes
    -----
    Problems are collected when the network is compiled and raised together. A compiled
    network is frozen; `copy` gives one that can be changed.
    """

    def __init__(self, dt: float = 0.1, *, space: Space | None = None) -> None:
        self.dt = magnitude_or_same(dt, "ms")
        self.space = space or Space()
        self.populations: list[Population] = []
        self.projections: list[Projection] = []
        self.drives: list[Drive] = []
        self.recordings: list[Recording] = []
        self.assumptions: list[Assumption] = []
        self.frozen = False

    def __repr__(self) -> str:
        neurons = sum(p.size for p in self.populations)
        return (
            f"<network: {len(self.populations)} populations with {neurons} neurons, "
            f"{len(self.projections)} projections, dt {self.dt} ms>"
        )

    def population(
        self,
        size: int,
        model: Cell | Source,
        *,
        label: str | None = None,
        initial: Mapping[str, Values] | None = None,
        positions: ArrayLike | None = None,
    ) -> Population:
        """Add a population.

        Parameters
        ----------
        size : int
            Number of neurons.
        model : Cell or Source
        label : str, optional
            Unique name; ``population0`` and so on by default.
        initial : dict, optional
            Initial values of states: a number, an array of `size`, or a Distribution.
        positions : (size, d) array_like, optional
            Where the neurons are, for distance-dependent connectors.
        """
        self._open()
        label = label or f"population{len(self.populations)}"
        where = None if positions is None else np.asarray(positions, dtype=float)
        start = plain_initial(model, initial or {})
        made = Population(self, label, size, plain_model(model), start, where)
        self.populations.append(made)
        return made

    def connect(
        self,
        pre: Neurons,
        post: Neurons,
        connector: Connector,
        synapse: Synapse | None = None,
        *,
        receptor: str = "excitatory",
        label: str | None = None,
    ) -> Projection:
        """Connect two groups of neurons.

        Parameters
        ----------
        pre, post : Population or View
        connector : Connector
        synapse : Synapse, optional
        receptor : str
            Name of the receptor of `post` that the synapses act on.
        label : str, optional
            Unique name; ``pre->post`` by default, with a number where taken.
        """
        self._open()
        wanted = label or f"{population_of(pre).label}->{population_of(post).label}"
        name = wanted if label else _free(wanted, {p.label for p in self.projections})
        connector, synapse = plain_synapses(connector, synapse or Synapse(), post, receptor)
        made = Projection(self, name, pre, post, connector, synapse, receptor)
        self.projections.append(made)
        return made

    def drive(
        self,
        target: Neurons,
        source: Input,
        *,
        receptor: str = "excitatory",
        label: str | None = None,
    ) -> Drive:
        """Attach a private synaptic drive (`PoissonInput`) to neurons."""
        return self._attach(target, source, receptor, label)

    def inject(self, target: Neurons, source: Input, *, label: str | None = None) -> Drive:
        """Inject a current (`DCSource`, `StepCurrentSource`, `NoiseTable`) into neurons."""
        return self._attach(target, source, "", label)

    def _attach(self, target: Neurons, source: Input, receptor: str, label: str | None) -> Drive:
        self._open()
        wanted = f"{type(source).__name__}->{population_of(target).label}"
        name = label or _free(wanted, {d.label for d in self.drives})
        made = Drive(self, name, target, plain_model(source), receptor)
        self.drives.append(made)
        return made

    def record(
        self,
        target: Population | View | Projection,
        variables: str | Sequence[str],
        *,
        every: float | None = None,
    ) -> None:
        """Record variables of neurons, or ``"weights"`` of a projection.

        Parameters
        ----------
        target : Population, View or Projection
        variables : str or sequence of str
            ``"spikes"``, a state of the cell (``"v"``), or one of a receptor
            (``"excitatory.i"``).
        every : float, ms, optional
            Sampling interval; one step by default (weights: only at the end).
        """
        self._open()
        names = [variables] if isinstance(variables, str) else list(variables)
        step = magnitude_or_same(every, "ms")
        self.recordings += [Recording(target, name, step) for name in names]

    def assume(self, component: str, *, numerics: str, reason: str, cure: str) -> None:
        """Note that the constants of a part were made for one numerics profile.

        `snn.check` warns of it where another profile is asked for.
        """
        self._open()
        self.assumptions.append(
            Assumption(component=component, numerics=numerics, reason=reason, cure=cure)
        )

    def copy(self) -> Network:
        """Return an independent, unfrozen copy with the same labels."""
        twin = Network(self.dt, space=self.space)
        twin.assumptions += self.assumptions
        memo: dict[int, Any] = {id(self): twin}
        for population in self.populations:
            made = Population(twin, *_fields(population)[1:])
            memo[id(population)] = made
            twin.populations.append(made)
        for projection in self.projections:
            _, label, pre, post, *rest = _fields(projection)
            made_p = Projection(twin, label, _moved(pre, memo), _moved(post, memo), *rest)
            memo[id(projection)] = made_p
            twin.projections.append(made_p)
        for drive in self.drives:
            _, label, target, *rest = _fields(drive)
            twin.drives.append(Drive(twin, label, _moved(target, memo), *rest))
        for r in self.recordings:
            twin.recordings.append(Recording(_moved(r.target, memo), r.variable, r.every))
        return twin

    def with_weights(self, result: Result) -> Network:
        """Return a copy whose plastic projections start from the weights in `result`.

        Connectivity, delays and rules stay; only projections whose weights the result
        holds are changed.
        """
        twin = self.copy()
        for projection in twin.projections:
            learned = result.final_weights.get(projection.label)
            if learned is not None:
                _relearn(projection, learned)
        return twin

    def _open(self) -> None:
        if self.frozen:
            raise SnnError("the network is compiled and frozen; change a `network.copy()` instead")


def population_of(neurons: Neurons) -> Population:
    """Return the population that neurons belong to."""
    return neurons.population if isinstance(neurons, View) else neurons


def index_of(neurons: Neurons) -> NDArray[np.int64]:
    """Return the indices of neurons within their population."""
    return neurons.index if isinstance(neurons, View) else np.arange(neurons.size)


def _free(wanted: str, taken: set[str]) -> str:
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}#{count}"
    return name


def _fields(instance: Any) -> list[Any]:
    return [getattr(instance, name) for name in instance.__dataclass_fields__]


def _moved(target: Any, memo: Mapping[int, Any]) -> Any:
    if isinstance(target, View):
        return View(memo[id(target.population)], target.index)
    return memo[id(target)]


def _relearn(projection: Projection, learned: Any) -> None:
    """Give a projection, still our own, the synapses (pre, post, weight, delay) learned.

    What is connected by rule alone stays so and gets a matrix of weights; anything else
    gets its synapses one by one.
    """
    synapse, sizes = projection.synapse, (len(projection.pre), len(projection.post))
    # A kernel holds one weight for many synapses, which learning has made different.
    shared = hasattr(projection.connector, "weights")
    kept = projection.connector.implicit in INDEX_FREE and not shared
    if kept and not isinstance(synapse.delay, Distribution):
        matrix = np.zeros(sizes)
        matrix[learned.pre, learned.post] = learned.weight
        changed: dict[str, Any] = {"synapse": dataclasses.replace(synapse, weight=matrix)}
    else:
        rows = CSR.from_pairs(
            sizes[0], learned.pre, learned.post, weights=learned.weight, delays=learned.delay
        )
        bare = dataclasses.replace(synapse, weight=1.0, delay=None)
        changed = {"connector": rows, "synapse": bare}
    for name, value in changed.items():
        object.__setattr__(projection, name, value)
