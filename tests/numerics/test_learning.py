"""Twins of learning rules on both engines."""

import numpy as np
import pytest
from numerics.circuits import record_all, trains
from numerics.test_engines import BOARD, different_cells

import snn
from snn.errors import ValidationError

RULES = {
    "pair": snn.PairSTDP(A_plus=0.1, A_minus=0.12, w_min=0.1, w_max=3.5),
    "pair both up": snn.PairSTDP(A_plus=0.1, A_minus=-0.1, tau_plus=5.0, tau_minus=5.0, w_max=3.5),
    "pair multiplicative": snn.PairSTDP(
        A_plus=0.1, A_minus=0.12, w_max=3.5, dependence=snn.Multiplicative()
    ),
    "nearest": snn.NearestPairSTDP(A_plus=0.1, A_minus=0.12, w_max=3.5),
    "nearest multiplicative": snn.NearestPairSTDP(
        A_plus=0.1, A_minus=0.12, w_max=3.5, dependence=snn.Multiplicative()
    ),
    "triplet": snn.TripletSTDP(A2_plus=0.05, A3_plus=0.1, A2_minus=0.1, A3_minus=0.02, w_max=3.5),
    "vogels": snn.InhibitorySTDP(eta=0.02, rate=20.0, w_max=3.5),
}


def learning_circuit(rules, dt=1.0, ticks=300, seed=4, delays=(1, 8), dense=False):
    """Return a network of 12 sources on a population of 8 cells for each rule."""
    net = snn.Network(dt=dt)
    source = net.population(12, snn.SpikeArray(times=trains(seed, 12, ticks, dt)), label="source")
    for name in rules:
        cell = snn.LIF(tau_refrac=1.0)
        target = net.population(8, cell, label=name, initial={"v": snn.Uniform(-65.0, -55.0)})
        receptor = "inhibitory" if name == "vogels" else "excitatory"
        delay = 2 * dt if dense else snn.Uniform(delays[0] * dt, (delays[1] - 1) * dt)
        synapse = snn.Synapse(weight=snn.Uniform(0.5, 3.0), delay=delay, plasticity=RULES[name])
        connector = snn.AllToAll() if dense else snn.FixedProbability(0.6)
        learned = net.connect(source, target, connector, synapse, receptor=receptor,
                              label=f"{name} learned")  # fmt: skip
        net.record(learned, "weights", every=50.0 * dt)
        net.connect(source, target, snn.FixedProbability(0.5),
                    snn.Synapse(weight=snn.Uniform(0.5, 4.0), delay=snn.Uniform(dt, 8 * dt)),
                    label=f"{name} drive")  # fmt: skip
        record_all(net, target)
    return net


@pytest.mark.parametrize("dense", [False, True])
@pytest.mark.parametrize("name", RULES)
def test_both_engines_learn_the_same(name, dense):
    results = [
        snn.run(learning_circuit([name], dense=dense), 300.0, backend=b, numerics=BOARD, seed=5)
        for b in ("cpu", "reference")
    ]
    assert different_cells(*results) == 0
    mine, yours = (r[f"{name} learned"].weights for r in results)
    assert np.array_equal(mine, yours)
    over = [r.weights_over_time[f"{name} learned"] for r in results]
    assert np.array_equal(over[0][1], over[1][1])
    assert len(np.unique(over[0][1][-1] - over[0][1][0])) > 10


def test_checkpoints_hold_the_histories(tmp_path):
    net = learning_circuit(["pair"])
    ends = []
    for backend in ("cpu", "reference"):
        whole = snn.Simulation(net, backend=backend, numerics=BOARD, seed=5)
        _quiet(whole, 150.0)
        whole.save_checkpoint(tmp_path / backend)
        _quiet(whole, 150.0)
        other = snn.Simulation(net, backend=backend, numerics=BOARD, seed=5)
        other.load_checkpoint(tmp_path / backend)
        _quiet(other, 150.0)
        q = net.projections[0]
        assert np.array_equal(whole.weights(q).weight, other.weights(q).weight)
        ends.append(whole.weights(q).weight)
    assert np.array_equal(*ends)


def _quiet(sim, duration):
    import warnings

    from snn.errors import SnnWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SnnWarning)
        sim.run(duration)


def one_pair(post_after, rule, delay=1.0, weight=1.0):
    """Return the weight after one pairing, read out by a late pre spike, and its shift."""
    net = snn.Network(dt=1.0)
    pre = net.population(1, snn.SpikeArray(times=[50.0, 300.0]), label="pre")
    teacher = net.population(1, snn.SpikeArray(times=[50.0 + post_after - 1.0]), label="teacher")
    receptors = {"excitatory": snn.CurrentExp(tau_syn=1.0)}
    post = net.population(1, snn.LIF(tau_refrac=30.0, receptors=receptors), label="post")
    net.connect(teacher, post, snn.OneToOne(), snn.Synapse(weight=40.0, delay=1.0))
    net.connect(pre, post, snn.OneToOne(), snn.Synapse(weight=weight, delay=delay, plasticity=rule),
                label="learned")  # fmt: skip
    net.record(post, "spikes")
    result = snn.run(net, 320.0, numerics=BOARD)
    assert result["post"].spikes.steps[0] == 50 + post_after
    return float(result["learned"].weights.ravel()[0])


