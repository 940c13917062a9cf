"""Statistics of what the CPU engine draws.

Every test is two-sided at 1e-6 in its p-value, so it fails with probability 2e-6 where the
hypothesis holds. The file makes fewer than 120 such decisions: a false-alarm rate below
3e-4. Seeds are fixed, so that a pass stays a pass until the generator is changed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import snn

LIMIT = 1e-6
SEED = 20


def require_plausible(p_value: float) -> None:
    """Fail with probability 2e-6 where the hypothesis holds."""
    assert LIMIT < p_value < 1 - LIMIT


def spikes_of(
    rate: Any, duration: float, size: int, dt: float = 1.0, seed: int = SEED, **options: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Return (steps, neurons) of a Poisson population on the CPU engine."""
    net = snn.Network(dt=dt)
    source = net.population(size, snn.Poisson(rate=rate), label="source")
    net.record(source, "spikes")
    found = snn.run(net, duration, backend="cpu", seed=seed, **options)["source"]
    return found.steps, found.neurons


@pytest.mark.parametrize(("rate", "duration", "dt"), [
    (0.5, 20_000.0, 1.0), (15.0, 5000.0, 0.1), (300.0, 2000.0, 0.1), (900.0, 1000.0, 1.0),
    (20_000.0, 200.0, 1.0),
])  # fmt: skip
class TestCounts:
    SIZE = 400

    def counts(self, rate: float, duration: float, dt: float) -> tuple[np.ndarray, float]:
        _, neurons = spikes_of(rate, duration, self.SIZE, dt)
        return np.bincount(neurons, minlength=self.SIZE), rate * duration * 1e-3

    def test_total(self, rate: float, duration: float, dt: float) -> None:
        counts, mean = self.counts(rate, duration, dt)
        require_plausible(stats.poisson.cdf(counts.sum(), self.SIZE * mean))

    def test_spread_over_neurons(self, rate: float, duration: float, dt: float) -> None:
        """Variance over mean, 1 for Poisson counts, is chi-square distributed."""
        counts, mean = self.counts(rate, duration, dt)
        require_plausible(stats.chi2.cdf(((counts - mean) ** 2).sum() / mean, self.SIZE))

    def test_distribution(self, rate: float, duration: float, dt: float) -> None:
        counts, mean = self.counts(rate, duration, dt)
        edges = np.unique(stats.poisson.ppf(np.linspace(0.05, 0.95, 10), mean))
        expected = np.diff([0.0, *stats.poisson.cdf(edges, mean), 1.0]) * self.SIZE
        found = np.bincount(np.searchsorted(edges, counts), minlength=len(edges) + 1)
        require_plausible(stats.chisquare(found, expected).pvalue)


