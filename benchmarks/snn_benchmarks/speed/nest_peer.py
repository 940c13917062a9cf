"""The workloads on NEST: the same cells, counts and drives, its own random connectivity."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from snn_benchmarks.speed.measure import Timed
from snn_benchmarks.speed.workloads import Workload


def run(workload: Workload, threads: int) -> Timed:
    """Build, warm up and run a workload on NEST."""
    import nest

    start = time.process_time()
    nest.set_verbosity("M_ERROR")
    nest.ResetKernel()
    nest.SetKernelStatus({"resolution": workload.dt, "local_num_threads": threads, "rng_seed": 1})
    net = workload.build()
    recorder = nest.Create("spike_recorder")
    groups = {p.label: _population(nest, p) for p in net.populations}
    for projection in net.projections:
        _connect(nest, projection, groups)
    for drive in net.drives:
        _drive(nest, drive, groups)
    for label in workload.counted:
        nest.Connect(groups[label], recorder)
    built = time.process_time()
    nest.Simulate(20 * workload.dt)
    before = recorder.n_events
    ready, wall = time.process_time(), time.perf_counter()
    nest.Simulate(workload.duration)
    spent, clock = time.process_time() - ready, time.perf_counter() - wall
    neurons = sum(len(groups[label]) for label in workload.counted)
    return Timed(
        built - start, ready - built, spent, clock, workload.duration,
        recorder.n_events - before, neurons, nest.num_connections,
    )  # fmt: skip


def _population(nest: Any, population: Any) -> Any:
    import snn

    model = population.model
    if isinstance(model, snn.SpikeArray):
        trains = [np.asarray(t) for t in model.trains(population.size)]
        group = nest.Create("spike_generator", population.size)
        group.set([{"spike_times": t[t > 0]} for t in trains])
        # Devices are copied to every thread; parrots make neurons of them, as other peers have.
        parrots = nest.Create("parrot_neuron", population.size)
        nest.Connect(group, parrots, "one_to_one", {"delay": 0.1})
        return parrots
    delta = any(isinstance(r, snn.CurrentDelta) for r in model.receptors.values())
    group = nest.Create("iaf_psc_delta" if delta else "iaf_psc_exp", population.size)
    # Our nF and nA count as NEST's pF and pA: only their ratio matters.
    common = {
        "C_m": model.cm, "tau_m": model.tau_m, "E_L": model.v_rest, "V_th": model.v_thresh,
        "V_reset": model.v_reset, "t_ref": model.tau_refrac, "I_e": model.i_offset,
    }  # fmt: skip
    if not delta:
        receptors = list(model.receptors.values())
        common["tau_syn_ex"] = receptors[0].tau_syn
        common["tau_syn_in"] = receptors[-1].tau_syn
    group.set(common)
    start = population.initial.get("v")
    if start is not None:
        group.V_m = _drawn(nest, start)
    return group


def _connect(nest: Any, projection: Any, groups: dict[str, Any]) -> None:
    import snn

    pre, post = groups[projection.pre.label], groups[projection.post.label]
    sign = projection.post.model.receptors[projection.receptor].sign
    spec = {"weight": _drawn(nest, projection.synapse.weight, sign),
            "delay": _drawn(nest, projection.synapse.delay)}  # fmt: skip
    for rule in projection.synapse.rules:
        spec |= {
            "synapse_model": "stdp_synapse", "mu_plus": 0.0, "mu_minus": 0.0,
            "tau_plus": rule.tau_plus, "Wmax": rule.w_max, "lambda": rule.A_plus / rule.w_max,
            "alpha": rule.A_minus / rule.A_plus,
        }  # fmt: skip
        post.tau_minus = rule.tau_minus
    connector = projection.connector
    if isinstance(connector, snn.FixedProbability):
        nest.Connect(pre, post, {"rule": "pairwise_bernoulli", "p": connector.p}, spec)
        return
    if isinstance(connector, snn.FixedTotal):
        nest.Connect(pre, post, {"rule": "fixed_total_number", "N": connector.k}, spec)
        return
    pairs = connector.array()
    sources = np.asarray(pre)[pairs[:, 0]]
    targets = np.asarray(post)[pairs[:, 1]]
    ones = np.ones(len(pairs))
    listed = {"weight": spec["weight"] * ones, "delay": spec["delay"] * ones}
    nest.Connect(sources, targets, "one_to_one", listed)


def _drawn(nest: Any, value: Any, sign: int = 1) -> Any:
    """Return a number or a distribution as NEST draws it."""
    import snn

    if isinstance(value, snn.Uniform):
        return nest.random.uniform(value.low, value.high)
    if isinstance(value, snn.Normal):
        drawn = nest.random.normal(sign * value.mean, value.std)
        low, high = sorted((sign * value.low, sign * min(value.high, 1e9)))
        return nest.math.redraw(drawn, min=low, max=high)
    return sign * value


def _drive(nest: Any, drive: Any, groups: dict[str, Any]) -> None:
    generator = nest.Create("poisson_generator", {"rate": drive.source.rate})
    nest.Connect(generator, groups[drive.target.label],
                 syn_spec={"weight": drive.source.weight, "delay": 0.1})  # fmt: skip
