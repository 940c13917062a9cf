"""What `snn check --backend spinnaker` promises, tried on sPyNNaker's virtual machine."""

import pytest
from deploy.networks import balanced
from numerics.circuits import CELLS

import snn
from snn import engine
from snn.compiler import compile_network
from snn.errors import UnsupportedModelError
from snn.numerics import compiled_for
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
        "reward": snn.RewardSTDP(modulator="reward", d_plus=0.01, w_max=2.0),
    }


def every_combination():
    """Return a network with each cell of the board under each rule of the board."""
    net = snn.Network(dt=1.0)
    source = net.population(5, snn.Poisson(rate=20.0), label="source")
    net.population(2, snn.Poisson(rate=5.0), label="reward")
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


@pytest.mark.parametrize("name", ["spinnaker", "neuron", "pynn_nest", "pynn_brian2"])
def test_only_exact_networks_are_handed_over(name):
    """The board computes in its own numerics; whoever asks for those gets just that."""
    backend = engine.load("snn.backends", name)
    net = balanced(exc=20, inh=5)
    twin = compile_network(net, numerics="spinnaker")
    with pytest.raises(UnsupportedModelError, match="numerics"):
        backend.prepare(twin)
    expected = "exact" if name == "spinnaker" else "spinnaker"
    assert compiled_for(backend, "spinnaker") == expected
    assert compiled_for(backend, "exact") == "exact"


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


def test_a_neuromodulator_sends_rewards_only():
    """A modulator with synapses of its own onto the population is refused, as sPyNNaker does."""
    net = snn.Network(dt=1.0)
    both, other = (net.population(3, snn.Poisson(rate=5.0), label=x) for x in ("both", "other"))
    cells, free = (net.population(3, snn.LIF(), label=x) for x in ("cells", "free"))
    synapse = snn.Synapse(weight=0.5, plasticity=snn.RewardSTDP(modulator=both))
    net.connect(other, cells, snn.AllToAll(), synapse, label="learned")
    net.connect(both, free, snn.AllToAll(), snn.Synapse(weight=0.5), label="allowed")
    assert snn.check(net, backend="spinnaker").problems == ()
    mixed = snn.Network(dt=1.0)
    both, other = (mixed.population(3, snn.Poisson(rate=5.0), label=x) for x in ("both", "other"))
    cells = mixed.population(3, snn.LIF(), label="cells")
    mixed.connect(other, cells, snn.AllToAll(), synapse, label="learned")
    mixed.connect(both, cells, snn.AllToAll(), snn.Synapse(weight=0.5), label="refused")
    found = snn.check(mixed, backend="spinnaker").problems
    assert [(p.component, p.field) for p in found] == [("refused", "pre")]
    assert "only rewards for 'learned'" in found[0].message


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
