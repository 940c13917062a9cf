"""A factor by which every change of weights is scaled, set by hand or by a read-out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plasticity.oracle import circuit, clipped, expected, post_trains, pre_trains, summed

import snn
from snn import engine as engines
from snn.errors import ValidationError

PAIR = snn.PairSTDP(A_plus=0.03, A_minus=0.02, tau_plus=17.0, tau_minus=34.0, w_max=1.0)
RATES = {40: 0.25, 70: 0.0, 90: 1.0}
"""Rate from the step after each of these."""


def rate_at(now: int) -> float:
    return [1.0, *(rate for step, rate in RATES.items() if now > step)][-1]


def on_pre(w: float, arrived: Any, seen: Any, now: int) -> float:
    return w + rate_at(now) * (clipped(w - 0.02 * summed(seen, now, 34.0)) - w)


def on_post(w: float, arrived: Any, seen: Any, now: int) -> float:
    return w + rate_at(now) * (clipped(w + 0.03 * summed(arrived, now, 17.0)) - w)


@pytest.mark.parametrize("listed", [False, True])
def test_weights_under_rates_set_by_hand(listed: bool) -> None:
    pre, post = pre_trains(), post_trains()
    pairs = [(i, j) for i in range(len(pre)) for j in range(len(post))]
    net = circuit(PAIR, snn.FromList(pairs) if listed else snn.AllToAll(), 3.0, 0.5)
    compiled = snn.compile_network(net, precision="float64")
    found = []
    for backend in ("reference", "cpu"):
        engine = engines.backend(backend).prepare(compiled)
        for step, rate in RATES.items():
            engine.advance(step - engine.step)
            engine.set_plasticity_rate(1, rate)
        engine.advance(130 - engine.step)
        found.append(engine.read_weights(1))
    np.testing.assert_array_equal(*found)
    wanted = [expected(pre[i], [t + 3 for t in post[j]], 0.5, on_pre, on_post)[-1]
              for i, j in pairs]  # fmt: skip
    np.testing.assert_allclose(found[0], wanted, rtol=0, atol=1e-12)


@snn.model
class Count(snn.EventRule):
    """A rule of the tests' own: every pre spike adds 1."""

    @staticmethod
    def on_pre(w: float) -> float:
        return w + 1.0


def counting(trials: int) -> tuple[Any, ...]:
    """Return a network in which each trial of 10 ms adds 1 at rate 1, and a noisy read-out."""
    net = snn.Network(dt=1.0)
    pre = net.population(1, snn.SpikeArray(times=[np.arange(5.0, 2000.0, 10.0)]), label="pre")
    noise = net.population(3, snn.Poisson(rate=200.0), label="noise")
    post = net.population(1, snn.LIF(), label="post")
    learned = net.connect(pre, post, snn.AllToAll(), snn.Synapse(weight=0.0, plasticity=Count()),
                          label="learned")  # fmt: skip
    phases = [snn.Phase(duration=6.0, rates={noise: 200.0}),
              snn.Phase(duration=4.0, rates={noise: 900.0})]  # fmt: skip
    readout = snn.Readout(population=noise, counts=[1.0, 3.0, 7.0], rates=[1.0, 0.5, 0.0])
    return net, noise, learned, {"trials": trials, "phases": phases}, readout


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_rates_for_each_trial(backend: str) -> None:
    net, _, learned, schedule, _ = counting(4)
    sim = snn.Simulation(net, backend=backend, precision="float64")
    sim.present(snn.Schedule(**schedule, plasticity_rate={learned: [0.5, 0.0, 0.25, 0.125]}))
    assert sim.weights(learned).weight[0] == 0.875
    sim.run(20.0)
    assert sim.weights(learned).weight[0] == 1.125


@pytest.mark.parametrize("backend", ["reference", "cpu"])
@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("phase", [0, 1])
def test_a_read_out_sets_the_rate_of_the_next_trial(
    backend: str, counted: bool, phase: int
) -> None:
    net, noise, learned, schedule, readout = counting(12)
    shown = snn.Schedule(**schedule, count=[noise], count_phase=phase,
                         plasticity_rate={learned: readout})  # fmt: skip
    sim = snn.Simulation(net, backend=backend, precision="float64", seed=3)
    counts = sim.present(shown).counts["noise"].sum(axis=1)
    if not counted:
        sim.reset()
        sim.present(snn.Schedule(**schedule, count_phase=phase,
                                 plasticity_rate={learned: readout}))  # fmt: skip
    assert len(np.unique(counts)) > 3
    rates = [1.0, *np.interp(counts, [1.0, 3.0, 7.0], [1.0, 0.5, 0.0])]
    # Sums of 12 numbers that have few binary digits.
    assert sim.weights(learned).weight[0] == pytest.approx(sum(rates[:-1]), rel=1e-15)
    sim.run(10.0)
    assert sim.weights(learned).weight[0] == pytest.approx(sum(rates), rel=1e-15)


