"""Random connectors draw what they say, within a computed chance of a false alarm.

Every test compares a statistic with its exact or normal distribution under the connector's
definition, two-sided, at LEVEL. The streams are keyed, so the suite either always passes or
never does; over the choice of keys the false alarm rate of these 21 tests is at most 2.1e-5.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from compiler.rows import matrix, pairs, request
from numpy.typing import NDArray

import snn

stats = pytest.importorskip("scipy.stats")

LEVEL = 1e-6


def two_sided(statistic: float) -> float:
    return math.erfc(abs(statistic) / math.sqrt(2.0))


@pytest.mark.parametrize(("p", "n", "m"), [(0.02, 500, 800), (0.5, 300, 301), (1e-4, 3000, 3000)])
def test_number_of_synapses(p: float, n: int, m: int) -> None:
    count = len(snn.FixedProbability(p).connect(request(n, m, 11)).targets)
    assert stats.binomtest(count, n * m, p).pvalue > LEVEL


@pytest.mark.parametrize("p", [0.05, 0.9])
@pytest.mark.parametrize("axis", [0, 1])
def test_degrees_are_binomial(p: float, axis: int) -> None:
    n, m = 400, 500
    counts = matrix(snn.FixedProbability(p).connect(request(n, m, 12)), m).sum(axis=axis)
    trials = (n, m)[axis]
    # The index of dispersion of k independent counts is chi-squared with k - 1 degrees.
    spread = ((counts - trials * p) ** 2).sum() / (trials * p * (1 - p))
    assert 2 * min(stats.chi2.cdf(spread, len(counts)), stats.chi2.sf(spread, len(counts))) > LEVEL


def test_neighbours_are_independent() -> None:
    p = 0.3
    counts = matrix(snn.FixedProbability(p).connect(request(400, 400, 13)), 400)
    both = (counts[:, 1:] & counts[:, :-1]).sum() + (counts[1:] & counts[:-1]).sum()
    # Overlapping pairs are correlated: variance of a sum of products of neighbours.
    n = 2 * 400 * 399
    variance = n * p**2 * (1 - p**2) + 12 * 400 * 400 * (p**3 - p**4)
    assert two_sided((both - n * p**2) / math.sqrt(variance)) > LEVEL


def uniform_counts(counts: NDArray[np.int64], variance_factor: float) -> float:
    """Return the p-value of counts that should be equal but for sampling."""
    spread = ((counts - counts.mean()) ** 2).sum() / (counts.mean() * variance_factor)
    free = counts.size - 1
    return float(2 * min(stats.chi2.cdf(spread, free), stats.chi2.sf(spread, free)))


@pytest.mark.parametrize("multapses", [True, False])
@pytest.mark.parametrize("k", [3, 150])
def test_in_degree_prefers_no_source(multapses: bool, k: int) -> None:
    n, m = 200, 4000
    made = snn.FixedInDegree(k, multapses=multapses).connect(request(n, m, 14))
    out = matrix(made, m).sum(axis=1)
    # A source is drawn in each of m targets with chance k/n, or binomially k times; the sum
    # over sources is fixed, so of the n counts n - 1 are free.
    factor = (1 - 1 / n if multapses else 1 - k / n) * n / (n - 1)
    assert uniform_counts(out, factor) > LEVEL


@pytest.mark.parametrize("multapses", [True, False])
@pytest.mark.parametrize("k", [3, 150])
def test_out_degree_prefers_no_target(multapses: bool, k: int) -> None:
    n, m = 4000, 200
    made = snn.FixedOutDegree(k, multapses=multapses).connect(request(n, m, 15))
    into = matrix(made, m).sum(axis=0)
    factor = (1 - 1 / m if multapses else 1 - k / m) * m / (m - 1)
    assert uniform_counts(into, factor) > LEVEL


def test_subsets_of_two_are_equally_likely() -> None:
    """Floyd's method: all 10 pairs of 5 sources, 20,000 targets."""
    made = snn.FixedInDegree(2).connect(request(5, 20_000, 16))
    chosen = matrix(made, 20_000)
    codes = (chosen * (1 << np.arange(5))[:, None]).sum(axis=0)
    counts = np.unique(codes, return_counts=True)[1]
    assert len(counts) == 10
    assert stats.chisquare(counts).pvalue > LEVEL


@pytest.mark.parametrize("multapses", [True, False])
def test_total_prefers_no_pair(multapses: bool) -> None:
    """2000 draws of 6 synapses between 4 and 5 neurons."""
    total = sum(
        matrix(snn.FixedTotal(6, multapses=multapses).connect(request(4, 5, key)), 5)
        for key in range(1000, 3000)
    )
    pairs_, k, draws = 20, 6, 2000
    factor = (1 - 1 / pairs_ if multapses else 1 - k / pairs_) * pairs_ / (pairs_ - 1)
    assert total.sum() == k * draws
    assert uniform_counts(np.asarray(total).ravel(), factor) > LEVEL


def test_multapses_of_the_total_are_multinomial() -> None:
    made = snn.FixedTotal(20_000, multapses=True).connect(request(100, 100, 17))
    counts = np.bincount(matrix(made, 100).ravel(), minlength=20)
    expected = stats.binom.pmf(np.arange(20), 20_000, 1e-4) * 10_000
    kept = expected > 20
    found = np.append(counts[kept], counts[~kept].sum())
    wanted = np.append(expected[kept], 10_000 - expected[kept].sum())
    assert stats.chisquare(found, wanted).pvalue > LEVEL


def test_probability_falls_with_distance() -> None:
    where = snn.line(1000)
    asked = request(1000, 1000, 18, pre_positions=where, post_positions=where)
    made = snn.DistanceProbability(lambda d: 0.8 * np.exp(-d / 50.0)).connect(asked)
    distance = np.abs(np.subtract(*pairs(made).T))
    edges = np.array([0, 1, 10, 50, 100, 200, 400])
    every = np.abs(np.subtract.outer(np.arange(1000), np.arange(1000)))
    chance = 0.8 * np.exp(-every / 50.0)
    worst = 1.0
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        inside = (every >= low) & (every < high)
        count = ((distance >= low) & (distance < high)).sum()
        spread = math.sqrt((chance * (1 - chance))[inside].sum())
        worst = min(worst, two_sided((count - chance[inside].sum()) / spread))
    assert worst * (len(edges) - 1) > LEVEL
