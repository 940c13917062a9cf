"""sPyNNaker's models beyond PyNN, as scripts call them, against plain arithmetic."""

from __future__ import annotations

import math
import sys
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

sim = pytest.importorskip("snn.pynn.spinnaker", reason="PyNN is not installed")

PRE = [10.0, 30.0, 52.0, 70.0, 95.0, 118.0, 400.0]
FORCED = [14.0, 36.0, 48.0, 77.0, 90.0, 125.0]
START = 0.8


def trained(timing: Any, dependence: Any, delay: float = 1.0) -> tuple[float, Any]:
    """Return the weight that is learned and the post spikes as the synapse sees them."""
    sim.setup(1.0)
    pre = sim.Population(1, sim.SpikeSourceArray(spike_times=[PRE]))
    force = sim.Population(1, sim.SpikeSourceArray(spike_times=[FORCED]))
    post = sim.Population(1, sim.IF_curr_exp(tau_refrac=5.0))
    sim.Projection(force, post, sim.OneToOneConnector(), sim.StaticSynapse(weight=60.0, delay=1.0))
    stdp = sim.STDPMechanism(timing, dependence, weight=START, delay=delay)
    learned = sim.Projection(pre, post, sim.OneToOneConnector(), stdp)
    post.record("spikes")
    sim.run(420.0)
    spikes = post.get_data().segments[0].spiketrains[0].magnitude
    assert len(spikes) >= len(FORCED)
    return float(learned.get("weight", format="array")[0, 0]), spikes + delay


def events(seen: Any) -> list[tuple[float, str]]:
    return sorted([(t, "pre") for t in PRE] + [(float(t), "post") for t in seen])


def trace(spikes: Any, now: float, tau: float) -> float:
    return sum(math.exp(-(now - t) / tau) for t in spikes if t < now - 1e-9)


def test_triplets() -> None:
    """All four steps are multiplied by w_max; a trace read at a spike does not contain it."""
    a2, a3, d2, d3, w_max = 0.01, 0.004, 0.008, 0.003, 2.0
    timing = sim.extra_models.PfisterSpikeTriplet(
        tau_plus=16.8, tau_minus=33.7, tau_x=101.0, tau_y=125.0, A_plus=a2, A_minus=d2
    )
    dependence = sim.extra_models.WeightDependenceAdditiveTriplet(
        w_min=0.0, w_max=w_max, A3_plus=a3, A3_minus=d3
    )
    weight, seen = trained(timing, dependence)
    w = START
    for now, side in events(seen):
        if side == "pre":
            change = -trace(seen, now, 33.7) * (d2 + d3 * trace(PRE, now, 101.0))
        else:
            change = trace(PRE, now, 16.8) * (a2 + a3 * trace(seen, now, 125.0))
        w = min(max(w + w_max * change, 0.0), w_max)
    assert weight == pytest.approx(w, rel=1e-9)
    assert abs(weight - START) > 0.01


def test_triplets_need_their_own_dependence() -> None:
    timing = sim.extra_models.PfisterSpikeTriplet()
    with pytest.raises(NotImplementedError, match="WeightDependenceAdditiveTriplet"):
        trained(timing, sim.AdditiveWeightDependence())


def test_vogels_with_alpha() -> None:
    alpha, eta, tau = 0.25, 0.02, 20.0
    timing = sim.extra_models.Vogels2011Rule(alpha=alpha, tau=tau, A_plus=eta)
    weight, seen = trained(timing, sim.AdditiveWeightDependence(w_min=0.0, w_max=2.0))
    w = START
    for now, side in events(seen):
        other = seen if side == "pre" else PRE
        change = eta * (trace(other, now, tau) - (alpha if side == "pre" else 0.0))
        w = min(max(w + change, 0.0), 2.0)
    assert weight == pytest.approx(w, rel=1e-9)


def test_nearest_pairs() -> None:
    timing = sim.extra_models.SpikeNearestPairRule(
        tau_plus=20.0, tau_minus=20.0, A_plus=0.05, A_minus=0.06
    )
    weight, seen = trained(timing, sim.AdditiveWeightDependence(w_min=0.0, w_max=2.0))
    w = START
    for now, side in events(seen):
        other = [t for t in (seen if side == "pre" else PRE) if t < now - 1e-9]
        last = math.exp(-(now - max(other)) / 20.0) if other else 0.0
        w += -0.06 * last if side == "pre" else 0.05 * last
    assert weight == pytest.approx(w, rel=1e-9)


