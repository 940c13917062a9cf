"""Rules together: several on one projection, on any receptor, switched while they run."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plasticity.oracle import STEPS, clipped, post_trains, pre_trains, summed

import snn
from snn import engine as engines

DELAY = 3
SWITCHES = {"exc": [20, 45], "inh": [33], "alpha": [10, 11, 60], "cond": [50, 90], "delta": []}
"""Steps after which the learning of a projection is switched, first off."""

Walk = Callable[[np.ndarray, "Moment"], None]


class Moment:
    """One step of one pair of trains, as its synapse sees it."""

    def __init__(self, pre: list[int], seen: list[int], now: int) -> None:
        self.now, self.before = now, [t for t in pre if t < now]
        self.seen_before = [t for t in seen if t < now]
        self.arrivals, self.posts = pre.count(now), seen.count(now)


def pair(w: float, at: Moment, event: str, gone: float) -> float:
    if event == "post":
        return clipped(w + 0.02 * summed(at.before, at.now, 17.0))
    return clipped(w - 0.015 * summed(at.seen_before, at.now, 34.0))


def decay(w: float, at: Moment, event: str, gone: float) -> float:
    return 0.2 + (w - 0.2) * math.exp(-gone / 60.0)


@snn.model
class LateTag(snn.EventRule):
    """A rule of the tests' own: it acts at post spikes only and reads the time between them."""

    tau: float = snn.param(25.0, unit="ms", above=0)
    mark = snn.SynapseVariable(0.5)

    @staticmethod
    def on_post(w: float, mark: float, elapsed: float, tau: float) -> tuple[float, float]:
        kept = mark * math.exp(-elapsed / tau)
        return min(w + 0.1 * kept, 1.0), kept + 0.25


PAIR = snn.PairSTDP(A_plus=0.02, A_minus=0.015, tau_plus=17.0, tau_minus=34.0, w_max=1.0)
DECAY = snn.WeightDecay(tau=60.0, w_rest=0.2)
SCALING = snn.SynapticScaling(target=4.0, trigger=7.0)
RULES: dict[str, list[snn.plasticity.Rule]] = {
    "exc": [PAIR, SCALING], "inh": [DECAY, PAIR], "alpha": [PAIR, DECAY, snn.TsodyksMarkram()],
    "cond": [SCALING, LateTag(), DECAY], "delta": [snn.StochasticRelease(p=0.5), LateTag(), PAIR],
}  # fmt: skip


def network() -> snn.Network:
    """Return sources and neurons with known trains, and a projection for each receptor."""
    pre, post = pre_trains(), post_trains()
    net = snn.Network(dt=1.0)
    cell = snn.LIF(cm=1e9, v_thresh=400.0, tau_refrac=0.0, receptors={
        "force": snn.CurrentDelta(), "exc": snn.CurrentExp(), "inh": snn.CurrentExp(sign=-1),
        "alpha": snn.CurrentAlpha(), "cond": snn.ConductanceExp(),
        "delta": snn.CurrentDelta(sign=-1),
    })  # fmt: skip
    sources = net.population(len(pre), snn.SpikeArray(times=pre), label="sources")
    forced = [[t - 1 for t in train] for train in post]
    teachers = net.population(len(post), snn.SpikeArray(times=forced), label="teachers")
    neurons = net.population(len(post), cell, label="neurons")
    net.connect(teachers, neurons, snn.OneToOne(), snn.Synapse(weight=2000.0), receptor="force")
    for k, (receptor, rules) in enumerate(RULES.items()):
        joined = snn.FixedProbability(1.0) if k % 2 else snn.AllToAll()
        synapse = snn.Synapse(weight=0.4, delay=float(DELAY), plasticity=rules)
        net.connect(sources, neurons, joined, synapse, receptor=receptor, label=receptor)
    net.record(neurons, ["spikes", "v"])
    return net


def walked(receptor: str) -> np.ndarray:
    """Return (steps, pre, post) weights of a projection by definition."""
    pre, post = pre_trains(), post_trains()
    w = np.full((len(pre), len(post)), 0.4)
    mark, last = np.full(w.shape, 0.5), {}
    found = []
    for now in range(1, STEPS + 1):
        learning = sum(now > s for s in SWITCHES[receptor]) % 2 == 0
        for i, arrivals in enumerate(pre):
            for j, train in enumerate(post):
                at = Moment(arrivals, [t + DELAY for t in train], now)
                for event in ["post"] * at.posts + ["pre"] * at.arrivals:
                    for k, rule in enumerate(RULES[receptor]):
                        gone = now - last.get((i, j, k), 0)
                        if isinstance(rule, snn.PairSTDP) and learning:
                            w[i, j] = pair(w[i, j], at, event, gone)
                        elif isinstance(rule, snn.WeightDecay):
                            last[i, j, k] = now
                            w[i, j] = decay(w[i, j], at, event, gone) if learning else w[i, j]
                        elif isinstance(rule, LateTag) and event == "post":
                            last[i, j, k] = now
                            if learning:
                                kept = mark[i, j] * math.exp(-gone / 25.0)
                                w[i, j] = min(w[i, j] + 0.1 * kept, 1.0)
                                mark[i, j] = kept + 0.25
        if now % 7 == 0 and learning and SCALING in RULES[receptor]:
            w *= 4.0 / w.sum(axis=0)
        found.append(w.copy())
    return np.array(found)