def test_repeated_presentations_read_out_too() -> None:
    found = []
    for backend in ("reference", "cpu"):
        net, noise, learned, schedule, readout = counting(6)
        repeat = snn.Repeat(population=noise, at_least=5, gain=0.3, limit=3)
        sim = snn.Simulation(net, backend=backend, precision="float64", seed=2)
        shown = sim.present(snn.Schedule(**schedule, repeat=repeat,
                                         plasticity_rate={learned: readout}))  # fmt: skip
        found.append(sim.weights(learned).weight)
        assert shown.attempts.max() > 0
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("rules", ["homeostasis", "trial rule"])
def test_rules_of_other_kinds_are_scaled(rules: str) -> None:
    found = []
    for backend in ("reference", "cpu"):
        net = snn.Network(dt=1.0)
        pre = net.population(4, snn.Poisson(rate=100.0), label="pre")
        post = net.population(3, snn.LIF(receptors={"excitatory": snn.CurrentExp(signed=True)}))
        rule = snn.SynapticScaling(target=2.0) if rules == "homeostasis" else snn.Tempotron(
            labels=[True, False], rate=0.2)  # fmt: skip
        learned = net.connect(pre, post, snn.AllToAll(), snn.Synapse(weight=0.25, plasticity=rule))
        sim = snn.Simulation(net, backend=backend, precision="float64", seed=4)
        whole = snn.Simulation(net, backend=backend, precision="float64", seed=4)
        sim.set_plasticity_rate(learned, 0.25)
        phases = [snn.Phase(duration=50.0, rates={pre: 100.0})]
        for each in (sim, whole):
            each.present(snn.Schedule(trials=1, phases=phases))
        moved = whole.weights(learned).weight - 0.25
        assert np.abs(moved).max() > 0
        found.append(sim.weights(learned).weight)
        np.testing.assert_allclose(found[-1], 0.25 + 0.25 * moved, rtol=1e-14)
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_checkpoint(tmp_path: Path, backend: str) -> None:
    """The rate is part of what the future depends on, also for a fresh simulation."""
    net, _, learned, _, _ = counting(1)
    sim = snn.Simulation(net, backend=backend)
    sim.set_plasticity_rate(learned, 0.5)
    sim.run(20.0)
    sim.save_checkpoint(tmp_path / "state")
    twin = snn.Simulation(net, backend=backend)
    twin.load_checkpoint(tmp_path / "state")
    twin.run(20.0)
    assert twin.weights(learned).weight[0] == 2.0
    twin.reset()
    twin.run(20.0)
    assert twin.weights(learned).weight[0] == 2.0


@pytest.mark.parametrize("rate", [-0.1, 1.5, float("nan")])
def test_rates_out_of_range(rate: float) -> None:
    net, _, learned, schedule, _ = counting(2)
    sim = snn.Simulation(net, backend="reference")
    with pytest.raises(ValidationError, match=r"\[0, 1\]"):
        sim.set_plasticity_rate(learned, rate)
    with pytest.raises(ValidationError, match=r"rates in \[0, 1\]"):
        sim.present(snn.Schedule(**schedule, plasticity_rate={learned: rate}))


def test_read_outs_that_cannot_be() -> None:
    net, noise, learned, schedule, _ = counting(2)
    sim = snn.Simulation(net, backend="reference")
    for counts, rates, says in (
        ([1.0], [1.0], "two or more"), ([3.0, 1.0], [0.0, 1.0], "ascending"),
        ([1.0, 2.0], [0.0, 1.5], "rates in"), ([1.0, 2.0], [0.0], "a rate for each"),
    ):  # fmt: skip
        readout = snn.Readout(population=noise, counts=counts, rates=rates)
        with pytest.raises(ValidationError, match=says):
            sim.present(snn.Schedule(**schedule, plasticity_rate={learned: readout}))
    other = snn.Network().population(1, snn.Poisson(rate=1.0))
    readout = snn.Readout(population=other, counts=[1.0, 2.0], rates=[0.0, 1.0])
    with pytest.raises(ValidationError, match="another network"):
        sim.present(snn.Schedule(**schedule, plasticity_rate={learned: readout}))
    with pytest.raises(ValidationError, match="shape"):
        sim.present(snn.Schedule(**schedule, plasticity_rate={learned: [1.0, 1.0, 1.0]}))