def test_a_coincidence_is_full_depression():
    rule = snn.PairSTDP(A_plus=0.5, A_minus=0.25, tau_plus=5.0, tau_minus=5.0, w_max=2.0)
    # Seen at 49 + 1: with the pre spike of 50.
    assert one_pair(-1, rule) == 0.75
    assert one_pair(5, rule) > 1.1


def test_a_change_below_one_step_is_lost_upwards_and_costs_a_step_downwards():
    small = {"A_plus": 1e-3, "A_minus": 1e-3, "tau_plus": 20.0, "tau_minus": 20.0, "w_max": 2.0}
    # Weights of 40 nA make the step 2^-9.
    assert one_pair(5, snn.PairSTDP(**small)) == 1.0
    assert one_pair(-5, snn.PairSTDP(**small)) == 1.0 - 2.0**-9


@pytest.mark.parametrize("backend", ["cpu", "reference"])
def test_post_spikes_beyond_the_sixteen_entries_are_missed_and_told(backend):
    net = snn.Network(dt=1.0)
    pre = net.population(1, snn.SpikeArray(times=[5.0, 90.0]), label="pre")
    post = net.population(1, snn.LIF(i_offset=5.0), label="post")
    rule = snn.PairSTDP(A_plus=0.01, A_minus=0.0, w_max=2.0)
    net.connect(pre, post, snn.OneToOne(), snn.Synapse(weight=1.0, delay=1.0, plasticity=rule),
                label="learned")  # fmt: skip
    net.record(post, "spikes")
    result = snn.run(net, 100.0, numerics=BOARD, backend=backend)
    assert len(result["post"].spikes.steps) > 16
    assert any("learned: 1 updates" in note for note in result.warnings)


@pytest.mark.parametrize("backend", ["cpu", "reference"])
def test_weights_that_leave_their_bits_are_told(backend):
    # Every pre spike takes 2 eta rate tau = 0.16 from a weight of 0.1: Vogels' rule has no floor.
    net = snn.Network(dt=1.0)
    pre = net.population(1, snn.SpikeArray(times=[50.0]), label="pre")
    teacher = net.population(1, snn.SpikeArray(times=[1.0]), label="teacher")
    receptors = {"excitatory": snn.CurrentExp(), "inhibitory": snn.CurrentExp(sign=-1)}
    post = net.population(1, snn.LIF(tau_refrac=60.0, receptors=receptors), label="post")
    net.connect(teacher, post, snn.OneToOne(), snn.Synapse(weight=60.0, delay=1.0))
    rule = snn.InhibitorySTDP(eta=0.2, rate=20.0, tau=20.0, w_max=3.0)
    synapse = snn.Synapse(weight=0.1, delay=1.0, plasticity=rule)
    net.connect(pre, post, snn.OneToOne(), synapse, receptor="inhibitory", label="learned")
    result = snn.run(net, 100.0, numerics=BOARD, backend=backend)
    assert any("learned: 1 new weights lay below 0" in note for note in result.warnings)
    assert float(result["learned"].weights.ravel()[0]) > 3.0


REFUSED = {
    "an unknown rule": (snn.SymmetricSTDP(), "has no binary"),
    "an unknown dependence": (snn.PairSTDP(dependence=snn.PowerLaw()), "has no binary"),
    "two rules": ((snn.PairSTDP(), snn.NearestPairSTDP()), "one rule"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_rules_without_a_binary_are_refused(case):
    rule, message = REFUSED[case]
    net = snn.Network(dt=1.0)
    pre = net.population(2, snn.SpikeArray(times=[[1.0], [2.0]]), label="pre")
    post = net.population(2, snn.LIF(), label="post")
    net.connect(pre, post, snn.AllToAll(), snn.Synapse(weight=0.5, delay=1.0, plasticity=rule))
    with pytest.raises(ValidationError, match=message):
        snn.Simulation(net, numerics=BOARD)


def test_different_rules_on_one_population_are_refused():
    net = snn.Network(dt=1.0)
    pre = net.population(2, snn.SpikeArray(times=[[1.0], [2.0]]), label="pre")
    post = net.population(2, snn.LIF(), label="post")
    for a in (0.1, 0.2):
        synapse = snn.Synapse(weight=0.5, delay=1.0, plasticity=snn.PairSTDP(A_plus=a))
        net.connect(pre, post, snn.AllToAll(), synapse)
    with pytest.raises(ValidationError, match="a population has one rule"):
        snn.Simulation(net, numerics=BOARD)


def test_plastic_delays_that_the_board_loses_are_refused():
    net = snn.Network(dt=1.0)
    pre = net.population(2, snn.SpikeArray(times=[[1.0], [2.0]]), label="pre")
    post = net.population(2, snn.LIF(), label="post")
    synapse = snn.Synapse(weight=0.5, delay=8.0, plasticity=snn.PairSTDP())
    net.connect(pre, post, snn.AllToAll(), synapse)
    with pytest.raises(ValidationError, match="must be below 8 ticks"):
        snn.Simulation(net, numerics=BOARD)
