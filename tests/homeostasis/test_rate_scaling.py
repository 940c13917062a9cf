"""Rate homeostasis brings neurons to their target; `test_triggers.py` has the weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import snn


@pytest.mark.parametrize("trigger", ["spike", 100.0])
def test_neurons_reach_their_target(trigger: Any) -> None:
    """Neurons whose drives differ by four end within 15 % of one rate.

    By the law the mean rate over a time T differs from the target by ``tau_w / T`` times the
    logarithm of the change of the weights; after that the running rate is that of a stationary
    train: its standard deviation over 20 neurons and 20 s at 10 Hz is 0.16 Hz.
    """
    net = snn.Network(dt=1.0)
    rates = np.linspace(20.0, 80.0, 20)
    source = net.population(20, snn.Poisson(rate=rates), label="source")
    neurons = net.population(20, snn.LIF(tau_m=10.0, receptors={
        "excitatory": snn.CurrentExp(tau_syn=5.0)}), label="neurons")  # fmt: skip
    rule = snn.RateScaling(target=10.0, tau_rate=2000.0, tau_w=5000.0, trigger=trigger)
    net.connect(source, neurons, snn.OneToOne(), snn.Synapse(weight=8.0, plasticity=rule))
    net.record(neurons, "spikes")
    sim = snn.Simulation(net, seed=1)
    before = sim.run(4000.0)["neurons"].rates()
    sim.run(76_000.0)
    after = sim.run(20_000.0)["neurons"].rates()
    assert np.ptp(before) > 10.0
    np.testing.assert_allclose(after, 10.0, atol=1.5)
    assert abs(after.mean() - 10.0) < 0.5


def test_silent_neurons_are_woken_by_a_period_only() -> None:
    for trigger, grown in (("spike", False), (50.0, True)):
        net = snn.Network(dt=1.0)
        source = net.population(1, snn.Poisson(rate=20.0))
        neuron = net.population(1, snn.LIF())
        rule = snn.RateScaling(tau_rate=500.0, tau_w=1000.0, trigger=trigger)
        learned = net.connect(source, neuron, snn.AllToAll(),
                              snn.Synapse(weight=0.01, plasticity=rule))  # fmt: skip
        sim = snn.Simulation(net)
        sim.run(2000.0)
        assert (sim.weights(learned).weight[0] > 0.02) == grown
