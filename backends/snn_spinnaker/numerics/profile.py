"""The numerics profile "spinnaker": what the board would compute, bit for bit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from snn.cells import Cell
from snn.checking import Finding
from snn.compiler.compiled import (
    Compiled,
    CompiledCurrent,
    CompiledPopulation,
    CompiledProjection,
    CompiledRecording,
)
from snn.engine import Engine
from snn.errors import Problem, raise_if
from snn.network import Network
from snn.numerics import InUnits
from snn.receptors import ConductanceExp
from snn_spinnaker.numerics import (
    drawn_sources,
    fidelity,
    learning,
    poisson,
    projections,
    scaling,
    slots,
)
from snn_spinnaker.numerics.arithmetic import accum
from snn_spinnaker.numerics.checks import network_problems
from snn_spinnaker.numerics.populations import range_problems, twin_of
from snn_spinnaker.numerics.receptors import CONDUCTANCE_SCALE

Expected = float | Sequence[float] | Mapping[str, float | Sequence[float]]


@dataclass(frozen=True, kw_only=True)
class Spinnaker:
    """The arithmetic of sPyNNaker 7.4.1 on an ideal board (no lost packets, no overruns).

    Parameters
    ----------
    max_expected_summed_weight : float, sequence or dict, optional
        Largest sum of weights that reaches a receptor in one tick, for all populations or by
        label; one number, or one per receptor. Default: the host's own estimate.
    spikes_per_second : float, Hz
        Rate that the host assumes of every source, `ring_buffer_sigma` the standard deviations
        that it adds.
    poisson_seed : int or dict, optional
        Makes Poisson populations (all, or those named) fire the trains that the board draws
        with this seed (``additional_parameters={"seed": ...}``). Default: the trains of
        docs/numerics.md, section 6.

    Examples
    --------
    >>> Spinnaker(max_expected_summed_weight={"out": [8.0, 4.0]}).name
    'spinnaker'
    """

    max_expected_summed_weight: Expected | None = None
    spikes_per_second: float = 30.0
    ring_buffer_sigma: float = 5.0
    poisson_seed: int | Mapping[str, int] | None = None
    name: str = field(default="spinnaker", init=False)

    def check(self, network: Network, dt: float) -> list[Problem]:
        """Return what of the network has no binary on the board."""
        return network_problems(network, dt)

    def weight_precision(self, precision: str) -> str:
        """Return float64: the host rounds weights once."""
        return "float64"

    def shifts(self, compiled: Compiled, p: CompiledPopulation) -> list[int]:
        """Return the ring buffer shift of each receptor of a population (exact or twin)."""
        cell = p.model
        assert isinstance(cell, Cell)
        scale, count = scale_of(cell), len(cell.receptors)
        given = self._expected(p.label, count)
        if given is not None:
            return [scaling.shift_of(x * scale) for x in given]
        found = scaling.loads(
            compiled.projections, p.index, count, scale, compiled.dt, self.spikes_per_second,
            self.ring_buffer_sigma,
        )  # fmt: skip
        return [scaling.shift_of(load.summed) for load in found]

    def _expected(self, label: str, count: int) -> list[float] | None:
        given: Any = self.max_expected_summed_weight
        if isinstance(given, Mapping):
            given = given.get(label)
        if given is None:
            return None
        return [float(x) for x in np.broadcast_to(np.asarray(given, float), count)]

    def _seeds(self, compiled: Compiled) -> dict[int, int]:
        """Return the seeds of the Poisson populations that draw as the board does."""
        given: Any = self.poisson_seed
        sources = {p.index: p.label for p in compiled.populations if p.rate is not None}
        if not isinstance(given, Mapping):
            return {} if given is None else dict.fromkeys(sources, int(given))
        unknown = set(given) - set(sources.values())
        raise_if(Problem("poisson_seed", label, "is not a Poisson population",
                         f"known are {', '.join(sources.values()) or 'none'}")
                 for label in sorted(unknown))  # fmt: skip
        return {k: int(given[label]) for k, label in sources.items() if label in given}

    def lower(self, compiled: Compiled) -> Compiled:
        """Return the integer twin of a compiled network."""
        cells = [p for p in compiled.populations if isinstance(p.model, Cell)]
        shifts = {p.index: self.shifts(compiled, p) for p in cells}
        seeds = self._seeds(compiled)
        raise_if([*_problems(compiled, cells, shifts), *_source_problems(compiled, seeds)])

        def twin(p: CompiledPopulation) -> CompiledPopulation:
            if p.index in shifts:
                return _lowered(p, compiled, shifts[p.index])
            return drawn_sources.silent(p) if p.index in seeds else _delayed(p)

        return replace(
            compiled, precision="int32", lag=1,
            populations=tuple(map(twin, compiled.populations)),
            projections=tuple(_synapses(compiled, shifts, q) for q in compiled.projections),
            currents=tuple(map(_current, compiled.currents)),
            recordings=tuple(map(_recording, compiled.recordings)),
        )  # fmt: skip

    def attach(self, engine: Engine, compiled: Compiled) -> Engine:
        """Return the engine in mV, nA and ms."""

        def again(p: CompiledPopulation) -> CompiledPopulation:
            if p.plan is None:
                return _delayed(p)
            raise_if(range_problems(p, compiled.dt))
            return _lowered(p, compiled, compiled.populations[p.index].shifts)

        seeds = self._seeds(compiled)
        if seeds:
            return drawn_sources.WithDrawnSources(engine, compiled, again, seeds)
        return InUnits(engine, compiled, again)

    def findings(self, compiled: Compiled) -> Iterator[Finding]:
        """Yield what the board's numbers do to a network compiled in the exact profile."""
        for p in compiled.populations:
            if isinstance(p.model, Cell):
                scale, shifts = scale_of(p.model), self.shifts(compiled, p)
                yield from fidelity.findings(compiled, p, shifts, scale, self.spikes_per_second)
        yield from fidelity.poisson_bias(compiled)

    def remarks(self, engine: Engine, compiled: Compiled) -> list[str]:
        """Return how often input cells were full, histories too short, weights cut."""
        found = _learned(engine, compiled)
        for p in compiled.populations:
            for name in p.plan.receptors if p.plan else ():
                times = int(engine.read_state(p.index, f"clipped_{name}").sum())
                if times:
                    found.append(f"{p.label}.{name}: {times} input cells were full (saturated); "
                                 "raise max_expected_summed_weight")  # fmt: skip
        return found