def rewarded(kind: str = "reward", dopamine: float = 0.1) -> tuple[float, float]:
    """One pair at 1500 ms, a reward at 1600 ms, read at 2400 ms: PyNNExamples' own test."""
    sim.setup(1.0)
    pre = sim.Population(1, sim.SpikeSourceArray, {"spike_times": [1500, 2400]})
    reward = sim.Population(1, sim.SpikeSourceArray, {"spike_times": [1600]}, label="reward")
    stimulus = sim.Population(1, sim.SpikeSourceArray, {"spike_times": [1502]})
    cell = sim.IF_curr_exp(cm=0.3, tau_m=10.0, tau_refrac=4.0, v_thresh=-55.4, tau_syn_E=1.0)
    post = sim.Population(1, cell)
    sim.Projection(stimulus, post, sim.AllToAllConnector(), sim.StaticSynapse(weight=6.0))
    stdp = sim.STDPMechanism(
        sim.SpikePairRule(tau_plus=10, tau_minus=12, A_plus=0.02, A_minus=0.02),
        sim.AdditiveWeightDependence(w_min=0, w_max=20), weight=0.5,
    )  # fmt: skip
    learned = sim.Projection(pre, post, sim.AllToAllConnector(), stdp)
    signal = sim.extra_models.Neuromodulation(tau_c=1000, tau_d=200, weight=dopamine, w_max=20.0)
    sim.Projection(reward, post, sim.AllToAllConnector(), synapse_type=signal, receptor_type=kind)
    post.record("spikes")
    sim.run(3000)
    spike = post.get_data().segments[0].spiketrains[0].magnitude
    assert len(spike) == 1
    return float(learned.get("weight", "array")[0, 0]), float(spike[0])


@pytest.mark.parametrize(("kind", "sign"), [("reward", 1.0), ("punishment", -1.0)])
def test_neuromodulation(kind: str, sign: float) -> None:
    """Izhikevich (2007): dw/dt = c d, both of which decay from the reward on."""
    weight, spike = rewarded(kind)
    seen = spike + 1.0
    eligibility = math.exp(-(seen - 1500) / 10.0) * math.exp(-(1600 - seen) / 1000.0)
    rate = 1 / 1000.0 + 1 / 200.0
    change = 0.1 * 0.02 * eligibility * (1 - math.exp(-rate * 800.0)) / rate
    assert weight == pytest.approx(0.5 + sign * change, rel=1e-9)
    assert change > 0.1


def test_one_neuromodulator_for_all() -> None:
    sim.setup(1.0)
    cells = sim.Population(3, sim.IF_curr_exp())
    source = sim.Population(3, sim.SpikeSourceArray, {"spike_times": [5]})
    stdp = sim.STDPMechanism(sim.SpikePairRule(), sim.AdditiveWeightDependence(), weight=1.0)
    sim.Projection(source, cells, sim.OneToOneConnector(), stdp)
    signal = sim.extra_models.Neuromodulation(weight=0.1)
    sim.Projection(source, cells, sim.OneToOneConnector(), signal, receptor_type="reward")
    with pytest.raises(NotImplementedError, match="Neuromodulation: snn has one neuromodulator"):
        sim.run(10.0)


def response(cell: Any, receptor: str, weight: float) -> Any:
    sim.setup(0.1)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[[1.0]]))
    cells = sim.Population(1, cell)
    synapse = sim.StaticSynapse(weight=weight, delay=1.0)
    sim.Projection(source, cells, sim.OneToOneConnector(), synapse, receptor_type=receptor)
    cells.record("all")
    sim.run(30.0)
    signals = cells.get_data().segments[0].analogsignals
    return {s.name: s.magnitude[:, 0] for s in signals}


