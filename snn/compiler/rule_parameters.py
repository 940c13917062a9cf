"""Parameters of rules that are not one number for all: per source, target or synapse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.distributions import Distribution
from snn.errors import Problem
from snn.fields import readable, values_of
from snn.network import Projection, index_of, population_of
from snn.plasticity import Rule, TopologyRule, TrialRule
from snn.plasticity.rule import traces_of

Array = NDArray[Any]


def array_parameters(rule: Rule) -> dict[str, Array]:
    """Return the parameters of a rule that are arrays."""
    found = {name: readable(value) for name, value in values_of(rule).items()}
    return {name: value for name, value in found.items() if value is not None and value.ndim}


def side_of(projection: Projection, shape: tuple[int, ...]) -> str | None:
    """Return of what a parameter of this shape is: "pre", "post" or "synapse"; None: of nothing."""
    n, m = len(projection.pre), len(projection.post)
    connector = projection.connector
    if connector.listed and shape == (connector.entries(n, m),):
        return "synapse"
    known = {(m,): "post", (1, m): "post", (n, 1): "pre", (n, m): "synapse"}
    return known.get(shape)


def array_problems(component: str, projection: Projection, rule: Rule) -> list[Problem]:
    """Require shapes that fit the projection, and of what traces use those of their side."""
    drawn = [name for name, value in values_of(rule).items() if isinstance(value, Distribution)]
    found = [Problem(component, name, "must be a number or an array") for name in drawn]
    n, m = len(projection.pre), len(projection.post)
    remedy = (f"({m},) is one for each target, ({n}, 1) for each source, ({n}, {m}) for each "
              "synapse")  # fmt: skip
    sides = _sides(rule)
    for name, value in array_parameters(rule).items():
        side = side_of(projection, value.shape)
        if isinstance(rule, TrialRule | TopologyRule):
            found.append(Problem(component, name, "must be one number for all", "pass a scalar"))
        elif side is None:
            found.append(Problem(component, name, f"has shape {value.shape}", remedy))
        elif sides.get(name, {side}) != {side}:
            which = " and a ".join(sorted(sides[name]))
            message = f"belongs to a {which} trace and must be one for each {which} neuron"
            if len(sides[name]) > 1:
                message = f"belongs to a {which} trace and must be one number for all"
            found.append(Problem(component, name, message, remedy))
    return found


def _sides(rule: Rule) -> dict[str, set[str]]:
    """Return the sides of the traces that use each parameter."""
    found: dict[str, set[str]] = {}
    for trace in traces_of(type(rule)).values():
        for name in (trace.tau, trace.increment, trace.initial):
            if isinstance(name, str):
                found.setdefault(name, set()).add(trace.side)
    return found


def of_neurons(projection: Projection, rule: Rule) -> Iterator[tuple[str, str, Array]]:
    """Yield name, side and values of the parameters that belong to neurons, by population."""
    for name, value in array_parameters(rule).items():
        side = side_of(projection, value.shape)
        if side in ("pre", "post"):
            view = projection.pre if side == "pre" else projection.post
            # Neurons outside a view have no synapse here; they get a value that is allowed.
            whole = np.full(population_of(view).size, value.flat[0])
            whole[index_of(view)] = value.ravel()
            yield name, side, whole


def of_synapses(projection: Projection, rule: Rule) -> Mapping[str, Array]:
    """Return the parameters that belong to synapses, as they were given."""
    return {name: value for name, value in array_parameters(rule).items()
            if side_of(projection, value.shape) == "synapse"}  # fmt: skip


def plain_problems(projection: Projection) -> Iterator[Problem]:
    """Yield what a target refuses that has neither arrays of parameters nor axonal delays."""
    for rule in projection.synapse.rules:
        for name in array_parameters(rule):
            component = f"{projection.label}.{type(rule).__name__}"
            yield Problem(component, name, "must be one number for all here", "pass a scalar")
    if projection.synapse.rules and projection.synapse.axonal_delay:
        message = "must be 0 here: delays are dendritic"
        yield Problem(projection.label, "axonal_delay", message, "leave it out")
