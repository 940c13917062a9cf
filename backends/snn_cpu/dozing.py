"""The text of sparse stepping: what a population that may sleep runs (see `sleep`)."""

from __future__ import annotations

from typing import Any

from snn.cells import Cell
from snn.compiler import CompiledPopulation
from snn.fields import states_of
from snn_cpu.sleep import BUSY, QUIET, TABLE, Array, one_step, state_names


def source(p: CompiledPopulation, cast: str, sweep_arguments: list[str]) -> str:
    """Return the text of ``step``, which decides between the sweep and the sparse way."""
    names = state_names(p)
    parts = _parts(p, names, cast)
    ask = [f"prefetch({a}, j)" for a in parts.pop("ask")]
    load, store = parts.pop("load"), parts.pop("store")
    lines = []
    for line in _TEMPLATE.splitlines():
        depth = len(line) - len(line.lstrip())
        expanded = {"<load>": load, "<store>": store, "<ask>": ask}.get(line.strip())
        lines += [" " * depth + e for e in expanded] if expanded else [line]
    text = "\n".join(lines)
    for key, value in parts.items():
        text = text.replace(f"<{key}>", value)
    return text.replace("<sweep>", ", ".join(sweep_arguments))


def _parts(p: CompiledPopulation, names: list[str], cast: str) -> dict[str, Any]:
    cell = p.model
    assert isinstance(cell, Cell)
    assert p.plan is not None
    count, xs = len(names), names[1:]
    pattern = _pattern(p, count)

    def row(i: int) -> str:
        terms = [f"table[k, {i}, {j}] * {n}" for j, n in enumerate(names) if pattern[i, j]]
        if pattern[i, count]:
            terms.insert(0, f"table[k, {i}, {count}]")
        return " + ".join(terms)

    def moved(first: int) -> list[str]:
        return [*(f"n{i} = {row(i)}" for i in range(first, count)),
                *(f"{n} = n{i + first}" for i, n in enumerate(names[first:]))]  # fmt: skip

    zero = f"{cast}(0.0)"
    bound = [f"max(max(peaks[0, {k}] * {x}, peaks[1, {k}] * {x}), {zero})"
             for k, x in enumerate(xs)]  # fmt: skip
    arrivals, deltas = _arrivals(p, cell, cast)
    asked = ["anchor", "counter", *(f"S_{n}" for n in names),
             *(f"row_{r}" for r in p.plan.receptors)]  # fmt: skip
    return {
        "names": ", ".join(names),
        "held": _lines(moved(1), 2),
        "rows": _lines(moved(0), 2),
        "ask": asked,
        "load": [f"{n} = S_{n}[i]" for n in names],
        "store": [f"S_{n}[i] = {n}" for n in names],
        "states": ", ".join(f"S_{n}" for n in names),
        "bound": " + ".join(bound) or zero,
        "arrivals": _lines(arrivals, 1),
        "deltas": _lines(deltas, 2),
        "clear": _lines([f"row_{r}[i] = 0" for r in p.plan.receptors], 1),
        "fetch": _lines([f"row_{r} = R_{r}[step & mask]" for r in p.plan.receptors], 1),
        "rings": ", ".join(f"row_{r}" for r in p.plan.receptors),
        "R": ", ".join(f"R_{r}" for r in p.plan.receptors),
        "any": " or ".join(f"row_{r}[i] != 0" for r in p.plan.receptors) or "False",
        "quiet": repr(QUIET),
        "busy": repr(BUSY),
        "tabled": str(TABLE),
    }  # fmt: skip


def _pattern(p: CompiledPopulation, count: int) -> Array:
    """Return where powers of the propagator can differ from 0."""
    pattern = (one_step(p) != 0).astype(int)
    for _ in range(count):
        pattern = ((pattern @ pattern + pattern) != 0).astype(int)
    return pattern


def _arrivals(p: CompiledPopulation, cell: Cell, cast: str) -> tuple[list[str], list[str]]:
    """Return the lines that add arrivals to receptors and, for deltas, to v."""
    arrivals, deltas = [], []
    for name, receptor in cell.receptors.items():
        if receptor.drive == "voltage":
            deltas.append(f"v = v {'+' if receptor.sign > 0 else '-'} row_{name}[i]")
        for state in states_of(type(receptor)):
            jump = float(p.values[f"J_{name}_{state}"])
            factor = "" if jump == 1 else f"{cast}({jump!r}) * "
            if jump != 0:
                arrivals.append(f"{name}_{state} = {name}_{state} + {factor}row_{name}[i]")
    return arrivals, deltas


def _lines(lines: list[str], depth: int) -> str:
    return ("\n" + "    " * depth).join(lines) or "pass"


