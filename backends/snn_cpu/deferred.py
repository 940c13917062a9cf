"""Generate the parts of a projection whose rule acts at presynaptic spikes only.

See `snn.compiler.deferred`. Histories hold more post spikes than are remembered, because those
of a whole batch of steps are there before the first of its steps is delivered; what a real core
would have forgotten is left out by counting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledProjection
from snn.compiler.deferred import CompiledDeferred, CompiledModulated
from snn.kernels import numba_source
from snn_cpu import modulated
from snn_cpu.learning_rules import indent

Array = NDArray[Any]

LARGEST_CELL = 0xFFFF


@dataclass(eq=False)
class DeferredMemory:
    """What a thread keeps: `last` and `trace` per source, `hist` and `head` per target.

    `forgotten` and `wrapped` count, per target, updates that missed post spikes and weights that
    left their 16 bits.

    `own` is the eligibility of each synapse, where the rule has one.
    """

    last: Array
    trace: Array
    hist: Array
    head: Array
    forgotten: Array
    wrapped: Array
    own: Array

    def mutable(self) -> dict[str, Array]:
        """Return everything that changes during a run, by name."""
        return dict(vars(self))


def memories(
    rule: CompiledDeferred, sizes: tuple[int, int, int], synapses: int, batch: int, threads: int
) -> list[DeferredMemory]:
    """Allocate the state of a projection; sources are each thread's own, all else is shared.

    Parameters
    ----------
    sizes : (int, int, int)
        Neurons of source, target and modulator; a target's history gets the spikes of the last.
    """
    n_pre, n_post, n_reward = sizes
    depth = 1 << int(np.ceil(np.log2(rule.history + 2 * batch * (1 + n_reward) + 2)))
    hist = np.zeros((n_post, depth, 2 + len(rule.post)), np.int32)
    head, forgotten, wrapped = (np.zeros(n_post, np.int64) for _ in range(3))
    own = np.zeros(synapses if isinstance(rule, CompiledModulated) else 0, np.int32)
    return [
        DeferredMemory(np.zeros(n_pre, np.int64), np.zeros((n_pre, len(rule.pre) + 1), np.int32),
                       hist, head, forgotten, wrapped, own)
        for _ in range(threads)
    ]  # fmt: skip


def values(
    rule: CompiledDeferred, q: CompiledProjection, memory: DeferredMemory, weight: Array, lag: int,
    on: Array,
) -> dict[str, Any]:  # fmt: skip
    """Return the arguments that both functions share, in order."""
    entries, begins = rule.packed()
    return {
        "lag": lag, "on": on, "last_of": memory.last, "trace": memory.trace, "hist": memory.hist,
        "head": memory.head, "forgotten": memory.forgotten, "wrapped": memory.wrapped,
        "own": memory.own, "entries": entries, "begins": begins,
        "numbers": np.array([*rule.numbers.values()], np.int64), "shift": rule.shift,
        "weight": weight, "delay": np.atleast_1d(q.delay),
    }  # fmt: skip


SHARED = (
    "lag, on, last_of, trace, hist, head, forgotten, wrapped, own, entries, begins, numbers, "
    "shift, weight, delay"
)


def source(rule: CompiledDeferred, form: str, own_delay: bool) -> str:
    """Return the text of ``deliver`` and ``append``, and of ``modulate`` where it is needed."""
    kernels = [_kernel(name, kernel) for name, kernel in rule.kernels.items()]
    parts = [_LOOK_UP, *kernels, _deliver(rule, form, own_delay), _append(rule)]
    return "\n\n".join(parts + ([_modulate(rule)] if "reward_trace" in rule.kernels else []))


def _kernel(name: str, kernel: Any) -> str:
    text = numba_source(kernel, "", prefix=f"{name}_")
    return re.sub(r"^def ", "@njit(nogil=True, error_model='numpy')\ndef ", text, flags=re.M)


def _call(rule: CompiledDeferred, name: str) -> str:
    kernel = rule.kernels[name]
    return f"{name}_{kernel.name}({', '.join(kernel.arguments)})"


def _numbers(rule: CompiledDeferred) -> list[str]:
    return [f"{name} = numbers[{k}]" for k, name in enumerate(rule.numbers)]


def _lookups(rule: CompiledDeferred, name: str, suffix: str, ticks: str) -> list[str]:
    if name not in rule.kernels:
        return []
    at = {table: k for k, table in enumerate(rule.tables)}
    return [f"{t}_{suffix} = look_up(entries, begins[{at[t]}], begins[{at[t]} + 1], {ticks})"
            for t in rule.lookups(name, suffix)]  # fmt: skip


def _targets(names: tuple[str, ...], prefix: str = "") -> str:
    return ", ".join(prefix + name for name in names)


def _entered(rule: CompiledDeferred, kernel: str) -> list[str]:
    """Return the lines that add an entry to target i's history; its kind is the last column."""
    body = ["h = head[i]", "e = h - 1",
            "last = np.int64(hist[i, uint64(e) & top, 0]) if h > 0 else 0"]  # fmt: skip
    body += [f"{n} = np.int64(hist[i, uint64(e) & top, {k + 1}]) if h > 0 else 0"
             for k, n in enumerate(rule.post)]  # fmt: skip
    if rule.post:
        body += _lookups(rule, kernel, "since", "tick - last")
        body.append(f"{_targets(rule.post)} = {_call(rule, kernel)}")
    kept = ["tick", *rule.post, str(int(kernel == "reward_trace"))]
    body += [f"hist[i, uint64(h) & top, {k}] = {n}" for k, n in enumerate(kept)]
    return [*body, "head[i] = h + 1"]


