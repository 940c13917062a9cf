"""What `snn check --backend spinnaker` promises, tried on sPyNNaker's virtual machine."""

import pytest
from deploy.networks import balanced
from numerics.circuits import CELLS

import snn
from snn.plasticity import Additive, Multiplicative

CONDUCTANCE = "conductance"


def rules():
    """Return every rule that the board has."""
    return {
        "none": None,
        "pair": snn.PairSTDP(w_max=2.0),
        "pair multiplicative": snn.PairSTDP(w_max=2.0, dependence=Multiplicative()),
        "nearest": snn.NearestPairSTDP(w_max=2.0, dependence=Additive()),
        "nearest multiplicative": snn.NearestPairSTDP(w_max=2.0, dependence=Multiplicative()),
        "triplet": snn.TripletSTDP(w_max=2.0),
        "vogels": snn.InhibitorySTDP(w_max=2.0),
    }


def every_combination():
    """Return a network with each cell of the board under each rule of the board."""
    net = snn.Network(dt=1.0)
    source = net.population(5, snn.Poisson(rate=20.0), label="source")
    for cell_name, (cell, weight) in CELLS.items():
        for rule_name, rule in rules().items():
            target = net.population(3, cell, label=f"{cell_name} {rule_name}")
            synapse = snn.Synapse(weight=weight / 8, plasticity=rule or ())
            net.connect(source, target, snn.AllToAll(), synapse)
            net.record(target, ["spikes", "v"])
    return net


def test_every_combination_without_a_problem_is_mapped(tmp_path):
    pytest.importorskip("spynnaker", reason="sPyNNaker is an optional extra")
    net = every_combination()
    assert snn.check(net, backend="spinnaker").problems == ()
    found = snn.deploy(net, dry_run=True, duration=10.0, logs=tmp_path)
    assert found.refused == ()
    assert {core.label for core in found.cores} == {p.label for p in net.populations}
    programs = {core.label: core.program for core in found.cores}
    assert programs["IF_curr_exp triplet"] == "IF_curr_exp_stdp_mad_pfister_triplet_additive"
    # No program has this cell and this rule on one core.
    assert "IF_cond_exp_neuron" in {c.program for c in found.cores
                                    if c.label == "IF_cond_exp pair multiplicative"}  # fmt: skip


def test_all_problems_come_at_once_with_component_and_remedy():
    net = snn.Network(dt=1.0)
    source = net.population(4, snn.Poisson(rate=5.0), label="source")
    odd = net.population(2, snn.HodgkinHuxley(), label="squid")
    three = {name: snn.CurrentExp() for name in ("a", "b", "c")}
    net.population(2, snn.LIF(receptors=three), label="three")
    signed = net.population(
        2, snn.LIF(receptors={"excitatory": snn.CurrentExp(signed=True)}), label="signed"
    )
    kicked = net.population(
        2, snn.LIF(receptors={"excitatory": snn.CurrentDelta()}), label="kicked"
    )
    plain = net.population(2, snn.LIF(), label="plain")
    for k, rule in enumerate((snn.PairSTDP(), snn.PairSTDP(A_plus=0.02), snn.SymmetricSTDP())):
        net.connect(source, plain, snn.AllToAll(), snn.Synapse(plasticity=rule), label=f"rule{k}")
    net.drive(plain, snn.PoissonInput(rate=100.0, weight=0.1), label="drive")
    net.record(odd, "v")
    report = snn.check(net, backend="spinnaker")
    assert {p.component for p in report.problems} >= {
        "squid", "three", "signed.excitatory", "kicked", "rule1", "rule2", "drive",
    }  # fmt: skip
    assert len(set(report.problems)) == len(report.problems)
    assert not report.ok
    assert len(kicked) == len(signed) == 2


def test_every_limit_has_its_finding():
    net = balanced(exc=600, rule=snn.PairSTDP(w_max=0.5, A_plus=1e-6))
    net.population(9, snn.Poisson(rate=3.0), label="drive")
    found = snn.check(net, backend="spinnaker", dt=0.1)
    topics = {f.topic for f in found.findings}
    assert topics >= {
        "delay slots", "weight step", "learning step", "time step", "neurons per core", "DTCM",
        "recording", "connectivity", "replayed input", "A convention", "charge convention",
    }  # fmt: skip
    by_topic = {(f.component, f.topic): f for f in found.findings}
    assert "600 on 3 cores" in by_topic["exc", "neurons per core"].message
    assert "time_scale_factor=10" in by_topic["network", "time step"].cure
    # 75 B of spikes and their time, 5 voltages of which all are sent.
    assert "2,479.0 B a tick" in by_topic["exc", "recording"].message


def test_a_core_that_is_too_full_is_told_how_many_neurons_fit():
    net = balanced(exc=256, rule=snn.PairSTDP(w_max=0.5))
    source = net.populations[0]
    far = snn.Synapse(weight=0.1, delay=30.0, plasticity=())
    big = net.population(256, snn.LIF(), label="big")
    net.connect(source, big, snn.FixedProbability(0.1), far)
    learning = snn.Synapse(weight=0.1, plasticity=snn.PairSTDP(w_max=0.5))
    net.connect(source, big, snn.FixedProbability(0.1), learning)
    found = snn.check(net, backend="spinnaker")
    crowded = {f.component: f.cure for f in found.findings if f.topic == "DTCM" and f.cure}
    assert list(crowded) == ["big"]
    fitting = int(crowded["big"].split(": ")[1].rstrip("}"))
    assert 100 < fitting < 200
