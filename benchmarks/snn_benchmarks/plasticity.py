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
    "NearestTripletSTDP": lambda: snn.NearestTripletSTDP(
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

PERIOD = 10.0
PERIODIC: dict[str, Callable[[int], Any]] = {
    "SynapticScaling": lambda n: snn.SynapticScaling(target=n * TINY, trigger=PERIOD),
    "RowScaling": lambda n: snn.RowScaling(target=n * TINY, trigger=PERIOD),
    "NormScaling": lambda n: snn.NormScaling(target=n**0.5 * TINY, trigger=PERIOD),
    "RateScaling": lambda n: snn.RateScaling(target=RATE, trigger=PERIOD),
    "DelayLearning": lambda n: snn.DelayLearning(period=PERIOD),
    "StructuralPlasticity": lambda n: snn.StructuralPlasticity(
        period=PERIOD, slots=n + 2, w_weak=TINY / 2, new_weight=TINY
    ),
}
"""Homeostasis and topology rules, for so many synapses of each neuron."""


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


def rule_of(name: str, synapses: int, dense: bool) -> Any:
    """Return a rule for a projection of so many synapses."""
    n = round(synapses**0.5) if dense else synapses // NEURONS
    return PERIODIC[name](n) if name in PERIODIC else RULES[name]()


def visits(name: str, duration: float, fired: tuple[float, float]) -> float:
    """Return how often a synapse was visited: at spikes (pre, post per neuron) or periods."""
    return duration // PERIOD if name in PERIODIC else sum(fired)


def measured(name: str, synapses: int, duration: float, dense: bool) -> dict[str, Any]:
    """Run one rule; only the time of simulating counts, cells and sources included.

    What is pending at the end is applied within that time; the result is put together after.
    """
    sim = snn.Simulation(network(rule_of(name, synapses, dense), synapses, dense), progress=False)
    sim.run(5.0)
    began = time.process_time()
    sim.engine.advance(round(duration / DT))
    sim.engine.read_weights(0)
    elapsed = time.process_time() - began
    made = sim.compiled.projections[0]
    spikes = sim.engine.take().spikes
    fired = len(spikes[made.pre][0]) / made.pre_size, len(spikes[made.post][0]) / made.post_size
    events = made.synapses * visits(name, duration, fired)
    return {
        "rule": name, "form": "dense" if dense else "sparse", "synapses": made.synapses,
        "events": events, "cpu_s": elapsed, "events_per_cpu_s": events / elapsed,
        "bytes_per_synapse": learning_bytes(sim) / made.synapses,
    }  # fmt: skip


def learning_bytes(sim: snn.Simulation) -> int:
    """Return the bytes of weights, own delays, variables, traces, histories: all but the index."""
    world = sim.engine.world  # type: ignore[attr-defined]
    kept = [*world.plastic.get(0, ()), *world.topology.values(), *world.reductions.values()]
    arrays = {id(a): a for memory in kept for a in memory.mutable().values()}
    if world.topology:
        arrays |= {0: world.compiled.projections[0].delay}
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
    """Time every rule on many plastic synapses, sparse and dense.

    An event is one visit of a synapse by a pre or by a post spike; of homeostasis and topology
    rules, which act every 10 ms, by an action. Both sides fire at about 30 Hz; the CPU time
    includes the neurons and the sources, and of the latter rules the delivery of spikes.
    """
    every = [*RULES, *PERIODIC]
    names = only.split(",") if only else every
    unknown = [name for name in names if name not in every]
    if unknown:
        raise click.UsageError(f"unknown rules {unknown}; known: {', '.join(every)}")
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
