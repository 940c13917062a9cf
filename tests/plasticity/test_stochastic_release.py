"""Synapses that fail at random: the draws, their statistics, the mean over sites."""

from __future__ import annotations

import math

import numpy as np
import pytest
from plasticity.release import arrivals, circuit

import snn
from snn import engine as engines
from snn.random import philox, stream_key

SITES = 2000


def test_draws_are_those_of_the_page() -> None:
    """docs/numerics.md, section 5, by hand: two spikes a step, and a synapse made twice."""
    net = snn.Network(dt=1.0)
    source = net.population(2, snn.SpikeArray(times=[[], [5.0, 5.0]]), label="source")
    cell = snn.LIF(cm=1e9, receptors={"excitatory": snn.CurrentPulse()})
    target = net.population(40, cell, label="target")
    pairs = [(1, j) for j in range(40) for _ in range(2)]
    synapse = snn.Synapse(weight=1.0, delay=1.0, plasticity=snn.StochasticRelease(p=0.3))
    net.connect(source, target, snn.FromList(pairs=pairs), synapse, label="s")
    net.record(target, "excitatory.i")
    key = stream_key(3, "s", "rule 0")
    expected = [sum((philox((1, j, 5, k), key)[0] >> 8) * 2.0**-24 < 0.3 for k in range(4))
                for j in range(40)]  # fmt: skip
    assert 0 < sum(expected) < 160
    for backend in ("reference", "cpu"):
        assert arrivals(net, 6, backend)[6].tolist() == expected


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("rule", [
    snn.StochasticRelease(p=0.5), snn.StochasticTsodyksMarkram(U=0.4, tau_rec=9.0, tau_fac=20.0),
    [snn.StochasticRelease(p=0.7), snn.StochasticRelease(p=0.7), snn.PairSTDP(w_max=3.0)],
])  # fmt: skip
def test_engines_are_equal(rule: object, listed: bool) -> None:
    net = circuit(rule, list(range(2, 60, 3)), 30, listed)
    expected = arrivals(net, 70, "reference")
    assert len(np.unique(expected)) >= 2
    assert np.array_equal(arrivals(net, 70), expected)
    assert np.array_equal(arrivals(net, 70, threads=2), expected)


def test_cutting_a_run_changes_nothing() -> None:
    net = circuit(snn.StochasticRelease(), list(range(2, 60)), 30)
    whole = arrivals(net, 70)
    engine = engines.backend("cpu").prepare(snn.compile_network(net, precision="float64", seed=3))
    for piece in (13, 1, 56):
        engine.advance(piece)
    assert np.array_equal(engine.take().samples[0][1], whole)


@pytest.mark.parametrize("p", [0.0, 0.03, 0.5, 1.0])
def test_each_spike_is_transmitted_with_its_probability(p: float) -> None:
    """Counts of 40 spikes at 2,000 synapses; five standard deviations: 6e-7 false alarms.

    The variance of the counts over synapses is that of independent spikes, whose standard
    error is sqrt(2 / 2000) of itself here; again five of them.
    """
    train = list(range(1, 41))
    sent = (arrivals(circuit(snn.StochasticRelease(p=p), train, SITES), 50) > 0).sum(axis=0)
    assert sent.mean() == pytest.approx(40 * p, abs=5 * math.sqrt(40 * p * (1 - p) / SITES))
    spread = 40 * p * (1 - p)
    assert sent.var() == pytest.approx(spread, abs=0.17 * spread)


def test_spikes_and_synapses_fail_independently() -> None:
    """Correlations between neighbours in time and space: 1 / sqrt(n) each, five of them."""
    train = list(range(1, 101))
    sent = arrivals(circuit(snn.StochasticRelease(), train, SITES), 101)[2:] > 0
    sent = sent.astype(float) - 0.5
    bound = 5 / math.sqrt(sent.size)
    assert abs((sent[1:] * sent[:-1]).mean() * 4) < bound
    assert abs((sent[:, 1:] * sent[:, :-1]).mean() * 4) < bound


@pytest.mark.parametrize(("U", "tau_rec", "tau_fac"), [(0.8, 100.0, 0.0), (0.04, 50.0, 200.0)])
def test_the_mean_of_many_sites_is_deterministic_depression(
    U: float, tau_rec: float, tau_fac: float
) -> None:
    """A site's release is Bernoulli with mean u x; five standard deviations of 2,000 sites."""
    train = [float(t) for t in (*range(10, 100, 10), *range(250, 350, 10))]
    rule = snn.StochasticTsodyksMarkram(U=U, tau_rec=tau_rec, tau_fac=tau_fac)
    found = (arrivals(circuit(rule, train, SITES), 360) / 2.0).mean(axis=1)
    mean = snn.TsodyksMarkram(U=U, tau_rec=tau_rec, tau_fac=tau_fac)
    expected = arrivals(circuit(mean, train, 1), 360)[:, 0] / 2.0
    bound = 5 * np.sqrt(expected * (1 - expected) / SITES) + 1e-12
    assert (expected > 0).sum() == len(train)
    assert (np.abs(found - expected) <= bound).all()


def test_an_empty_site_cannot_release() -> None:
    """U = 1 and no recovery to speak of: one release in all."""
    rule = snn.StochasticTsodyksMarkram(U=1.0, tau_rec=1e12)
    sent = (arrivals(circuit(rule, list(range(1, 50)), 20), 60) > 0).sum(axis=0)
    assert (sent == 1).all()


def test_only_pre_spikes_draw() -> None:
    @snn.model
    class Wild(snn.EventRule):
        """Draws at post spikes."""

        @staticmethod
        def on_post(w: float, uniform: float) -> float:
            return w * uniform

    with pytest.raises(ValueError, match="uniform"):
        snn.compile_network(circuit(Wild(), [1.0], 1))
