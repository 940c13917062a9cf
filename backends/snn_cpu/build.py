"""Bind every part of a network: what each thread calls, in which order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledDrive, CompiledPopulation, CompiledProjection
from snn.plasticity.trial_rule import TrialRule
from snn_cpu import arrivals, axons, deferred, dozing, parts, reductions, sleep, sweep, trial_rules
from snn_cpu import plastic as plasticity
from snn_cpu.extents import extent, rows
from snn_cpu.kernels.inputs import LANES
from snn_cpu.memory import SpikeMemory
from snn_cpu.parts import Part, bind
from snn_cpu.plasticity_rates import ruled, speed
from snn_cpu.world import World, event_rules, plastic

Array = NDArray[Any]
KERNELS = "snn_cpu.kernels"


def emit(world: World, thread: int, parity: int) -> list[Part]:
    """Bind sources (first thread only), injected currents and private drives."""
    made: list[Part] = []
    if thread == 0:
        for p in world.compiled.populations:
            if p.plan is None:
                made.append(_source(world, p, world.spikes[parity][p.index]))
    made += currents(world, thread)
    return made + [drive(world, d, thread) for d in world.compiled.drives]


def _source(world: World, p: CompiledPopulation, out: SpikeMemory) -> Part:
    memory = world.sources[p.index]
    if p.spike_steps is not None:
        return bind(f"{KERNELS}.inputs:spike_array", {
            "times": p.spike_steps, "neurons": p.spike_index, "at": memory.at,
            "spikes": out.index, "ptr": out.ptr,
        }, title="spike arrays")  # fmt: skip
    at = world.rate_at[p.index]
    row = list(world.rate_at).index(p.index)
    return bind(f"{KERNELS}.inputs:poisson", {
        "stretch": world.stretch[row], "rate": world.rate[at],
        "dt": np.array([world.compiled.dt]), "key": key_words(p.key), "event": memory.event,
        "where": memory.where, "start": memory.start, "spikes": out.index, "ptr": out.ptr,
    }, title="Poisson sources")  # fmt: skip


def key_words(key: int) -> Array:
    """Return a 64-bit key as two words."""
    return np.array([key & 0xFFFFFFFF, key >> 32], dtype=np.uint32)


def currents(world: World, thread: int) -> list[Part]:
    """Bind the injected currents; every thread follows them for its own neurons."""
    made: list[Part] = []
    for p in world.compiled.populations:
        own = [c for c in world.compiled.currents if c.population == p.index]
        if not own:
            continue
        memory = world.cells[p.index].threads[thread]
        for k, c in enumerate(own):
            values = {"steps": c.steps, "values": c.values, "index": c.index}
            if c.every_step:
                kernel, extra = "current_table", {"repeat": int(c.repeat)}
            else:
                kernel, extra = "current_pieces", {"at": memory.at[k]}
            made.append(bind(f"{KERNELS}.inputs:{kernel}", {
                **values, **extra, "level": memory.levels[k], "dirty": memory.dirty,
            }, title="injected currents"))  # fmt: skip
        lo, hi = world.own(p.size, thread)
        made.append(bind(f"{KERNELS}.inputs:current_sum", {
            "lo": lo, "hi": hi, "levels": memory.levels, "dirty": memory.dirty,
            "injected": world.cells[p.index].injected,
        }, title="injected currents"))  # fmt: skip
    return made


def drive(world: World, d: CompiledDrive, thread: int) -> Part:
    """Bind a private Poisson drive."""
    size = world.compiled.populations[d.population].size
    lo, hi = world.own(size, thread)
    first, last = 0, len(d.index)
    if bool((np.diff(d.index) > 0).all()):
        first, last = map(int, np.searchsorted(d.index, [lo, hi]))
    weight = np.dtype(world.compiled.precision).type(d.weight)
    ring = world.cells[d.population].rings[d.receptor]
    n = len(d.index)
    if len(d.thresholds) == 1 and n and int(d.index[-1] - d.index[0]) == n - 1:
        words = np.zeros(4 * LANES, np.uint32)
        return bind(f"{KERNELS}.inputs:poisson_drive_uniform", {
            "lo": first, "hi": last, "first": int(d.index[0]), "thresholds": d.thresholds[0],
            "weight": np.atleast_1d(weight), "key": key_words(d.key), "ring": ring,
            "mask": world.slots - 1, "lanes": np.zeros((4, LANES), np.uint32), "words": words,
            "halves": words.view(np.uint16), "counts": np.zeros(8 * LANES, np.uint16),
            "unsure": np.zeros(8 * LANES, np.uint16),
        }, title="Poisson drives")  # fmt: skip
    counts = np.arange(d.thresholds.shape[1] + 1).astype(world.compiled.precision)
    return bind(f"{KERNELS}.inputs:poisson_drive", {
        "lo": first, "hi": last, "own_lo": lo, "own_hi": hi, "index": d.index, "table": d.table,
        "thresholds": d.thresholds, "multiples": weight * counts, "key": key_words(d.key),
        "ring": ring, "mask": world.slots - 1,
    }, title="Poisson drives")  # fmt: skip


def update(world: World, thread: int, parity: int) -> list[Part]:
    """Bind the sweeps of all cells, then the samplers."""
    cells = [p for p in world.compiled.populations if p.plan is not None]
    return [*(swept(world, p, thread, parity) for p in cells), *samplers(world, thread),
            *trial_rules.peaks(world, thread), *axons.conduct(world, thread, parity)]  # fmt: skip


def swept(world: World, p: CompiledPopulation, thread: int, parity: int) -> Part:
    """Bind the sweep of a population, dense or, where it may sleep, sparse by turns."""
    assert p.plan is not None
    assert p.refractory_steps is not None
    memory, out = world.cells[p.index], world.spikes[parity][p.index]
    values = sweep.constants(p, world.compiled.precision)
    lo, hi = world.own(p.size, thread)
    given: dict[str, Any] = {
        "lo": lo, "hi": hi, "thread": thread, "mask": world.slots - 1, "flags": memory.flags,
        "spikes": out.index, "ptr": out.ptr, "counter": memory.counter,
        "steps": np.atleast_1d(p.refractory_steps), "current": memory.injected,
    }  # fmt: skip
    given |= {f"A_{name}": value for name, value in values.items()}
    given |= {f"S_{name}": value for name, value in memory.states.items()}
    given |= {f"R_{r}": ring for r, ring in zip(p.plan.receptors, memory.rings, strict=True)}
    text = sweep.source(p.plan, values, world.compiled.precision, p.refractory_steps.ndim > 0)
    names = sweep.arguments(p.plan, values)
    chosen = {name: given[name] for name in names}
    if p.index not in world.sleep:
        return bind("sweep", chosen, text, title=type(p.model).__name__)
    own = world.sleep[p.index][thread]
    chosen |= {name: world.interval if name == "interval" else getattr(own, name)
               for name in sleep.EXTRA}  # fmt: skip
    text += dozing.source(p, f"np.{world.compiled.precision}", names)
    return bind("step_population", chosen, text, title=f"{type(p.model).__name__} (may sleep)")


def asleep(world: World, p: CompiledPopulation, thread: int, function: str, **extra: Any) -> Part:
    """Bind `wake` or `peek` of a population that may sleep."""
    assert p.plan is not None
    values = sweep.constants(p, world.compiled.precision)
    memory, own = world.cells[p.index], world.sleep[p.index][thread]
    text = sweep.source(p.plan, values, world.compiled.precision, False)
    text += dozing.source(p, f"np.{world.compiled.precision}", sweep.arguments(p.plan, values))
    given = {**extra, "mode": own.mode, "counter": memory.counter, "anchor": own.anchor,
             "table": own.table}  # fmt: skip
    given |= {f"S_{name}": array for name, array in memory.states.items()}
    return bind(function, given, text, title=f"{type(p.model).__name__} (may sleep)")


def wake(world: World, p: CompiledPopulation, thread: int) -> Part:
    """Bind what brings every neuron of a thread up to the present step."""
    lo, hi = world.own(p.size, thread)
    return asleep(world, p, thread, "wake", lo=lo, hi=hi, fill=world.sleep[p.index][thread].fill)


def touch(world: World, q: CompiledProjection, thread: int, parity: int) -> Part:
    """Bind the listing of the neurons that a projection's spikes will reach."""
    own, spikes = world.sleep[q.post][thread], axons.arriving(world, q, parity)
    head = {"mode": own.mode}
    both = {"spikes": spikes.index, "ptr": spikes.ptr}
    tail = {"lists": own.lists, "fill": own.fill, "mask": world.slots - 1}
    if q.form == "csr":
        return bind(f"{KERNELS}.touch:csr", {
            **head, **both, **rows(world, q, thread), "delay": np.atleast_1d(q.delay), **tail,
        }, title="synapses")  # fmt: skip
    if q.form == "convolution":
        return bind(f"{KERNELS}.touch:convolution", {
            **head, **both, **extent(world, q, thread), "geometry": q.geometry,
            "weight": world.weights[q.index], "delay": np.atleast_1d(q.delay), **tail,
        }, title="synapses")  # fmt: skip
    return bind(f"{KERNELS}.touch:implicit", {
        **head, "one_to_one": int(q.form == "one_to_one"), **both, **extent(world, q, thread),
        "delay": int(q.delay), **tail,
    }, title="synapses")  # fmt: skip


