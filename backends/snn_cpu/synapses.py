"""State of plastic projections: traces, histories of spikes, synapse variables, switches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import Compiled, CompiledProjection, CompiledRule
from snn_cpu import plastic
from snn_cpu.learning_rules import Placement

Array = NDArray[Any]

MODULATIONS = 1024
"""Steps with a spike of the neuromodulator that are kept between two flushes, at least."""


@dataclass(eq=False)
class PlasticMemory:
    """What one thread keeps of a plastic projection.

    `hist`, `head` and the synapse variables belong to the post neurons and are shared,
    since each thread touches its own; everything else that changes is each thread's own.
    """

    last: Array
    since: Array
    on: Array
    hist: Array
    head: Array
    mark: Array
    due: Array
    margin: int
    scale: Array
    gain: Array
    clock: Array
    batch: int
    arrays: dict[str, Array]

    def mutable(self) -> dict[str, Array]:
        """Return everything that changes during a run, by name."""
        names = ("last", "since", "on", "hist", "head", "mark", "due")
        own = {name: array for name, array in self.arrays.items() if name[:2] in _CHANGING}
        return {**{name: getattr(self, name) for name in names}, **own}


_CHANGING = ("X_", "V_", "MS", "MC", "MH", "MM")


def plastic_memory(
    compiled: Compiled, q: CompiledProjection, rules: list[CompiledRule], batch: int,
    threads: int, on: Array, states: dict[str, Array],
) -> list[PlasticMemory]:  # fmt: skip
    """Allocate the state of a plastic projection for each thread.

    Parameters
    ----------
    states : dict
        States of the post population, in place.
    """
    pre, post = compiled.populations[q.pre], compiled.populations[q.post]
    dtype, made = compiled.precision, Placement(rules)
    found = made.traces
    margin, depth = history_depth(compiled, q, batch)
    hist = _history(made, post.size, depth, dtype)
    head = np.zeros(post.size, np.int32)
    scale = np.array([[np.nan if t.own_tau else t.tau, compiled.dt] for t in found]).reshape(-1, 2)
    gain = np.array([np.nan if t.own_increment else t.increment for t in found], dtype)
    shared = {f"D_{t.name}": plastic.decay_table(t.tau, compiled.dt, dtype)
              for t in found if not t.own_tau}  # fmt: skip
    shared |= {f"T_{t.name}": t.tau for t in found if t.own_tau}
    shared |= {f"G_{t.name}": t.increment.astype(dtype) for t in found if t.own_increment}
    shared |= {f"P_{k}": np.array([*r.values.values()] or [0.0], dtype)
               for k, r in enumerate(rules)}  # fmt: skip
    shared |= {f"K_{k}": np.array([rules[k].key % 2**32, rules[k].key >> 32], np.uint32)
               for k in made.drawing}  # fmt: skip
    shared |= {name: values.astype(dtype) for name, (_, values) in made.own.items()}
    shared |= _variables(made, q, dtype)
    shared |= {f"S_{name}": states[state] for name, state in made.states.items()}
    memories = []
    for _ in range(threads):
        own = {f"X_{t.name}": t.initial(pre.size).astype(dtype) for t in made.on("pre")}
        arrays = shared | own | (_modulation(made, batch, dtype) if made.modulated else {})
        memories.append(PlasticMemory(
            last=np.zeros(pre.size, np.int32), since=np.zeros(1, np.int64), on=on, hist=hist,
            head=head, mark=np.zeros(post.size, np.int32), due=np.zeros(1, np.int64),
            margin=margin, scale=scale, gain=gain, clock=np.array([compiled.dt]), batch=batch,
            arrays={name: arrays[name] for name in made.arrays()},
        ))  # fmt: skip
    return memories


def _history(made: Placement, size: int, depth: int, dtype: str) -> Array:
    """Return records (step, post traces) per neuron; the last one stands for no spike."""
    record = np.zeros(
        (size, depth, 1 + len(made.on("post"))), np.int32 if "32" in dtype else np.int64
    )
    for t in made.on("post"):
        record.view(dtype)[:, -1, made.column(t)] = t.initial(size)
    return record


def _variables(made: Placement, q: CompiledProjection, dtype: str) -> dict[str, Array]:
    found = {}
    for name, variable in made.variables.items():
        rule = made.rules[int(name[1 : name.index("_")])]
        found[f"V_{name}"] = rule.initial(variable.initial, q.weight.size).astype(dtype)
    return found


def _modulation(made: Placement, batch: int, dtype: str) -> dict[str, Array]:
    size = 1 << int(np.ceil(np.log2(4 * batch + MODULATIONS)))
    found = {f"X_{t.name}": t.initial(size).astype(dtype) for t in made.on("reward")}
    return found | {"MS": np.zeros(size, np.int64), "MC": np.zeros(size, np.int64),
                    "MH": np.zeros(1, np.int64), "MM": np.zeros(1, np.int64)}  # fmt: skip


def history_depth(compiled: Compiled, q: CompiledProjection, batch: int) -> tuple[int, int]:
    """Return (margin, depth) of the post histories.

    Margin is how many spikes a neuron can fire within the longest delay and two batches;
    so many entries must survive a flush. Depth is a power of two with as much again and
    16 more, so that flushes are rare.
    """
    post = compiled.populations[q.post]
    refractory = 0 if post.refractory_steps is None else int(post.refractory_steps.min())
    window = q.longest + 2 * batch if q.delay.size else 2 * batch
    margin = -(-window // (refractory + 1)) + 2
    return margin, 1 << int(np.ceil(np.log2(2 * margin + 16)))
