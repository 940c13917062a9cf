"""Plasticity on the virtual board: every rule that sPyNNaker has a binary for.

Run with ``pytest -m board tests/board``.
"""

import numpy as np
import pytest

pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
pytest.importorskip("spynnaker", reason="sPyNNaker is an optional extra")
pytestmark = [pytest.mark.board, pytest.mark.filterwarnings("default")]


def teach(sim, timing, weights, pre=(10.0, 40.0, 70.0, 100.0), teacher=(15.0, 38.0, 75.0)):
    """Return the weight of one plastic synapse after pre spikes and taught post spikes."""
    sim.setup(1.0)
    source = sim.Population(1, sim.SpikeSourceArray([list(pre)]))
    # A weight of 40 nA fires the neuron one tick after arrival; 5 ms of refractoriness make it
    # one spike each.
    target = sim.Population(1, sim.IF_curr_exp(tau_refrac=5.0, tau_syn_E=1.0))
    forcing = sim.Population(1, sim.SpikeSourceArray([list(teacher)]))
    target.record("spikes")
    one = sim.OneToOneConnector()
    sim.Projection(forcing, target, one, sim.StaticSynapse(weight=40.0, delay=1.0))
    rule = sim.STDPMechanism(
        timing_dependence=timing, weight_dependence=weights, weight=1.0, delay=1.0
    )
    projection = sim.Projection(source, target, one, rule)
    sim.run(150)
    spikes = target.get_data("spikes").segments[0].spiketrains[0].magnitude.tolist()
    return projection.get("weight", "list", with_address=False)[0], spikes


RULE = {"tau_plus": 20.0, "tau_minus": 20.0, "A_plus": 0.1, "A_minus": 0.12}


def pair_steps(pre, post, delay=1.0):
    """Return (sum of potentiation, sum of depression) exponents of all pairs, A left out."""
    seen = [p + delay for p in post]
    plus = [np.exp(-(p - t) / 20.0) for p in seen for t in pre[:-1] if t < p < pre[-1]]
    minus = [np.exp(-(t - p) / 20.0) for p in seen for t in pre if t >= p]
    return sum(plus), sum(minus)


def test_pair_rule_follows_the_formula(sim):
    sim.setup(1.0)
    timing = sim.SpikePairRule(**RULE)
    weight, post = teach(sim, timing, sim.AdditiveWeightDependence(w_min=0.0, w_max=3.0))
    plus, minus = pair_steps((10.0, 40.0, 70.0, 100.0), post)
    assert len(post) == 3
    # Each of up to seven updates rounds traces to 1/2048 and the weight down to one part in
    # 2**(15 - shift): below 0.005 together.
    assert weight == pytest.approx(1.0 + 0.1 * plus - 0.12 * minus, abs=5e-3)


@pytest.mark.parametrize("teacher", [(15.0, 38.0, 75.0), (15.0, 25.0, 82.0)])
def test_nearest_pair_counts_the_nearest_only(sim, teacher):
    sim.setup(1.0)
    timing = sim.extra_models.SpikeNearestPairRule(**RULE)
    bounds = sim.AdditiveWeightDependence(w_min=0.0, w_max=3.0)
    nearest, post = teach(sim, timing, bounds, teacher=teacher)
    pre = (10.0, 40.0, 70.0, 100.0)
    seen = [p + 1.0 for p in post]
    expected = 1.0
    for last, time in zip(pre, pre[1:], strict=False):
        between = [p for p in seen if last < p <= time]
        # Only the first postsynaptic spike after each presynaptic one potentiates.
        expected += sum(0.1 * np.exp(-(p - last) / 20.0) for p in between[:1])
        before = [p for p in seen if p <= time]
        if before:
            expected -= 0.12 * np.exp(-(time - max(before)) / 20.0)
    # Tolerance as in the test above.
    assert nearest == pytest.approx(expected, abs=5e-3)


def test_multiplicative_dependence_follows_the_formula(sim):
    sim.setup(1.0)
    weight, post = teach(
        sim, sim.SpikePairRule(**RULE), sim.MultiplicativeWeightDependence(w_min=0.0, w_max=3.0)
    )
    pre = (10.0, 40.0, 70.0, 100.0)
    expected, trace, last_pre, post_trace, last_post = 1.0, 0.0, 0.0, 0.0, None
    events = sorted([(p + 1.0, 0) for p in post] + [(t, 1) for t in pre])
    for time, is_pre in events:
        if not is_pre:
            expected += (3.0 - expected) * 0.1 * trace * np.exp(-(time - last_pre) / 20.0)
            decayed = post_trace * np.exp(-(time - last_post) / 20.0) if last_post else 0.0
            post_trace, last_post = decayed + 1.0, time
            continue
        if last_post is not None:
            expected -= expected * 0.12 * post_trace * np.exp(-(time - last_post) / 20.0)
        trace = trace * np.exp(-(time - last_pre) / 20.0) + 1.0
        last_pre = time
    # Tolerance as in the tests above.
    assert weight == pytest.approx(expected, abs=5e-3)


