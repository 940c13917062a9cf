"""From a run to its result: what was asked for is there, named and with its unit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import snn
from snn.results import Result, load


@pytest.fixture(scope="module")
def result() -> Result:
    net = snn.Network(dt=1.0)
    times = [[2.0, 4.0], [3.0], [], [5.0]]
    src = net.population(4, snn.SpikeArray(times=times), label="src")
    some = net.population(4, snn.SpikeArray(times=times), label="some")
    cell = snn.LIF(receptors={"excitatory": snn.CurrentExp(tau_syn=5.0)})
    exc = net.population(4, cell, label="exc")
    synapse = snn.Synapse(weight=0.5, delay=1.0, plasticity=snn.PairSTDP(w_max=1.0))
    learned = net.connect(src[1:], exc[1:], snn.AllToAll(), synapse, label="learned")
    net.record(src, "spikes")
    net.record(some[:2], "spikes")
    net.record(exc[2:], ["v", "excitatory.i"], every=2.0)
    net.record(learned, "weights", every=5.0)
    return snn.run(net, 10.0, backend="reference", seed=3)


def test_spikes_of_a_view_leave_the_others_unknown(result: Result) -> None:
    assert result["src"].counts().tolist() == [2, 1, 0, 1]
    assert result["src"].observed is None
    assert result["some"].times.tolist() == [2.0, 3.0, 4.0]
    assert np.array_equal(result["some"].rates(), [200.0, 100.0, np.nan, np.nan], equal_nan=True)


def test_traces_are_named_as_they_were_asked_for(result: Result) -> None:
    v, i = result["exc"].trace("v"), result["exc"].trace("excitatory.i")
    assert (v.unit, i.unit) == ("mV", "nA")
    assert v.times.tolist() == [0, 2, 4, 6, 8, 10]
    assert v.neurons.tolist() == [2, 3]
    # Neuron 2 hears sources 1 and 3 of the view at 3 + 1 and 5 + 1 ms.
    assert i.of(2)[:2].tolist() == [0.0, 0.0]
    assert i.of(2)[2] == pytest.approx(0.5)


def test_synapses_are_counted_within_the_views(result: Result) -> None:
    synapses = result["learned"].synapses
    assert (synapses.n_pre, synapses.n_post, len(synapses)) == (3, 3, 9)
    assert synapses.pre.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert synapses.unit == "nA"
    assert result["learned"].over_time.values.shape[1] == 9
    assert np.array_equal(result["learned"].over_time.values[-1], result["learned"].weights)


def test_provenance_says_how_it_was_made(result: Result) -> None:
    p = result.provenance
    assert (p.backend, p.seed, p.dt, p.numerics) == ("reference", 3, 1.0, "exact")
    assert len(p.network) == 16
    assert set(p.versions) == {"snn", "numpy", "numba", "python"}
    assert result.timing.run.wall > 0


def test_a_real_run_survives_a_file(result: Result, tmp_path: Path) -> None:
    result.save(tmp_path / "run.h5")
    assert repr(load(tmp_path / "run.h5")) == repr(result)
