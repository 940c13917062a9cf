"""The workloads on GeNN's single-threaded CPU backend, with its optimiser on."""

from __future__ import annotations

import os
import tempfile
import time
from functools import cache
from typing import Any

import numpy as np

import snn
from snn.compiler.endpoints import endpoints
from snn_benchmarks.speed.measure import WARM_UP, Timed
from snn_benchmarks.speed.workloads import Workload


def run(workload: Workload, threads: int) -> Timed:
    """Generate, compile and run a workload on one thread: the backend has no more."""
    import pygenn

    os.environ.setdefault("CXX", "g++ -march=native")
    start = time.process_time()
    net = workload.build()
    with tempfile.TemporaryDirectory() as folder:
        model = pygenn.GeNNModel("float", "workload", backend="single_threaded_cpu",
                                 optimize_code=True)  # fmt: skip
        model.dt, model.seed = workload.dt, 1
        model.fuse_postsynaptic_models = True
        model.default_narrow_sparse_ind_enabled = True
        groups = {p.label: _population(pygenn, model, p, net) for p in net.populations}
        counted = [groups[label] for label in workload.counted]
        for group in counted:
            group.spike_recording_enabled = True
        made = [_synapses(pygenn, model, q, groups, net) for q in net.projections]
        built, began = time.process_time() - start, time.perf_counter()
        model.build(folder, always_rebuild=True)
        compiled = time.perf_counter() - began
        steps = round(workload.duration / workload.dt)
        model.load(num_recording_timesteps=steps + WARM_UP)
        for _ in range(WARM_UP):
            model.step_time()
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(steps):
            model.step_time()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        model.pull_recording_buffers_from_device()
        spikes = sum(int((g.spike_recording_data[0][0] > WARM_UP * workload.dt).sum())
                     for g in counted)  # fmt: skip
    return Timed(built, compiled, cpu, wall, workload.duration, spikes,
                 sum(g.num_neurons for g in counted), _total(net, made))  # fmt: skip


def _total(net: snn.Network, made: list[Any]) -> int:
    expected = 0.0
    for q in net.projections:
        pairs = len(q.pre) * len(q.post)
        c = q.connector
        expected += c.p * pairs if isinstance(c, snn.FixedProbability) else len(c.array())
    return round(expected)


def _population(pygenn: Any, model: Any, p: Any, net: snn.Network) -> Any:
    cell = p.model
    if isinstance(cell, snn.SpikeArray):
        trains = [np.asarray(t) for t in cell.trains(p.size)]
        ends = np.cumsum([len(t) for t in trains])
        first = np.concatenate([[0], ends[:-1]])
        made = model.add_neuron_population(p.label, p.size, "SpikeSourceArray", {}, {
            "startSpike": first, "endSpike": ends})  # fmt: skip
        made.extra_global_params["spikeTimes"].set_init_values(np.concatenate(trains))
        return made
    drive = [d for d in net.drives if d.target is p]
    start = p.initial.get("v")
    values = {
        "V": cell.v_rest if start is None
        else pygenn.init_var("Uniform", {"min": start.low, "max": start.high}),
        "Left": 0.0,
    }  # fmt: skip
    parameters = {
        "Keep": float(np.exp(-model.dt / cell.tau_m)), "Rest": cell.v_rest,
        "Gain": cell.tau_m / cell.cm, "Offset": cell.i_offset, "Reset": cell.v_reset,
        "Threshold": cell.v_thresh, "Refractory": cell.tau_refrac,
        "Still": float(np.exp(-drive[0].source.rate * model.dt * 1e-3)) if drive else 1.0,
        "Kick": drive[0].source.weight if drive else 0.0,
    }  # fmt: skip
    delta = any(isinstance(r, snn.CurrentDelta) for r in cell.receptors.values())
    kind = pygenn.create_neuron_model(
        "lif" + "_delta" * delta + "_driven" * bool(drive), params=list(parameters),
        vars=[("V", "scalar"), ("Left", "scalar")], sim_code=_step(delta, bool(drive)),
        threshold_condition_code="Left <= 0.0 && V >= Threshold",
        reset_code="V = Reset; Left = Refractory;",
    )  # fmt: skip
    return model.add_neuron_population(p.label, p.size, kind, parameters, values)


