"""The compiled form: read-only arrays, all that a backend sees."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler.deferred import CompiledDeferred
from snn.compiler.plan import Plan
from snn.network import Network
from snn.plasticity import Rule
from snn.plasticity.topology_rule import Ends
from snn.sources import Source

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class CompiledPopulation:
    """Parameters, constants and initial states of one population.

    Parameters
    ----------
    parameters : dict of float64 arrays
        Per parameter of the cell and, as ``receptor.name``, of its receptors; shape ()
        or (size,).
    values : dict of float64 arrays
        What the kernels read: parameters, derived constants, propagators; likewise.
    initial : dict of (size,) float64 arrays
        Per state; those of receptors are called ``receptor_state``.
    refractory_steps : int32 array, shape () or (size,)
    plan : Plan, optional
        How an engine steps the population; None for sources.
    shifts : tuple of int
        Of integer profiles: bits by which arrivals at each receptor are shifted.
    """

    index: int
    label: str
    size: int
    model: Cell | Source
    parameters: Mapping[str, Array] = field(default_factory=dict)
    values: Mapping[str, Array] = field(default_factory=dict)
    initial: Mapping[str, Array] = field(default_factory=dict)
    refractory_steps: Array | None = None
    plan: Plan | None = None
    key: int = 0
    spike_steps: Array | None = None
    spike_index: Array | None = None
    rate: Array | None = None
    shifts: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class CompiledRule:
    """A learning rule with its parameters as plain numbers.

    Parameters
    ----------
    modulator : int, optional
        Population whose spikes are the rule's reward.
    above : tuple of int, optional
        Projection and position in it of the trial rule whose arrays this one reads.
    every : int
        Of a reduction: it acts at the multiples of so many steps (1: where spikes decide); 0:
        at a trial's end.
    arrays, per : dict
        Parameters that are not one number for all, and whether an array has one for each
        neuron of the "pre" or "post" population or for each "synapse" in compiled order.
    ends : Ends, optional
        Of a topology rule.
    key : int
        Of the random numbers that the rule draws at spikes.
    """

    rule: Rule
    values: Mapping[str, float]
    modulator: int | None = None
    above: tuple[int, int] | None = None
    every: int = 0
    arrays: Mapping[str, Array] = field(default_factory=dict)
    per: Mapping[str, str] = field(default_factory=dict)
    ends: Ends | None = None

    def number(self, value: float | str) -> float:
        """Return a number that may be given as the name of a parameter."""
        return self.values[value] if isinstance(value, str) else value

    def initial(self, value: float | str, size: int) -> Array:
        """Return a number or parameter (an initial value) for each of so many, (size,) float64."""
        own = self.arrays.get(value) if isinstance(value, str) else None
        return np.array(np.broadcast_to(self.number(value) if own is None else own, size))

    key: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class CompiledProjection:
    """Synapses of one projection.

    Parameters
    ----------
    form : {"csr", "all_to_all", "all_but_self", "one_to_one", "convolution"}
        Implicit forms store no index: source ``pre_start + i`` (i < pre_size) and
        target ``post_start + j`` (j < post_size).
    indptr : (blocks, n_pre + 1) int64 or uint32
        Row r of target block b is ``[indptr[b, r], indptr[b, r + 1])``.
    targets : (nnz,) uint16 or uint32
        Target within its block of `block` neurons; ascending within a row, or within each
        segment of a row.
    segments : (n_pre, spread + 1) uint16 or uint32, or empty
        Where rows are sorted by delay: ``segments[r, k]`` is the place in row r at which the
        synapses of the k-th delay begin, counted from the smallest. The projections of such a
        receptor all have segments; see `snn.compiler.delay_order`.
    weight : float array, shape () or (nnz,)
        Magnitudes. Implicit forms with own weights: row-major (pre_size * post_size).
        A convolution: one per entry of the kernel.
    delay : int array, shape () or (nnz,), steps
        The dendritic part, at least one step.
    delay_bounds : (int, int), optional
        Smallest and largest dendritic part that a topology rule may make.
    axonal : int, steps
        The part of every delay that lies before the synapse; 0 without event rules.
    scale : float
        What a weight of 1 is in the receptor's unit; other than 1 in integer profiles.
    deferred : CompiledDeferred, optional
        In integer profiles, what acts instead of the event rules.
        A convolution: () or one per entry of the kernel.
    geometry : (11,) int64
        Of a convolution: height and width of source grid, target grid and kernel,
        strides, padding (see `snn.connectors.Convolution`), number of synapses.
    """

    index: int
    label: str
    pre: int
    post: int
    receptor: int
    form: str
    pre_start: int
    pre_size: int
    post_start: int
    post_size: int
    block: int
    indptr: Array
    targets: Array
    weight: Array
    delay: Array
    rules: tuple[CompiledRule, ...] = ()
    moved: float = 0.0
    scale: float = 1.0
    deferred: CompiledDeferred | None = None
    geometry: Array = field(default_factory=lambda: np.zeros(11, np.int64))
    axonal: int = 0
    segments: Array = field(default_factory=lambda: np.zeros((0, 0), np.uint16))
    delay_bounds: tuple[int, int] | None = None

    @property
    def shortest(self) -> int:
        """Smallest dendritic delay that any synapse ever has, in steps."""
        least = int(self.delay.min()) if self.delay.size else 1 << 40
        return min(least, *(self.delay_bounds or (least,)))

    @property
    def longest(self) -> int:
        """Largest dendritic delay that any synapse ever has, in steps."""
        return max(int(self.delay.max(initial=1)), *(self.delay_bounds or (1,)))

    @property
    def total_delay(self) -> Array:
        """Axonal and dendritic part together, in steps."""
        return np.asarray(self.delay.astype(np.int64) + self.axonal)

    @property
    def synapses(self) -> int:
        """Number of synapses."""
        pairs = self.pre_size * self.post_size
        listed = int(self.indptr.flat[-1]) if self.indptr.size else 0
        sizes = {"csr": listed, "all_to_all": pairs, "one_to_one": self.pre_size,
                 "all_but_self": pairs - self.pre_size,
                 "convolution": int(self.geometry[10])}  # fmt: skip
        return sizes[self.form]


@dataclass(frozen=True, kw_only=True, eq=False)
class CompiledDrive:
    """A private Poisson drive.

    Parameters
    ----------
    thresholds : (k, longest) uint64
        One table of `snn.random.count_thresholds` per distinct rate, padded with 2^48.
    table : (n,) int32
        Which table each neuron of `index` uses.
    """

    label: str
    population: int
    receptor: int
    weight: float
    index: Array
    thresholds: Array
    table: Array
    key: int


@dataclass(frozen=True, kw_only=True, eq=False)
class CompiledCurrent:
    """An injected current: either constant pieces or a table replayed step by step.

    Parameters
    ----------
    steps : (k,) int64
        First step of each piece.
    values : (k, n) float64, nA
        One row per piece (or per step when `every_step`), for the neurons of `index`.
    """

    label: str
    population: int
    index: Array
    steps: Array
    values: Array
    every_step: bool = False
    repeat: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class CompiledRecording:
    """What to record: a variable of some neurons, every `every` steps.

    Of these samples those at multiples of `shown_every` are shown (integer profiles).
    """

    label: str
    population: int
    projection: int
    variable: str
    index: Array
    every: int
    shown_every: int = 1


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Compiled:
    """A network as flat arrays; everything random about its structure is drawn.

    Parameters
    ----------
    dt : float, ms
    precision : {"float32", "float64", "int32"}
        Type of states and weights in the engines; integers in twins of another profile.
    lag : int
        Step n of the engines is stamped n - lag.
    """

    network: Network
    dt: float
    seed: int
    precision: str
    numerics: str
    populations: tuple[CompiledPopulation, ...]
    projections: tuple[CompiledProjection, ...]
    drives: tuple[CompiledDrive, ...]
    currents: tuple[CompiledCurrent, ...]
    recordings: tuple[CompiledRecording, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    lag: int = 0

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(a.nbytes for a in arrays_of(self))

    @property
    def min_delay(self) -> int:
        """Smallest delay of any projection, in steps (1 when there is none)."""
        return min((p.shortest for p in self.projections if p.delay.size), default=1)

    @property
    def max_delay(self) -> int:
        """Largest delay of any projection, in steps (1 when there is none)."""
        return max((p.longest for p in self.projections if p.delay.size), default=1)

    def digest(self) -> str:
        """Return a hash of all arrays and of the step: equal networks have equal hashes."""
        state = hashlib.sha256(f"{self.dt!r} {self.precision} {self.numerics}".encode())
        for array in arrays_of(self):
            state.update(str((array.dtype, array.shape)).encode())
            state.update(np.ascontiguousarray(array).tobytes())
        return state.hexdigest()[:16]

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        synapses = sum(p.synapses for p in self.projections)
        yield (f"compiled network: {sum(p.size for p in self.populations):,} neurons, "
               f"{synapses:,} synapses, {_size(self.nbytes)}, dt {self.dt:g} ms, "
               f"{self.precision}, numerics {self.numerics}, seed {self.seed}")  # fmt: skip
        for p in self.populations:
            yield f"  {p.label}: {p.size:,} x {type(p.model).__name__}, {_size(_bytes(p))}"
        for q in self.projections:
            per = _bytes(q) / q.synapses if q.synapses else 0.0
            delay = _span(q.total_delay * self.dt)
            yield (f"  {q.label}: {q.synapses:,} synapses, {q.form}, weight {_span(q.weight)}, "
                   f"delay {delay} ms, {_size(_bytes(q))} ({per:.1f} a synapse)")  # fmt: skip
            if q.moved:
                yield f"    drawn delays were moved by up to {q.moved:.3g} ms onto the grid"


def arrays_of(node: Any) -> Iterator[Array]:
    """Yield every array under a compiled object, in a fixed order."""
    if isinstance(node, np.ndarray):
        yield node
    elif isinstance(node, Mapping):
        for key in sorted(node):
            yield from arrays_of(node[key])
    elif isinstance(node, tuple):
        for item in node:
            yield from arrays_of(item)
    elif is_dataclass(node) and type(node).__name__.startswith("Compiled"):
        for f in fields(node):
            yield from arrays_of(getattr(node, f.name))


def _bytes(node: Any) -> int:
    return sum(a.nbytes for a in arrays_of(node))


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError


def _span(values: Array) -> str:
    if not values.size:
        return "-"
    low, high = float(values.min()), float(values.max())
    return f"{low:g}" if low == high else f"{low:.3g}..{high:.3g}"
