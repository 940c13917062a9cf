"""SpikingMotifs and MotifDetector: the generative model, sums in the right step, both numerics."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from snn.errors import ValidationError
from snn_models import MotifDetector, SpikingMotifs


def small() -> SpikingMotifs:
    return SpikingMotifs(inputs=20, motifs=6, depth=9, steps=400, share=0.05, event_rate=0.005)


def test_spikes_have_the_stated_log_odds() -> None:
    """Share of spikes at the steps of a motif against the sigmoid of its log-odds.

    One motif, 4,000 rasters with about 0.6 events each; expected counts above 30, so a
    deviation of 5 standard deviations has a probability of about 1e-6 per entry.
    """
    world = SpikingMotifs(inputs=4, motifs=1, depth=5, steps=15, share=0.3, strength=4.0,
                          event_rate=0.05, background=0.05)  # fmt: skip
    kernels = world.kernels()
    counts, events = np.zeros((4, 5)), 0
    for number in range(4000):
        found, spikes = world.raster(kernels, number)
        if len(found) != 1:
            continue
        events += 1
        lag = spikes[:, 1] - found[0, 1]
        inside = (lag >= 0) & (lag < 5)
        np.add.at(counts, (spikes[inside, 0], lag[inside]), 1)
    p = 1 / (1 + np.exp(-(np.log(0.05 / 0.95) + kernels[0])))
    assert (np.abs(counts - events * p) < 5 * np.sqrt(events * p * (1 - p)) + 1).all()


def test_about_one_percent_is_active_and_events_fit() -> None:
    world = SpikingMotifs()
    kernels = world.kernels()
    assert kernels.shape == (144, 128, 31)
    # 571,392 entries: the share of the positive ones is 1 % +- 0.013 %, minus those that the
    # envelope (0 at its start) or a spike before silences.
    assert 0.0085 < (kernels > 0).mean() < 0.0100
    events, spikes = world.raster(kernels, 3)
    assert events[:, 1].max() < world.steps - world.depth
    assert spikes[:, 1].max() < world.steps
    again = world.raster(kernels, 3)
    np.testing.assert_array_equal(again[1], spikes)
    assert len(world.raster(kernels, 4)[1]) != len(spikes)


def expected(weights: np.ndarray, thresholds: np.ndarray, spikes: np.ndarray, steps: int) -> set:
    """Return (motif, beginning) where the sum is at threshold, spike by spike."""
    depth = weights.shape[2]
    total = np.zeros((len(weights), steps + depth))
    for neuron, at in spikes:
        for lag in range(depth):
            total[:, at - lag + depth] += weights[:, neuron, lag]
    over = np.argwhere(total >= thresholds[:, None])
    return {(int(m), int(t) - depth) for m, t in over}


@pytest.mark.parametrize("numerics", ["exact", "spinnaker"])
def test_detector_fires_where_the_sum_is_at_threshold(numerics: str) -> None:
    """Weights on the grid of both numerics, so that no sum is rounded."""
    world = small()
    rng = np.random.default_rng(1)
    weights = rng.integers(-8, 9, (6, 20, 9)) / 4 * (rng.random((6, 20, 9)) < 0.2)
    thresholds = np.array([0.9, 1.4, 1.9, 2.4, 2.9, 3.4])
    _, spikes = world.raster(world.kernels(), 0)
    detector = MotifDetector(weights=weights, thresholds=thresholds)
    found, _ = detector.detect(spikes, world.steps, numerics)
    got = {(int(m), int(t)) for m, t in found}
    wanted = expected(weights, thresholds, spikes, world.steps)
    assert len(wanted) > 25
    assert got == wanted


def test_engines_agree() -> None:
    world = small()
    kernels = world.kernels()
    _, spikes = world.raster(kernels, 0)
    detector = MotifDetector(weights=kernels, thresholds=np.full(6, 3.0))
    one, other = (detector.detect(spikes, world.steps, backend=b)[0] for b in ("cpu", "reference"))
    assert len(one) > 5
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"weights": np.zeros((2, 3)), "thresholds": [1.0, 1.0]}, "of shape (motifs, inputs"),
        ({"weights": np.full((1, 2, 3), np.nan), "thresholds": [1.0]}, "must be finite"),
        ({"weights": np.ones((2, 3, 4)), "thresholds": [1.0]}, "one for each of (2,) motifs"),
        ({"weights": np.ones((1, 3, 4)), "thresholds": [0.0]}, "must be above 0"),
    ],
)
def test_bad_input_is_refused(given: dict[str, Any], text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MotifDetector(**given)
    assert text in str(caught.value)
