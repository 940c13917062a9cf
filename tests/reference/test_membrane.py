"""Linear cells against the closed forms of their differential equations."""

from __future__ import annotations

import math

import numpy as np
import pytest
from reference.circuits import driven, passive, prepared, trace

import snn

DT, STEPS, DELAY, ARRIVAL = 0.1, 400, 0.5, 15
WEIGHT, CM = 0.7, 0.25

# float64: every step makes about five roundings of 1.1e-16 that later steps forget only
# with the time constant; 400 steps stay below 400 * 5 * 1.1e-16 = 2.2e-13.
EXACT = 1e-12
# float32: the propagators themselves are rounded (6e-8), which is a relative error of
# up to 6e-8 per step that adds up over the steps in which the response is kept; 400 steps
# of two factors and a few roundings stay below 400 * 3 * 6e-8 = 7e-5.
SINGLE = 1e-4

NEARLY = (20.0, 20.0 * (1 + 1e-9))
PAIRS = [(20.0, 5.0), (5.0, 20.0), (20.0, 20.0), NEARLY, (20.0, 20.0 * (1 - 1e-5)), (10.0, 0.3)]


def after_arrival() -> np.ndarray:
    """Return the time since the arrival for steps 0, 1, ..., not below 0."""
    return np.maximum(np.arange(STEPS + 1) - ARRIVAL, 0) * DT


def exponential_psp(t: np.ndarray, tau_m: float, tau_s: float) -> np.ndarray:
    """Return the response to w exp(-t / tau_s), in a form that needs no case of equality."""
    x = t * (1 / tau_s - 1 / tau_m)
    mean = np.divide(-np.expm1(-x), x, out=np.ones_like(x), where=x != 0)
    return WEIGHT / CM * np.exp(-t / tau_m) * t * mean


def alpha_psp(t: np.ndarray, tau_m: float, tau_s: float) -> np.ndarray:
    """Return the response to w e (t / tau_s) exp(-t / tau_s)."""
    x = t * (1 / tau_s - 1 / tau_m)
    # (1 - (1 + x) exp(-x)) / x^2 as its series where the closed form cancels.
    series = sum((-x) ** n / (math.factorial(n) * (n + 2)) for n in range(30))
    with np.errstate(divide="ignore", invalid="ignore"):
        closed = (1 - (1 + x) * np.exp(-x)) / x**2
    part = np.where(np.abs(x) < 2, series, closed)
    return WEIGHT * math.e / tau_s / CM * np.exp(-t / tau_m) * t * t * part


def response(receptor: snn.CurrentExp, tau_m: float, precision: str) -> np.ndarray:
    cell = passive(tau_m=tau_m, cm=CM, receptors={"r": receptor})
    return trace(driven(cell, weight=WEIGHT, delay=DELAY, dt=DT), STEPS, precision)


@pytest.mark.parametrize(("precision", "rtol"), [("float64", EXACT), ("float32", SINGLE)])
@pytest.mark.parametrize(("tau_m", "tau_s"), PAIRS)
def test_response_to_an_exponential_current(
    tau_m: float, tau_s: float, precision: str, rtol: float
) -> None:
    found = response(snn.CurrentExp(tau_syn=tau_s), tau_m, precision)
    np.testing.assert_allclose(found, exponential_psp(after_arrival(), tau_m, tau_s), rtol=rtol)


@pytest.mark.parametrize(("precision", "rtol"), [("float64", EXACT), ("float32", SINGLE)])
@pytest.mark.parametrize(("tau_m", "tau_s"), PAIRS)
def test_response_to_an_alpha_current(
    tau_m: float, tau_s: float, precision: str, rtol: float
) -> None:
    found = response(snn.CurrentAlpha(tau_syn=tau_s), tau_m, precision)
    np.testing.assert_allclose(found, alpha_psp(after_arrival(), tau_m, tau_s), rtol=rtol)


def test_alpha_current_peaks_at_the_weight() -> None:
    cell = passive(receptors={"r": snn.CurrentAlpha(tau_syn=2.0)})
    found = trace(driven(cell, weight=WEIGHT, delay=DELAY, dt=DT, record=["r.i"]), STEPS)
    assert np.argmax(found) == ARRIVAL + 20  # 2 ms after the arrival
    # Twenty steps of a few roundings each.
    np.testing.assert_allclose(found.max(), WEIGHT, rtol=1e-14)


@pytest.mark.parametrize(("precision", "rtol"), [("float64", EXACT), ("float32", SINGLE)])
def test_response_to_a_pulse(precision: str, rtol: float) -> None:
    found = response(snn.CurrentPulse(), 20.0, precision)
    t = after_arrival()
    peak = WEIGHT * 20.0 / CM * -math.expm1(-DT / 20.0)
    wanted = np.where(t > 0, peak * np.exp(-(t - DT) / 20.0), 0.0)
    np.testing.assert_allclose(found, wanted, rtol=rtol)