_TEMPLATE = """
@njit(nogil=True, error_model='numpy')
def ahead(left, c, <names>, table):
    # Refractory steps first: the membrane is held while the rest decays.
    while c > 0 and left > 0:
        k = min(min(left, np.int64(c)), <tabled>)
        <held>
        c = np.int32(c - k)
        left -= k
    while left > 0:
        k = min(left, <tabled>)
        <rows>
        left -= k
    return c, <names>


@njit(nogil=True, error_model='numpy')
def safe(<names>, peaks, limits):
    return max(v, limits[0]) + (<bound>) < limits[1] - limits[3]


@njit(nogil=True, error_model='numpy')
def wake(step, slot, lo, hi, fill, mode, counter, anchor, table, <states>):
    if mode[0] == 2:
        for i in range(lo, hi):
            <load>
            c, <names> = ahead(step - anchor[i], counter[i], <names>, table)
            <store>
            counter[i] = c
            anchor[i] = step
    mode[0] = 0
    fill[:] = 0
    return 0


@njit(nogil=True, error_model='numpy')
def peek(step, slot, every, which, index, first, out, out_steps, used, mode, counter, anchor, table, <states>):
    if step % every:
        return 0
    for e in range(index.shape[0]):
        i = np.uint64(index[e])
        <load>
        c = counter[i]
        if mode[0] == 2:
            c, <names> = ahead(step - anchor[i], c, <names>, table)
        out[used[0], first + e] = (<names>,)[which]
    out_steps[used[0]] = step
    used[0] += 1
    return 0


@njit(nogil=True, error_model='numpy')
def fall_asleep(step, lo, hi, limits, anchor, awake, peaks, <states>):
    w, side, n = 0, step & 1, anchor.shape[0]
    for i in range(lo, hi):
        anchor[i] = step - 1
        <load>
        if not safe(<names>, peaks, limits):
            awake[side, w] = i
            w += 1
    awake[side, n] = w


@njit(nogil=True, error_model='numpy')
def restless(lo, hi, limits, peaks, <states>):
    total = 0
    for i in range(np.uint64(lo), np.uint64(hi)):
        <load>
        total += not safe(<names>, peaks, limits)
    return total


@njit(nogil=True, error_model='numpy')
def visit(step, i, m, w, thread, steps, spikes, counter, anchor, table, peaks, limits, awake, <states>, <rings>):
    side = 1 - (step & 1)
    <load>
    held = step - anchor[i] <= counter[i]
    c, <names> = ahead(step - anchor[i], counter[i], <names>, table)
    <arrivals>
    if not held:
        <deltas>
    <clear>
    anchor[i] = step
    if not held and v >= limits[1]:
        spikes[thread, m] = i
        m += 1
        v = limits[2]
        c = steps
    <store>
    counter[i] = c
    if not safe(<names>, peaks, limits):
        awake[side, w] = i
        w += 1
    return m, w


@njit(nogil=True, error_model='numpy')
def ascending(spikes, first, last, flags, lo, hi):
    # Few spikes are sorted in place, many are read off the flags.
    if last - first <= 64:
        for a in range(first + 1, last):
            value, b = spikes[a], a
            while b > first and spikes[b - 1] > value:
                spikes[b] = spikes[b - 1]
                b -= 1
            spikes[b] = value
        return
    flags[lo:hi] = 0
    for a in range(first, last):
        flags[spikes[a]] = 1
    m = first
    for i in range(lo, hi):
        if flags[i]:
            spikes[m] = i
            m += 1


@njit(nogil=True, error_model='numpy')
def sparse(step, slot, lo, hi, thread, mask, flags, spikes, ptr, counter, steps, counts, interval, anchor, lists, fill, awake, table, peaks, limits, <states>, <R>):
    <fetch>
    late, first = step & mask, ptr[thread, slot]
    m, w, n = first, 0, anchor.shape[0]
    visited, count = 0, fill[late]
    # A list that is too short is replaced by a look at every neuron. Either way those
    # are visited whose arrivals are not 0, so that threads make no difference.
    short = count > lists.shape[1]
    if short:
        count = hi - lo
    for e in range(count):
        i = np.uint64(lo + e)
        if not short:
            if e + 12 < count:
                j = np.int64(lists[late, e + 12])
                <ask>
            i = np.uint64(lists[late, e])
        if anchor[i] != step and (<any>):
            visited += 1
            m, w = visit(step, i, m, w, thread, steps[0], spikes, counter, anchor, table, peaks, limits, awake, <states>, <rings>)
    count = awake[step & 1, n]
    for e in range(count):
        if e + 12 < count:
            j = np.int64(awake[step & 1, e + 12])
            <ask>
        i = np.uint64(awake[step & 1, e])
        if anchor[i] != step:
            visited += 1
            m, w = visit(step, i, m, w, thread, steps[0], spikes, counter, anchor, table, peaks, limits, awake, <states>, <rings>)
    if m - first > 1:
        ascending(spikes[thread], first, m, flags, lo, hi)
    fill[late] = 0
    awake[1 - (step & 1), n] = w
    counts[(step // interval) & 1, thread] += visited
    ptr[thread, slot + 1] = m


@njit(nogil=True, error_model='numpy')
def step_population(step, slot, <sweep>, mode, interval, anchor, counts, lists, fill, awake, table, peaks, limits):
    half, n = (step // interval) & 1, anchor.shape[0]
    if step % interval == 0:
        total = 0
        for t in range(counts.shape[1]):
            total += counts[1 - half, t]
        counts[half, thread] = 0
        if mode[0] == 2:
            if total > <busy> * n * interval:
                wake(step - 1, slot, lo, hi, fill, mode, counter, anchor, table, <states>)
        elif total >= <quiet> * n or limits[0] >= limits[1] - limits[3]:
            mode[0] = 0
            fill[:] = 0
        elif mode[0] == 1:
            mode[0] = 2
            fall_asleep(step, lo, hi, limits, anchor, awake, peaks, <states>)
        else:
            mode[0] = 1
    if mode[0] == 2:
        sparse(step, slot, lo, hi, thread, mask, flags, spikes, ptr, counter, steps, counts, interval, anchor, lists, fill, awake, table, peaks, limits, <states>, <R>)
        return 0
    sweep(step, slot, <sweep>)
    if mode[0] == 1:
        counts[half, thread] += fill[step & mask]
        fill[step & mask] = 0
    if (step + 1) % interval == 0:
        counts[half, thread] = counts[half, thread] // interval + restless(lo, hi, limits, peaks, <states>)
    return 0
"""
