"""Triplet STDP against its definition, and the frequency dependence it was made for."""

from __future__ import annotations

import math

import pytest
from plasticity.oracle import Times, clipped, require, summed
from reference.circuits import paired

import snn

RULE = snn.TripletSTDP(A2_plus=0.01, A3_plus=0.02, A2_minus=0.015, A3_minus=0.005)


def on_pre(w: float, pre: Times, post: Times, now: int) -> float:
    pairs = 0.015 * summed(post, now, 33.7)
    return clipped(w - pairs - 0.005 * summed(post, now, 33.7) * summed(pre, now, 101.0))


def on_post(w: float, pre: Times, post: Times, now: int) -> float:
    pairs = 0.01 * summed(pre, now, 16.8)
    return clipped(w + pairs + 0.02 * summed(pre, now, 16.8) * summed(post, now, 125.0))


def test_weights_after_every_step() -> None:
    require(RULE, on_pre, on_post)


def protocol(rate: float, interval: float) -> float:
    """Return the change of 60 pairs at a rate, in closed form, with the default constants."""
    period, total = 1000.0 / rate, 0.0
    pre = [k * period for k in range(60)]
    post = [t + interval for t in pre]
    for t in pre:
        o1 = sum(math.exp(-(t - s) / 33.7) for s in post if s < t)
        r2 = sum(math.exp(-(t - s) / 101.0) for s in pre if s < t)
        total -= o1 * (7e-3 + 2.3e-4 * r2)
    for t in post:
        r1 = sum(math.exp(-(t - s) / 16.8) for s in pre if s < t)
        o2 = sum(math.exp(-(t - s) / 125.0) for s in post if s < t)
        total += r1 * (5e-10 + 6.2e-3 * o2)
    return total


@pytest.mark.parametrize("rate", [0.1, 10.0, 20.0, 40.0, 50.0])
@pytest.mark.parametrize("interval", [10, -10])
def test_the_change_of_sixty_pairs_grows_with_their_rate(rate: float, interval: int) -> None:
    """The protocol of Sjoestroem et al. (2001), on the engine and in closed form."""
    period = round(1000.0 / rate)
    pre = [50.0 + k * period for k in range(60)]
    # One step of delay: the synapse sees the post spike one step late.
    post = [t + interval - 1 for t in pre]
    net = paired(pre, post, snn.TripletSTDP(w_max=10.0), weight=5.0)
    sim = snn.Simulation(net, precision="float64")
    sim.engine.advance(int(pre[-1]) + 20)
    change = float(sim.engine.read_weights(1)[0]) - 5.0
    assert change == pytest.approx(protocol(1000.0 / period, interval), abs=1e-12)
    if rate >= 40:
        assert change > 0
    if rate <= 10 and interval < 0:
        assert change < 0