def samplers(world: World, thread: int) -> list[Part]:
    """Bind the recording of states."""
    made = []
    for k, r in enumerate(world.compiled.recordings):
        if k not in world.samples:
            continue
        lo, hi = world.own(world.compiled.populations[r.population].size, thread)
        a, b = map(int, np.searchsorted(r.index, [lo, hi]))
        out, out_steps = world.samples[k]
        row = list(world.samples).index(k)
        used = world.sampled[thread][row : row + 1]
        p = world.compiled.populations[r.population]
        if r.population in world.sleep:
            made.append(asleep(world, p, thread, "peek", **{
                "every": r.every, "which": sleep.state_names(p).index(r.variable),
                "index": r.index[a:b], "first": a, "out": out, "out_steps": out_steps,
                "used": used,
            }))  # fmt: skip
            continue
        made.append(bind(f"{KERNELS}.recording:sample", {
            "every": r.every, "state": world.cells[r.population].states[r.variable],
            "index": r.index[a:b], "first": a, "out": out, "out_steps": out_steps, "used": used,
        }, title="recordings"))  # fmt: skip
    return made


def finite(world: World, thread: int, parity: int) -> list[Part]:
    """Bind the search for NaN and infinity in a thread's own states."""
    made: list[Part] = []
    if world.compiled.precision == "int32":
        return made
    for p in world.compiled.populations:
        for array in world.cells[p.index].states.values() if p.plan else ():
            lo, hi = world.own(p.size, thread)
            bits = array[lo:hi].view(f"uint{8 * array.itemsize}")
            kernel = f"{KERNELS}.recording:finite{8 * array.itemsize}"
            made.append(bind(kernel, {"bits": bits}, title="recordings"))
    return made


