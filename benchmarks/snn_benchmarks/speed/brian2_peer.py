"""The workloads on Brian2's C++ standalone target, optimised as its authors advise."""

from __future__ import annotations

import resource
import tempfile
import time
from typing import Any

import numpy as np

import snn
from snn.compiler.endpoints import endpoints
from snn_benchmarks.speed.measure import Timed
from snn_benchmarks.speed.workloads import Workload

FLAGS = ["-O3", "-march=native", "-ffast-math", "-w"]


def run(workload: Workload, threads: int) -> Timed:
    """Generate, compile and run a workload; Brian2 itself times the simulation."""
    import brian2

    with tempfile.TemporaryDirectory() as folder:
        return _timed(brian2, workload, threads, folder)


def _timed(brian2: Any, workload: Workload, threads: int, folder: str) -> Timed:
    brian2.set_device("cpp_standalone", build_on_run=False, directory=folder)
    brian2.prefs.codegen.cpp.extra_compile_args_gcc = FLAGS
    brian2.prefs.devices.cpp_standalone.openmp_threads = 0 if threads == 1 else threads
    brian2.defaultclock.dt = workload.dt * brian2.ms
    start, net = time.process_time(), workload.build()
    groups = {p.label: _group(brian2, p) for p in net.populations}
    synapses = [_synapses(brian2, q, groups, net) for q in net.projections]
    drives = [_drive(brian2, d, groups) for d in net.drives]
    monitors = [brian2.SpikeMonitor(groups[label]) for label in workload.counted]
    made = brian2.Network(*groups.values(), *synapses, *drives, *monitors)
    made.run(workload.duration * brian2.ms)
    built, before = time.process_time() - start, _children()
    brian2.device.build(directory=folder, compile=True, run=False)
    compiled, wall = _children() - before, time.perf_counter()
    brian2.device.run(folder, with_output=False, run_args=[])
    wall = time.perf_counter() - wall
    spent = float(brian2.device._last_run_time)
    return Timed(
        built, compiled, spent, spent if threads == 1 else wall, workload.duration,
        sum(int(m.num_spikes) for m in monitors), sum(len(groups[x]) for x in workload.counted),
        sum(len(s) for s in synapses),
    )  # fmt: skip


def _children() -> float:
    """Return the CPU seconds of all programs that were started and have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _group(brian2: Any, p: Any) -> Any:
    cell = p.model
    if isinstance(cell, snn.SpikeArray):
        trains = cell.trains(p.size)
        index = np.repeat(np.arange(p.size), [len(t) for t in trains])
        return brian2.SpikeGeneratorGroup(p.size, index, np.concatenate(trains) * brian2.ms)
    currents = [(name, r) for name, r in cell.receptors.items() if isinstance(r, snn.CurrentExp)]
    total = "".join(f" {'+' if r.sign > 0 else '-'} i_{name}" for name, r in currents)
    equations = [f"dv/dt = (v_rest - v + gain * (i_offset{total})) / tau_m : 1 (unless refractory)"]
    equations += [f"di_{name}/dt = -i_{name} / tau_{name} : 1" for name, _ in currents]
    space = {
        "v_rest": cell.v_rest, "gain": cell.tau_m / cell.cm, "i_offset": cell.i_offset,
        "tau_m": cell.tau_m * brian2.ms, "v_thresh": cell.v_thresh, "v_reset": cell.v_reset,
    } | {f"tau_{name}": r.tau_syn * brian2.ms for name, r in currents}  # fmt: skip
    group = brian2.NeuronGroup(
        p.size, "\n".join(equations), threshold="v >= v_thresh", reset="v = v_reset",
        refractory=cell.tau_refrac * brian2.ms, method="exact", namespace=space,
    )  # fmt: skip
    start = p.initial.get("v")
    group.v = cell.v_rest if start is None else _expression(start)
    return group


def _expression(drawn: Any) -> str | float:
    """Return a distribution as an expression that Brian2 draws itself."""
    if isinstance(drawn, snn.Uniform):
        return f"{drawn.low} + {drawn.high - drawn.low} * rand()"
    if isinstance(drawn, snn.Normal):
        clipped = f"{drawn.mean} + {drawn.std} * randn()"
        clipped = clipped if np.isinf(drawn.low) else f"clip({clipped}, {drawn.low}, 1e9)"
        return clipped if np.isinf(drawn.high) else f"clip({clipped}, -1e9, {drawn.high})"
    return float(drawn)


def _effect(post: Any, receptor: str) -> str:
    """Return what a spike of weight 1 does."""
    made = post.model.receptors[receptor]
    if isinstance(made, snn.CurrentExp):
        return f"i_{receptor}_post += w"
    return f"v_post {'+' if made.sign > 0 else '-'}= w * int(not_refractory_post)"


def _synapses(brian2: Any, q: Any, groups: dict[str, Any], net: snn.Network) -> Any:
    effect, rules = _effect(q.post, q.receptor), q.synapse.rules
    weight = _expression(q.synapse.weight)
    own = isinstance(weight, str) or rules
    model, on_pre, on_post, space = "w : 1" if own else "", effect, None, {}
    if rules:
        (rule,) = rules
        model += "\ndx/dt = -x / tau_plus : 1 (event-driven)"
        model += "\ndy/dt = -y / tau_minus : 1 (event-driven)"
        on_pre += "\nx += 1\nw = clip(w - A_minus * y, 0, w_max)"
        on_post = "y += 1\nw = clip(w + A_plus * x, 0, w_max)"
        space = {
            "tau_plus": rule.tau_plus * brian2.ms, "tau_minus": rule.tau_minus * brian2.ms,
            "A_plus": rule.A_plus, "A_minus": rule.A_minus, "w_max": rule.w_max,
        }  # fmt: skip
    elif not own:
        space = {"w": weight}
    made = brian2.Synapses(groups[q.pre.label], groups[q.post.label], model, on_pre=on_pre,
                           on_post=on_post, namespace=space)  # fmt: skip
    if isinstance(q.connector, snn.FixedProbability):
        made.connect(p=q.connector.p)
    else:
        pre, post = endpoints(snn.compile_network(net).projections[net.projections.index(q)])
        made.connect(i=pre, j=post)
    if own:
        made.w = weight
    delay = _expression(q.synapse.delay)
    made.delay = f"({delay}) * ms" if isinstance(delay, str) else delay * brian2.ms
    return made


def _drive(brian2: Any, d: Any, groups: dict[str, Any]) -> Any:
    sources = 1000  # Brian2 draws a binomial number of so many sources
    made = d.target.model.receptors[d.receptor]
    variable = f"i_{d.receptor}" if isinstance(made, snn.CurrentExp) else "v"
    rate = d.source.rate / sources * brian2.Hz
    target = groups[d.target.label]
    return brian2.PoissonInput(target, variable, sources, rate, made.sign * d.source.weight)
