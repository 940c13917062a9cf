"""The twin of neuromodulated STDP on both engines; `test_board.py` compares it with the binary."""

import numpy as np
import pytest
from numerics.circuits import record_all, trains
from numerics.test_engines import BOARD, different_cells

import snn
from snn.compiler import compile_network
from snn.errors import ValidationError
from snn_spinnaker.numerics.neuromodulation import numbers

STEPS = {"A_plus": 0.2, "A_minus": 0.1, "w_max": 6.0}
CASES = {
    "rewarded": (snn.LIF(tau_refrac=1.0), {"tau_c": 80.0, "tau_d": 30.0, "d_plus": 0.005}),
    "rewarded late": (snn.LIF(tau_refrac=1.0), {"tau_c": 70.0, "tau_d": 33.0, "d_plus": 0.0053}),
    "punished": (snn.LIF(tau_refrac=1.0), {"tau_c": 30.0, "tau_d": 15.0, "d_plus": -0.001}),
    "Izhikevich": (snn.Izhikevich(i_offset=2.0), {"tau_c": 60.0, "tau_d": 20.0, "d_plus": 0.004}),
}


def reward_circuit(names=tuple(CASES), dt=1.0, ticks=300, seed=4):
    """Return a network of 12 sources on 8 cells a case, and rewards before and after them.

    Cells come first: then the virtual board, too, takes a tick's post spikes first.
    """
    net = snn.Network(dt=dt)
    cells = {}
    for name in names:
        initial = snn.Uniform(-70.0, -62.0) if name == "Izhikevich" else snn.Uniform(-65.0, -55.0)
        cells[name] = net.population(8, CASES[name][0], label=name, initial={"v": initial})
    given = [
        trains(seed + k, n, ticks, dt, e) for k, (n, e) in enumerate([(2, 6), (12, 25), (1, 9)])
    ]
    early = net.population(2, snn.SpikeArray(times=given[0]), label="early reward")
    source = net.population(12, snn.SpikeArray(times=given[1]), label="source")
    late = net.population(1, snn.SpikeArray(times=given[2]), label="late reward")
    for name, target in cells.items():
        rule = snn.RewardSTDP(
            modulator=late if "late" in name else early, **STEPS, **CASES[name][1]
        )
        for label, low, high, learned in (("learned", 0.2, 1.0, rule), ("drive", 0.3, 2.0, ())):
            synapse = snn.Synapse(weight=snn.Uniform(low, high), delay=snn.Uniform(dt, 7 * dt),
                                  plasticity=learned)  # fmt: skip
            net.connect(source, target, snn.FixedProbability(0.6), synapse, label=f"{name} {label}")
        record_all(net, target)
    return net


@pytest.mark.parametrize("dt", [1.0, 0.5])
def test_engines_and_threads_learn_the_same(dt):
    net = reward_circuit(dt=dt)
    ways = ({"backend": "reference"}, {"backend": "cpu"}, {"backend": "cpu", "threads": 2})
    first, *others = (snn.run(net, 300 * dt, numerics=BOARD, seed=5, **way) for way in ways)
    for other in others:
        assert different_cells(first, other) == 0
        for name in CASES:
            mine, yours = (r[f"{name} learned"].weights for r in (first, other))
            assert np.array_equal(mine, yours)
            assert len(np.unique(mine)) > 10


def test_the_weight_waits_for_the_reward():
    ends = []
    for rewards in ([60.0], [210.0]):
        net = snn.Network(dt=1.0)
        post = net.population(1, snn.LIF(tau_refrac=30.0), label="post")
        reward = net.population(1, snn.SpikeArray(times=rewards), label="reward")
        pre = net.population(1, snn.SpikeArray(times=[20.0, 100.0, 180.0]), label="pre")
        teacher = net.population(1, snn.SpikeArray(times=[24.0]), label="teacher")
        net.connect(teacher, post, snn.OneToOne(), snn.Synapse(weight=60.0, delay=1.0))
        rule = snn.RewardSTDP(modulator=reward, A_plus=2.0, A_minus=0.5, tau_c=200.0, tau_d=50.0,
                              d_plus=0.02, w_max=16.0)  # fmt: skip
        synapse = snn.Synapse(weight=2.0, delay=1.0, plasticity=rule)
        net.connect(pre, post, snn.OneToOne(), synapse, label="learned")
        ends.append(float(snn.run(net, 300.0, numerics=BOARD)["learned"].weights.ravel()[0]))
    rewarded, unrewarded = ends
    assert unrewarded == 2.0
    # dw = c d tau (1 - ...): 2 e^(-(25-20)/20) e^(-35/200) 0.02 40 (1 - e^(-3)), +-1 weight step
    # of 2^-8 and the truncation of each product to s16.15 or s4.11 (2^-11 of 0.02: 2.4 %).
    assert rewarded == pytest.approx(2.0 + 0.8 * 2 * np.exp(-0.25 - 0.175) * 0.95, abs=0.15)


