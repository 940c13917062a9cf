"""What can be wrong with a projection."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler.kernel_checks import rule_kernel_problems
from snn.compiler.plasticity_checks import (
    moved_state_problems,
    source_problems,
    sum_problems,
    surroundings_problems,
    trial_problems,
)
from snn.compiler.population_checks import number_fault
from snn.compiler.rule_parameters import array_problems
from snn.compiler.topology import topology_problems
from snn.connectors import Connector
from snn.conversion import synapse_units, units_of
from snn.distributions import Distribution
from snn.errors import Problem
from snn.fields import readable
from snn.homeostasis import Reduction
from snn.network import Network, Population, Projection, View, index_of, population_of
from snn.plasticity import EventRule, TopologyRule, TrialRule
from snn.plasticity.rule import rule_problems
from snn.receptors import Receptor
from snn.synapse import Synapse
from snn.units import unit_problems

GRID = 1e-6
"""How far from a whole step, in steps, a time on the grid may lie."""


def projection_problems(
    projection: Projection, network: Network, dt: float | None
) -> list[Problem]:
    """Return every problem of a projection; `dt` is None when there is no valid step."""
    label = projection.label
    found = [*side_problems(label, "pre", projection.pre, network),
             *side_problems(label, "post", projection.post, network)]  # fmt: skip
    connector: Any = projection.connector
    synapse: Any = projection.synapse
    if not isinstance(connector, Connector):
        message = f"must be a connector; got {connector!r}"
        found.append(Problem(label, "connector", message, "write for example snn.AllToAll()"))
    if not isinstance(synapse, Synapse):
        message = f"must be a Synapse; got {synapse!r}"
        found.append(Problem(label, "synapse", message, "write snn.Synapse(weight=...)"))
    if found:
        return found
    found = target_problems(label, projection.post, projection.receptor)
    unfit = _connector(projection)
    receptor = None if found else _receptor(projection)
    return [*found, *unfit, *_synapse(projection, receptor, dt, not unfit),
            *_rules(projection, receptor, dt)]  # fmt: skip


def side_problems(label: str, field: str, side: Any, network: Network) -> list[Problem]:
    """Require a population, or a view of one, that belongs to this network."""
    if not isinstance(side, Population | View):
        return [Problem(label, field, f"must be a population or a view; got {side!r}")]
    if population_of(side) not in network.populations:
        message = f"{population_of(side).label!r} belongs to another network"
        return [Problem(label, field, message, "connect populations of one network")]
    return []


def target_problems(label: str, side: Any, receptor: str) -> list[Problem]:
    """Require neurons that have the receptor."""
    population = population_of(side)
    if not isinstance(population.model, Cell):
        message = f"{population.label!r} is a source and receives no spikes"
        return [Problem(label, "post", message, "target a population of cells")]
    known = list(population.model.receptors)
    if receptor in known:
        return []
    listed = ", ".join(known) or "none"
    message = f"{population.label!r} has no receptor {receptor!r}; it has {listed}"
    return [Problem(label, "receptor", message, "use one of them")]


def _receptor(projection: Projection) -> Receptor | None:
    model = population_of(projection.post).model
    made = model.receptors.get(projection.receptor) if isinstance(model, Cell) else None
    return made if isinstance(made, Receptor) else None


def _connector(projection: Projection) -> list[Problem]:
    """Compare the connector with the sizes, positions and neurons of both sides."""
    label, connector = projection.label, projection.connector
    pre, post = population_of(projection.pre), population_of(projection.post)
    i, j = index_of(projection.pre), index_of(projection.post)
    shared = pre is post and bool(np.isin(i, j).any())
    found = connector.problems(label, len(i), len(j), shared)
    if connector.spatial:
        found += [
            Problem(label, "connector", f"{type(connector).__name__} needs positions; "
                    f"{p.label!r} has none", "pass positions= to network.population")
            for p in {id(p): p for p in (pre, post)}.values() if p.positions is None
        ]  # fmt: skip
    if not getattr(connector, "self_connections", True) and shared:
        found += _listed_once(projection, "self_connections=False")
    return found


def _listed_once(projection: Projection, why: str) -> list[Problem]:
    found = []
    for field, side in (("pre", projection.pre), ("post", projection.post)):
        index, counts = np.unique(index_of(side), return_counts=True)
        if (counts > 1).any():
            message = f"lists neuron {index[counts > 1][0]} more than once, which {why} forbids"
            found.append(Problem(projection.label, field, message, "list each neuron once"))
    return found


def _synapse(
    projection: Projection, receptor: Receptor | None, dt: float | None, fits: bool
) -> list[Problem]:
    """Check weight and delay, of the synapse or of the connector that gives its own."""
    label, synapse, connector = projection.label, projection.synapse, projection.connector
    units = synapse_units(projection.post, projection.receptor)
    found = unit_problems(label, synapse, units)
    if found:
        return found
    given = [getattr(connector, name, None) for name in ("weights", "delays")]
    for name, own, default in (("weight", given[0], 1.0), ("delay", given[1], None)):
        value = getattr(synapse, name)
        if own is not None and not (value is default or value == default):
            message = f"is given by {type(connector).__name__}, too"
            found.append(Problem(label, name, message, "leave out one of the two"))
    # Shapes can be compared only where the connector knows how many synapses there are.
    shapes = _shapes(projection) if fits else None
    if given[0] is None:
        found += _weight(label, "weight", synapse.weight, receptor, shapes)
    elif fits:
        found += _weight(label, "weights", given[0], receptor, (np.shape(given[0]),))
    if dt is not None:
        found += _axonal(label, synapse, given[1], dt)
    if given[1] is None:
        return found + _delay(label, "delay", synapse.delay, synapse.round, dt, shapes)
    exact = (np.shape(given[1]),)
    return found + (_delay(label, "delays", given[1], synapse.round, dt, exact) if fits else [])


def _axonal(label: str, synapse: Synapse, delays: Any, dt: float) -> list[Problem]:
    """Require a part of the delay that leaves at least one step to the dendrite."""
    if isinstance(synapse.axonal_delay, float | int) and synapse.axonal_delay == 0:
        return []
    wrong = number_fault(synapse.axonal_delay, ((),))
    if wrong or isinstance(synapse.axonal_delay, Distribution):
        return [Problem(label, "axonal_delay", wrong or "must be one number for all")]
    axonal, whole = float(synapse.axonal_delay), synapse.delay if delays is None else delays
    low = whole.support()[0] if isinstance(whole, Distribution) else dt if whole is None else whole
    least = float(np.min(low, initial=np.inf))
    if not 0 <= axonal <= least - dt * (1 - GRID):
        message = (f"must be in [0, {least - dt:g}] ms, so that {dt:g} ms of the shortest delay "
                   f"are dendritic; got {axonal:g}")  # fmt: skip
        return [Problem(label, "axonal_delay", message)]
    fault = _off_grid(axonal + dt, dt, synapse.round)
    return [Problem(label, "axonal_delay", fault, "pass round=True")] if fault else []


def _shapes(projection: Projection) -> tuple[tuple[int, ...], ...]:
    n, m = len(projection.pre), len(projection.post)
    connector = projection.connector
    listed = ((connector.entries(n, m),),) if connector.listed else ()
    return ((), *listed, (n, m))


def _shaped(value: Any, shapes: tuple[tuple[int, ...], ...] | None) -> str:
    return number_fault(value, shapes if shapes is not None else (np.shape(value),))


def _weight(
    label: str, field: str, value: Any, receptor: Receptor | None,
    shapes: tuple[tuple[int, ...], ...] | None,
) -> list[Problem]:  # fmt: skip
    fault = _shaped(value, shapes)
    if fault:
        return [Problem(label, field, fault)]
    low = value.support()[0] if isinstance(value, Distribution) else _least(value)
    if receptor is None or receptor.signed or low >= 0:
        return []
    message = f"must be in [0, inf) {receptor.weight_unit}; got {low:g}"
    remedy = "the receptor carries the sign: use one with sign=-1, or declare it signed=True"
    return [Problem(label, field, message, remedy)]


def _least(value: Any) -> float:
    numbers = np.asarray(value, dtype=float)
    return float(numbers.min(initial=np.inf))


def _delay(
    label: str, field: str, value: Any, rounds: bool, dt: float | None,
    shapes: tuple[tuple[int, ...], ...] | None,
) -> list[Problem]:  # fmt: skip
    if value is None:
        return []
    fault = _shaped(value, shapes)
    if not fault and dt is not None:
        fault = _drawn(value) if isinstance(value, Distribution) else _off_grid(value, dt, rounds)
    remedy = "pass round=True to Synapse to move delays to the grid" if "grid" in fault else ""
    return [Problem(label, field, fault, remedy)] if fault else []


def _drawn(value: Distribution) -> str:
    """Drawn delays are put on the grid; they only must not all be negative."""
    high = value.support()[1]
    return f"must be in (0, inf) ms; {value} is never positive" if high <= 0 else ""


def _off_grid(value: Any, dt: float, rounds: bool) -> str:
    """Say why explicit delays are not whole steps of at least one."""
    delays = np.asarray(value, dtype=float)
    bad: NDArray[np.float64] = delays[delays < 0] if rounds else delays[delays < dt * (1 - GRID)]
    if bad.size:
        low = "0" if rounds else f"{dt:g}, one step"
        return f"must be at least {low} ms; got {bad.flat[0]:g}"
    off = delays[np.abs(delays / dt - np.rint(delays / dt)) > GRID]
    if off.size and not rounds:
        return f"must lie on the grid of {dt:g} ms; got {off.flat[0]:g}"
    return ""


def _rules(projection: Projection, receptor: Receptor | None, dt: float | None) -> list[Problem]:
    found = []
    for rule in projection.synapse.rules:
        wrong = _rule(projection.label, rule, receptor)
        if not wrong:
            wrong = array_problems(f"{projection.label}.{type(rule).__name__}", projection, rule)
        found += wrong
        if wrong:
            continue
        if isinstance(rule, EventRule):
            found += surroundings_problems(projection, rule)
        if isinstance(rule, TrialRule):
            found += trial_problems(projection, rule)
        if isinstance(rule, TopologyRule) and dt is not None:
            found += topology_problems(projection, rule, dt)
        if isinstance(rule, Reduction):
            found += sum_problems(projection, rule) + moved_state_problems(projection, rule)
            if dt is not None:
                name = f"{projection.label}.{type(rule).__name__}"
                found += rule.trigger_problems(name, dt)
    if projection.synapse.rules:
        found += source_problems(projection)
        found += _listed_once(projection, "a plastic projection")
    return found


def _rule(label: str, rule: Any, receptor: Receptor | None) -> list[Problem]:
    wrong = unit_problems(f"{label}.{type(rule).__name__}", rule, units_of(rule))
    found = wrong or rule_problems(label, rule)
    if found:
        return found
    if not isinstance(rule, EventRule | Reduction | TrialRule | TopologyRule):
        kinds = "EventRule, Reduction, TrialRule, TopologyRule"
        message = f"{type(rule).__name__} is of no known kind ({kinds})"
        return [Problem(label, "plasticity", message, "derive it from one of them")]
    found = rule_kernel_problems(f"{label}.{type(rule).__name__}", rule)
    if found:
        return found
    low = readable(getattr(rule, "w_min", 0.0))
    if low is not None and receptor is not None and not receptor.signed and (low < 0).any():
        unit = receptor.weight_unit
        message = f"must be in [0, inf) {unit} for an unsigned receptor; got {low.min():g}"
        return [Problem(f"{label}.{type(rule).__name__}", "w_min", message,
                        "declare the receptor signed=True")]  # fmt: skip
    return []
