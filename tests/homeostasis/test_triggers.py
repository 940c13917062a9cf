"""When homeostasis acts: at a spike, at the multiples of a period, at a trial's end."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import networks
import numpy as np
import pytest
from agreement.equality import history, prepared, require_same_after_restore, require_same_in_pieces
from plasticity.oracle import STEPS, circuit, clipped, post_trains, pre_trains, summed, trajectory

import snn

TRIGGERS = ["spike", 1.0, 7.0, 40.0]
Scale = Callable[[np.ndarray, int, int], np.ndarray]
"""(weights of a row or column, neuron, step) -> weights."""


def walked(start: float, delay: int, trigger: Any, over: str, scale: Scale) -> np.ndarray:
    """Return (steps, pre, post) weights by definition: pair STDP, then the homeostasis."""
    pre, post = pre_trains(), post_trains()
    w = np.full((len(pre), len(post)), start)
    found = []
    for now in range(1, STEPS + 1):
        for i, arrivals in enumerate(pre):
            for j, train in enumerate(post):
                seen = [t + delay for t in train]
                for _ in range(seen.count(now)):
                    rise = 0.02 * summed([t for t in arrivals if t < now], now, 17.0)
                    w[i, j] = clipped(w[i, j] + rise)
                for _ in range(arrivals.count(now)):
                    fall = 0.015 * summed([t for t in seen if t < now], now, 34.0)
                    w[i, j] = clipped(w[i, j] - fall)
        rows = w.T if over == "post" else w
        for k, train in enumerate(post if over == "post" else pre):
            if now in train if trigger == "spike" else now % trigger == 0:
                rows[k] = scale(rows[k], k, now)
        found.append(w.copy())
    return np.array(found)


def require(rule: Any, trigger: Any, scale: Scale, over: str = "post") -> None:
    """Require the defined weights after every step, of both engines, for either layout."""
    pair = snn.PairSTDP(A_plus=0.02, A_minus=0.015, tau_plus=17.0, tau_minus=34.0, w_max=1.0)
    shape = len(pre_trains()), len(post_trains())
    wanted = walked(0.5, 3, trigger, over, scale).reshape(STEPS, -1)
    pairs = np.stack(np.indices(shape), -1).reshape(-1, 2)
    for joined in (snn.AllToAll(), snn.FromList(pairs)):
        net = circuit([pair, rule], joined, 3.0, 0.5)
        reference, cpu = (trajectory(net, backend) for backend in ("reference", "cpu"))
        np.testing.assert_array_equal(reference, cpu)
        # Sums of 12 terms and up to 130 scalings of numbers below 10.
        np.testing.assert_allclose(cpu, wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_sums_of_columns(trigger: Any) -> None:
    rule = snn.SynapticScaling(target=5.0, trigger=trigger)
    require(rule, trigger, lambda w, k, now: w * (5.0 / w.sum()))


@pytest.mark.parametrize("trigger", ["spike", 7.0])
def test_sums_of_rows(trigger: Any) -> None:
    rule = snn.RowScaling(target=3.0, trigger=trigger)
    require(rule, trigger, lambda w, k, now: w * (3.0 / w.sum()), "pre")


@pytest.mark.parametrize("trigger", ["spike", 7.0])
def test_norms_of_columns(trigger: Any) -> None:
    rule = snn.NormScaling(target=1.5, trigger=trigger)
    require(rule, trigger, lambda w, k, now: w * (1.5 / math.sqrt(math.fsum(w * w))))


@pytest.mark.parametrize("trigger", ["spike", 7.0])
def test_running_rates(trigger: Any) -> None:
    """The rate is a sum over spikes; the weights follow it since the rule last acted."""
    acted = [0] * len(post_trains())
    target, tau_rate, tau_w = 60.0, 50.0, 400.0

    def scale(w: np.ndarray, k: int, now: int) -> np.ndarray:
        train = [t for t in post_trains()[k] if t <= now]
        rate = target * math.exp(-now / tau_rate) + 1000.0 / tau_rate * summed(train, now, tau_rate)
        elapsed, acted[k] = now - acted[k], now
        return np.minimum(w * math.exp(elapsed / tau_w * (1 - rate / target)), 0.9)

    rule = snn.RateScaling(
        target=target, tau_rate=tau_rate, tau_w=tau_w, w_max=0.9, trigger=trigger
    )
    require(rule, trigger, scale)


def crowd(size: int = 70) -> tuple[snn.Network, Any]:
    """Return a recurrent network with homeostasis of every trigger on learning synapses."""
    net = snn.Network(dt=0.5)
    rng = np.random.default_rng(3)
    pre = net.population(size, snn.Poisson(rate=40.0), label="pre")
    post = net.population(size, networks.cell("lif own", rng, size), label="post")
    pair = snn.PairSTDP(A_plus=0.02, A_minus=0.02, w_max=0.5)
    late = snn.Uniform(0.5, 4.0)
    for label, rules in {
        "columns": [pair, snn.SynapticScaling(target=2.0, trigger=3.5)],
        "rows": [snn.RowScaling(target=1.0, trigger="spike"), pair],
        "rates": [pair, snn.RateScaling(target=8.0, tau_rate=200.0, tau_w=500.0, trigger=11.0),
                  snn.NormScaling(target=0.6, trigger=20.0)],
    }.items():  # fmt: skip
        synapse = snn.Synapse(weight=snn.Uniform(0, 0.4), delay=late, plasticity=rules)
        source = post if label == "rows" else pre
        net.connect(source, post, snn.FixedProbability(0.1), synapse, label=label)
    for population in (pre, post):
        net.record(population, "spikes")
    return net, post


@pytest.fixture(scope="module")
def compiled() -> Any:
    return snn.compile_network(crowd()[0], precision="float64", seed=2)


@pytest.fixture(scope="module")
def wanted(compiled: Any) -> Any:
    return history(prepared(compiled, "reference"), compiled, [160])


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("pieces", [[160], [1] * 20 + [63, 77], [6, 1, 33, 7, 113]])
def test_cuts_and_threads(compiled: Any, wanted: Any, threads: int, pieces: list[int]) -> None:
    require_same_in_pieces(compiled, wanted, pieces, threads=threads)
    assert wanted["spikes of post"].shape[1] > 100


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_snapshot(compiled: Any, wanted: Any, backend: str) -> None:
    """Traces and the times of the last action are part of what the future depends on."""
    require_same_after_restore(compiled, backend, wanted, at=81, steps=160)


def test_in_a_schedule_periods_go_on_and_trials_add_theirs() -> None:
    net = snn.Network(dt=1.0)
    pre = net.population(12, snn.Poisson(rate=60.0), label="pre")
    post = net.population(9, snn.LIF(i_offset=0.7), label="post")
    rules = [
        snn.PairSTDP(A_plus=0.02, w_max=0.5), snn.RateScaling(
            target=15.0, tau_rate=100.0, tau_w=200.0, trigger=7.0),
        snn.SynapticScaling(target=1.5),
    ]  # fmt: skip
    learned = net.connect(pre, post, snn.AllToAll(),
                          snn.Synapse(weight=snn.Uniform(0, 0.3), plasticity=rules))  # fmt: skip
    schedule = snn.Schedule(trials=4, phases=[snn.Phase(duration=15.0, rates={pre: 90.0}),
                                              snn.Phase(duration=10.0)],
                            learning={learned: [True, False, True, True]})  # fmt: skip
    found = []
    for backend in ("reference", "cpu"):
        sim = snn.Simulation(net, backend=backend, precision="float64", seed=4)
        sim.run(10.0)
        sim.present(schedule)
        found.append(sim.weights(learned).matrix())
        np.testing.assert_allclose(found[-1].sum(axis=0), 1.5, rtol=1e-14)
        sim.run(10.0)
        found[-1] = sim.weights(learned).matrix()
    np.testing.assert_array_equal(*found)
    assert np.ptp(found[0].sum(axis=0)) > 0
