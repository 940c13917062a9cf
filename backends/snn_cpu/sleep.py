"""Sleeping: neurons that nothing reaches are not touched until something does.

A quiet linear neuron is advanced many steps at once, by a table of powers of its
propagator, when its next input arrives. It may be left alone if a bound on its future
membrane, without input, stays below threshold:

    v(t) <= max(v, v_inf) + sum over receptors of max_k P_k * x

because every postsynaptic potential is at most its peak. Whether a population sleeps is
decided every `INTERVAL` steps from the state of all its neurons, so it does not depend on
threads or on how a run is cut; a sleeping neuron keeps the step it was last advanced to
(its anchor), and reading it computes a copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler import Compiled, CompiledPopulation
from snn.compiler.lowering import linear_states
from snn.compiler.populations import is_linear
from snn.fields import states_of
from snn_cpu.memory import followed

Array = NDArray[Any]

INTERVAL = 256
"""Smallest number of steps between decisions; as long as a ring of arrivals where that is
longer, so that a population that began to listen knows of every arrival."""

QUIET, BUSY = 1 / 24, 1 / 10
"""Shares of a population that must act in a step to fall asleep, or to wake up."""

SMALLEST = 2048
"""Populations below this size are cheaper to sweep."""

TABLE = 4096
"""Powers of the propagator that are tabulated."""

MARGIN = 1e-3
"""The bound must stay this many mV (and this share of v) below threshold: far more than
the rounding of float32 states (4e-6 mV near -65 mV)."""


@dataclass(eq=False)
class SleepMemory:
    """What a sleeping population keeps; `anchor` is shared, the rest is each thread's."""

    anchor: Array
    mode: Array
    counts: Array
    lists: Array
    fill: Array
    awake: Array
    table: Array
    peaks: Array
    limits: Array


def may_sleep(compiled: Compiled, p: CompiledPopulation) -> bool:
    """Say whether a population's neurons can be advanced in closed form."""
    cell = p.model
    if not isinstance(cell, Cell) or not cell.sleeps or not is_linear(cell):
        return False
    if p.plan is None or p.plan.injects or p.size < SMALLEST:
        return False
    if any(r.pulse or r.receive for r in cell.receptors.values()) or cell.membrane != "v":
        return False
    if any(d.population == p.index for d in compiled.drives) or p.index in followed(compiled):
        return False
    if any(q.post == p.index and q.segments.size for q in compiled.projections):
        return False
    used = [p.values[name] for name in p.plan.constants]
    return linear_states(cell) == list(states_of(type(cell))) == [cell.membrane] and all(
        value.ndim == 0 for value in used
    ) and np.ndim(p.refractory_steps) == 0  # fmt: skip


def one_step(p: CompiledPopulation) -> Array:
    """Return the propagator of (states, 1) over one step."""
    cell = p.model
    assert isinstance(cell, Cell)
    names = state_names(p)
    matrix = np.zeros((len(names) + 1, len(names) + 1), np.longdouble)
    matrix[-1, -1] = 1
    matrix[0] = [*(p.values[f"P_{names[0]}_{s}"] for s in names), p.values[f"P_{names[0]}_1"]]
    for name, receptor in cell.receptors.items():
        own = list(states_of(type(receptor)))
        for target in own:
            for origin in own:
                row, column = names.index(f"{name}_{target}"), names.index(f"{name}_{origin}")
                matrix[row, column] = p.values[f"P_{name}_{target}_{origin}"]
    return matrix


def state_names(p: CompiledPopulation) -> list[str]:
    """Return the states of a population in the order of the propagator."""
    assert p.plan is not None
    return [v.name for v in p.plan.states]


def powers(matrix: Array) -> Array:
    """Return M^0, M^1, ..., M^TABLE, shape (TABLE + 1, k, k), by doubling."""
    known = np.stack([np.eye(len(matrix), dtype=np.longdouble), matrix])
    while len(known) <= TABLE:
        known = np.concatenate([known, known[1:] @ known[-1]])
    return known[: TABLE + 1]


def sleep_memory(p: CompiledPopulation, slots: int, dtype: str, threads: int) -> list[SleepMemory]:
    """Allocate the state of sleep for each thread."""
    table = powers(one_step(p)).astype(float)
    # Largest effect of each state on the membrane, per unit, over all future steps.
    peaks = np.stack([table[:, 0, 1:-1].max(axis=0), table[:, 0, 1:-1].min(axis=0)])
    v_inf = float(p.values["P_v_1"] / (1 - p.values["P_v_v"]))
    limits = np.array([v_inf, p.values["v_thresh"], p.values["v_reset"], MARGIN])
    anchor, counts = np.zeros(p.size, np.int32), np.zeros((2, threads), np.int64)
    cap = max(1024, p.size // 8)
    return [
        SleepMemory(
            anchor=anchor, mode=np.zeros(1, np.int64), counts=counts,
            lists=np.zeros((slots, cap), np.int32), fill=np.zeros(slots, np.int64),
            awake=np.zeros((2, p.size + 1), np.int32), table=table.astype(dtype),
            peaks=peaks.astype(dtype), limits=limits.astype(dtype),
        )
        for _ in range(threads)
    ]  # fmt: skip


EXTRA = (
    "mode", "interval", "anchor", "counts", "lists", "fill", "awake", "table", "peaks", "limits",
)  # fmt: skip
"""Arguments that sleeping adds to those of the sweep."""