@pytest.mark.parametrize("window", [1, 10, 64, 100])
def test_fano_factor_of_windows(window: int) -> None:
    """Windows shorter, as long and longer than the 64 steps that are drawn together."""
    size, steps, rate = 100, 6400, 80.0
    stamped, neurons = spikes_of(rate, float(steps), size)
    bins = steps // window
    keep = stamped <= bins * window
    counts = np.zeros((size, bins))
    np.add.at(counts, (neurons[keep], (stamped[keep] - 1) // window), 1)
    mean, number = rate * 1e-3 * window, counts.size
    chi = ((counts - mean) ** 2).sum() / mean
    # The sum has mean `number` and, for Poisson counts, variance number (2 + 1 / mean).
    require_plausible(stats.norm.cdf((chi - number) / np.sqrt(number * (2 + 1 / mean))))


def test_intervals_are_exponential() -> None:
    """Kolmogorov-Smirnov, spread within the step removed by a uniform variable."""
    rate, dt = 40.0, 0.1
    steps, neurons = spikes_of(rate, 20_000.0, 20, dt)
    order = np.lexsort((steps, neurons))
    jitter = np.random.default_rng(0).uniform(0.0, dt, len(steps))
    times, owners = steps[order] * dt - jitter, neurons[order]
    times = times[np.lexsort((times, owners))]
    intervals = np.diff(times)[np.diff(owners) == 0]
    assert len(intervals) > 10_000
    # Long intervals are cut by the end of the run: 20 s against 25 ms, a bias below 1e-3 of
    # the spikes, which KS at this sample size does not see.
    require_plausible(stats.kstest(intervals, stats.expon(scale=1e3 / rate).cdf).pvalue)


def test_successive_intervals_are_uncorrelated() -> None:
    steps, neurons = spikes_of(40.0, 20_000.0, 20, 0.1)
    order = np.lexsort((steps, neurons))
    gaps, owners = np.diff(steps[order]), np.diff(neurons[order]) == 0
    both = owners[1:] & owners[:-1]
    r = np.corrcoef(gaps[1:][both], gaps[:-1][both])[0, 1]
    require_plausible(stats.norm.cdf(r * np.sqrt(both.sum())))


@pytest.mark.parametrize("lag", [1, 63, 64, 65])
def test_no_memory_within_and_between_blocks(lag: int) -> None:
    counts = binned(200.0, 40, 6400)
    a, b = counts[:, :-lag].ravel(), counts[:, lag:].ravel()
    r = np.corrcoef(a, b)[0, 1]
    require_plausible(stats.norm.cdf(r * np.sqrt(a.size)))


def test_neurons_are_independent() -> None:
    """Sum of squared correlations over all pairs of neurons."""
    size, steps = 60, 5000
    r = np.corrcoef(binned(100.0, size, steps))
    pairs = r[np.triu_indices(size, 1)]
    chi = (pairs**2).sum() * steps
    # Sum of squares of as many standard normal variables, uncorrelated among themselves.
    require_plausible(stats.norm.cdf((chi - pairs.size) / np.sqrt(2 * pairs.size)))


@pytest.mark.parametrize("what", ["label", "seed"])
def test_streams_of_labels_and_seeds_are_independent(what: str) -> None:
    size, steps = 200, 4000
    a = binned(100.0, size, steps)
    b = binned(100.0, size, steps, **({"label": "other"} if what == "label" else {"seed": 21}))
    r = np.corrcoef(a.ravel(), b.ravel())[0, 1]
    require_plausible(stats.norm.cdf(r * np.sqrt(a.size)))


def binned(
    rate: float, size: int, steps: int, label: str = "source", seed: int = SEED
) -> np.ndarray:
    """Return the number of spikes of each neuron in each step of 1 ms."""
    net = snn.Network(dt=1.0)
    source = net.population(size, snn.Poisson(rate=rate), label=label)
    net.record(source, "spikes")
    found = snn.run(net, float(steps), seed=seed)[label]
    counts = np.zeros((size, steps))
    np.add.at(counts, (found.neurons, found.steps - 1), 1)
    return counts


def test_each_neuron_has_its_own_rate() -> None:
    rates = np.concatenate([np.zeros(50), np.linspace(1.0, 400.0, 150)])
    _, neurons = spikes_of(rates, 10_000.0, 200)
    counts, means = np.bincount(neurons, minlength=200), rates * 10.0
    assert (counts[:50] == 0).all()
    chi = ((counts[50:] - means[50:]) ** 2 / means[50:]).sum()
    require_plausible(stats.chi2.cdf(chi, 150))


def drive_counts(rate: Any, size: int, steps: int, dt: float = 1.0) -> np.ndarray:
    """Return how many private spikes each neuron got in each step.

    A pulse receptor with a weight of 1 holds the count of one step; the cell does not fire.
    """
    net = snn.Network(dt=dt)
    cell = snn.LIF(v_thresh=1e9, cm=1e6, receptors={"pulse": snn.CurrentPulse()})
    cells = net.population(size, cell, label="cells")
    net.drive(cells, snn.PoissonInput(rate=rate, weight=1.0), receptor="pulse", label="drive")
    net.record(cells, "pulse.i")
    result = snn.run(net, steps * dt, seed=SEED)["cells"].trace("pulse.i").values
    counts = result[1:].T
    assert (counts == np.rint(counts)).all()
    return counts


@pytest.mark.parametrize("mean", [1e-4, 0.02, 0.7, 5.0, 60.0, 900.0])
class TestDrive:
    """Expected counts per step from one in ten thousand to nearly a thousand."""

    SIZE, STEPS = 200, 1000

    def test_mean(self, mean: float) -> None:
        counts = drive_counts(mean * 1e3, self.SIZE, self.STEPS)
        require_plausible(stats.poisson.cdf(counts.sum(), mean * counts.size))

    def test_variance(self, mean: float) -> None:
        counts = drive_counts(mean * 1e3, self.SIZE, self.STEPS)
        chi = ((counts - mean) ** 2).sum() / mean
        number = counts.size
        require_plausible(stats.norm.cdf((chi - number) / np.sqrt(number * (2 + 1 / mean))))

    def test_distribution(self, mean: float) -> None:
        counts = drive_counts(mean * 1e3, self.SIZE, self.STEPS).ravel()
        low, high = stats.poisson.ppf([1e-3, 1 - 1e-3], mean)
        edges = np.unique(np.linspace(low, high, 30).round())
        expected = np.diff([0.0, *stats.poisson.cdf(edges, mean), 1.0]) * counts.size
        found = np.bincount(np.searchsorted(edges, counts), minlength=len(edges) + 1)
        # Cells of fewer than 5 expected counts are put together, as the test requires.
        few = expected < 5
        expected = np.append(expected[~few], expected[few].sum())
        found = np.append(found[~few], found[few].sum())
        if expected[-1] < 5:
            expected, found = _merged(expected), _merged(found)
        if len(expected) == 1:
            # Nearly every count is 0: the total, tested above, is all there is to know.
            require_plausible(stats.poisson.cdf((counts > 0).sum(), mean * counts.size))
            return
        require_plausible(stats.chisquare(found, expected * found.sum() / expected.sum()).pvalue)


def _merged(values: np.ndarray) -> np.ndarray:
    """Put the last cell into the one before it."""
    return np.append(values[:-2], values[-2:].sum()) if len(values) > 1 else values


def test_tail_of_a_drive() -> None:
    """One in 3e5 counts is 0 at a mean of 12.6: the 48 bits of a draw reach both tails."""
    mean = 12.6
    counts = drive_counts(mean * 1e3, 1000, 3000)
    for tail, p in (((counts <= 1).sum(), stats.poisson.cdf(1, mean)),
                    ((counts >= 30).sum(), stats.poisson.sf(29, mean))):  # fmt: skip
        require_plausible(stats.poisson.cdf(tail, p * counts.size))


def test_drives_of_neurons_and_steps_are_independent() -> None:
    counts = drive_counts(800.0, 64, 4000)
    r = np.corrcoef(counts)
    pairs = r[np.triu_indices(64, 1)]
    chi = (pairs**2).sum() * counts.shape[1]
    require_plausible(stats.norm.cdf((chi - pairs.size) / np.sqrt(2 * pairs.size)))
    # Eight neurons share one block of random words: neighbours and successive steps.
    for a, b in ((counts[:-1], counts[1:]), (counts[:, :-1], counts[:, 1:])):
        r = np.corrcoef(a.ravel(), b.ravel())[0, 1]
        require_plausible(stats.norm.cdf(r * np.sqrt(a.size)))