def _learned(engine: Engine, compiled: Compiled) -> list[str]:
    raw: Any = engine.raw if isinstance(engine, InUnits) else engine
    found = []
    for q in compiled.projections:
        missed, wrapped = raw.mishaps(q.index) if q.deferred is not None else (0, 0)
        if missed:
            found.append(f"{q.label}: {missed} updates of a synapse missed post spikes, of which a "
                         "neuron remembers 15")  # fmt: skip
        if wrapped:
            found.append(f"{q.label}: {wrapped} new weights lay below 0 or beyond 16 bits; "
                         "their low 16 bits were kept; use smaller steps")  # fmt: skip
    return found


def scale_of(cell: Cell) -> float:
    """Return the factor by which the host multiplies weights before it scales them."""
    conductances = any(isinstance(r, ConductanceExp) for r in cell.receptors.values())
    return float(CONDUCTANCE_SCALE) if conductances else 1.0


def _unit(compiled: Compiled, shifts: Mapping[int, Sequence[int]], q: Any) -> float:
    cell = compiled.populations[q.post].model
    assert isinstance(cell, Cell)
    return projections.unit_of(shifts[q.post][q.receptor], scale_of(cell))


def _synapses(
    compiled: Compiled, shifts: Mapping[int, Sequence[int]], q: CompiledProjection
) -> CompiledProjection:
    twin = projections.twin_of(q, _unit(compiled, shifts, q))
    if not q.rules:
        return twin
    cell, shift = compiled.populations[q.post].model, shifts[q.post][q.receptor]
    assert isinstance(cell, Cell)
    rule = learning.twin_of(q.rules[0], compiled.dt, shift, scale_of(cell), q.pre)
    return replace(twin, deferred=rule)


def _problems(
    compiled: Compiled, cells: Sequence[CompiledPopulation], shifts: Mapping[int, Sequence[int]]
) -> list[Problem]:
    found = []
    for p in cells:
        found += range_problems(p, compiled.dt)
        names = list(p.plan.receptors) if p.plan else []
        found += projections.shift_problems(p.label, names, shifts[p.index])
    for q in compiled.projections:
        found += projections.weight_problems(q, _unit(compiled, shifts, q))
        found += slots.plastic_problems(compiled, q)
    return found


def _source_problems(compiled: Compiled, seeds: Mapping[int, int]) -> list[Problem]:
    found = [compiled.populations[k] for k in seeds]
    return [problem for p in found if p.rate is not None
            for problem in poisson.problems(p.label, p.rate.tolist(), compiled.dt)]  # fmt: skip


def _lowered(
    p: CompiledPopulation, compiled: Compiled, shifts: Sequence[int]
) -> CompiledPopulation:
    recorded = {r.variable for r in compiled.recordings if r.population == p.index}
    return replace(twin_of(p, compiled.dt, shifts, recorded), shifts=tuple(shifts))


def _delayed(p: CompiledPopulation) -> CompiledPopulation:
    """Return a source whose first tick is step 1."""
    return p if p.spike_steps is None else replace(p, spike_steps=p.spike_steps + 1)


def _current(c: CompiledCurrent) -> CompiledCurrent:
    """Return an injected current in raw numbers."""
    return replace(c, values=accum(c.values).astype(float))


def _recording(r: CompiledRecording) -> CompiledRecording:
    """Sample every tick: the twin's clock is one step behind, and what is due is kept."""
    if r.population < 0 or r.variable == "spikes":
        return r
    return replace(r, every=1, shown_every=r.every)


spinnaker = Spinnaker()
