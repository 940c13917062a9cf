"""``snn bench plasticity``: events per CPU second and bytes per synapse of every rule."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import click
import numpy as np

import snn
from snn_benchmarks import report

NEURONS, RATE, DT = 10_000, 30.0, 0.1
TINY = 1e-9
"""Weights are so small that learning does not change the spikes: each rule sees the same."""

RULES: dict[str, Callable[[], Any]] = {
    "PairSTDP": lambda: snn.PairSTDP(A_plus=TINY / 100, A_minus=TINY / 100, w_max=2 * TINY),
    "PairSTDP(Multiplicative)": lambda: snn.PairSTDP(
        A_plus=0.01, A_minus=0.01, w_max=2 * TINY, dependence=snn.Multiplicative()),
    "PairSTDP(PowerLaw)": lambda: snn.PairSTDP(
        A_plus=0.01, A_minus=0.01, w_max=2 * TINY, dependence=snn.PowerLaw()),
    "NearestPairSTDP": lambda: snn.NearestPairSTDP(
        A_plus=TINY / 100, A_minus=TINY / 100, w_max=2 * TINY),
    "TeacherForcedSTDP": lambda: snn.TeacherForcedSTDP(
        A_plus=TINY / 100, A_minus=-TINY / 100, w_max=2 * TINY),
    "TripletSTDP": lambda: snn.TripletSTDP(
        A2_plus=0.0, A3_plus=TINY / 100, A2_minus=TINY / 100, A3_minus=0.0, w_max=2 * TINY),
    "TwoTraceSTDP": lambda: snn.TwoTraceSTDP(
        nu_pre=TINY / 100, nu_post=TINY / 100, w_max=2 * TINY),
    "SymmetricSTDP": lambda: snn.SymmetricSTDP(eta=TINY / 100, w_max=2 * TINY),
    "InhibitorySTDP": lambda: snn.InhibitorySTDP(eta=TINY / 100, w_max=2 * TINY),
    "SpikeDrivenPlasticity": lambda: snn.SpikeDrivenPlasticity(w_plus=TINY),
    "WeightDecay": lambda: snn.WeightDecay(),
    "TsodyksMarkram": lambda: snn.TsodyksMarkram(),
    "StochasticRelease": lambda: snn.StochasticRelease(),
    "StochasticTsodyksMarkram": lambda: snn.StochasticTsodyksMarkram(),
    "Gliotransmission": lambda: snn.Gliotransmission(),
    "RewardSTDP": lambda: snn.RewardSTDP(
        modulator="reward", A_plus=TINY / 100, A_minus=TINY / 100, w_max=2 * TINY),
}  # fmt: skip
"""Every event rule, with constants that keep its weights tiny."""


def network(rule: Any, synapses: int, dense: bool) -> snn.Network:
    """Return sources and neurons that fire at about 30 Hz, joined by plastic synapses."""
    n = round(synapses**0.5) if dense else NEURONS
    net = snn.Network(dt=DT)
    rng = np.random.default_rng(1)
    pre = net.population(n, snn.Poisson(rate=RATE), label="pre")
    receptors: dict[str, Any] = {"excitatory": snn.CurrentExp()}
    if isinstance(rule, snn.Gliotransmission):
        receptors["astrocyte"] = snn.Astrocyte()
    cell = snn.LIF(i_offset=rng.uniform(0.9, 1.3, n), tau_refrac=2.0, receptors=receptors)
    post = net.population(n, cell, label="post", initial={"v": snn.Uniform(-65.0, -50.0)})
    net.population(1, snn.Poisson(rate=20.0), label="reward")
    joined = snn.AllToAll() if dense else snn.FixedInDegree(synapses // n)
    net.connect(pre, post, joined, snn.Synapse(weight=TINY, delay=1.5, plasticity=rule),
                label="learned")  # fmt: skip
    net.record(pre, "spikes")
    net.record(post, "spikes")
    return net


def measured(name: str, synapses: int, duration: float, dense: bool) -> dict[str, Any]:
    """Run one rule; only the time of simulating counts, cells and sources included.

    What is pending at the end is applied within that time; the result is put together after.
    """
    sim = snn.Simulation(network(RULES[name](), synapses, dense), progress=False)
    sim.run(5.0)
    began = time.process_time()
    sim.engine.advance(round(duration / DT))
    sim.engine.read_weights(0)
    elapsed = time.process_time() - began
    made = sim.compiled.projections[0]
    spikes = sim.engine.take().spikes
    fired = len(spikes[made.pre][0]), len(spikes[made.post][0])
    events = made.synapses * (fired[0] / made.pre_size + fired[1] / made.post_size)
    return {
        "rule": name, "form": "dense" if dense else "sparse", "synapses": made.synapses,
        "events": events, "cpu_s": elapsed, "events_per_cpu_s": events / elapsed,
        "bytes_per_synapse": learning_bytes(sim) / made.synapses,
    }  # fmt: skip


def learning_bytes(sim: snn.Simulation) -> int:
    """Return the bytes of weights, synapse variables, traces and histories: all but the index."""
    world = sim.engine.world  # type: ignore[attr-defined]
    arrays = {id(a): a for memory in world.plastic[0] for a in memory.mutable().values()}
    return int(world.weights[0].nbytes + sum(a.nbytes for a in arrays.values()))


@click.command("plasticity", epilog="Example: snn bench plasticity --only PairSTDP --json p.json")
@click.option("--only", metavar="RULE,...", help="Rules; all by default.")
@click.option("--form", default="both", type=click.Choice(["sparse", "dense", "both"]),
              show_default=True, help="Random rows or all-to-all.")  # fmt: skip
@click.option("--synapses", default=10_000_000, show_default=True, help="Plastic synapses.")
@click.option("--duration", default=500.0, show_default=True, help="Biological time, ms.")
@click.option("--json", "path", type=click.Path(dir_okay=False), help="Write every number here.")
def benchmark(
    only: str | None, form: str, synapses: int, duration: float, path: str | None
) -> None:
    """Time every event rule on many plastic synapses, sparse and dense.

    An event is one visit of a synapse by a pre or by a post spike. Both sides fire at
    about 30 Hz; the CPU time includes the neurons and the sources.
    """
    names = only.split(",") if only else list(RULES)
    unknown = [name for name in names if name not in RULES]
    if unknown:
        raise click.UsageError(f"unknown rules {unknown}; known: {', '.join(RULES)}")
    click.echo(f"{'rule':26s} {'form':7s} {'M events/CPU s':>14s} {'B/synapse':>10s}")
    rows = []
    for name in names:
        for dense in {"sparse": [False], "dense": [True], "both": [False, True]}[form]:
            rows.append(row := measured(name, synapses, duration, dense))
            click.echo(f"{name:26s} {row['form']:7s} {row['events_per_cpu_s'] / 1e6:14.1f} "
                       f"{row['bytes_per_synapse']:10.2f}")  # fmt: skip
    if path:
        given = {"synapses": synapses, "duration": duration, "form": form}
        report.write(path, "plasticity", given, {"rows": rows})