def test_pulse_of_default_constants_moves_v_by_0_975() -> None:
    """The board's delta synapse: 1 ms steps, tau_m 20 ms, cm 1 nF."""
    cell = passive(receptors={"r": snn.CurrentPulse()})
    found = trace(driven(cell, weight=1.0, delay=1.0, dt=1.0), 5)
    assert found.max() == pytest.approx(20 * (1 - math.exp(-1 / 20)), rel=1e-15)
    assert round(found.max(), 3) == 0.975


@pytest.mark.parametrize(("precision", "rtol"), [("float64", EXACT), ("float32", SINGLE)])
def test_response_to_a_delta(precision: str, rtol: float) -> None:
    found = response(snn.CurrentDelta(), 20.0, precision)
    t = after_arrival()
    wanted = np.where(np.arange(STEPS + 1) >= ARRIVAL, WEIGHT * np.exp(-t / 20.0), 0.0)
    np.testing.assert_allclose(found, wanted, rtol=rtol)


@pytest.mark.parametrize("kind", [snn.CurrentExp, snn.CurrentAlpha, snn.CurrentPulse,
                                  snn.CurrentDelta])  # fmt: skip
def test_sign_mirrors_the_response(kind: type) -> None:
    """Rest is at 0 mV, so the sign changes no rounding."""
    np.testing.assert_array_equal(
        response(kind(sign=-1), 20.0, "float64"), -response(kind(), 20.0, "float64")
    )


def test_response_to_constant_current() -> None:
    cell = passive(tau_m=20.0, cm=CM, v_rest=-65.0, i_offset=0.4, receptors={})
    net = snn.Network(dt=DT)
    net.record(net.population(1, cell), "v")
    t = np.arange(STEPS + 1) * DT
    wanted = -65.0 + 0.4 * 20.0 / CM * -np.expm1(-t / 20.0)
    np.testing.assert_allclose(trace(net, STEPS), wanted, rtol=EXACT)


@pytest.mark.parametrize("how", ["direct", "pieces", "table"])
def test_injected_current_acts_in_the_steps_that_begin_in_its_interval(how: str) -> None:
    current = {
        "direct": snn.DCSource(amplitude=0.4, start=1.0, stop=3.0),
        "pieces": snn.StepCurrentSource(times=[1.0, 3.0], amplitudes=[0.4, 0.0]),
        "table": snn.NoiseTable(values=np.full((20, 1), 0.4), start=1.0),
    }[how]
    net = snn.Network(dt=DT)
    target = net.population(1, passive(cm=CM, receptors={}))
    net.inject(target, current)
    net.record(target, "v")
    t = np.arange(STEPS + 1) * DT
    peak = 0.4 * 20.0 / CM
    wanted = peak * (-np.expm1(-np.clip(t - 1.0, 0, 2.0) / 20.0))
    wanted *= np.exp(-np.maximum(t - 3.0, 0) / 20.0)
    np.testing.assert_allclose(trace(net, STEPS), wanted, rtol=EXACT, atol=1e-14)


@pytest.mark.filterwarnings("ignore::snn.units.SuspiciousUnitWarning")
def test_table_repeats() -> None:
    values = np.array([[1.0], [2.0], [-3.0]])
    net = snn.Network(dt=1.0)
    target = net.population(1, passive(tau_m=1e-3, cm=1e-3, receptors={}))
    net.inject(target, snn.NoiseTable(values=values, start=2.0, repeat=True))
    net.record(target, "v")
    # tau_m is so short that v is the current times 1 MOhm: exp(-1000) is 0.
    wanted = [0, 0, 0, 1, 2, -3, 1, 2, -3, 1]
    np.testing.assert_allclose(trace(net, 9), wanted, rtol=1e-15)


def test_currents_of_several_sources_add() -> None:
    net = snn.Network(dt=DT)
    target = net.population(2, passive(cm=CM, receptors={}))
    net.inject(target, snn.DCSource(amplitude=[0.1, 0.2]))
    net.inject(target[1:], snn.DCSource(amplitude=0.3))
    engine = prepared(net)
    engine.advance(STEPS)
    rise = 20.0 / CM * -math.expm1(-STEPS * DT / 20.0)
    np.testing.assert_allclose(engine.read_state(0, "v"), [0.1 * rise, 0.5 * rise], rtol=EXACT)


@pytest.mark.filterwarnings("ignore::snn.units.SuspiciousUnitWarning")
def test_conductance_at_constant_value_is_exact() -> None:
    """With a time constant of 1e12 ms the conductance is constant: the step is exact."""
    cell = passive(cm=CM, receptors={"r": snn.ConductanceExp(tau_syn=1e12, e_rev=10.0)})
    found = trace(driven(cell, weight=0.02, delay=DELAY, dt=DT), STEPS)
    g = CM / 20.0 + 0.02
    wanted = 0.02 * 10.0 / g * -np.expm1(-after_arrival() * g / CM)
    # The conductance loses 4e-11 of itself in 40 ms.
    np.testing.assert_allclose(found, wanted, rtol=1e-10)
