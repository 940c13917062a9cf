"""Trial rules that leave neurons as they are, applied by the host between runs of Brian2."""

from __future__ import annotations

import numpy as np
import pytest

import snn
from snn.errors import ValidationError


@snn.model
class Follow(snn.TrialRule):
    """Adds, for each pair of spikes of a trial in that order; neurons go on as they are."""

    step: float = snn.param(1e-3, shared=True, doc="of a pair")
    restart = False

    @staticmethod
    def at_trial_end(step, w, pre_steps, pre_neurons, post_steps, post_neurons, peak):  # type: ignore[no-untyped-def]
        for n in range(len(pre_steps)):
            for k in range(len(post_steps)):
                if pre_steps[n] < post_steps[k]:
                    w[pre_neurons[n], post_neurons[k]] += step
        for j in range(w.shape[1]):
            w[0, j] += 1e-6 * peak[j]


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
    source, out = net.populations
    trials = snn.Schedule(
        trials=3, count=[out],
        phases=[snn.Phase(duration=40.0, rates={source: 60.0}), snn.Phase(duration=10.0)],
    )  # fmt: skip
    found = {}
    for backend, options in (("reference", {}), ("brian2", {"target": "numpy"})):
        more = {"unsupported": "host"} if backend == "brian2" else {}
        with snn.Simulation(net, backend=backend, seed=2, precision="float64", **options,
                            **more) as simulation:  # fmt: skip
            found[backend] = simulation.present(trials)
    inside, outside = found.values()
    assert inside.counts["out"].sum() > 20
    np.testing.assert_array_equal(outside.counts["out"], inside.counts["out"])
    learned = inside.result["learned"].weights
    assert np.abs(learned - 0.7).max() > 0.01
    np.testing.assert_allclose(outside.result["learned"].weights, learned, rtol=1e-9)


def test_trial_rules_that_restart_neurons_are_refused() -> None:
    net = circuit(snn.Tempotron(labels=[[1] * 5], w_min=0.0))
    with pytest.raises(ValidationError, match="puts neurons back"):
        snn.Simulation(net, backend="brian2", unsupported="host")
