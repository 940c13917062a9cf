"""A conductance with its own rise and decay: shape and peak."""

from __future__ import annotations

import numpy as np
import pytest
from reference.circuits import driven, trace

import snn
from snn.receptors.conductance_beta import peak_time

WEIGHT, ARRIVAL = 0.02, 20


def shape(receptor: snn.Receptor) -> np.ndarray:
    cell = snn.LIF(v_thresh=100.0, receptors={"r": receptor})
    return trace(driven(cell, weight=WEIGHT, delay=1.0, at=[1.0], record=["r.g"]), 300)


def test_shape_is_a_difference_of_exponentials_that_peaks_at_the_weight() -> None:
    t = np.maximum(np.arange(301) - ARRIVAL, 0) * 0.1
    rise, decay = 0.5, 4.0
    peak = peak_time(rise, decay)
    difference = np.exp(-t / decay) - np.exp(-t / rise)
    largest = np.exp(-peak / decay) - np.exp(-peak / rise)
    got = shape(snn.ConductanceBeta(tau_rise=rise, tau_decay=decay))
    assert got == pytest.approx(WEIGHT * difference / largest, rel=1e-11, abs=1e-17)


@pytest.mark.parametrize("off", [0.0, 1e-9, 1e-4])
def test_equal_time_constants_are_no_special_case(off: float) -> None:
    alpha = shape(snn.ConductanceAlpha(tau_syn=2.0))
    beta = shape(snn.ConductanceBeta(tau_rise=2.0, tau_decay=2.0 * (1 + off)))
    assert beta == pytest.approx(alpha, rel=1e-3 if off > 1e-6 else 1e-8)
