"""Statistics of drawn connectivity, weights and delays.

Two-sided at 1e-6 per decision, fewer than 60 decisions: a false-alarm rate below 2e-4.
Seeds are fixed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import snn
from snn.compiler.endpoints import endpoints

LIMIT = 1e-6


def require_plausible(p_value: float) -> None:
    """Fail with probability 2e-6 where the hypothesis holds."""
    assert LIMIT < p_value < 1 - LIMIT


def compiled(
    connector: snn.Connector, n: int = 300, m: int = 400, *, recurrent: bool = False,
    positions: bool = False, **synapse: Any,
) -> Any:  # fmt: skip
    """Return the compiled projection, built as the CPU engine gets it."""
    net = snn.Network(dt=0.1)
    place = {"positions": snn.line(n)} if positions else {}
    pre = net.population(n, snn.LIF(), label="pre", **place)
    place = {"positions": snn.line(m)} if positions else {}
    post = pre if recurrent else net.population(m, snn.LIF(), label="post", **place)
    net.connect(pre, post, connector, snn.Synapse(**synapse), label="drawn")
    return snn.compile_network(net, seed=9, precision="float64").projections[0]


def matrix(q: Any, n: int, m: int) -> np.ndarray:
    """Return how often each pair is connected."""
    counts = np.zeros((n, m), int)
    np.add.at(counts, endpoints(q), 1)
    return counts


@pytest.mark.parametrize("p", [0.003, 0.1, 0.7])
def test_probability(p: float) -> None:
    n, m = 300, 400
    counts = matrix(compiled(snn.FixedProbability(p)), n, m)
    assert counts.max() == 1
    require_plausible(stats.binom.cdf(counts.sum(), n * m, p))
    for axis, size, trials in ((0, m, n), (1, n, m)):
        chi = ((counts.sum(axis=axis) - trials * p) ** 2).sum() / (trials * p * (1 - p))
        # Binomial degrees: the sum has mean `size` and variance near 2 size + excess.
        excess = (1 - 6 * p * (1 - p)) / (trials * p * (1 - p))
        spread = np.sqrt(size * (2 + excess))
        require_plausible(stats.norm.cdf((chi - size) / spread))


def test_neighbours_are_connected_independently() -> None:
    """Draws skip from one connection to the next: no memory along or across rows."""
    p = 0.2
    joined = matrix(compiled(snn.FixedProbability(p)), 300, 400)
    for a, b in ((joined[:, :-1], joined[:, 1:]), (joined[:-1], joined[1:]),
                 (joined[:, :-7], joined[:, 7:])):  # fmt: skip
        r = np.corrcoef(a.ravel(), b.ravel())[0, 1]
        require_plausible(stats.norm.cdf(r * np.sqrt(a.size)))


@pytest.mark.parametrize("multapses", [False, True])
@pytest.mark.parametrize("side", ["in", "out"])
def test_fixed_degree(side: str, multapses: bool) -> None:
    """Every degree is exact on one side; on the other all neurons are equally likely."""
    n, m, k = 300, 400, 30
    made = {"in": snn.FixedInDegree, "out": snn.FixedOutDegree}[side](k, multapses=multapses)
    counts = matrix(compiled(made), n, m)
    fixed, free = (counts.sum(axis=0), counts.sum(axis=1)) if side == "in" else \
        (counts.sum(axis=1), counts.sum(axis=0))  # fmt: skip
    assert (fixed == k).all()
    assert (counts.max() > 1) == multapses
    expected = len(fixed) * k / len(free)
    # Without multapses a degree is a sum of Bernoulli variables of k / len(free).
    shrunk = 1.0 if multapses else 1 - k / len(free)
    chi = ((free - expected) ** 2).sum() / (expected * shrunk)
    require_plausible(stats.chi2.cdf(chi, len(free) - 1))


@pytest.mark.parametrize("multapses", [False, True])
def test_fixed_total(multapses: bool) -> None:
    n, m, k = 300, 400, 9000
    counts = matrix(compiled(snn.FixedTotal(k, multapses=multapses)), n, m)
    assert counts.sum() == k
    assert (counts.max() > 1) == multapses
    for axis, size in ((0, m), (1, n)):
        degrees = counts.sum(axis=axis)
        shrunk = 1.0 if multapses else 1 - k / (n * m)
        chi = ((degrees - k / size) ** 2).sum() / (k / size * shrunk)
        require_plausible(stats.chi2.cdf(chi, size - 1))


@pytest.mark.parametrize("make", [
    lambda own: snn.FixedProbability(0.3, self_connections=own),
    lambda own: snn.FixedInDegree(60, self_connections=own),
    lambda own: snn.FixedOutDegree(60, self_connections=own),
    lambda own: snn.FixedTotal(12_000, self_connections=own),
])  # fmt: skip
def test_self_connections(make: Any) -> None:
    n = 200
    with_own = matrix(compiled(make(True), n, recurrent=True), n, n)
    without = matrix(compiled(make(False), n, recurrent=True), n, n)
    p = with_own.sum() / n**2
    require_plausible(stats.binom.cdf(np.trace(with_own), n, p))
    assert np.trace(without) == 0
    # The neurons next to the diagonal do not get what the diagonal lost.
    near = np.diagonal(without, 1).sum() + np.diagonal(without, -1).sum()
    require_plausible(stats.binom.cdf(near, 2 * (n - 1), without.sum() / (n * (n - 1))))


def test_probability_by_distance() -> None:
    n = m = 400
    made = snn.DistanceProbability(lambda d: np.exp(-d / 20.0), max_distance=60.0)
    joined = matrix(compiled(made, n, m, positions=True), n, m)
    distance = np.abs(np.arange(n)[:, None] - np.arange(m))
    assert joined[distance > 60].sum() == 0
    for low, high in ((0, 5), (5, 20), (20, 40), (40, 61)):
        inside = (distance >= low) & (distance < high)
        p = np.exp(-distance[inside] / 20.0)
        z = (joined[inside].sum() - p.sum()) / np.sqrt((p * (1 - p)).sum())
        if (p * (1 - p)).sum() > 0:
            require_plausible(stats.norm.cdf(z))


@pytest.mark.parametrize(("drawn", "law"), [
    (snn.Uniform(0.2, 0.9), stats.uniform(0.2, 0.7)),
    (snn.Normal(0.5, 0.1, low=0.0), stats.truncnorm(-5.0, np.inf, 0.5, 0.1)),
    (snn.LogNormal(-1.0, 0.4), stats.lognorm(0.4, scale=np.exp(-1.0))),
    (snn.Exponential(0.3, low=0.1), stats.expon(0.1, 0.3)),
])  # fmt: skip
def test_weights_follow_their_distribution(drawn: Any, law: Any) -> None:
    for made in (snn.FixedProbability(0.1), snn.AllToAll()):
        q = compiled(made, 100, 120, weight=drawn)
        require_plausible(stats.kstest(q.weight.ravel(), law.cdf).pvalue)


def test_delays_follow_their_distribution_on_the_grid() -> None:
    """Nearest step: the first and the last bin are half as wide as the others."""
    q = compiled(snn.FixedProbability(0.3), delay=snn.Uniform(0.5, 2.0))
    found = np.bincount(q.delay, minlength=21)
    expected = np.where((np.arange(21) >= 5), 1.0, 0.0)
    expected[[5, 20]] = 0.5
    keep = expected > 0
    assert found[~keep].sum() == 0
    expected = expected[keep] / expected.sum() * found.sum()
    require_plausible(stats.chisquare(found[keep], expected).pvalue)
    assert q.moved <= 0.05 + 1e-12


def test_weights_and_delays_are_independent_of_the_connectivity() -> None:
    q = compiled(snn.FixedInDegree(40), weight=snn.Uniform(0, 1), delay=snn.Uniform(0.1, 5.0))
    pre, post = endpoints(q)
    for a, b in ((q.weight, q.delay), (q.weight, pre), (q.weight, post), (q.delay, pre),
                 (q.delay, post), (q.weight[1:], q.weight[:-1])):  # fmt: skip
        r = np.corrcoef(np.asarray(a, float), np.asarray(b, float))[0, 1]
        require_plausible(stats.norm.cdf(r * np.sqrt(len(a))))
