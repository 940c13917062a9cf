"""FactorSearch against a plain loop over one trial, as the authors' program goes."""

from __future__ import annotations

import numpy as np
import pytest

import snn
from snn.errors import ValidationError


def plain(spikes) -> float | None:
    """Search one trial: 100, halving, then a scan for exactly one spike."""
    if not spikes(100.0):
        return None
    low, high = 0.0001, 100.0
    while high - low > 0.0001:
        middle = (low + high) / 2
        if spikes(middle):
            high = middle
        else:
            low = middle
    factor = low - 0.00001
    while factor <= high + 0.00001:
        if spikes(factor) == 1:
            return factor
        factor += 0.00001
    return None


def test_all_trials_together_are_as_each_alone() -> None:
    rng = np.random.default_rng(3)
    once = 10.0 ** rng.uniform(-3, 2.3, size=200)
    # Beyond a second threshold the output fires twice; for some it always does.
    twice = once * np.where(rng.random(200) < 0.1, 1.0, rng.uniform(1.00001, 3, size=200))

    def count(trials, factors):
        assert trials.shape == factors.shape
        return (factors >= once[trials]).astype(int) + (factors >= twice[trials])

    found = snn.FactorSearch().find(count, 200)
    for k in range(200):
        wanted = plain(lambda f, k=k: int(f >= once[k]) + int(f >= twice[k]))
        assert (wanted is None and np.isnan(found[k])) or wanted == found[k]
    assert np.isnan(found).sum() > (once > 100).sum() > 0


def test_an_output_that_rounding_makes_uneven() -> None:
    """Rounded weights: the smallest factor that fires need not be where halving ends."""

    def count(trials, factors):
        return (np.floor(factors * 7.3) / 7.3 >= 2.0).astype(int) * (factors < 50) + (factors > 99)

    assert snn.FactorSearch().find(count, 1)[0] == plain(lambda f: count(None, np.array([f]))[0])


def test_no_trials_and_no_spikes() -> None:
    assert snn.FactorSearch().find(lambda trials, f: np.zeros(len(f), int), 0).size == 0
    assert np.isnan(snn.FactorSearch().find(lambda trials, f: np.zeros(len(f), int), 3)).all()


def test_impossible_searches_are_refused() -> None:
    with pytest.raises(ValidationError, match=r"step: must be above 0; got 0"):
        snn.FactorSearch(step=0)
    with pytest.raises(ValidationError, match=r"largest: must be above smallest = 2; got 1"):
        snn.FactorSearch(largest=1.0, smallest=2.0)
