"""Conductances with a rise: shape, peak, both engines."""

from __future__ import annotations

import numpy as np
import pytest
from cells.both import assert_equal, results
from reference.circuits import driven, trace

import snn

WEIGHT, ARRIVAL = 0.02, 20


def shape(receptor: snn.Receptor) -> np.ndarray:
    cell = snn.LIF(v_thresh=100.0, receptors={"r": receptor})
    return trace(driven(cell, weight=WEIGHT, delay=1.0, at=[1.0], record=["r.g"]), 300)


def test_alpha_is_exact_and_peaks_at_the_weight() -> None:
    t = np.maximum(np.arange(301) - ARRIVAL, 0) * 0.1
    expected = WEIGHT * t / 2.0 * np.exp(1 - t / 2.0)
    assert shape(snn.ConductanceAlpha(tau_syn=2.0)) == pytest.approx(expected, rel=1e-12)


def test_engines_agree() -> None:
    cell = snn.LIF(receptors={"r": snn.ConductanceAlpha(), "s": snn.ConductanceBeta()})
    assert_equal(results(cell, ["v", "r.g", "r.y"]), ["v", "r.g", "r.y"])
