"""State of plastic projections: traces, histories of post spikes, switches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import Compiled, CompiledProjection
from snn_cpu import plastic

Array = NDArray[Any]


@dataclass(eq=False)
class PlasticMemory:
    """What one thread keeps of a plastic projection.

    `hist`, `head` and the post traces belong to the post neurons and are shared, since
    each thread touches its own; everything indexed by the source is each thread's own.
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
    traces: dict[str, Array]
    numbers: dict[str, Array]


def plastic_memory(
    compiled: Compiled, q: CompiledProjection, rules: list[Any], batch: int, threads: int,
    on: Array,
) -> list[PlasticMemory]:  # fmt: skip
    """Allocate the state of a plastic projection for each thread."""
    pre, post = compiled.populations[q.pre], compiled.populations[q.post]
    dtype, found = compiled.precision, plastic.placed(rules)
    margin, depth = history_depth(compiled, q, batch)
    hist = np.zeros((post.size, depth), np.int32)
    head = np.zeros(post.size, np.int64)
    scale = np.array([[t.tau, compiled.dt] for t in found]).reshape(-1, 2)
    gain = np.array([[t.increment, t.initial] for t in found], dtype).reshape(-1, 2)
    tables = {f"D_{t.name}": plastic.decay_table(t.tau, compiled.dt, dtype) for t in found}
    shared = {f"X_{t.name}": np.zeros((post.size, depth), dtype)
              for t in found if t.trace.side == "post"}  # fmt: skip
    numbers = {f"P_{k}": np.array([*r.values.values()] or [0.0], dtype) for k, r in enumerate(rules)}
    made = []
    for _ in range(threads):
        own = {f"X_{t.name}": np.full(pre.size, t.initial, dtype)
               for t in found if t.trace.side == "pre"}  # fmt: skip
        arrays = {**tables, **shared, **own}
        traces = {f"{kind}_{t.name}": arrays[f"{kind}_{t.name}"] for t in found for kind in "DX"}
        made.append(PlasticMemory(
            last=np.zeros(pre.size, np.int32), since=np.zeros(1, np.int64), on=on, hist=hist,
            head=head, mark=np.zeros(post.size, np.int64), due=np.zeros(1, np.int64),
            margin=margin, scale=scale, gain=gain, traces=traces, numbers=numbers,
        ))  # fmt: skip
    return made


def history_depth(compiled: Compiled, q: CompiledProjection, batch: int) -> tuple[int, int]:
    """Return (margin, depth) of the post histories.

    Margin is how many spikes a neuron can fire within the longest delay and two batches;
    so many entries must survive a flush. Depth is a power of two with as much again and
    16 more, so that flushes are rare.
    """
    post = compiled.populations[q.post]
    refractory = 0 if post.refractory_steps is None else int(post.refractory_steps.min())
    window = int(q.delay.max()) + 2 * batch if q.delay.size else 2 * batch
    margin = -(-window // (refractory + 1)) + 2
    return margin, 1 << int(np.ceil(np.log2(2 * margin + 16)))
