"""Hodgkin-Huxley: order, spikes, stability, both engines."""

from __future__ import annotations

import math

import numpy as np
import pytest
from cells.both import TAU, assert_equal, conductance, order, results

import snn

WEIGHT = 0.005


def rate(x: float, k: float) -> float:
    return x / math.expm1(x / k) if abs(x) > 1e-9 else k


def slope(t: float, y: np.ndarray) -> list[float]:
    """The equations of Brette et al. 2007, with u = v + 63."""
    v, m, h, n = y
    u = v + 63.0
    g = conductance(t, WEIGHT)
    current = 20.0 * m**3 * h * (50.0 - v) + 6.0 * n**4 * (-90.0 - v)
    current += 0.01 * (-65.0 - v) + 0.02 + g * (0.0 - v)
    return [
        current / 0.2,
        0.32 * rate(13.0 - u, 4.0) * (1 - m) - 0.28 * rate(u - 40.0, 5.0) * m,
        0.128 * math.exp((17.0 - u) / 18.0) * (1 - h) - 4.0 / (1 + math.exp((40.0 - u) / 5.0)) * h,
        0.032 * rate(15.0 - u, 5.0) * (1 - n) - 0.5 * math.exp((10.0 - u) / 40.0) * n,
    ]


def test_order_is_two() -> None:
    cell = snn.HodgkinHuxley(i_offset=0.02, receptors={"r": snn.ConductanceExp(tau_syn=TAU)})
    initial = {"v": -65.0, "gate_m": 0.02, "gate_h": 0.98, "gate_n": 0.05}
    # The gates' fastest time constants are below 0.1 ms.
    measured = order(cell, slope, initial, WEIGHT, finest=0.0025)
    assert measured == pytest.approx(2.0, abs=0.2)


def test_steps_of_a_tenth_of_a_millisecond_are_stable() -> None:
    """Other simulators give NaN at this step; here it costs a few spikes' timing only."""
    counts = []
    for dt in (0.1, 0.01):
        net = snn.Network(dt=dt)
        cell = net.population(1, snn.HodgkinHuxley(i_offset=1.0), label="cell")
        net.record(cell, ["spikes", "v"])
        result = snn.run(net, 200.0, backend="cpu", precision="float64")["cell"]
        assert result.traces["v"].values.max() < 60.0
        assert result.traces["v"].values.min() > -95.0
        counts.append(int(result.counts()[0]))
    assert counts[0] == pytest.approx(counts[1], abs=1)


def test_engines_agree() -> None:
    record = ["v", "gate_m", "excitatory.g"]
    assert_equal(results(snn.HodgkinHuxley(i_offset=0.3), record), record)
