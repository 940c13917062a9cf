"""Every event rule against Brian2, through the kernels that the translator writes for it.

The same compiled network on both sides; Brian2 runs its own queues, threads of events and traces at
each synapse, in its own generated code. Weights are compared through the run, at the end also
what short-term rules deliver.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from peers.learning import circuit, prepared, trajectory
from plasticity.oracle import STEPS

import snn
from snn.catalogue.walk import classes
from snn.errors import ValidationError

pytestmark = pytest.mark.peers
pytest.importorskip("brian2", reason="Brian2 is not installed: pip install 'snn-spinnaker[brian2]'")

PAIR = {"tau_plus": 17.0, "tau_minus": 34.0, "w_max": 2.0}

# Rule, tolerance of weights (of order 1) and why.
SAME = 1e-13, "the same operations on numbers of order 1; traces take exp in other groupings"
DRIFT = 1e-12, "drifts and eligibilities are summed over some hundred events"
CASES: dict[str, tuple[Any, tuple[float, str]]] = {
    "PairSTDP": (snn.PairSTDP(**PAIR, A_plus=0.04, A_minus=0.05), SAME),
    "PairSTDP, bounds": (snn.PairSTDP(**PAIR, A_plus=0.4, A_minus=0.5, w_min=0.1), SAME),
    "PairSTDP, multiplicative": (
        snn.PairSTDP(**PAIR, A_plus=0.2, A_minus=0.2, dependence=snn.Multiplicative()), SAME),
    "PairSTDP, power law": (
        snn.PairSTDP(**PAIR, A_plus=0.1, A_minus=0.1, dependence=snn.PowerLaw(mu_minus=0.0)),
        DRIFT),
    "NearestPairSTDP": (snn.NearestPairSTDP(**PAIR, A_plus=0.1, A_minus=0.1), SAME),
    "TwoTraceSTDP": (snn.TwoTraceSTDP(nu_pre=0.02, nu_post=0.05), SAME),
    "TripletSTDP": (snn.TripletSTDP(A2_plus=0.01, A3_plus=0.02, A3_minus=0.005, w_max=2.0), SAME),
    "NearestTripletSTDP": (
        snn.NearestTripletSTDP(A2_plus=0.01, A3_plus=0.02, A3_minus=0.005, w_max=2.0), SAME),
    "InhibitorySTDP": (snn.InhibitorySTDP(eta=0.05, rate=8.0), SAME),
    "SymmetricSTDP": (snn.SymmetricSTDP(eta=0.02, w_max=1.5), SAME),
    "TeacherForcedSTDP": (snn.TeacherForcedSTDP(), SAME),
    "SpikeDrivenPlasticity": (
        snn.SpikeDrivenPlasticity(theta_v=-64.5, up_low=0.2, down_low=0.1, down_high=9.0, a=0.3,
                                  b=0.3, X_0=0.4), DRIFT),
    "WeightDecay": (snn.WeightDecay(tau=50.0, w_rest=0.1), DRIFT),
    "TsodyksMarkram": (snn.TsodyksMarkram(U=0.3, tau_rec=40.0, tau_fac=25.0), SAME),
    "two rules": ([snn.WeightDecay(tau=300.0), snn.PairSTDP(**PAIR, A_plus=0.04)], DRIFT),
    "learning and short-term": (
        [snn.PairSTDP(**PAIR, A_plus=0.04), snn.TsodyksMarkram(U=0.3, tau_rec=40.0)], DRIFT),
}  # fmt: skip
REWARD = {"RewardSTDP": (snn.RewardSTDP(modulator="teachers", tau_c=60.0, tau_d=30.0, A_plus=0.2,
                                        A_minus=0.2, d_plus=0.01, w_max=2.0), DRIFT)}  # fmt: skip
GLIA = {"Gliotransmission": (snn.Gliotransmission(tau_rec=40.0, alpha=0.1), SAME)}
REFUSED = ("StochasticRelease", "StochasticTsodyksMarkram")
"""Rules that draw a number of our own streams at each spike: test_release_against_brian2.py."""


def test_every_event_rule_has_a_case() -> None:
    named = {type(r).__name__ for rules, _ in (*CASES.values(), *REWARD.values())
             for r in (rules if isinstance(rules, list) else [rules])}  # fmt: skip
    assert {cls.__name__ for cls in classes("rule")} == named | set(GLIA) | set(REFUSED)


@pytest.mark.parametrize("name", REFUSED)
def test_rules_that_draw_are_refused_beforehand(name: str) -> None:
    with pytest.raises(ValidationError, match=rf"learned\.{name}\.on_pre draws|{name}.*draws"):
        snn.run(circuit(getattr(snn, name)()), 10.0, backend="brian2", target="numpy")


@pytest.mark.parametrize("name", [*CASES, *REWARD, *GLIA])
def test_weights_and_potentials(name: str) -> None:
    rules, (tolerance, _) = {**CASES, **REWARD, **GLIA}[name]
    glia = {"receptors": {"astrocyte": snn.Astrocyte()}, "initial": {"astrocyte.gamma_s": 0.4}}
    net = circuit(rules, own_delays=False, delay=3.0, **(glia if name in GLIA else {}))
    options = {"coincident": 12} if name in REWARD else {}
    ours = prepared(net, "cpu")
    theirs = prepared(net, "brian2", target="numpy", **options)
    wanted, found = trajectory(ours, 44), trajectory(theirs, 44)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=tolerance)
    a, b = ours.take(), theirs.take()
    np.testing.assert_array_equal(b.spikes[2][0], a.spikes[2][0])
    np.testing.assert_array_equal(b.spikes[2][1], a.spikes[2][1])
    # Potentials of up to 900 mV: what short-term rules deliver is in them.
    np.testing.assert_allclose(b.samples[1][1], a.samples[1][1], rtol=1e-12, atol=1e-11)
    assert ours.step == STEPS
    assert name in ("TsodyksMarkram", "Gliotransmission") or np.ptp(wanted, axis=0).max() > 0.02


@pytest.mark.parametrize("delays", [1.0, None])
def test_other_delays(delays: float | None) -> None:
    """The smallest delay, and a delay of its own for each synapse."""
    rule, (tolerance, _) = CASES["PairSTDP"]
    net = circuit(rule, own_delays=delays is None, delay=delays or 1.0)
    wanted, found = (trajectory(prepared(net, b, **o), 26)
                     for b, o in (("cpu", {}), ("brian2", {"target": "numpy"})))  # fmt: skip
    np.testing.assert_allclose(found, wanted, rtol=0, atol=tolerance)


def test_learning_is_switched_off_and_on_again() -> None:
    rule, (tolerance, _) = CASES["TripletSTDP"]
    net = circuit(rule, own_delays=False)
    engines = [prepared(net, "cpu"), prepared(net, "brian2", target="numpy")]
    for steps, on in ((30, False), (40, True), (30, False), (30, True)):
        found = []
        for engine in engines:
            engine.advance(steps)
            found.append(engine.read_weights(1))
            engine.learn(1, on)
        np.testing.assert_allclose(found[1], found[0], rtol=0, atol=tolerance)