def after(world: World, thread: int, parity: int) -> list[Part]:
    """Bind what reads the spikes of a batch besides synapses."""
    made: list[Part] = []
    spikes = world.spikes[parity]
    if thread == 0:
        made += arrivals.remember(world, parity)
        logs = enumerate(world.logs.items(), start=len(world.buffers) + len(world.samples))
        for row, (index, (steps, neurons)) in (*enumerate(world.buffers.items()), *logs):
            made.append(bind(f"{KERNELS}.recording:record_spikes", {
                "spikes": spikes[index].index, "ptr": spikes[index].ptr, "out_steps": steps,
                "out_neurons": neurons, "used": world.fill[row : row + 1],
            }, title="recordings"))  # fmt: skip
        for index, counts in world.counts.items():
            made.append(bind(f"{KERNELS}.recording:count_spikes", {
                "spikes": spikes[index].index, "ptr": spikes[index].ptr, "on": world.counting,
                "counts": counts,
            }, title="recordings"))  # fmt: skip
        made += trial_rules.logs(world, parity)
        for q_, k in world.reductions:
            q = world.compiled.projections[q_]
            made.append(reductions.listen(world, q, k, spikes[reductions.side(q, q.rules[k])]))
    for q in world.compiled.projections:
        if q.deferred is not None:
            made += _remembered(world, q, parity, thread)
    for q in plastic(world.compiled):
        made.append(_learned(world, q, "append", {
            "thread": thread, "spikes": spikes[q.post].index, "ptr": spikes[q.post].ptr,
            "due": world.plastic[q.index][thread].due,
            "margin": world.plastic[q.index][thread].margin,
        }, thread))  # fmt: skip
        for modulator in {r.modulator for r in event_rules(q)} - {None}:
            memory = world.plastic[q.index][thread]
            made.append(_learned(world, q, "modulate", {
                "spikes": spikes[modulator].index, "ptr": spikes[modulator].ptr,
                "due": memory.due, "margin": 2 * memory.batch + 2,
            }, thread))  # fmt: skip
    return made


def deliver(world: World, thread: int, parity: int) -> list[Part]:
    """Bind the delivery of every projection, in order of declaration."""
    made = []
    for q in world.compiled.projections:
        if arrivals.is_ordered(q):
            continue
        spikes = axons.arriving(world, q, parity)
        head = {"spikes": spikes.index, "ptr": spikes.ptr}
        ring = world.cells[q.post].rings[q.receptor]
        if q.deferred is not None:
            values = {**head, "ring": ring, "mask": world.slots - 1}
            made.append(_deferred(world, q, "deliver", values, thread))
        elif event_rules(q):
            values = {**head, "ring": ring, "mask": world.slots - 1}
            made.append(_learned(world, q, "deliver", values, thread))
        else:
            made.append(_static(world, q, head, ring, thread))
        if q.post in world.sleep:
            made.append(touch(world, q, thread, parity))
    return made


