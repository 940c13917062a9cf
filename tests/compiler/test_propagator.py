"""Exact propagators against closed forms, for equal and nearly equal time constants, too."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import snn
from snn.compiler.populations import constants_of
from snn.compiler.propagator import expm
from snn.fields import plain, values_of

TOLERANCE = 1e-12
"""Relative; extended precision leaves about 1e-16, rounding the closed form's inputs 1e-15."""

positive = st.floats(0.05, 500.0)


def exact(matrix: list[list[float]], terms: int = 60) -> list[list[float]]:
    """Return exp of a small matrix in rational arithmetic, by its Taylor series."""
    n = len(matrix)
    a = [[Fraction(x) for x in row] for row in matrix]
    total = [[Fraction(int(i == j)) for j in range(n)] for i in range(n)]
    term = [row[:] for row in total]
    for k in range(1, terms):
        term = [[sum(term[i][m] * a[m][j] for m in range(n)) / k for j in range(n)]
                for i in range(n)]  # fmt: skip
        total = [[total[i][j] + term[i][j] for j in range(n)] for i in range(n)]
    return [[float(x) for x in row] for row in total]


def divided_difference(x: float, y: float) -> float:
    """Return (e^x - e^y) / (x - y), stable where x and y are equal or nearly so."""
    half = (x - y) / 2
    ratio = math.sinh(half) / half if half else 1.0
    return math.exp((x + y) / 2) * ratio


@given(positive, positive | st.none(), st.floats(-1e-3, 1e-3), st.sampled_from([0.01, 0.1, 1.0]))
def test_current_exp_on_a_membrane(
    tau_m: float, tau_syn: float | None, apart: float, dt: float
) -> None:
    tau = tau_m * (1 + apart) if tau_syn is None else tau_syn
    found = propagators(snn.CurrentExp(tau_syn=tau), tau_m, dt)
    x, y = -dt / tau_m, -dt / tau
    assert found["P_v_v"] == pytest.approx(math.exp(x), rel=TOLERANCE)
    assert found["P_v_exc_i"] == pytest.approx(dt / 0.5 * divided_difference(x, y), rel=TOLERANCE)
    assert found["P_exc_i_i"] == pytest.approx(math.exp(y), rel=TOLERANCE)
    assert found["P_v_injected"] == pytest.approx(-math.expm1(x) * tau_m / 0.5, rel=TOLERANCE)


def propagators(receptor: Any, tau_m: float, dt: float, v_rest: float = 0.0) -> dict[str, float]:
    cell = snn.LIF(tau_m=tau_m, cm=0.5, v_rest=v_rest, receptors={"exc": receptor})
    own = {name: plain(value) for name, value in values_of(cell).items()}
    own |= {f"exc.{name}": plain(value) for name, value in values_of(receptor).items()}
    return {name: float(value) for name, value in constants_of(cell, own, dt).items()}


@pytest.mark.parametrize("apart", [0.0, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 0.1])
@pytest.mark.parametrize("tau", [0.3, 10.0, 400.0])
@pytest.mark.parametrize("dt", [0.1, 1.0])
def test_equal_and_nearly_equal_time_constants(apart: float, tau: float, dt: float) -> None:
    """Also against rational arithmetic, for the alpha function's double pole."""
    other = tau * (1 + apart)
    found = propagators(snn.CurrentAlpha(tau_syn=other), tau, dt)
    a, b = -1.0 / tau, -1.0 / other
    truth = exact([[a * dt, 0.0, 2.0 * dt], [0.0, b * dt, 0.0], [0.0, dt, b * dt]])
    for name, value in (("P_v_v", truth[0][0]), ("P_v_exc_y", truth[0][1]),
                        ("P_v_exc_i", truth[0][2])):  # fmt: skip
        assert found[name] == pytest.approx(value, rel=TOLERANCE)
    # The receptor's own: exp(-dt/tau) times 1, dt, 1.
    decay = math.exp(-dt / other)
    assert found["P_exc_y_y"] == pytest.approx(decay, rel=TOLERANCE)
    assert found["P_exc_i_y"] == pytest.approx(dt * decay, rel=TOLERANCE)
    assert found["P_exc_i_i"] == pytest.approx(decay, rel=TOLERANCE)
    assert found["P_exc_y_i"] == 0.0


