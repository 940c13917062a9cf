"""Weight dependence as a part: pair STDP with each, and a user's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from plasticity.oracle import Times, clipped, require, summed

import snn
from snn.errors import ValidationError

LOW, HIGH = 0.1, 0.9


def multiplicative(w: float, change: float) -> float:
    return clipped(w + change * ((HIGH - w) if change > 0 else (w - LOW)), LOW, HIGH)


def power_law(w: float, change: float) -> float:
    span = HIGH - LOW
    if change > 0:
        return clipped(w + change * span * max((HIGH - w) / span, 0.0) ** 0.3, LOW, HIGH)
    return clipped(w + change * span * max((w - LOW) / span, 0.0) ** 1.7, LOW, HIGH)


def additive_in_ranges(w: float, change: float) -> float:
    return clipped(w + change * (HIGH - LOW), LOW, HIGH)


@snn.model
class Reflecting(snn.Dependence):
    """A dependence of the tests' own: changes shrink to nothing at a middle weight."""

    middle: float = snn.param(0.4, shared=True)

    @staticmethod
    def changed(w: float, change: float, w_min: float, w_max: float, middle: float) -> float:
        return min(max(w + change * abs(w - middle), w_min), w_max)


def reflecting(w: float, change: float) -> float:
    return clipped(w + change * abs(w - 0.4), LOW, HIGH)


CASES = {
    "additive": (snn.Additive(), lambda w, change: clipped(w + change, LOW, HIGH)),
    "multiplicative": (snn.Multiplicative(), multiplicative),
    "power law": (snn.PowerLaw(mu_plus=0.3, mu_minus=1.7), power_law),
    "power law of exponent 0": (snn.PowerLaw(mu_plus=0, mu_minus=0), additive_in_ranges),
    "power law of exponent 1": (snn.PowerLaw(mu_plus=1.0, mu_minus=1.0), multiplicative),
    "a user's own": (Reflecting(), reflecting),
}


@pytest.mark.parametrize("case", CASES)
def test_pair_stdp(case: str) -> None:
    dependence, changed = CASES[case]
    change: Callable[[float, float], float] = changed
    rule = snn.PairSTDP(A_plus=0.4, A_minus=0.3, w_min=LOW, w_max=HIGH, dependence=dependence)

    def on_pre(w: float, pre: Times, post: Times, now: int) -> float:
        return change(w, -0.3 * summed(post, now, 20.0))

    def on_post(w: float, pre: Times, post: Times, now: int) -> float:
        return change(w, 0.4 * summed(pre, now, 20.0))

    require(rule, on_pre, on_post)


def test_a_negative_a_minus_moves_toward_the_upper_bound() -> None:
    rule = snn.PairSTDP(A_plus=0.4, A_minus=-0.3, dependence=snn.Multiplicative())

    def on_pre(w: float, pre: Times, post: Times, now: int) -> float:
        return clipped(w + 0.3 * summed(post, now, 20.0) * (1 - w))

    def on_post(w: float, pre: Times, post: Times, now: int) -> float:
        return clipped(w + 0.4 * summed(pre, now, 20.0) * (1 - w))

    require(rule, on_pre, on_post)


@pytest.mark.parametrize(("rule", "field"), [
    (snn.PairSTDP(w_max=float("inf"), dependence=snn.Multiplicative()), "w_max"),
    (snn.PairSTDP(w_min=1.0, dependence=snn.PowerLaw()), "w_max"),
    (snn.PairSTDP(dependence=snn.PowerLaw(mu_plus=-1.0)), "mu_plus"),
    (snn.PairSTDP(dependence="additive"), "dependence"),
    (snn.PairSTDP(w_min=2.0), "w_min"),
])  # fmt: skip
def test_impossible_parameters_are_refused(rule: snn.PairSTDP, field: str) -> None:
    net = snn.Network(dt=1.0)
    source = net.population(1, snn.Poisson(rate=5.0))
    target = net.population(1, snn.LIF())
    net.connect(source, target, snn.AllToAll(), snn.Synapse(plasticity=rule))
    with pytest.raises(ValidationError, match=field):
        snn.compile_network(net)