def _append(rule: CompiledDeferred) -> str:
    return _entering(rule, "append(step, slot, thread, spikes, ptr, ", [
        "for s in range(ptr[thread, slot], ptr[thread, slot + 1]):",
        "    i = uint64(spikes[thread, s])",
        *indent(_entered(rule, "post_trace"), 1),
    ])  # fmt: skip


def _modulate(rule: CompiledDeferred) -> str:
    return _entering(rule, "modulate(step, slot, spikes, ptr, lo, hi, ", [
        "for t in range(spikes.shape[0]):",
        "    for s in range(ptr[t, slot], ptr[t, slot + 1]):",
        "        for i in range(uint64(lo), uint64(hi)):",
        *indent(_entered(rule, "reward_trace"), 3),
    ])  # fmt: skip


def _entering(rule: CompiledDeferred, head: str, body: list[str]) -> str:
    """Return the text of a function that adds entries to histories."""
    return "\n".join([
        "@njit(nogil=True, error_model='numpy')",
        f"def {head}{SHARED}):",
        *indent(["top = uint64(hist.shape[1] - 1)", "tick = step - lag", *_numbers(rule)], 1),
        *indent(body, 1),
        "    return 0",
    ])  # fmt: skip


def _deliver(rule: CompiledDeferred, form: str, own_delay: bool) -> str:
    where = _CSR if form == "csr" else _DENSE
    names = ("begin, end, stride, blocks, width, targets" if form == "csr"
             else "pre_start, pre_size, post_start, lo, hi")  # fmt: skip
    body = [f"d = np.int64(delay[{'j' if own_delay else 0}])", "stored = np.int64(weight[j])",
            "if learning:", *indent(_updated(rule), 1),
            "row = ring[(step + d) & mask]", "row[target] += stored"]  # fmt: skip
    own = [f"{n} = np.int64(trace[source, {k}])" for k, n in enumerate(rule.pre)]
    own += _lookups(rule, "pre_trace", "since", "tick - last")
    if rule.pre:
        own.append(f"{_targets(rule.pre, 'new_')} = {_call(rule, 'pre_trace')}")
    kept = [f"trace[source, {k}] = new_{n}" for k, n in enumerate(rule.pre)]
    loop, depth = where
    return "\n".join([
        "@njit(nogil=True, error_model='numpy')",
        f"def deliver(step, slot, spikes, ptr, ring, mask, {SHARED}, {names}):",
        *indent(["top = uint64(hist.shape[1] - 1)", "tick = step - lag", "learning = on[0] != 0",
                 *_numbers(rule)], 1),
        "    for t in range(spikes.shape[0]):",
        "        for s in range(ptr[t, slot], ptr[t, slot + 1]):",
        "            source = np.int64(spikes[t, s])",
        "            last = last_of[source]",
        *indent(own, 3),
        *indent(loop, 3),
        *indent(body, 3 + depth),
        *indent([*kept, "last_of[source] = tick"], 3),
        "    return 0",
    ])  # fmt: skip