def _step(delta: bool, driven: bool) -> str:
    """Return one exact step; a private drive is drawn by Knuth's method, as GeNN's own is."""
    draw = "scalar draw = gennrand_uniform(); int kicks = 0;"
    draw += "while(draw > Still) { kicks++; draw *= gennrand_uniform(); }"
    kicked = " + Kick * (scalar)kicks" if driven else ""
    target = f"Rest + Gain * {'Offset' if delta else '(Offset + Isyn)'}"
    moved = f" + Isyn{kicked}" if delta else ""
    return (f"{draw if driven else ''} if(Left <= 0.0) {{ const scalar goal = {target};"
            f" V = goal + (V - goal) * Keep{moved}; }} else {{ Left -= dt; }}")  # fmt: skip


def _synapses(pygenn: Any, model: Any, q: Any, groups: dict[str, Any], net: snn.Network) -> Any:
    made = q.post.model.receptors[q.receptor]
    weight, delay = made.sign * q.synapse.weight, q.synapse.delay
    later = (pygenn.init_postsynaptic("DeltaCurr") if isinstance(made, snn.CurrentDelta)
             else pygenn.init_postsynaptic("ExpCurr", {"tau": made.tau_syn}))  # fmt: skip
    own = isinstance(delay, snn.Uniform)
    if own:
        spread = {"min": delay.low / model.dt, "max": delay.high / model.dt}
        update = pygenn.init_weight_update("StaticPulseDendriticDelay", {}, {
            "g": weight, "d": pygenn.init_var("Uniform", spread)})  # fmt: skip
    elif q.synapse.rules:
        update = _stdp(pygenn, q.synapse.rules[0], weight)
    else:
        update = pygenn.init_weight_update("StaticPulseConstantWeight", {"g": weight})
    connector = q.connector
    by_chance = isinstance(connector, snn.FixedProbability)
    label = f"synapses_{net.projections.index(q)}"
    ends = groups[q.pre.label], groups[q.post.label]
    if by_chance:
        how = pygenn.init_sparse_connectivity("FixedProbability", {"prob": connector.p})
        group = model.add_synapse_population(label, "SPARSE", *ends, update, later, how)
    else:
        group = model.add_synapse_population(label, "SPARSE", *ends, update, later)
        compiled = snn.compile_network(net).projections[net.projections.index(q)]
        group.set_sparse_connections(*endpoints(compiled))
    if own:
        group.max_dendritic_delay_timesteps = round(delay.high / model.dt) + 2
    else:
        group.axonal_delay_steps = max(round(delay / model.dt) - 1, 0)
    return group


def _stdp(pygenn: Any, rule: Any, weight: float) -> Any:
    """Return additive all-to-all pair STDP with traces decayed at spikes."""
    numbers = {"TauPlus": rule.tau_plus, "TauMinus": rule.tau_minus, "Up": rule.A_plus,
               "Down": rule.A_minus, "Top": rule.w_max}  # fmt: skip
    return pygenn.init_weight_update(_pair(pygenn), numbers, {"g": weight}, {"x": 0.0}, {"y": 0.0})


@cache  # pygenn refers to a model that somebody else must keep
def _pair(pygenn: Any) -> Any:
    return pygenn.create_weight_update_model(
        "pair_stdp", params=["TauPlus", "TauMinus", "Up", "Down", "Top"], vars=[("g", "scalar")],
        pre_vars=[("x", "scalar")], post_vars=[("y", "scalar")],
        pre_spike_syn_code="addToPost(g); const scalar since = t - st_post;"
        "if(since > 0.0) { g = fmax(0.0, g - Down * y * exp(-since / TauMinus)); }",
        post_spike_syn_code="const scalar since = t - st_pre;"
        "if(since > 0.0) { g = fmin(Top, g + Up * x * exp(-since / TauPlus)); }",
        pre_spike_code="x = x * exp(-(t - st_pre) / TauPlus) + 1.0;",
        post_spike_code="y = y * exp(-(t - st_post) / TauMinus) + 1.0;",
    )  # fmt: skip
