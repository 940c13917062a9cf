"""The board's numbers: values that the executed binaries and sPyNNaker's host gave."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snn_spinnaker.numerics import arithmetic, scaling
from snn_spinnaker.numerics.arithmetic import ONE, accum, divided, mul, scaled, wrap
from snn_spinnaker.numerics.exponential import expk, exponential, expulr
from snn_spinnaker.numerics.receptors import decay_of

WORDS = st.integers(-(2**31), 2**31 - 1)


@given(WORDS, WORDS)
def test_products_round_down_and_wrap(a, b):
    exact = a * b // ONE
    assert (mul(a, b) - exact) % 2**32 == 0
    assert -(2**31) <= mul(a, b) < 2**31


@given(WORDS, st.integers(0, 2**32 - 1))
def test_decays_move_negative_numbers_away_from_zero(x, factor):
    assert scaled(x, wrap(factor)) == x * factor // 2**32


def test_quotients_round_down():
    assert divided(ONE, 5 * ONE) == 6553  # 6553.6
    assert divided(20 * ONE, ONE) == 20 * ONE


def test_parameters_go_to_the_nearest_number_halves_to_even():
    assert accum([0.1, 0.5 / ONE, 1.5 / ONE, -60.0]).tolist() == [3277, 0, 2, -60 * ONE]
    assert arithmetic.fits([65535.99, -65536.0])
    assert not arithmetic.fits(65536.0)


def test_the_exponential_has_the_last_bits_of_the_binaries():
    # exp(-1/5) was bracketed by recorded decays, exp(-1/20) by the threshold of a delta synapse.
    assert expulr(-divided(ONE, 5 * ONE)) == 3_516_490_311
    assert expk(-divided(ONE, 20 * ONE)) == 31_170
    assert expk(0) == ONE
    assert expulr(0) == 2**32 - 1
    assert expk(400_000) == 2**31 - 1
    assert expk(-400_000) == 0


@given(st.integers(-300_000, 0))
def test_the_exponential_is_the_true_one_up_to_its_quadratic(x):
    # The quadratic's own error: 1e-5 of 1 - exp(-1/16).
    assert exponential(x) == pytest.approx(2**32 * math.exp(x / ONE), rel=2e-5, abs=1)


def test_a_weight_raises_the_current_by_its_charge():
    from snn_spinnaker.numerics.receptors import _jump

    decay = int(decay_of(5.0, ONE))
    share = (_jump(5 * ONE, decay, ONE) % 2**32) / 2**32
    assert share == pytest.approx(5 * (1 - math.exp(-1 / 5)), rel=1e-4)  # 0.906


@pytest.mark.parametrize(
    ("summed", "shift"), [(0.0, 0), (0.5, 0), (1.0, 1), (1.1, 1), (2.0, 2), (500.0, 9), (128.0, 8)]
)
def test_the_shift_leaves_room_for_the_sum(summed, shift):
    assert scaling.shift_of(summed) == shift


def test_the_upper_bound_is_the_hosts_closed_form():
    special = pytest.importorskip("scipy.special")
    for n, mean, deviation in ((8, 2.0, 1.0), (100, 5.0, 0.0), (9, 56.0, 26.0), (2000, 0.1, 0.02)):
        a = n * 30 / 1000
        top = round(a + 3 * math.sqrt(a))
        variance = a * mean**2
        if deviation:
            ratio = math.log(a) * top - special.gammaln(1 + top)
            left = math.exp(a) * special.gammaincc(1 + top, a) - math.exp(ratio)
            variance += math.exp(-a + math.log(a) + 2 * math.log(deviation)) * left
        expected = a * mean + 5 * math.sqrt(variance)
        # Two sums of the same terms.
        assert scaling.upper_bound(a, mean, deviation, 5.0) == pytest.approx(expected, rel=1e-9)


def test_pooled_groups_have_the_variance_of_their_union():
    generator = np.random.default_rng(1)
    groups = [generator.normal(k, 1 + k, 5 + k) for k in range(3)]
    pool = scaling.Running()
    for group in groups:
        pool.add(group.mean(), group.var(ddof=1), group.size)
    whole = np.concatenate(groups)
    assert pool.mean == pytest.approx(whole.mean())
    assert pool.variance == pytest.approx(whole.var(ddof=1))
