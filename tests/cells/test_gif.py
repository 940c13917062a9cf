"""GIF: rate of the escape noise, adaptation, streams, both engines."""

from __future__ import annotations

import numpy as np
import pytest
from cells.both import assert_equal, results

import snn

ZERO = {f"a_{part}{k}": 0.0 for part in ("eta", "gamma") for k in (1, 2, 3)}


def spikes(cell: snn.GIF, size: int, ms: float) -> snn.Result:
    net = snn.Network(dt=0.1)
    cells = net.population(size, cell, label="cells")
    net.record(cells, ["spikes", "i_eta", "v_t"])
    return snn.run(net, ms, backend="cpu", precision="float64")


def test_rate_is_the_intensity_at_a_constant_distance() -> None:
    """With v held 1 mV below the threshold: 100 Hz exp(-1 / 0.5), no refractoriness.

    5,000 neurons for 0.2 s give about 13,500 spikes; four standard deviations are 3.5 %.
    """
    cell = snn.GIF(v_rest=-49.0, v_reset=-49.0, tau_refrac=0.0, lambda0=100.0, **ZERO)
    counts = spikes(cell, 5000, 200.0)["cells"].counts()
    assert counts.sum() == pytest.approx(5000 * 0.2 * 100.0 * np.exp(-2.0), rel=0.035)
    # Streams are independent: counts are Poisson, variance about the mean.
    assert counts.var() / counts.mean() == pytest.approx(1.0, abs=0.08)


def test_a_spike_raises_current_and_threshold() -> None:
    cell = snn.GIF(i_offset=3.0, tau_refrac=4.0, a_eta2=0.5, a_gamma3=2.0)
    result = spikes(cell, 1, 100.0)["cells"]
    first = int(result.spikes.steps[0])
    assert result.traces["i_eta"].values[first, 0] == pytest.approx(1.0 + 0.5 + 1.0)
    assert result.traces["v_t"].values[first, 0] == pytest.approx(-48.0 + 1.0 + 1.0 + 2.0)
    decayed = -48.0 + np.exp(-1.0) + np.exp(-0.1) + 2 * np.exp(-0.01)
    assert result.traces["v_t"].values[first + 10, 0] == pytest.approx(decayed)


def test_engines_agree() -> None:
    record = ["v", "i_eta", "v_t"]
    assert_equal(results(snn.GIF(i_offset=1.0), record, ms=50.0), record)
