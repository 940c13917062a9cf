"""Order of convergence of the cells that are not integrated exactly.

The truth is scipy's DOP853 on the equations as they are printed, written down here once
more; the measured slope of the error must be within 0.2 of the order that the cell claims.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from reference.circuits import driven, prepared
from scipy.integrate import solve_ivp

import snn

END, ARRIVAL, WEIGHT, TAU = 30.0, 2.0, 0.03, 4.0
STEPS_OF = (0.2, 0.1, 0.05, 0.025)

CONDUCTANCE = {"r": snn.ConductanceExp(tau_syn=TAU, e_rev=0.0)}
CURRENT = {"r": snn.CurrentExp(tau_syn=TAU)}


def conductance(t: float) -> float:
    return WEIGHT * math.exp(-(t - ARRIVAL) / TAU) if t >= ARRIVAL else 0.0


def lif(t: float, y: np.ndarray) -> list[float]:
    (v,) = y
    g = conductance(t)
    return [(-(v + 65.0) * (1.0 / 20.0) + 0.2 + g * (0.0 - v)) / 1.0]


def adex(t: float, y: np.ndarray) -> list[float]:
    v, w = y
    g_leak = 0.281 / 9.3667
    growth = g_leak * 2.0 * math.exp((v + 50.4) / 2.0)
    current = 0.3 + conductance(t) * (0.0 - v)
    return [(-g_leak * (v + 70.6) + growth - w + current) / 0.281,
            (4.0e-3 * (v + 70.6) - w) / 144.0]  # fmt: skip


def izhikevich(t: float, y: np.ndarray) -> list[float]:
    v, u = y
    current = 1.0 + 50 * conductance(t)
    return [0.04 * v * v + 5 * v + 140 - u + current, 0.02 * (0.2 * v - u)]


def adaptive(t: float, y: np.ndarray) -> list[float]:
    v, theta = y
    return [(-(v + 65.0) * 0.01 + conductance(t) * (0.0 - v)) / 1.0, -theta / 50.0]


CELLS = {
    "LIF": (snn.LIF(i_offset=0.2, v_thresh=100.0, receptors=CONDUCTANCE), lif, 1.0,
            {"v": -60.0}),
    "AdEx": (snn.AdEx(i_offset=0.3, receptors=CONDUCTANCE), adex, 1.0, {"v": -65.0, "w": 0.01}),
    "Izhikevich": (snn.Izhikevich(i_offset=1.0, receptors=CURRENT), izhikevich, 50.0,
                   {"v": -70.0, "u": -14.0}),
    "AdaptiveLIF": (snn.AdaptiveLIF(v_thresh=100.0, theta_init=5.0, tau_theta=50.0,
                                    receptors=CONDUCTANCE), adaptive, 1.0,
                    {"v": -65.0, "theta": 5.0}),
}  # fmt: skip


def exact(slope: Callable[[float, np.ndarray], list[float]], start: list[float]) -> np.ndarray:
    """Integrate up to the arrival and, from there, to the end: the slope jumps between."""
    y = np.array(start)
    for span in ((0.0, ARRIVAL), (ARRIVAL, END)):
        inside = (span[0], np.nextafter(span[1], 0.0))
        y = solve_ivp(slope, inside, y, method="DOP853", rtol=1e-12, atol=1e-13).y[:, -1]
    return y


def error(name: str, dt: float) -> float:
    """Return the error of v at the end, mV."""
    cell, slope, scale, initial = CELLS[name]
    net = driven(cell, weight=scale * WEIGHT, delay=1.0, at=[ARRIVAL - 1.0], dt=dt,
                 initial=initial)  # fmt: skip
    engine = prepared(net)
    engine.advance(round(END / dt))
    assert not engine.take().spikes[1][0].size
    return abs(engine.read_state(1, "v")[0] - exact(slope, list(initial.values()))[0])


@pytest.mark.parametrize("name", CELLS)
def test_order_is_two(name: str) -> None:
    errors = [error(name, dt) for dt in STEPS_OF]
    slope = np.polyfit(np.log(STEPS_OF), np.log(errors), 1)[0]
    assert abs(slope - 2.0) < 0.2, f"order {slope:.2f}, errors {errors}"
    # The truth itself is known to about 1e-10 mV, far below the smallest error.
    assert errors[-1] > 1e-9
    assert "order 2" in CELLS[name][0].scheme


def test_adex_spikes_with_input_far_beyond_its_range() -> None:
    """The exponential is capped: no step overflows, however strong the input."""
    cell = snn.AdEx(receptors={"r": snn.CurrentExp()})
    engine = prepared(driven(cell, weight=1e3, delay=0.1, record=["v", "spikes"]))
    engine.advance(100)
    assert engine.take().spikes[1][0].size
    assert np.isfinite(engine.read_state(1, "v")).all()


def test_tonic_period_of_izhikevich_converges() -> None:
    """Regular spiking at 10 nA: the mean period changes little between steps 0.1 and 0.05."""
    periods = []
    for dt in (0.1, 0.05):
        net = snn.Network(dt=dt)
        cell = snn.Izhikevich(d=8.0, i_offset=10.0, receptors={})
        net.record(net.population(1, cell), "spikes")
        engine = prepared(net)
        engine.advance(round(400 / dt))
        steps = engine.take().spikes[0][0]
        periods.append(np.diff(steps)[-3:].mean() * dt)
    # A spike is stamped at the end of its step: up to one step each way, over three periods.
    assert periods[0] == pytest.approx(periods[1], abs=2 * 0.1)