def test_all_three_equal_has_a_closed_form() -> None:
    tau, dt = 10.0, 0.1
    found = propagators(snn.CurrentAlpha(tau_syn=tau), tau, dt)
    decay = math.exp(-dt / tau)
    assert found["P_v_exc_i"] == pytest.approx(dt / 0.5 * decay, rel=TOLERANCE)
    assert found["P_v_exc_y"] == pytest.approx(dt**2 / 2 / 0.5 * decay, rel=TOLERANCE)


@given(positive, st.floats(-80.0, 80.0), st.sampled_from([0.01, 0.1, 1.0]))
def test_rest_is_a_fixed_point(tau_m: float, v_rest: float, dt: float) -> None:
    found = propagators(snn.CurrentExp(), tau_m, dt, v_rest)
    rest = found["P_v_1"] + found["P_v_v"] * v_rest
    assert rest == pytest.approx(v_rest, rel=1e-14, abs=1e-13)


@given(st.floats(1e4, 1e12))
def test_slow_decays_keep_their_digits(tau: float) -> None:
    rate = 0.1 / tau
    table = expm(np.array([[-rate]]))
    lost = float(1 - table[0, 0])
    # One minus the decay is known to the resolution of the extended type near 1.
    resolution = float(np.finfo(np.longdouble).eps)
    assert lost == pytest.approx(-math.expm1(-rate), rel=1e-12, abs=resolution)


@given(st.lists(st.integers(-128, 128), min_size=9, max_size=9))
def test_random_matrices(entries: list[int]) -> None:
    # Short fractions keep the rational arithmetic of `exact` fast.
    matrix = np.array(entries).reshape(3, 3) / 64
    truth = np.array(exact(matrix.tolist()))
    scale = math.exp(np.abs(matrix).sum(axis=1).max())
    assert np.abs(expm(matrix).astype(float) - truth).max() <= 1e-15 * scale


@given(st.floats(0.5, 5.0), st.floats(0.01, 0.1), st.floats(1e3, 1e6))
def test_fast_and_slow_states_together(middle: float, fast: float, slow: float) -> None:
    """Decays of 1e-40 and of 1 - 1e-6 in one system keep their digits."""
    table = expm(np.diag([-1 / middle, -1 / fast, -1 / slow])).astype(float)
    expected = [math.exp(-1 / middle), math.exp(-1 / fast), math.exp(-1 / slow)]
    assert np.diagonal(table) == pytest.approx(expected, rel=TOLERANCE)


def test_stacks_of_matrices_and_nothing() -> None:
    stack = np.array([[[-0.1]], [[-700.0]], [[0.0]]])
    found = expm(stack)[:, 0, 0].astype(float)
    assert np.allclose(found, [math.exp(-0.1), math.exp(-700.0), 1.0], rtol=TOLERANCE, atol=0)
    assert expm(np.zeros((0, 0))).shape == (0, 0)


def test_two_halves_of_a_step_make_a_step() -> None:
    half, whole = (propagators(snn.CurrentExp(tau_syn=3.0), 20.0, dt) for dt in (0.5, 1.0))
    both = half["P_v_v"] * half["P_v_exc_i"] + half["P_v_exc_i"] * half["P_exc_i_i"]
    assert whole["P_v_exc_i"] == pytest.approx(both, rel=TOLERANCE)


def test_different_neurons_have_their_own_propagators() -> None:
    net = snn.Network(dt=0.1)
    net.population(3, snn.LIF(tau_m=[5.0, 10.0, 10.0]), label="cells")
    values = snn.compile_network(net).populations[0].values
    assert np.allclose(values["P_v_v"], np.exp(-0.1 / np.array([5.0, 10.0, 10.0])), rtol=1e-14)
    assert values["P_excitatory_i_i"].shape == ()