@pytest.mark.parametrize(("receptor", "tau", "name"), [
    ("excitatory", 2.0, "gsyn_exc"), ("excitatory2", 7.0, "gsyn_exc2"),
    ("inhibitory", 4.0, "gsyn_inh"),
])  # fmt: skip
def test_two_excitatory_receptors(receptor: str, tau: float, name: str) -> None:
    times = {"tau_syn_E": 2.0, "tau_syn_E2": 7.0, "tau_syn_I": 4.0}
    for cell, weight in ((sim.extra_models.IF_curr_dual_exp(**times), 0.3),
                         (sim.extra_models.Izhikevich_cond_dual(**times), 0.02)):  # fmt: skip
        found = response(cell, receptor, weight)
        assert found[name][20] == pytest.approx(weight)
        assert found[name][60] == pytest.approx(weight * math.exp(-4.0 / tau))
        others = [v for k, v in found.items() if k.startswith("gsyn") and k != name]
        assert len(others) == 2
        assert not any(v.any() for v in others)


@pytest.mark.parametrize(("receptor", "e_rev"), [("excitatory", 0.0), ("inhibitory", -70.0)])
def test_izhikevich_with_conductances(receptor: str, e_rev: float) -> None:
    """Against a fine Euler integration: dv/dt grows by g (e_rev - v)."""
    cell = sim.extra_models.Izhikevich_cond(v=-66.0, u=-13.2, tau_syn_E=3.0, tau_syn_I=3.0)
    found = response(cell, receptor, 0.05)
    v, u, fine = -66.0, -13.2, 1e-4
    for k in range(round(15.0 / fine)):
        t = k * fine
        g = 0.05 * math.exp(-(t - 2.0) / 3.0) if t >= 2.0 else 0.0
        dv = 0.04 * v * v + 5 * v + 140 - u + g * (e_rev - v)
        v, u = v + fine * dv, u + fine * 0.02 * (0.2 * v - u)
    assert found["v"][150] == pytest.approx(v, abs=0.02)


def test_calcium_adaptation() -> None:
    """Exact between spikes: every spike adds i_alpha to a current that decays."""
    sim.setup(0.1)
    cell = sim.extra_models.IFCurrExpCa2Adaptive(i_offset=1.0, tau_ca2=50.0, i_alpha=0.1)
    cells = sim.Population(1, cell)
    cells.record(["spikes", "v", "i_ca2"])
    sim.run(200.0)
    segment = cells.get_data().segments[0]
    spikes = segment.spiketrains[0].magnitude
    current = segment.filter(name="i_ca2")[0].magnitude[:, 0]
    expected = [0.1 * sum(math.exp(-(t - s) / 50.0) for s in spikes if s <= t + 1e-9)
                for t in np.arange(2001) * 0.1]  # fmt: skip
    assert current == pytest.approx(expected, abs=1e-12)
    assert (np.diff(np.diff(spikes)) > 0).all()
    v, level = -65.0, []
    for _ in range(round(spikes[0] / 0.1) - 1):
        v = -65.0 + (v + 65.0) * math.exp(-0.1 / 20.0) + 20.0 * (1 - math.exp(-0.1 / 20.0))
        level.append(v)
    v_found = segment.filter(name="v")[0].magnitude[1 : len(level) + 1, 0]
    assert v_found == pytest.approx(level, abs=1e-9)


def test_stochastic_threshold() -> None:
    """At a constant v the rate is exp((v - v_thresh) / du_th) / tau_th; five deviations."""
    n, seconds = 200, 2.0
    sim.setup(0.1, seed=2)
    cell = sim.extra_models.IFCondExpStoc(
        v_rest=-49.5, v_reset=-49.5, v_thresh=-50.0, du_th=0.5, tau_th=20.0, tau_refrac=0.0
    )
    cells = sim.Population(n, cell, initial_values={"v": -49.5})
    cells.record("spikes")
    sim.run(1000.0 * seconds)
    spikes = cells.mean_spike_count() * n
    p = 1.0 - math.exp(-0.1 * math.e / 20.0)
    steps = n * seconds * 1e4
    # A refractory time below a step is one step in which nothing is drawn.
    expected = steps * p / (1 + p)
    assert spikes == pytest.approx(expected, abs=5 * math.sqrt(expected))