def _updated(rule: CompiledDeferred) -> list[str]:
    """Return the lines that bring one synapse up to the present spike."""
    if isinstance(rule, CompiledModulated):
        change = modulated.change(rule, partial(_call, rule), partial(_lookups, rule))
    else:
        change = _change(rule)
    return [*_window(rule), *change, f"stored = (w >> shift) & {LARGEST_CELL}",
            "wrapped[target] += stored != w >> shift", "weight[j] = stored"]  # fmt: skip


def _window(rule: CompiledDeferred) -> list[str]:
    """Return the lines that find the entries k + 1 .. e that the present spike is to see."""
    unseen = "hist[target, uint64(e) & top, 0] > tick"
    if isinstance(rule, CompiledModulated) and not rule.reward_first:
        kind = f"hist[target, uint64(e) & top, {1 + len(rule.post)}] != 0"
        unseen = f"({unseen} or (hist[target, uint64(e) & top, 0] == tick and {kind}))"
    return [
        "e = head[target] - 1",
        f"while e >= 0 and {unseen}:",
        "    e -= 1",
        "newest = e",
        f"oldest = max(e - {rule.history - 1}, 0)",
        "while e >= oldest and hist[target, uint64(e) & top, 0] > max(tick - d, 0):",
        "    e -= 1",
        "k = e",
        "while k >= oldest and hist[target, uint64(k) & top, 0] > max(last - d, 0):",
        "    k -= 1",
        "if k < oldest and oldest > 0 and hist[target, uint64(k) & top, 0] > max(last - d, 0):",
        "    forgotten[target] += 1",
        "w = stored << shift",
    ]


def _change(rule: CompiledDeferred) -> list[str]:
    post = [f"{n} = np.int64(hist[target, uint64(k) & top, {c + 1}])"
            for c, n in enumerate(rule.post)]  # fmt: skip
    return [
        "before = np.int64(hist[target, uint64(k) & top, 0]) if k >= oldest else 0",
        "k += 1",
        "while k <= e:",
        "    seen = np.int64(hist[target, uint64(k) & top, 0])",
        "    since_pre = seen + d - last",
        "    since_post = seen + d - before",
        *indent(post, 1),
        *indent(_lookups(rule, "on_post", "pre", "since_pre"), 1),
        f"    w = {_call(rule, 'on_post')}",
        "    before = seen",
        "    k += 1",
        "if e >= oldest:",
        "    k = e",
        "    since = tick - d - np.int64(hist[target, uint64(k) & top, 0])",
        *indent(post, 1),
        *indent(_lookups(rule, "on_pre", "post", "since"), 1),
        f"    w = {_call(rule, 'on_pre')}",
    ]


_CSR = ([
    "for b in range(blocks):",
    "    base = uint64(b * width)",
    "    for j in range(uint64(begin[b * stride + source]), uint64(end[b * stride + source])):",
    "        target = base + uint64(targets[j])",
], 2)  # fmt: skip

_DENSE = ([
    "inside = pre_start <= source < pre_start + pre_size",
    "base = (source - pre_start) * (weight.size // max(pre_size, 1)) - post_start",
    "for target in range(uint64(lo), uint64(hi if inside else lo)):",
    "    j = uint64(base + np.int64(target))",
], 1)  # fmt: skip


_LOOK_UP = """\
@njit(nogil=True, error_model='numpy')
def look_up(entries, begin, end, ticks):
    k = begin + ticks
    return np.int64(entries[k]) if ticks >= 0 and k < end else 0
"""
