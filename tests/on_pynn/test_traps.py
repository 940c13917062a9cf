"""Traps of PyNN's stack, each closed by translating or by refusing with a reason."""

import numpy as np
import pytest

import snn
from snn import engine
from snn.errors import ValidationError
from snn_on_pynn import installation
from snn_on_pynn.session import _OPEN

pytestmark = pytest.mark.filterwarnings("default")

SIMULATORS = ["neuron", "pynn_nest", "pynn_brian2"]


def problems(net, backend):
    return {(p.component, p.field): p.message for p in snn.check(net, backend=backend).problems}


def pair(rule=(), cell=None, weight=10.0):
    """Return one source on one neuron."""
    net = snn.Network(dt=0.1)
    source = net.population(1, snn.SpikeArray(times=[[5.0, 15.0, 20.0]]), label="source")
    target = net.population(1, cell or snn.LIF(), label="target")
    synapse = snn.Synapse(weight=weight, delay=1.0, plasticity=rule)
    net.connect(source, target, snn.OneToOne(), synapse, label="synapse")
    net.record(target, "v")
    return net


@pytest.mark.peers
@pytest.mark.parametrize("target", SIMULATORS, indirect=True)
def test_one_to_one_between_two_single_cells(target):
    """PyNN's connector fails there from NumPy 2.1 on; lists do not."""
    result = snn.run(pair(), 30.0, backend=target)
    assert np.ptp(result["target"].traces["v"].values) > 1.0


@pytest.mark.peers
@pytest.mark.parametrize("target", SIMULATORS, indirect=True)
def test_poisson_input_has_a_seed(target):
    """PyNN's Brian2 draws new trains each time; replayed ones are the same everywhere."""
    net = snn.Network(dt=0.1)
    source = net.population(5, snn.Poisson(rate=80.0), label="source")
    net.record(source, "spikes")
    runs = [snn.run(net, 50.0, backend=b, seed=3) for b in ("reference", target)]
    steps = [r["source"].spikes.steps for r in runs]
    assert len(steps[0]) > 5
    assert steps[0].tolist() == steps[1].tolist()


@pytest.mark.peers
@pytest.mark.parametrize("target", ["neuron"], indirect=True)
def test_adex_is_refused_where_neuron_is_unstable(target):
    cell = snn.AdEx()
    with pytest.raises(ValidationError, match="unstable"):
        snn.run(pair(cell=cell, weight=0.1), 30.0, backend=target)
    v = snn.run(pair(cell=cell, weight=0.1), 30.0, backend=target, dt=0.01)["target"]
    mine = snn.run(pair(cell=cell, weight=0.1), 30.0, dt=0.01, precision="float64")["target"]
    assert np.ptp(mine.traces["v"].values) > 5.0
    before = mine.traces["v"].values < -50.0
    gap = np.abs(v.traces["v"].values - mine.traces["v"].values)
    assert gap[: int(np.argmin(before)) or None].max() < 0.5


@pytest.mark.peers
@pytest.mark.parametrize("target", ["pynn_brian2"], indirect=True)
def test_squid_cells_are_refused_where_brian2_gives_nan(target):
    with pytest.raises(ValidationError, match="unstable"):
        snn.run(pair(cell=snn.HodgkinHuxley(), weight=0.01), 10.0, backend=target)


@pytest.mark.peers
@pytest.mark.parametrize("target", ["pynn_nest"], indirect=True)
def test_times_that_nest_cannot_send_are_refused(target):
    """A source of PyNN's NEST cannot fire in the first step: it fails or is silent."""
    net = snn.Network(dt=0.1)
    net.population(1, snn.SpikeArray(times=[[0.1]]), label="early")
    with pytest.raises(ValidationError, match=r"0\.2 ms or later"):
        snn.run(net, 10.0, backend=target)


@pytest.mark.peers
@pytest.mark.parametrize("target", ["pynn_nest"], indirect=True)
def test_spikes_are_not_moved_by_rounding(target):
    """0.3 - 0.1 is above 0.2: PyNN's NEST sends such spikes a step late."""
    net = snn.Network(dt=0.1)
    times = [[0.1 * (k + 2)] for k in range(60)]
    source = net.population(60, snn.SpikeArray(times=times, round=True), label="source")
    net.record(source, "spikes")
    spikes = snn.run(net, 10.0, backend=target)["source"].spikes
    assert dict(zip(spikes.neurons.tolist(), spikes.steps.tolist())) == {
        k: k + 2 for k in range(60)
    }


def test_rules_that_pynn_gets_wrong_are_refused_with_the_reason():
    soft, power = snn.PairSTDP(dependence=snn.Multiplicative()), snn.PowerLaw()
    found = {
        "pynn_brian2": (pair(snn.PairSTDP()), "as additive"),
        "neuron": (pair(soft), "other weights"),
        "pynn_nest": (pair(snn.PairSTDP(dependence=power)), "drops its exponents"),
    }
    for backend, (net, reason) in found.items():
        assert reason in problems(net, backend)["synapse", "plasticity"]
    short = problems(pair(snn.TsodyksMarkram()), "neuron")["synapse", "plasticity"]
    assert "three states" in short


def test_limits_of_one_simulator_are_its_own():
    bounded = pair(snn.PairSTDP(w_min=0.01))
    assert "must be 0" in problems(bounded, "pynn_nest")["synapse", "w_min"]
    assert ("synapse", "w_min") not in problems(bounded, "neuron")
    mixed = snn.Network(dt=0.1)
    mixed.population(2, snn.LIF(tau_refrac=[1.0, 2.0]), label="mixed")
    assert ("mixed", "tau_refrac") in problems(mixed, "pynn_brian2")
    assert problems(mixed, "neuron") == {}


def test_missing_tools_are_named_before_a_run(monkeypatch):
    backend = engine.load("snn.backends", "neuron")
    monkeypatch.setattr(installation, "installed", lambda package: True)
    monkeypatch.setattr("snn_on_pynn.backend.installed", lambda package: True)
    monkeypatch.setattr(installation, "tool", lambda name: None)
    assert "nrnivmodl" in backend.missing()
    brian2 = engine.load("snn.backends", "pynn_brian2")
    monkeypatch.setattr("snn_on_pynn.backend.version", lambda package: "2.4.1")
    assert "numpy 2.4.1" in brian2.missing()
    assert "snn-spinnaker[pynn,brian2]" in brian2.missing()


@pytest.mark.peers
@pytest.mark.parametrize("target", ["pynn_nest"], indirect=True)
def test_a_simulator_that_holds_one_network_says_so(target):
    first = snn.Simulation(pair(), backend=target)
    first.run(5.0)
    second = snn.Simulation(pair(), backend=target)
    second.run(5.0)
    with pytest.raises(snn.errors.SnnError, match="one at a time"):
        first.run(5.0)
    second.close()
    assert "pyNN.nest" not in _OPEN
