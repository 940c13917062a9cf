"""States that single precision would freeze."""

from __future__ import annotations

import math

import numpy as np
import pytest
from reference.circuits import prepared

import snn


@pytest.mark.slow
def test_threshold_decays_over_a_million_steps_in_single_precision() -> None:
    """With tau 2e7 ms and 0.1 ms steps the decay of a step, 5e-9, is below float32's 6e-8."""
    net = snn.Network(dt=0.1)
    cell = snn.AdaptiveLIF(tau_theta=2e7, theta_init=20.0, receptors={})
    target = net.population(1, cell, label="cell")
    engine = prepared(net, "float32")
    engine.advance(1_000_000)
    wanted = 20.0 * math.exp(-1e5 / 2e7)
    # The factor of a step is rounded once, by at most 5.6e-17 of itself: 5.6e-11 in all.
    assert engine.read_state(0, "theta")[0] == pytest.approx(wanted, rel=6e-11)
    assert target.model.tau_theta == 2e7


def test_slow_states_are_double_and_others_single() -> None:
    net = snn.Network(dt=0.1)
    net.population(2, snn.AdaptiveLIF())
    states = prepared(net, "float32").cells(0).states
    assert states["theta"].dtype == np.float64
    assert {states[name].dtype for name in states if name != "theta"} == {np.dtype("float32")}


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_step_with_conductances_keeps_the_threshold_in_double(precision: str) -> None:
    net = snn.Network(dt=0.1)
    cell = snn.AdaptiveLIF(tau_theta=2e7, theta_init=20.0, receptors={"g": snn.ConductanceExp()})
    net.population(1, cell)
    engine = prepared(net, precision)
    engine.advance(1000)
    wanted = 20.0 * math.exp(-100.0 / 2e7)
    # Rounding of the factor as above (5.6e-14), and of each product (1.1e-13).
    assert engine.read_state(0, "theta")[0] == pytest.approx(wanted, rel=2e-13)
