"""Rules that NEST lacks, applied by the host between its runs; the oracle has them inside."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from peers.trials import Follow, presented, require_same_trials

import snn
from snn.errors import ValidationError

RULES = {
    "two traces": lambda scale: snn.TwoTraceSTDP(w_max=2.0 * scale, nu_pre=2e-2 * scale,
                                                 nu_post=1e-2 * scale),
    "symmetric": lambda scale: snn.SymmetricSTDP(w_max=2.0 * scale),
    "w_min": lambda scale: snn.PairSTDP(A_plus=1e-2 * scale, A_minus=1e-2 * scale,
                                        w_min=0.1 * scale, w_max=2.0 * scale),
}  # fmt: skip
"""None has a form in NEST; the last one has a bound that NEST's synapse has not."""


def circuit(rule: Any, weight: float) -> snn.Network:
    """Neurons that static synapses make fire, with synapses that learn."""
    net = snn.Network(dt=0.1)
    source = net.population(20, snn.Poisson(rate=40.0), label="source")
    out = net.population(5, snn.LIF(tau_m=10.0), label="out")
    net.connect(source, out, snn.AllToAll(), snn.Synapse(weight=0.9, delay=3.0))
    synapse = snn.Synapse(weight=weight, delay=1.5, plasticity=rule)
    net.connect(source, out, snn.AllToAll(), synapse, label="learned")
    net.record(out, "spikes")
    return net


def rewarded(scale: float) -> snn.Network:
    """Two rewards, which come late; the rule has a synapse in NEST, but not these conventions."""
    rule = snn.RewardSTDP(modulator="reward", A_plus=1e-2 * scale, A_minus=5e-3 * scale,
                          w_max=2.0 * scale)  # fmt: skip
    net = circuit(rule, 0.5 * scale)
    net.population(1, snn.SpikeArray(times=[[40.0, 72.5]]), label="reward")
    return net


def test_the_host_sees_the_neuromodulator() -> None:
    net = rewarded(1e-9)
    inside = snn.run(net, 100.0, backend="reference", precision="float64", seed=2)
    found = snn.run(net, 100.0, backend="nest", unsupported="host", chunk=10.0, seed=2,
                    precision="float64")  # fmt: skip
    learned = inside["learned"].weights
    assert np.abs(learned - 5e-10).max() > 1e-12
    np.testing.assert_allclose(found["learned"].weights, learned, rtol=1e-12)
    with pytest.raises(ValidationError, match="RewardSTDP"):
        snn.run(net, 10.0, backend="nest")


@pytest.mark.parametrize("name", RULES)
def test_every_spike_is_seen_in_its_step(name: str) -> None:
    """Weights too small to matter: that they are delivered a chunk later cannot be seen."""
    net = circuit(RULES[name](1e-9), 5e-10)
    inside = snn.run(net, 100.0, backend="reference", precision="float64", seed=2)
    found = snn.run(
        net, 100.0, backend="nest", unsupported="host", chunk=25.0, seed=2, precision="float64"
    )
    assert inside["out"].counts().sum() > 20
    np.testing.assert_array_equal(found["out"].steps, inside["out"].steps)
    learned = inside["learned"].weights
    assert np.abs(learned - 5e-10).max() > 1e-12
    np.testing.assert_allclose(found["learned"].weights, learned, rtol=1e-12)
    assert any("ran on the host every 25 ms" in text for text in found.warnings)


def test_weights_reach_nest_a_chunk_later() -> None:
    """A chunk with the initial weights, the next one with those that the host made of it."""
    net = circuit(RULES["w_min"](1.0), 0.5)
    with snn.Simulation(net, backend="nest", unsupported="host", chunk=50.0, seed=2) as simulation:
        first = simulation.run(50.0)
        simulation.run(50.0)
        late = simulation.run(0.0)
    frozen = circuit((), 0.5)
    alone = snn.run(frozen, 50.0, backend="reference", precision="float64", seed=2)
    np.testing.assert_array_equal(first["out"].steps, alone["out"].steps)
    assert np.abs(first["learned"].weights - 0.5).max() > 0.01
    assert np.abs(late["learned"].weights - first["learned"].weights).max() > 0.01
    # The oracle of the second chunk: weights set at 50 ms into a network without the rule.
    oracle = snn.Simulation(circuit((), 0.5), backend="reference", precision="float64", seed=2)
    oracle.run(50.0)
    oracle.set_weights(oracle.network.projections[1], first["learned"].weights)
    expected = oracle.run(50.0)["out"].counts()
    with snn.Simulation(net, backend="nest", unsupported="host", chunk=50.0, seed=2) as simulation:
        simulation.run(50.0)
        second = simulation.run(50.0)["out"].counts()
    assert expected.sum() > 20
    # What is on its way at 50 ms has old weights here and in NEST new ones: 1.5 ms of spikes.
    assert np.abs(second - expected).max() <= 1


@pytest.mark.parametrize("silence", [0.0, 10.0])
def test_trial_rules_without_restart_are_exact(silence: float) -> None:
    """After a pause nothing is on its way; without one, NEST delivers that with new weights."""
    net = circuit(Follow(), 0.1)
    inside = presented(net, "reference", silence)
    found = presented(net, "nest", silence, unsupported="host")
    np.testing.assert_array_equal(found.counts["out"][0], inside.counts["out"][0])
    assert inside.counts["out"].sum() > 20
    if silence:
        require_same_trials(inside, found, 0.1)


def test_trial_rules_that_restart_neurons_are_refused() -> None:
    net = circuit(snn.Tempotron(labels=[[1] * 5], w_min=0.0), 0.1)
    with pytest.raises(ValidationError, match="puts neurons back"):
        snn.Simulation(net, backend="nest", unsupported="host")