def test_rates_that_change() -> None:
    n = 400
    sim.setup(1.0, seed=5)
    varying = sim.extra_models.SpikeSourcePoissonVariable(
        rates=[50.0, 200.0, 20.0], starts=[0.0, 300.0, 600.0], durations=[300.0, 100.0, 400.0]
    )
    source = sim.Population(n, varying)
    source.record("spikes")
    sim.run(1000.0)
    trains = source.get_data().segments[0].spiketrains
    times = np.concatenate([t.magnitude for t in trains])
    for low, high, rate in ((0, 300, 50.0), (300, 400, 200.0), (400, 600, 0.0), (600, 1000, 20.0)):
        count = ((times > low) & (times <= high)).sum()
        mean = n * rate * (high - low) / 1000.0
        assert count == pytest.approx(mean, abs=5 * math.sqrt(mean) + 1e-9)


def test_rates_last_until_the_next_and_differ_between_cells() -> None:
    sim.setup(1.0)
    source = sim.Population(2, sim.extra_models.SpikeSourcePoissonVariable, {
        "rates": [[0.0, 500.0], [500.0, 0.0]], "starts": [[0.0, 100.0], [0.0, 100.0]]})  # fmt: skip
    source.record("spikes")
    sim.run(200.0)
    first, second = (t.magnitude for t in source.get_data().segments[0].spiketrains)
    assert first.min() > 100.0 >= second.max()


def pairs(connector: Any, n: int = 6) -> list[tuple[int, int]]:
    sim.setup(1.0)
    cells = sim.Population(n, sim.IF_curr_exp())
    synapse = sim.StaticSynapse(weight=1.0, delay=1.0)
    projection = sim.Projection(cells, cells, connector, synapse)
    return sorted((i, j) for i, j, *_ in projection.get("weight", "list"))


def test_connectors_within_groups() -> None:
    models = sim.extra_models
    every = [(i, j) for i in range(6) for j in range(6) if i != j]
    assert pairs(models.AllButMeConnector()) == every
    assert pairs(models.AllButMeConnector(n_neurons_per_group=3)) == [
        (i, j) for i, j in every if i // 3 == j // 3
    ]
    assert pairs(models.OneToOneOffsetConnector(2, wrap=False)) == [(i, i + 2) for i in range(4)]
    assert pairs(models.OneToOneOffsetConnector(-1, wrap=True, n_neurons_per_group=3)) == [
        (0, 2), (1, 0), (2, 1), (3, 5), (4, 3), (5, 4),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="multiple of n_neurons_per_group"):
        pairs(models.AllButMeConnector(n_neurons_per_group=4))


@pytest.mark.parametrize("name", ["RecurrentRule", "StocExp", "IFTruncDelta", "WeightChanger"])
def test_what_is_missing_names_what_to_use(name: str) -> None:
    with pytest.raises(NotImplementedError, match=f"extra_models.{name} is not available; use"):
        getattr(sim.extra_models, name)


def test_neo_data_as_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scripts import the convertor from sPyNNaker, which need not be there."""
    if find_spec("spynnaker"):
        pytest.skip("sPyNNaker is installed: scripts find its own convertor")
    for name in [k for k in sys.modules if k.split(".")[0] == "spynnaker"]:
        monkeypatch.delitem(sys.modules, name)
    sim.install_as("pyNN.spiNNaker")
    from spynnaker.pyNN.utilities import neo_convertor

    sim.setup(1.0)
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[[2.0, 5.0], [3.0]]))
    cells = sim.Population(3, sim.IF_curr_exp(), initial_values={"v": -60.0})
    source.record("spikes")
    cells[1:3].record(["v", "gsyn_exc", "gsyn_inh"])
    sim.run(10.0)
    data, spikes = cells.get_data(), source.get_data()
    assert neo_convertor.convert_spikes(spikes).tolist() == [[0, 2], [0, 5], [1, 3]]
    assert neo_convertor.count_spikes(spikes) == 3
    rows = neo_convertor.convert_data(data, "v")
    assert rows.shape == (22, 3)
    assert rows[0].tolist() == [1.0, 0.0, -60.0]
    assert rows[12, :2].tolist() == [2.0, 1.0]
    assert neo_convertor.convert_gsyn(data, data).shape == (22, 4)
    assert len(neo_convertor.convert_v_list(data)) == 1
    with pytest.raises(ValueError, match="run must be in"):
        neo_convertor.convert_data(data, "v", 3)
