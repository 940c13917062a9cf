"""Projections whose synapses change: what rules see of them, and room for new synapses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler.compiled import CompiledProjection, CompiledRule
from snn.compiler.rule_parameters import of_synapses
from snn.errors import Problem
from snn.network import Projection, index_of, population_of
from snn.plasticity import TopologyRule
from snn.plasticity.topology_rule import GIVEN, Ends, unknown_arguments

Array = NDArray[Any]


def ends_of(projection: Projection) -> Ends:
    """Return the two sides of a projection."""
    pre, post = population_of(projection.pre), population_of(projection.post)
    i, j = index_of(projection.pre), index_of(projection.post)
    place = np.full(pre.size, -1)
    place[i] = np.arange(len(i))
    return Ends(
        pre_index=i, post_index=j, own=place[j] if pre is post else np.full(len(j), -1),
        pre_positions=_positions(pre.positions, i), post_positions=_positions(post.positions, j),
    )  # fmt: skip


def _positions(positions: Array | None, index: Array) -> Array:
    return np.zeros((len(index), 0)) if positions is None else np.array(positions[index], float)


def topology_rules(q: CompiledProjection) -> list[tuple[int, CompiledRule]]:
    """Return the topology rules of a projection with their positions."""
    return [(k, r) for k, r in enumerate(q.rules) if isinstance(r.rule, TopologyRule)]


def with_room(q: CompiledProjection, dt: float) -> CompiledProjection:
    """Return a projection with spare room for the synapses that topology rules may add."""
    rules: list[Any] = [made.rule for _, made in topology_rules(q)]
    if not rules:
        return q
    n = q.synapses
    room = max(rule.capacity(n, q.pre_size, q.post_size) for rule in rules)
    bounds = [b - q.axonal for rule in rules for b in rule.delays(dt) or ()]
    largest = max([*bounds, int(q.delay.max(initial=1))])
    kind = np.uint8 if largest < 256 else np.uint16 if largest < 65536 else np.int64
    return replace(
        q, weight=_padded(q.weight, n, room, q.weight.dtype),
        delay=_padded(q.delay, n, room, kind, largest),
        targets=_padded(q.targets, n, room, q.targets.dtype),
        delay_bounds=(min(bounds), max(bounds)) if bounds else None,
    )  # fmt: skip


def _padded(values: Array, n: int, room: int, dtype: Any, spare: int = 0) -> Array:
    found = np.full(room, spare, dtype)
    found[:n] = values
    return found


def topology_problems(projection: Projection, rule: TopologyRule, dt: float) -> list[Problem]:
    """Require what the rule's function takes, and times on the grid."""
    component = f"{projection.label}.{type(rule).__name__}"
    found = rule.period_problems(component, dt)
    found += [
        Problem(component, "at_period", f"has an unknown argument {name!r}",
                "take parameters, synapse variables, arrays of the rule, or " + ", ".join(GIVEN))
        for name in unknown_arguments(rule, ends_of(projection))
    ]  # fmt: skip
    shortest = min(rule.delays(dt) or (1 << 40,)) * dt
    if shortest < projection.synapse.axonal_delay + dt * (1 - 1e-6):
        message = f"leaves no step to the dendrite: the rule makes delays of {shortest:g} ms"
        found.append(Problem(projection.label, "axonal_delay", message, "lower it"))
    if np.isfinite(getattr(rule, "sigma", np.inf)):
        for p in {population_of(projection.pre), population_of(projection.post)}:
            if p.positions is None:
                message = f"needs positions; {p.label!r} has none"
                remedy = "pass positions= to network.population, or leave sigma out"
                found.append(Problem(component, "sigma", message, remedy))
    return found + (_rewiring_problems(component, projection) if rule.rewires else [])


def _rewiring_problems(component: str, projection: Projection) -> list[Problem]:
    """Refuse what needs one list of synapses from beginning to end."""
    found = []
    for rule in projection.synapse.rules:
        for name in of_synapses(projection, rule):
            message = f"{name!r} of {type(rule).__name__} is one for each synapse"
            remedy = "give one for each source or target: synapses come and go"
            found.append(Problem(component, "", message, remedy))
    for recording in projection.network.recordings:
        if recording.target is projection and recording.every is not None:
            message = "cannot be recorded over time, because synapses come and go"
            remedy = "run in pieces and call Simulation.weights"
            found.append(Problem(projection.label, "weights", message, remedy))
    return found