@pytest.fixture(scope="module")
def compiled() -> Any:
    return snn.compile_network(network(), precision="float64", seed=1)


def run(compiled: Any, backend: str, read: bool) -> tuple[dict[str, np.ndarray], Any]:
    """Advance step by step with the switches; return weights after every step, and records."""
    engine = engines.backend(backend).prepare(compiled)
    labels = {q.label: q.index for q in compiled.projections if q.rules}
    found: dict[str, list[np.ndarray]] = {label: [] for label in labels}
    for now in range(1, STEPS + 1):
        for label, index in labels.items():
            if now - 1 in SWITCHES[label]:
                engine.learn(index, bool(SWITCHES[label].index(now - 1) % 2))
        engine.advance(1)
        for label, index in labels.items():
            if read or now == STEPS:
                found[label].append(engine.read_weights(index))
    return {label: np.array(x) for label, x in found.items()}, engine.take()


@pytest.fixture(scope="module")
def outcomes(compiled: Any) -> Any:
    return {backend: run(compiled, backend, True) for backend in ("reference", "cpu")}


@pytest.mark.parametrize("receptor", list(RULES))
def test_weights_after_every_step(outcomes: Any, receptor: str) -> None:
    reference, cpu = (outcomes[b][0][receptor] for b in ("reference", "cpu"))
    np.testing.assert_array_equal(reference, cpu)
    # A few hundred operations on numbers below 10; sums of 12.
    np.testing.assert_allclose(cpu, walked(receptor).reshape(STEPS, -1), rtol=0, atol=1e-12)


def test_reading_less_often_changes_nothing(compiled: Any, outcomes: Any) -> None:
    """Between two reads post spikes are kept, not applied; the end must be the same."""
    seldom, records = run(compiled, "cpu", False)
    for receptor, weights in seldom.items():
        np.testing.assert_array_equal(weights[-1], outcomes["cpu"][0][receptor][-1])
    for k, (_, values) in records.samples.items():
        np.testing.assert_array_equal(values, outcomes["reference"][1].samples[k][1])


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_everything_goes_through_a_file(tmp_path: Path, backend: str) -> None:
    """Synapse variables, traces, triggers, rates, switches, axons and changed synapses at once."""
    net = snn.Network(dt=0.5)
    pre = net.population(12, snn.Poisson(rate=60.0), label="pre")
    post = net.population(10, snn.LIF(i_offset=0.85), label="post")
    dopamine = net.population(2, snn.Poisson(rate=30.0), label="dopamine")
    rewiring = snn.StructuralPlasticity(period=5.0, rate=60.0, slots=6, w_weak=0.3, p_weak=0.5,
                                        p_form=0.5, new_weight=0.2, new_delay=3.0)  # fmt: skip
    sets: dict[str, list[Any]] = {
        "reward": [snn.RewardSTDP(modulator=dopamine, A_plus=0.1, d_plus=0.05),
                   snn.TsodyksMarkram(tau_rec=100.0, tau_fac=50.0)],
        "scaled": [PAIR, snn.RateScaling(tau_rate=50.0, tau_w=200.0, trigger="spike"),
                   snn.RowScaling(target=1.5, trigger=4.0)],
        "topology": [rewiring, LateTag(), snn.DelayLearning(
            period=6.0, window=4.0, delay_min=2.0, delay_max=8.0)],
    }  # fmt: skip
    learned = [
        net.connect(pre, post, snn.FixedProbability(0.5), snn.Synapse(
            weight=snn.Uniform(0.1, 0.5), delay=snn.Uniform(3.0, 6.0), plasticity=rules,
            axonal_delay=1.0), label=label)
        for label, rules in sets.items()
    ]  # fmt: skip
    net.record(post, "spikes")

    def fresh() -> snn.Simulation:
        return snn.Simulation(net, backend=backend, precision="float64", seed=5)

    first = fresh()
    first.run(31.5)
    first.set_plasticity_rate(learned[1], 0.5)
    first.freeze(learned[0])
    first.run(10.0)
    first.save_checkpoint(tmp_path / "state")
    second = fresh()
    second.run(12.0)
    second.load_checkpoint(tmp_path / "state")
    outcomes = []
    for sim in (first, second):
        sim.run(11.0)
        sim.unfreeze(learned[0])
        steps = sim.run(30.0)["post"].steps
        kept = [sim.weights(q) for q in learned]
        outcomes.append([steps, *(x for s in kept for x in (s.pre, s.post, s.weight, s.delay))])
    for a, b in zip(*outcomes, strict=True):
        np.testing.assert_array_equal(a, b)
    assert len(outcomes[0][0]) > 5
