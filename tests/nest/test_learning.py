"""The weight trajectory of every rule that NEST has: after every step what the CPU engine has.

NEST changes weights when the next pre spike is delivered, scales steps by the largest weight and
leaves coincident spikes to the next event; a read weight must show none of that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from peers.learning import LEARNED, circuit, prepared, trajectory
from plasticity.oracle import STEPS

import snn
from snn.errors import SnnError

pytestmark = pytest.mark.peers

# NEST keeps time in ms and takes its exponentials over other intervals: some roundings of 1e-16
# for each of a few hundred events.
TOLERANCE = 1e-12

PAIR = {"tau_plus": 17.0, "tau_minus": 34.0, "w_max": 2.0}
RULES: dict[str, tuple[Any, bool]] = {
    # Rule, and whether sources may fire only once a step (NEST's second spike sees the first).
    "pair, additive": (snn.PairSTDP(**PAIR, A_plus=0.04, A_minus=0.05), False),
    "pair, bounds met": (snn.PairSTDP(**PAIR, A_plus=0.4, A_minus=0.5), False),
    "pair, multiplicative": (
        snn.PairSTDP(**PAIR, A_plus=0.04, A_minus=0.05, dependence=snn.Multiplicative()), False),
    "pair, power law": (
        snn.PairSTDP(**PAIR, A_plus=0.02, A_minus=0.025,
                     dependence=snn.PowerLaw(mu_plus=0.4, mu_minus=0.7)), False),
    "pair, no depression": (snn.PairSTDP(**PAIR, A_plus=0.04, A_minus=0.0), False),
    "nearest": (snn.NearestPairSTDP(**PAIR, A_plus=0.04, A_minus=0.05), False),
    "nearest, multiplicative": (
        snn.NearestPairSTDP(**PAIR, A_plus=0.1, A_minus=0.1, dependence=snn.Multiplicative()),
        False),
    "triplet": (
        snn.TripletSTDP(A2_plus=0.01, A3_plus=0.02, A2_minus=0.015, A3_minus=0.005, w_max=2.0),
        True),
    "inhibitory": (snn.InhibitorySTDP(tau=25.0, eta=0.02, rate=4.0, w_max=50.0), False),
}  # fmt: skip


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("name", RULES)
def test_weights_after_every_step(name: str, sign: int) -> None:
    rule, once = RULES[name]
    net = circuit(rule, sign=sign, once=once)
    ours, theirs = (trajectory(prepared(net, b)) for b in ("cpu", "nest"))
    np.testing.assert_allclose(theirs, ours, rtol=0, atol=TOLERANCE * 2.0)
    assert np.ptp(ours, axis=0).max() > 0.05


def test_reading_in_between_changes_nothing_and_threads_neither() -> None:
    net = circuit(RULES["pair, additive"][0])
    often, rarely = trajectory(prepared(net, "nest")), trajectory(prepared(net, "nest"), STEPS)
    np.testing.assert_array_equal(often[-1], rarely[-1])
    two = trajectory(prepared(net, "nest", threads=2), 7)
    np.testing.assert_array_equal(two[-1], rarely[-1])


def test_short_term_plasticity_delivers_what_ours_does() -> None:
    net = circuit(snn.TsodyksMarkram(U=0.3, tau_rec=40.0, tau_fac=25.0), once=False)
    ours, theirs = (prepared(net, b) for b in ("cpu", "nest"))
    for engine in (ours, theirs):
        engine.advance(STEPS)
    found, wanted = theirs.take().samples[1], ours.take().samples[1]
    np.testing.assert_array_equal(found[0], wanted[0])
    # Potentials of up to 900 mV.
    np.testing.assert_allclose(found[1], wanted[1], rtol=1e-12, atol=1e-12)
    assert np.ptp(wanted[1]) > 1.0


SMALL = {
    # Steps so small that what NEST owes is less than any weight.
    "pair": (snn.PairSTDP(**PAIR, A_plus=0.002, A_minus=0.003), False),
    "pair, power law": (
        snn.PairSTDP(**PAIR, A_plus=0.002, A_minus=0.002,
                     dependence=snn.PowerLaw(mu_plus=0.4, mu_minus=0.7)), False),
    "triplet": (snn.TripletSTDP(A2_plus=0.001, A3_plus=0.001, A2_minus=0.001, A3_minus=0.0005,
                                w_max=2.0), True),
    "inhibitory": (snn.InhibitorySTDP(tau=25.0, eta=0.002, rate=4.0, w_max=50.0), False),
}  # fmt: skip


@pytest.mark.parametrize("name", SMALL)
def test_learning_is_switched_off_and_on_again(name: str) -> None:
    rule, once = SMALL[name]
    net = circuit(rule, once=once)
    engines = [prepared(net, b) for b in ("cpu", "nest")]
    last, learned = np.zeros(0), True
    for steps, on in ((30, False), (20, True), (25, False), (20, True), (35, True)):
        found = []
        for engine in engines:
            engine.advance(steps)
            found.append(engine.read_weights(LEARNED))
            engine.learn(LEARNED, on)
        np.testing.assert_allclose(found[1], found[0], rtol=0, atol=1e-11)
        assert np.array_equal(last, found[0]) != learned
        last, learned = found[0], on


def test_weights_set_in_the_middle_are_not_touched_by_what_went_before() -> None:
    net = circuit(SMALL["pair"][0])
    engines = [prepared(net, b) for b in ("cpu", "nest")]
    new = np.linspace(1.0, 1.9, engines[0].compiled.projections[LEARNED].synapses)
    for steps in (31, 16, 80):
        found = []
        for engine in engines:
            engine.advance(steps)
            found.append(engine.read_weights(LEARNED))
            engine.write_weights(LEARNED, new)
            np.testing.assert_allclose(engine.read_weights(LEARNED), new, rtol=0, atol=1e-12)
        np.testing.assert_allclose(found[1], found[0], rtol=0, atol=1e-9)


def test_a_weight_that_nest_will_exceed_is_refused() -> None:
    engine = prepared(circuit(RULES["pair, additive"][0]), "nest")
    engine.advance(31)
    with pytest.raises(SnnError, match=r"learned.weights: NEST strengthens \d+ synapses"):
        engine.write_weights(LEARNED, 0.0)
