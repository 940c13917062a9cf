"""Short-term plasticity: what each spike delivers, against the recursion in other words."""

from __future__ import annotations

import math

import numpy as np
import pytest

import snn
from snn import engine as engines

TRAIN = [20, 22, 22, 50, 51, 52, 53, 54, 55, 90, 200, 203]
STEPS = 240


def wanted(U: float, tau_rec: float, tau_fac: float) -> list[tuple[int, float]]:
    """Return (time, share) of each spike, from free resources and a release probability."""
    free, probability, before, shares = 1.0, 0.0, None, []
    for t in TRAIN:
        if before is not None:
            free = 1 - (1 - free) * math.exp(-(t - before) / tau_rec)
            probability *= math.exp(-(t - before) / tau_fac) if tau_fac else 0.0
        probability += U * (1 - probability)
        shares.append((t, probability * free))
        free -= probability * free
        before = t
    return shares


def circuit(rules: object, listed: bool = False) -> snn.Network:
    net = snn.Network(dt=1.0)
    source = net.population(1, snn.SpikeArray(times=[TRAIN]))
    cell = snn.LIF(cm=1e9, receptors={"excitatory": snn.CurrentPulse()})
    target = net.population(1, cell)
    joined = snn.FromList(pairs=[(0, 0)]) if listed else snn.AllToAll()
    net.connect(source, target, joined, snn.Synapse(weight=2.0, delay=4.0, plasticity=rules))
    net.record(target, "excitatory.i")
    return net


def currents(net: snn.Network, backend: str, learning: bool = True) -> np.ndarray:
    compiled = snn.compile_network(net, precision="float64")
    engine = engines.backend(backend).prepare(compiled)
    engine.learn(0, learning)
    engine.advance(STEPS)
    assert engine.read_weights(0)[0] == 2.0
    return engine.take().samples[0][1][:, 0]


@pytest.mark.parametrize("learning", [True, False])
@pytest.mark.parametrize(("U", "tau_rec", "tau_fac"), [
    (0.5, 800.0, 0.0), (0.1, 100.0, 1000.0), (1.0, 50.0, 20.0),
])  # fmt: skip
def test_what_each_spike_delivers(U: float, tau_rec: float, tau_fac: float, learning: bool) -> None:
    net = circuit(snn.TsodyksMarkram(U=U, tau_rec=tau_rec, tau_fac=tau_fac), listed=not learning)
    expected = np.zeros(STEPS + 1)
    for t, share in wanted(U, tau_rec, tau_fac):
        expected[t + 4] += 2.0 * share
    reference, cpu = (currents(net, backend, learning) for backend in ("reference", "cpu"))
    np.testing.assert_array_equal(reference, cpu)
    np.testing.assert_allclose(cpu, expected, rtol=0, atol=1e-13)


def test_it_multiplies_the_weight_that_another_rule_changes() -> None:
    """Here pair STDP has no post spike to see, so shares are those of the weight alone."""
    alone = currents(circuit(snn.TsodyksMarkram()), "cpu")
    both = currents(circuit([snn.TsodyksMarkram(), snn.PairSTDP(w_max=3.0)]), "cpu")
    np.testing.assert_array_equal(alone, both)
