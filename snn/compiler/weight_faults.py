"""Weights that learning rules have made and must not: NaN, or beyond what they declare."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from snn.compiler.compiled import CompiledProjection
from snn.kernels import kernels_of
from snn.kernels.source import first_result
from snn.network import Projection, population_of
from snn.plasticity import EventRule

ROUNDING = 1e-6
"""Backends may convert units, which moves a weight at its bound by a rounding."""


def weight_fault(
    projection: Projection, made: CompiledProjection, synapses: Any, bounded: bool
) -> str:
    """Say which synapse has a weight that its event rules cannot want; empty if none has.

    Parameters
    ----------
    projection, made
        The projection as declared and compiled.
    synapses : Synapses
        As they are now.
    bounded : bool
        Whether `w_min` and `w_max` of rules hold, which they need not after a user has set
        weights; NaN and a wrong sign are faults always.
    """
    rules = [r for r in projection.synapse.rules if isinstance(r, EventRule)]
    weight = synapses.weight
    if not rules or made.deferred is not None or not len(weight):
        return ""
    receptor = population_of(projection.post).model.receptors[projection.receptor]  # type: ignore[union-attr]
    low = -math.inf if receptor.signed else 0.0
    low, high = _bounds(projection, made, low) if bounded else (low, math.inf)
    slack = ROUNDING * max([abs(b) for b in (low, high) if math.isfinite(b)], default=0.0)
    fine = (weight >= low - slack) & (weight <= high + slack) & (np.abs(weight) < np.inf)
    if fine.all():
        return ""
    k = int(np.argmin(fine))
    names = "+".join(type(r).__name__ for r in rules)
    return (f"{projection.label}.{names}: the weight of the synapse from {synapses.pre[k]} to "
            f"{synapses.post[k]} became {weight[k]:g}; it must stay in [{low:g}, {high:g}] "
            f"{receptor.weight_unit}; it is assigned in {_lines(rules)}")  # fmt: skip


def _bounds(projection: Projection, made: CompiledProjection, low: float) -> tuple[float, float]:
    """Return the widest bounds of any rule; only users' own rules are held to theirs.

    Where another kind of rule acts, too, or weights begin outside, there are fewer bounds.
    """
    rules = projection.synapse.rules
    if any(not isinstance(r, EventRule) for r in rules) or not any(map(_own, rules)):
        return low, math.inf
    changing = [r for r in rules if not r.short_term]  # type: ignore[attr-defined]
    first = np.asarray(made.weight, float)
    return (
        min(first.min(initial=math.inf), *(_least(r, "w_min", low) for r in changing)),
        max(first.max(initial=-math.inf), *(-_least(r, "w_max", math.inf, -1) for r in changing)),
    )


def _own(rule: Any) -> bool:
    return not type(rule).__module__.startswith("snn.")


def _least(rule: Any, name: str, default: float, sign: int = 1) -> float:
    """Return the least of ``sign`` times a parameter's values."""
    return float(np.min(sign * np.asarray(getattr(rule, name, default), float)))


def _lines(rules: Sequence[EventRule]) -> str:
    """Return the lines that assign a weight, of users' own rules if there are any."""
    chosen = [r for r in rules if _own(r)] or rules
    functions = [k.function for r in chosen for k in kernels_of(type(r)).values()]
    return " or ".join(filter(None, map(first_result, functions)))