def other_rules(sim):
    extra = sim.extra_models
    additive = sim.AdditiveWeightDependence(w_min=0.0, w_max=3.0)
    triplet = extra.PfisterSpikeTriplet(tau_x=100.0, tau_y=100.0, **RULE)
    third = extra.WeightDependenceAdditiveTriplet(w_min=0.0, w_max=3.0, A3_plus=0.05, A3_minus=0.05)
    vogels = extra.Vogels2011Rule(alpha=0.12, tau=20.0, A_plus=0.05)
    recurrent = extra.RecurrentRule(
        accumulator_depression=-2, accumulator_potentiation=2, mean_pre_window=10.0,
        mean_post_window=10.0, dual_fsm=True, A_plus=0.2, A_minus=0.2,
    )  # fmt: skip
    multiplicative = sim.MultiplicativeWeightDependence(w_min=0.0, w_max=3.0)
    return {
        "triplet": (triplet, third),
        "vogels": (vogels, additive),
        "recurrent": (recurrent, multiplicative),
    }


@pytest.mark.parametrize("name", ["triplet", "vogels", "recurrent"])
def test_other_rules_change_weights(sim, name):
    sim.setup(1.0)
    weight, post = teach(sim, *other_rules(sim)[name])
    assert len(post) == 3
    assert 0.0 <= weight <= 3.0
    if name != "recurrent":  # its windows are drawn at random
        assert abs(weight - 1.0) > 0.01


def test_a_plastic_delay_of_all_slots_is_lost(sim):
    # What sPyNNaker 7.4.1 does, found here: the board has 2**n delay slots, a static synapse with
    # a delay of 2**n works, a plastic one never delivers. Longest delay 8: eight slots.
    counts = {}
    for delay in (7.0, 8.0):
        for plastic in (False, True):
            sim.setup(1.0)
            source = sim.Population(1, sim.SpikeSourceArray([[5.0]]))
            target = sim.Population(1, sim.IF_curr_exp())
            target.record("gsyn_exc")
            rule = sim.StaticSynapse(weight=1.0, delay=delay)
            if plastic:
                rule = sim.STDPMechanism(
                    timing_dependence=sim.SpikePairRule(**RULE),
                    weight_dependence=sim.AdditiveWeightDependence(w_min=0.0, w_max=3.0),
                    weight=1.0,
                    delay=delay,
                )
            sim.Projection(source, target, sim.FromListConnector([(0, 0, 1.0, delay)]), rule)
            sim.run(40)
            signal = target.get_data().segments[0].filter(name="gsyn_exc")[0].magnitude
            counts[delay, plastic] = int((signal > 0).sum()) > 0
            sim.end()
    assert counts == {(7.0, False): True, (7.0, True): True, (8.0, False): True, (8.0, True): False}


def test_neuromodulation_rewards_the_pair(sim):
    sim.setup(1.0)
    # One-to-one, which the cores expand: neuromodulated lists made on the host fail in sPyNNaker
    # 7.4.1 under numpy 2 (OverflowError in its synapse_dynamics_neuromodulation.py).
    one = sim.OneToOneConnector()
    source = sim.Population(1, sim.SpikeSourceArray([[100.0, 400.0]]))
    forcing = sim.Population(1, sim.SpikeSourceArray([[103.0]]))
    reward = sim.Population(1, sim.SpikeSourceArray([[150.0]]))
    projections = []
    for rewarded in (True, False):
        target = sim.Population(1, sim.IF_curr_exp(tau_syn_E=1.0))
        sim.Projection(forcing, target, one, sim.StaticSynapse(weight=40.0))
        timing = sim.SpikePairRule(tau_plus=10.0, tau_minus=12.0, A_plus=10.0, A_minus=10.0)
        bounds = sim.AdditiveWeightDependence(w_min=0.0, w_max=20.0)
        rule = sim.STDPMechanism(timing_dependence=timing, weight_dependence=bounds, weight=1.0)
        projections.append(sim.Projection(source, target, one, rule))
        dopamine = sim.extra_models.Neuromodulation(
            weight=0.5 if rewarded else 0.0, tau_c=100.0, tau_d=5.0, w_max=20.0
        )
        sim.Projection(reward, target, one, dopamine, receptor_type="reward")
    sim.run(500)
    rewarded, unrewarded = (p.get("weight", "list", with_address=False)[0] for p in projections)
    assert rewarded > 1.5
    assert unrewarded == 1.0


def test_structural_plasticity_forms_synapses(sim):
    sim.setup(1.0)
    source = sim.Population(4, sim.SpikeSourceArray([list(range(0, 300, 5))] * 4))
    target = sim.Population(4, sim.IF_curr_exp())
    target.record("rewiring")
    rule = sim.StructuralMechanismStatic(
        partner_selection=sim.LastNeuronSelection(),
        formation=sim.DistanceDependentFormation([4, 4], 1.0),
        elimination=sim.RandomByWeightElimination(2.0, 0, 0),
        f_rew=1000, initial_weight=2.0, initial_delay=5.0, s_max=4, seed=0, weight=0.0, delay=1.0,
    )  # fmt: skip
    projection = sim.Projection(source, target, sim.FromListConnector([]), rule)
    sim.run(300)
    found = projection.get(["weight", "delay"], "list")
    assert 0 < len(found) <= 16
    assert {(w, d) for _, _, w, d in found} == {(2.0, 5.0)}
