"""Trials with a rule that a host can apply between them, for any backend."""

from __future__ import annotations

from typing import Any

import numpy as np

import snn


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


def schedule(net: snn.Network, silence: float) -> snn.Schedule:
    """Return three trials of the first population's input; `silence` ms end each."""
    source, out = net.populations
    phases = [snn.Phase(duration=40.0, rates={source: 60.0})]
    phases += [snn.Phase(duration=silence)] if silence else []
    return snn.Schedule(trials=3, count=[out], phases=phases)


def presented(net: snn.Network, backend: str, silence: float, **options: Any) -> Any:
    """Return what a backend makes of the trials."""
    with snn.Simulation(net, backend=backend, seed=2, precision="float64", **options) as simulation:
        return simulation.present(schedule(net, silence))


def require_same_trials(inside: Any, outside: Any, start: float) -> None:
    """Require spikes and learned weights of the oracle, which has the rule inside."""
    np.testing.assert_array_equal(outside.counts["out"], inside.counts["out"])
    learned = inside.result["learned"].weights
    assert np.abs(learned - start).max() > 0.01
    np.testing.assert_allclose(outside.result["learned"].weights, learned, rtol=1e-9)