def test_checkpoints_hold_eligibilities_and_rewards(tmp_path):
    net = reward_circuit(["rewarded", "rewarded late"])
    for backend in ("cpu", "reference"):
        whole, other = (snn.Simulation(net, backend=backend, numerics=BOARD, seed=5) for _ in "ab")
        whole.run(150.0)
        whole.save_checkpoint(tmp_path / backend)
        other.load_checkpoint(tmp_path / backend)
        for simulation in (whole, other):
            simulation.run(150.0)
        for q in net.projections:
            assert np.array_equal(whole.weights(q).weight, other.weights(q).weight)


def test_numbers_are_rounded_as_the_cores_round_them():
    # 0.00024 is 8 / 2^15 and then half a step of 2^-11, which is rounded up (measured).
    for d_plus, raw in ((0.02, 41), (0.0053, 11), (0.00024, 1), (-0.02, -41)):
        found = numbers({"tau_c": 60.0, "tau_d": 20.0, "d_plus": d_plus})
        assert found == {"gain": -15 << 15, "concentration": raw}


REFUSED = {
    "a baseline": ({"baseline": 0.1}, "must be 0 on the board"),
    "a large reward": ({"d_plus": 16.0}, "s4.11"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_board_has_no_form_for_is_refused(case):
    given, message = REFUSED[case]
    net = snn.Network(dt=1.0)
    post = net.population(2, snn.LIF(), label="post")
    pre = net.population(2, snn.SpikeArray(times=[[1.0], [2.0]]), label="pre")
    rule = snn.RewardSTDP(modulator=pre, **given)
    net.connect(pre, post, snn.AllToAll(), snn.Synapse(weight=0.5, delay=1.0, plasticity=rule))
    with pytest.raises(ValidationError, match=message):
        snn.Simulation(net, numerics=BOARD)


def test_two_modulators_on_one_population_are_refused():
    net = snn.Network(dt=1.0)
    post = net.population(2, snn.LIF(), label="post")
    sources = [net.population(2, snn.SpikeArray(times=[[1.0], [2.0]]), label=x) for x in "ab"]
    for source in sources:
        synapse = snn.Synapse(weight=0.5, delay=1.0, plasticity=snn.RewardSTDP(modulator=source))
        net.connect(source, post, snn.AllToAll(), synapse)
    with pytest.raises(ValidationError, match="a population has one rule"):
        snn.Simulation(net, numerics=BOARD)


def test_the_rounding_of_a_reward_is_told_and_its_cure_works():
    found = {}
    for d_plus in (1e-4, 2.0**-12, 10 / 2048):
        net = reward_circuit(["rewarded"])
        rule = snn.RewardSTDP(modulator="early reward", **STEPS, d_plus=d_plus)
        post = net.population(1, snn.LIF(), label="post")
        source = next(p for p in net.populations if p.label == "source")
        net.connect(source, post, snn.AllToAll(), snn.Synapse(delay=1.0, plasticity=rule),
                    label="rewarded synapses")  # fmt: skip
        findings = BOARD.findings(compile_network(net, precision="float64", seed=1))
        found[d_plus] = [f for f in findings if f.component == "rewarded synapses"]
    lost, least, exact = ([f for f in x if f.topic == "reward step"] for x in found.values())
    assert "becomes 0 1/ms" in lost[0].message
    assert "at least 0.000244141" in lost[0].cure
    assert "becomes 0.000488281" in least[0].message
    assert not least[0].cure
    assert not exact
    assert any("depression below 0 is lost" in f.message for f in found[1e-4])
