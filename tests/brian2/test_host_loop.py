"""Trial rules that leave neurons as they are, applied by the host between runs of Brian2."""

from __future__ import annotations

import pytest
from peers.trials import Follow, presented, require_same_trials

import snn
from snn.errors import ValidationError


def circuit(rule: snn.TrialRule) -> snn.Network:
    net = snn.Network(dt=0.1)
    source = net.population(20, snn.Poisson(rate=0.0), label="source")
    out = net.population(5, snn.LIF(tau_m=10.0), label="out")
    synapse = snn.Synapse(weight=0.7, delay=1.5, plasticity=rule)
    net.connect(source, out, snn.AllToAll(), synapse, label="learned")
    net.record(out, "spikes")
    return net


def test_trial_rules_without_restart_are_exact() -> None:
    """Trials end with a pause, so that nothing is on its way when weights change."""
    net = circuit(Follow())
    inside = presented(net, "reference", 10.0)
    assert inside.counts["out"].sum() > 20
    outside = presented(net, "brian2", 10.0, unsupported="host", target="numpy")
    require_same_trials(inside, outside, 0.7)


def test_trial_rules_that_restart_neurons_are_refused() -> None:
    net = circuit(snn.Tempotron(labels=[[1] * 5], w_min=0.0))
    with pytest.raises(ValidationError, match="puts neurons back"):
        snn.Simulation(net, backend="brian2", unsupported="host")
