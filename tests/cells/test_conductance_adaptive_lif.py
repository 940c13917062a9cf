"""LIF with adapting conductances: order, what a spike adds, both engines."""

from __future__ import annotations

import numpy as np
import pytest
from cells.both import TAU, assert_equal, conductance, order, results

import snn

WEIGHT = 0.02


def slope(t: float, y: np.ndarray) -> list[float]:
    v, s, r = y
    current = 0.05 * (-65.0 - v) + 0.3 + conductance(t, WEIGHT) * (0.0 - v)
    current += 1e-3 * s * (-75.0 - v) + 1e-3 * r * (-80.0 - v)
    return [current, -s / 100.0, -r / 2.0]


def test_order_is_two() -> None:
    cell = snn.ConductanceAdaptiveLIF(
        i_offset=0.3, v_thresh=100.0, e_rev_rr=-80.0,
        receptors={"r": snn.ConductanceExp(tau_syn=TAU)},
    )  # fmt: skip
    initial = {"v": -60.0, "g_s": 30.0, "g_r": 500.0}
    assert order(cell, slope, initial, WEIGHT) == pytest.approx(2.0, abs=0.2)


def test_a_spike_adds_its_quanta() -> None:
    net = snn.Network(dt=0.1)
    cell = snn.ConductanceAdaptiveLIF(i_offset=2.0, q_sfa=10.0, q_rr=1000.0)
    cells = net.population(1, cell, label="cells")
    net.record(cells, ["spikes", "g_s", "g_r"])
    result = snn.run(net, 50.0, backend="reference", precision="float64")["cells"]
    first = int(result.spikes.steps[0])
    assert result.traces["g_s"].values[first, 0] == 10.0
    assert result.traces["g_r"].values[first, 0] == 1000.0
    later = result.traces["g_r"].values[first + 20, 0]
    assert later == pytest.approx(1000.0 * np.exp(-2.0 / 2.0))


def test_intervals_grow() -> None:
    net = snn.Network(dt=0.1)
    cells = net.population(1, snn.ConductanceAdaptiveLIF(i_offset=1.5, q_sfa=15.0), label="cells")
    net.record(cells, "spikes")
    intervals = np.diff(snn.run(net, 500.0, backend="cpu")["cells"].spikes.steps)
    assert intervals[-1] > 1.5 * intervals[0]


def test_engines_agree() -> None:
    record = ["v", "g_s", "excitatory.g"]
    assert_equal(results(snn.ConductanceAdaptiveLIF(i_offset=0.9), record), record)