def _static(world: World, q: CompiledProjection, head: Any, ring: Array, thread: int) -> Part:
    weight = world.weights[q.index]
    many, late = weight.size > 1 or weight.ndim > 0, q.delay.ndim > 0
    tail: dict[str, Any] = {"weight": np.atleast_1d(weight), "delay": delay_of(q), "ring": ring,
                            "mask": world.slots - 1}  # fmt: skip
    if q.form == "csr":
        name = "csr" + "_weights" * many + "_delays" * late
        return bind(f"{KERNELS}.delivery:{name}", {**head, **rows(world, q, thread), **tail},
                    title="synapses")  # fmt: skip
    if q.form == "convolution":
        tail |= {"delay": np.atleast_1d(q.delay)}
        return bind(f"{KERNELS}.delivery:convolution", {
            **head, **extent(world, q, thread), "geometry": q.geometry, **tail,
        }, title="synapses")  # fmt: skip
    name = q.form + "_weights" * (many and q.form != "one_to_one")
    return bind(f"{KERNELS}.delivery:{name}", {**head, **extent(world, q, thread), **tail},
                title="synapses")  # fmt: skip


def delay_of(q: CompiledProjection) -> Any:
    """Return one delay as an integer, own delays as an array."""
    return q.delay if q.delay.ndim else int(q.delay)


def _learned(world: World, q: CompiledProjection, name: str, head: Any, thread: int) -> Part:
    memory = world.plastic[q.index][thread]
    rules = event_rules(q)
    scaled = q.index in world.scaled
    text = plasticity.source(rules, world.compiled.precision, q.form, q.delay.ndim > 0, scaled)
    where = rows(world, q, thread) if q.form == "csr" else extent(world, q, thread)
    shared: dict[str, Any] = {
        "last": memory.last, "since": memory.since, "on": memory.on, "hist": memory.hist,
        "head": memory.head, "mark": memory.mark, "weight": world.weights[q.index],
        "delay": np.atleast_1d(q.delay), "scale": memory.scale, "gain": memory.gain,
        "clock": memory.clock, **({"speeds": speed(world, q)} if scaled else {}),
    }  # fmt: skip
    title = " + ".join(type(r.rule).__name__ for r in rules)
    values = {**head, **shared, **where, **memory.arrays}
    return bind(name, values, text, title=title)


def _deferred(world: World, q: CompiledProjection, name: str, head: Any, thread: int) -> Part:
    """Bind a part of a projection whose rule acts at presynaptic spikes only."""
    assert q.deferred is not None
    memory, weight = world.deferred[q.index][thread], world.weights[q.index]
    shared = deferred.values(q.deferred, q, memory, weight, world.compiled.lag, switch(world, q))
    where = rows(world, q, thread) if q.form == "csr" else extent(world, q, thread)
    text = deferred.source(q.deferred, q.form, q.delay.ndim > 0)
    title = " + ".join(type(r.rule).__name__ for r in q.rules)
    return bind(name, {**head, **shared, **(where if name == "deliver" else {})}, text, title=title)


def _remembered(world: World, q: CompiledProjection, parity: int, thread: int) -> list[Part]:
    """Bind what puts post spikes, then the modulator's, into the histories of a thread."""
    spikes = world.spikes[parity]
    lo, hi = world.own(world.compiled.populations[q.post].size, thread)
    rewards = [spikes[r.modulator] for r in q.rules if r.modulator is not None]
    post = {"thread": thread, "spikes": spikes[q.post].index, "ptr": spikes[q.post].ptr}
    given = [{"spikes": x.index, "ptr": x.ptr, "lo": lo, "hi": hi} for x in rewards]
    return [_deferred(world, q, "append", post, thread),
            *(_deferred(world, q, "modulate", values, thread) for values in given)]  # fmt: skip


def flush(world: World, q: CompiledProjection, thread: int) -> Part:
    """Bind the flush of a projection with rules; nothing is pending without event rules."""
    if not event_rules(q):
        return bind(f"{KERNELS}.recording:nothing", {}, title="synapses")
    return _learned(world, q, "flush", {"due": world.plastic[q.index][thread].due}, thread)


def tidy(world: World, thread: int, parity: int) -> list[Part]:
    """Bind the flushes of all plastic projections."""
    return [flush(world, q, thread) for q in plastic(world.compiled)]


def reduce(world: World) -> list[Part]:
    """Bind the trial-end rules, in order of projections and rules."""
    made = []
    for q in world.compiled.projections:
        for k, rule in enumerate(q.rules):
            if (q.index, k) in world.reductions and rule.every == 0:
                made.append(reductions.part(world, q, k, switch(world, q)))
            if isinstance(rule.rule, TrialRule):
                made += trial_rules.parts(world, q, k, rule, switch(world, q))
    return made


def switch(world: World, q: CompiledProjection) -> Array:
    """Return the learning switch of a projection with rules, shape (1,)."""
    row = [r.index for r in ruled(world.compiled)].index(q.index)
    return world.learning[row : row + 1]


def tables(made: Iterable[list[Part]]) -> Array:
    """Return driver tables of both parities, shape (2, n, 2)."""
    return np.stack([parts.table(p) for p in made])
