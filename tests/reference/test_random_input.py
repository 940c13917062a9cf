"""Random numbers during a run: the generator's vectors and the statistics of its users.

Every statistical test states its probability of failing by chance. There are 14 of them
with a two-sided limit of 1e-6 each: a false-alarm rate of 3e-5 for the file. Seeds are
fixed, so that a pass stays a pass until the generator is changed.
"""

from __future__ import annotations

import numpy as np
import pytest
from reference.circuits import passive, prepared
from scipy import stats

import snn
from snn.random import count_thresholds, philox, stream_key

LIMIT = 1e-6


def require_plausible(p_value: float) -> None:
    """Fail with probability 2e-6 where the hypothesis holds."""
    assert LIMIT < p_value < 1 - LIMIT


@pytest.mark.parametrize(("counter", "key", "words"), [
    ((0, 0, 0, 0), 0, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((0xFFFFFFFF,) * 4, 2**64 - 1, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), 0x299F31D0A4093822,
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
])  # fmt: skip
def test_known_answers_of_philox(counter: tuple[int, ...], key: int, words: str) -> None:
    """Vectors of Random123's kat_vectors file for philox4x32, 10 rounds."""
    assert " ".join(f"{word:08x}" for word in philox(counter, key)) == words


def test_key_of_a_stream() -> None:
    """First 8 bytes, little endian, of SHA-256 of seed, label, purpose between zeros."""
    from hashlib import sha256

    digest = sha256(b"7\0exc\0poisson").digest()
    assert stream_key(7, "exc", "poisson") == int.from_bytes(digest[:8], "little")


def trains(
    rate: object, steps: int, *, size: int = 200, dt: float = 1.0, seed: int = 1,
    others: int = 0, cuts: tuple[int, ...] = (),
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Return steps and neurons of the spikes of a Poisson source."""
    net = snn.Network(dt=dt)
    for k in range(others):
        net.population(3, snn.Poisson(rate=50.0), label=f"other{k}")
    source = net.population(size, snn.Poisson(rate=rate), label="source")
    net.record(source, "spikes")
    engine = prepared(net, seed=seed)
    for until in (*cuts, steps):
        engine.advance(until - engine.step)
    return engine.take().spikes[others]


@pytest.mark.parametrize(("rate", "dt"), [(20.0, 1.0), (400.0, 0.1), (9000.0, 1.0)])
def test_counts_of_poisson_trains(rate: float, dt: float) -> None:
    """9 kHz at 1 ms: several spikes a step, and counts of a block made of several draws."""
    size, steps = (40, 200) if rate > 1000 else (200, 2000)
    recorded, neurons = trains(rate, steps, size=size, dt=dt)
    expected = rate * steps * dt * 1e-3
    counts = np.bincount(neurons, minlength=size)
    require_plausible(stats.poisson.cdf(counts.sum(), size * expected))
    dispersion = ((counts - expected) ** 2).sum() / expected
    require_plausible(stats.chi2.cdf(dispersion, size))
    assert recorded.min() >= 1
    assert recorded.max() <= steps


def test_spikes_lie_evenly_in_their_blocks() -> None:
    recorded, _ = trains(40.0, 64 * 20)
    found = np.bincount((recorded - 1) % 64, minlength=64)
    require_plausible(stats.chisquare(found).pvalue)


def test_numbers_of_spikes_in_a_step_are_poisson_distributed() -> None:
    """At 1.5 expected spikes a step, over 64 steps of 200 neurons."""
    recorded, neurons = trains(1500.0, 64)
    table = np.zeros((64, 200), int)
    np.add.at(table, (recorded - 1, neurons), 1)
    found = np.bincount(np.minimum(table.ravel(), 6), minlength=7)
    wanted = stats.poisson.pmf(np.arange(6), 1.5)
    wanted = np.append(wanted, 1 - wanted.sum()) * table.size
    require_plausible(stats.chisquare(found, wanted).pvalue)


def test_rate_per_neuron_and_silence() -> None:
    rates = np.array([0.0, 100.0, 0.0, 500.0])
    _, neurons = trains(rates, 5000, size=4)
    counts = np.bincount(neurons, minlength=4)
    assert counts[0] == counts[2] == 0
    for neuron in (1, 3):
        require_plausible(stats.poisson.cdf(counts[neuron], rates[neuron] * 5))


def test_trains_depend_on_seed_label_and_nothing_else() -> None:
    one = trains(100.0, 300)
    np.testing.assert_array_equal(one, trains(100.0, 300, others=2))
    np.testing.assert_array_equal(one, trains(100.0, 300, cuts=(1, 63, 64, 65, 200)))
    assert len(one[0]) != len(trains(100.0, 300, seed=2)[0])


def test_within_a_step_sources_are_ascending() -> None:
    recorded, neurons = trains(800.0, 100)
    order = np.lexsort((neurons, recorded))
    np.testing.assert_array_equal(order, np.arange(len(order)))


def test_a_new_rate_begins_a_stretch() -> None:
    """The same rate set again at step 30 draws a block there, and drops the old one's rest."""
    net = snn.Network(dt=1.0)
    source = net.population(50, snn.Poisson(rate=200.0), label="source")
    net.record(source, "spikes")
    engine = prepared(net, seed=1)
    engine.advance(30)
    engine.write_rate(0, np.full(50, 200.0))
    engine.advance(64)
    steps, neurons = engine.take().spikes[0]
    old = trains(200.0, 30, size=50)
    np.testing.assert_array_equal(np.array([steps, neurons])[:, : len(old[0])], old)
    words = philox((7, 31, 0, 0), stream_key(1, "source", "poisson"))
    own = steps[(neurons == 7) & (steps > 30)]
    assert 31 + (words[0] >> 26) in own


def driven_counts(rate: float, dt: float, size: int, steps: int) -> np.ndarray:
    """Return the count of each neuron at each step, (steps, size)."""
    net = snn.Network(dt=dt)
    target = net.population(size, passive(receptors={"r": snn.CurrentPulse()}), label="target")
    net.drive(target, snn.PoissonInput(rate=rate, weight=1.0), receptor="r", label="drive")
    net.record(target, "r.i")
    engine = prepared(net)
    engine.advance(steps)
    return engine.take().samples[0][1][1:].astype(int)


@pytest.mark.parametrize(("rate", "dt"), [(500.0, 0.1), (2000.0, 1.0)])
def test_counts_of_a_drive(rate: float, dt: float) -> None:
    table = driven_counts(rate, dt, 40, 400)
    mean = rate * dt * 1e-3
    require_plausible(stats.poisson.cdf(table.sum(), table.size * mean))
    most = int(stats.poisson.isf(1e-3, mean))
    found = np.bincount(np.minimum(table.ravel(), most + 1), minlength=most + 2)
    wanted = stats.poisson.pmf(np.arange(most + 1), mean)
    wanted = np.append(wanted, 1 - wanted.sum()) * table.size
    require_plausible(stats.chisquare(found, wanted).pvalue)


def test_drives_of_neighbours_are_uncorrelated() -> None:
    """Eight entries share one call of the generator."""
    table = driven_counts(2000.0, 1.0, 8, 3000)
    matrix = np.corrcoef(table.T)[np.triu_indices(8, 1)]
    # Under independence sqrt(n) r is standard normal: 28 of them, sum of squares.
    require_plausible(stats.chi2.cdf(3000 * (matrix**2).sum(), 28))


@pytest.mark.parametrize("mean", [1e-9, 0.01, 1.0, 30.0, 800.0])
def test_thresholds_are_the_cumulative_distribution(mean: float) -> None:
    table = count_thresholds(mean).astype(float) * 2.0**-48
    wanted = stats.poisson.cdf(np.arange(len(table)), mean)
    # The grid is 2^-48 = 3.6e-15; scipy's own cdf is good to about 1e-13.
    np.testing.assert_allclose(table, wanted, rtol=0, atol=1e-12)
    assert stats.poisson.sf(len(table), mean) < 1e-13


def test_no_drive_at_rate_zero() -> None:
    assert not driven_counts(0.0, 1.0, 10, 50).any()
