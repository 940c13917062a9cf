"""Event rules against NEST's synapses: the same trains, the weight at the end of each run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from plasticity import oracle
from plasticity.oracle import STEPS, circuit, post_trains, pre_trains, trajectory

import snn

nest = pytest.importorskip("nest")
pytestmark = pytest.mark.peers

# NEST keeps time in its own units (ms within 1e-9) and sums in another order.
TOLERANCE = 1e-9
DELAY = 3.0
START = 0.5


def nest_weights(
    synapse: str, given: dict[str, Any], post: dict[str, Any], *, late: int = 0
) -> np.ndarray:
    """Return the weight of every pair of trains after a last pre spike that changes it.

    Pre spikes come `late` steps later and the delay is as much shorter; the last is at STEPS.
    """
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.ResetKernel()
    nest.resolution = 1.0
    nest.CopyModel(synapse, "learned", {**given, "weight": START, "delay": DELAY - late})
    pre = [[t + late for t in train if t + late < STEPS] for train in pre_trains()]
    found = []
    pre_cells = nest.Create("parrot_neuron", len(pre))
    post_cells = nest.Create("parrot_neuron", len(post_trains()), params=post)
    for cells, trains in ((pre_cells, [[*t, STEPS] for t in pre]), (post_cells, post_trains())):
        for cell, train in zip(cells, trains, strict=True):
            times = [float(t) - 1.0 for t in sorted(set(train)) if t > 1]
            source = nest.Create("spike_generator", params={"spike_times": times})
            nest.Connect(source, cell, syn_spec={"delay": 1.0})
    # Port 1 of a parrot receives and does not repeat.
    nest.Connect(pre_cells, post_cells, "all_to_all",
                 {"synapse_model": "learned", "receptor_type": 1})  # fmt: skip
    nest.Simulate(STEPS + 20.0)
    for source in pre_cells:
        for target in post_cells:
            found.append(nest.GetConnections(source, target, synapse_model="learned").weight)
    return np.array(found)


def ours(rule: Any, monkeypatch: pytest.MonkeyPatch, late: int = 0) -> np.ndarray:
    """Return our weights, the last pre spike included; `late` steps of the delay are axonal."""
    first = oracle.pre_trains()
    kept = [[t for t in sorted({*train, STEPS - late}) if 1 - late < t <= STEPS - late]
            for train in first]  # fmt: skip
    monkeypatch.setattr(oracle, "pre_trains", lambda: kept)
    net = circuit(rule, snn.AllToAll(), DELAY, START, axonal_delay=float(late))
    return trajectory(net, "cpu")[-1]


CASES: dict[str, tuple[Any, str, dict[str, Any], dict[str, Any]]] = {
    "pair, additive": (
        snn.PairSTDP(tau_plus=17.0, tau_minus=34.0, A_plus=0.04, A_minus=0.05, w_max=2.0),
        "stdp_synapse",
        {"tau_plus": 17.0, "lambda": 0.02, "alpha": 1.25, "mu_plus": 0.0, "mu_minus": 0.0,
         "Wmax": 2.0},
        {"tau_minus": 34.0},
    ),
    "pair, power law": (
        snn.PairSTDP(tau_plus=17.0, tau_minus=34.0, A_plus=0.02, A_minus=0.025, w_max=2.0,
                     dependence=snn.PowerLaw(mu_plus=0.4, mu_minus=0.7)),
        "stdp_synapse",
        {"tau_plus": 17.0, "lambda": 0.02, "alpha": 1.25, "mu_plus": 0.4, "mu_minus": 0.7,
         "Wmax": 2.0},
        {"tau_minus": 34.0},
    ),
    "triplet": (
        snn.TripletSTDP(A2_plus=0.01, A3_plus=0.02, A2_minus=0.015, A3_minus=0.005, w_max=2.0),
        "stdp_triplet_synapse",
        {"tau_plus": 16.8, "tau_plus_triplet": 101.0, "Aplus": 0.01, "Aplus_triplet": 0.02,
         "Aminus": 0.015, "Aminus_triplet": 0.005, "Wmax": 2.0},
        {"tau_minus": 33.7, "tau_minus_triplet": 125.0},
    ),
    "inhibitory": (
        # Far from the bound: NEST clips between the two terms of a pre spike, we after both.
        snn.InhibitorySTDP(tau=25.0, eta=0.02, rate=4.0, w_max=20.0),
        "vogels_sprekeler_synapse",
        {"tau": 25.0, "eta": 0.02, "alpha": 0.2, "Wmax": 20.0},
        {"tau_minus": 25.0},
    ),
}  # fmt: skip


@pytest.mark.parametrize("late", [1, 2])
@pytest.mark.parametrize("case", ["pair, power law", "triplet"])
def test_axonal_delays(case: str, late: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """NEST has dendritic delays only: an axon is a source that fires as much later."""
    rule, synapse, given, post = CASES[case]
    wanted = nest_weights(synapse, given, post, late=late)
    found = ours(rule, monkeypatch, late)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("case", CASES)
def test_weights(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rule, synapse, given, post = CASES[case]
    wanted = nest_weights(synapse, given, post)
    np.testing.assert_allclose(ours(rule, monkeypatch), wanted, rtol=0, atol=TOLERANCE)
