"""PyNN's synapses that fail at random."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

sim = pytest.importorskip("snn.pynn", reason="PyNN is not installed")

TIMES = [*np.arange(10.0, 100.0, 10.0), *np.arange(250.0, 350.0, 10.0)]
CELLS = 1000


def jumps(synapse: Any, connector: Any = None) -> Any:
    """The conductance that each spike adds to each cell, (spikes, cells)."""
    sim.setup(timestep=0.1)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=TIMES))
    cells = sim.Population(CELLS, sim.IF_cond_exp(tau_syn_I=4.0))
    connector = connector or sim.AllToAllConnector()
    sim.Projection(source, cells, connector, synapse, receptor_type="inhibitory")
    cells.record("gsyn_inh")
    sim.run(360.0)
    g = cells.get_data().segments[0].analogsignals[0].magnitude
    at = np.rint((np.array(TIMES) + 0.5) / 0.1).astype(int)
    return g[at] - g[at - 1] * math.exp(-0.1 / 4.0)


def test_simple_synapses_release_the_whole_weight_or_nothing() -> None:
    p = np.linspace(0.0, 1.0, 5)[np.arange(CELLS) % 5]
    found = jumps(sim.SimpleStochasticSynapse(weight=0.01, delay=0.5, p=p[None, :])) / 0.01
    assert np.allclose(found, np.round(found), atol=1e-9)
    for value in np.unique(p):
        share, count = found[:, p == value].mean(), found[:, p == value].size
        assert share == pytest.approx(value, abs=5 * math.sqrt(value * (1 - value) / count) + 1e-9)


@pytest.mark.parametrize("parameters", [
    {"U": 0.8, "tau_rec": 100.0, "tau_facil": 0.0},
    {"U": 0.04, "tau_rec": 50.0, "tau_facil": 200.0},
])  # fmt: skip
@pytest.mark.parametrize("n", [1, 5])
def test_multi_quantal_synapses_have_the_mean_of_tsodyks_and_markram(
    parameters: dict[str, float], n: int
) -> None:
    """n independent sites: the variance is that of a binomial, n times smaller than of one."""
    common = {"weight": 0.01, "delay": 0.5, **parameters}
    mean = jumps(sim.TsodyksMarkramSynapse(**common))[:, 0] / 0.01
    found = jumps(sim.MultiQuantalSynapse(n=n, **common)) / 0.01
    variance = mean * (1 - mean) / n
    assert (np.abs(found.mean(axis=1) - mean) <= 5 * np.sqrt(variance / CELLS) + 1e-9).all()
    assert np.allclose(n * found, np.round(n * found), atol=1e-6)
    pooled = found.var(axis=1).sum() / variance.sum()
    assert pooled == pytest.approx(1.0, abs=0.1)  # 5 sqrt(2 / 1000 / 18) at the least


def test_one_site_is_the_stochastic_tsodyks_markram_synapse() -> None:
    values = {"U": 0.5, "tau_rec": 100.0, "tau_facil": 30.0, "weight": 0.01, "delay": 0.5}
    one = jumps(sim.MultiQuantalSynapse(n=1, **values))
    other = jumps(sim.StochasticTsodyksMarkramSynapse(**values))
    assert np.array_equal(one, other)
    assert len(np.unique(np.round(one, 9))) == 2


def test_weights_of_several_sites_are_read_and_set_as_one() -> None:
    sim.setup(timestep=0.1)
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[2.0]))
    cells = sim.Population(3, sim.IF_cond_exp())
    synapse = sim.MultiQuantalSynapse(n=4, U=1.0, weight=0.01, delay=0.5)
    projection = sim.Projection(source, cells, sim.AllToAllConnector(), synapse)
    cells.record("gsyn_exc")
    sim.run(1.0)
    projection.set(weight=0.05)
    assert (projection.get("weight", format="array") == 0.05).all()
    sim.run(1.5)
    g = cells.get_data().segments[0].analogsignals[0].magnitude[-1]
    assert g == pytest.approx([0.1, 0.1, 0.1])


def test_an_initial_value_that_has_no_effect_is_told(caplog: pytest.LogCaptureFixture) -> None:
    sim.setup()
    cells = sim.Population(2, sim.IF_cond_exp())
    synapse = sim.MultiQuantalSynapse(n=4, U=0.5, weight=0.01, delay=0.5)
    projection = sim.Projection(cells, cells, sim.AllToAllConnector(), synapse)
    projection.initialize(u=0.5)
    assert "initial value of u has no effect" in caplog.text


def test_electrical_synapses_are_refused_in_one_sentence() -> None:
    with pytest.raises(NotImplementedError, match="ElectricalSynapse.*use pyNN.neuron"):
        sim.ElectricalSynapse(weight=1.0)
