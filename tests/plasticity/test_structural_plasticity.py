"""Rewiring against a walk over places, its statistics, and its company."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import networks
import numpy as np
import pytest
from agreement.equality import history, prepared, require_same_after_restore, require_same_in_pieces

import snn
from snn.errors import ValidationError
from snn.random import philox, stream_key

RULE: dict[str, Any] = {"period": 5.0, "rate": 120.0, "slots": 6, "w_weak": 0.25, "p_weak": 0.5,
                        "p_strong": 0.1, "p_form": 0.9, "sigma": 2.0, "new_weight": 0.2,
                        "new_delay": 3.0}  # fmt: skip
N, M = 9, 7


def still(**changes: Any) -> tuple[snn.Network, Any]:
    """Return sources and neurons on lines; weights never change by learning."""
    net = snn.Network(dt=1.0)
    pre = net.population(N, snn.Poisson(rate=20.0), label="pre", positions=snn.line(N))
    post = net.population(M, snn.LIF(), label="post", positions=snn.line(M, 1.5))
    synapse = snn.Synapse(weight=snn.Uniform(0.0, 0.5), delay=snn.Uniform(1.0, 5.0),
                          plasticity=snn.StructuralPlasticity(**RULE | changes))  # fmt: skip
    learned = net.connect(pre, post, snn.FixedInDegree(4), synapse, label="learned")
    return net, learned


def visited(synapses: dict[tuple[int, int], tuple[float, int]], step: int, key: int) -> None:
    """Visit every place of every neuron once, in place."""
    unit = 2.0**-32
    gone, new = [], {}
    for j in range(M):
        column = sorted(i for i, target in synapses if target == j)
        for s in range(6):
            words = philox((j, s, step, 0), key)
            if words[0] * unit >= 120.0 * 5.0 * 1e-3:
                continue
            if s < len(column):
                weight = synapses[column[s], j][0]
                if words[1] * unit < (0.5 if weight < 0.25 else 0.1):
                    gone.append((column[s], j))
                continue
            i = words[1] * N >> 32
            near = math.exp(-((i - 1.5 * j) ** 2) / 8.0)
            if (i, j) not in synapses and (i, j) not in new and words[2] * unit < 0.9 * near:
                new[i, j] = 0.2, 3
    for pair in gone:
        del synapses[pair]
    synapses.update(new)


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_synapses_after_every_period(backend: str) -> None:
    net, learned = still()
    sim = snn.Simulation(net, backend=backend, precision="float64", seed=4)
    key, first = stream_key(4, "learned", "rule 0"), sim.weights(learned)
    known = {
        (int(i), int(j)): (float(w), round(float(d)))
        for i, j, w, d in zip(first.pre, first.post, first.weight, first.delay, strict=True)
    }
    sizes = set()
    for step in range(5, 201, 5):
        sim.run(5.0)
        visited(known, step, key)
        now = sim.weights(learned)
        found = {
            (int(i), int(j)): (float(w), round(float(d)))
            for i, j, w, d in zip(now.pre, now.post, now.weight, now.delay, strict=True)
        }
        assert found == known
        sizes.add(len(known))
    assert len(sizes) > 5


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_nothing_happens_while_learning_is_off(backend: str) -> None:
    net, learned = still()
    sim = snn.Simulation(net, backend=backend)
    before = sim.weights(learned)
    sim.freeze(learned)
    sim.run(50.0)
    assert sim.weights(learned).pre.tolist() == before.pre.tolist()
    sim.unfreeze(learned)
    sim.run(50.0)
    assert sim.weights(learned).pre.tolist() != before.pre.tolist()


def test_in_degree_and_distance_in_equilibrium() -> None:
    """Without distance, formation balances removal; with it, near sources are preferred.

    A place is full with probability f / (f + p), f and p being the probabilities of formation
    and removal at a visit: formation fails where the source is connected already, which at
    2,000 sources changes f by less than 1 %. 6,000 places: standard deviation of the share 0.0063.
    """
    net = snn.Network(dt=1.0)
    pre = net.population(2000, snn.Poisson(rate=0.1), label="pre", positions=snn.line(2000))
    post = net.population(400, snn.LIF(), label="post", positions=snn.line(400, 5.0))
    shares = {}
    for label, sigma in (("far", math.inf), ("near", 50.0)):
        rule = snn.StructuralPlasticity(period=100.0, rate=10.0, slots=15, w_weak=1.0, p_weak=0.2,
                                        p_form=0.3, sigma=sigma, new_weight=0.1)  # fmt: skip
        net.connect(pre, post, snn.FixedInDegree(8), snn.Synapse(weight=0.1, plasticity=rule),
                    label=label)  # fmt: skip
    sim = snn.Simulation(net)
    sim.run(8000.0)
    for q in net.projections:
        now = sim.weights(q)
        shares[q.label] = len(now) / 6000
        gap = np.abs(now.pre - 5.0 * now.post)
        assert (np.percentile(gap, 95) < 110.0) == (q.label == "near")
        assert len({*zip(now.pre.tolist(), now.post.tolist(), strict=True)}) == len(now)
    # Five standard deviations and the 1 % above.
    assert shares["far"] == pytest.approx(0.3 / 0.5, abs=0.04)
    # A Gaussian of 50 covers 50 sqrt(2 pi) of 2,000 sources.
    low = 0.3 * 50.0 * math.sqrt(2 * math.pi) / 2000
    # Standard deviation 0.0036, and 1 % of the neurons near an end.
    assert shares["near"] == pytest.approx(low / (low + 0.2), abs=0.02)


def test_no_neuron_is_connected_to_itself() -> None:
    net = snn.Network(dt=1.0)
    cells = net.population(5, snn.LIF(i_offset=0.9), label="cells")
    rule = snn.StructuralPlasticity(**RULE | {"p_weak": 0.1, "sigma": math.inf})
    learned = net.connect(cells, cells, snn.AllButSelf(),
                          snn.Synapse(weight=0.1, delay=3.0, plasticity=rule))  # fmt: skip
    sim = snn.Simulation(net)
    sim.run(300.0)
    now = sim.weights(learned)
    assert len(now) > 5
    assert (now.pre != now.post).all()


def crowd(size: int = 70) -> Any:
    net = snn.Network(dt=0.5)
    rng = np.random.default_rng(9)
    pre = net.population(size, snn.Poisson(rate=40.0), label="pre", positions=snn.line(size))
    post = net.population(size, networks.cell("lif own", rng, size), label="post",
                          positions=snn.line(size))  # fmt: skip
    rule = snn.StructuralPlasticity(**RULE | {"rate": 100.0, "slots": 10, "period": 6.0,
                                              "sigma": 8.0, "new_delay": 3.5})  # fmt: skip
    late = snn.DelayLearning(period=8.0, rate=0.8, window=4.0, delay_min=2.0, delay_max=9.0)
    dopamine = net.population(1, snn.Poisson(rate=60.0), label="dopamine")
    reward = snn.RewardSTDP(modulator=dopamine, A_plus=0.05, d_plus=0.01)
    order = rng.permutation(size)
    for label, source, target, rules, axonal in (
        ("pair", pre, post, [networks.RULES["pair"](0.4), rule], 0.0),
        ("timed", post, post, [rule, snn.WeightDecay(tau=200.0), snn.TsodyksMarkram()], 0.0),
        ("reward", pre, post[20:], [reward, rule], 0.0),
        ("both", pre[order], post[order[:50]],
         [late, networks.RULES["two"](0.1)[1], rule, snn.RowScaling(target=0.4, trigger=5.0)], 1.5),
    ):  # fmt: skip
        synapse = snn.Synapse(weight=snn.Uniform(0, 0.5), delay=snn.Uniform(2.0, 6.0),
                              axonal_delay=axonal, plasticity=rules)  # fmt: skip
        net.connect(source, target, snn.FixedProbability(0.1), synapse, label=label)
    networks.record_all(net)
    return snn.compile_network(net, precision="float64", seed=2)


@pytest.fixture(scope="module")
def compiled() -> Any:
    return crowd()


@pytest.fixture(scope="module")
def wanted(compiled: Any) -> Any:
    return history(prepared(compiled, "reference"), compiled, [110])


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("pieces", [[110], [1, 11, 12, 13, 10, 63]])
def test_cuts_and_threads(compiled: Any, wanted: Any, threads: int, pieces: list[int]) -> None:
    require_same_in_pieces(compiled, wanted, pieces, threads=threads)
    assert wanted["spikes of post"].shape[1] > 60
    assert sum(name.startswith("synapses of") for name in wanted) == 4


@pytest.mark.parametrize("backend", ["reference", "cpu"])
@pytest.mark.parametrize("at", [48, 55])
def test_snapshot(compiled: Any, wanted: Any, backend: str, at: int) -> None:
    require_same_after_restore(compiled, backend, wanted, at=at, steps=110)


def test_in_a_schedule_and_through_a_file(tmp_path: Path) -> None:
    """Periods end within trials; a checkpoint has the synapses as they are."""
    found = []
    for backend in ("reference", "cpu"):
        net, learned = still()
        pre = net.populations[0]
        schedule = snn.Schedule(trials=3, phases=[snn.Phase(duration=13.0, rates={pre: 100.0})])
        sim = snn.Simulation(net, backend=backend, precision="float64", seed=4)
        sim.run(7.0)
        sim.present(schedule)
        sim.save_checkpoint(tmp_path / backend)
        sim.run(20.0)
        twin = snn.Simulation(net, backend=backend, precision="float64", seed=4)
        twin.load_checkpoint(tmp_path / backend)
        twin.run(20.0)
        for each in (sim, twin):
            now = each.weights(learned)
            found.append(np.stack([now.pre, now.post, now.weight, now.delay]))
    for other in found[1:]:
        np.testing.assert_array_equal(other, found[0])


@pytest.mark.parametrize(("given", "says"), [
    ({"rate": 300.0}, "at most 200 Hz"), ({"slots": 2.5}, "must be whole"),
    ({"new_delay": 0.5}, "new_delay"), ({"period": 2.5}, "multiple of 1 ms"),
    ({"p_form": 1.5}, "p_form"), ({"sigma": -1.0}, "sigma"),
])  # fmt: skip
def test_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        snn.compile_network(still(**given)[0])


def test_what_needs_one_list_of_synapses_is_refused() -> None:
    net, learned = still()
    net.record(learned, "weights", every=1.0)
    with pytest.raises(ValidationError, match="synapses come and go"):
        snn.compile_network(net)
    for rules, says in (
        ([snn.PairSTDP(w_max=np.ones((2, 3)))], "one for each synapse"), ([], "needs positions"),
    ):  # fmt: skip
        net = snn.Network(dt=1.0)
        pre, post = net.population(2, snn.Poisson(rate=5.0)), net.population(3, snn.LIF())
        rules = [*rules, snn.StructuralPlasticity(**RULE)]
        net.connect(pre, post, snn.AllToAll(), snn.Synapse(plasticity=rules))
        with pytest.raises(ValidationError, match=says):
            snn.compile_network(net)


@snn.model
class Crowding(snn.TopologyRule):
    """A rule of the tests' own that makes more synapses than it declares."""

    period: float = snn.param(5.0, unit="ms", shared=True)

    @staticmethod
    def at_period(count: Any) -> None:
        count[0] += 1


def test_a_rule_that_makes_more_than_it_declares() -> None:
    from snn.errors import SnnError

    net = snn.Network(dt=1.0)
    pre, post = net.population(2, snn.Poisson(rate=5.0)), net.population(3, snn.LIF())
    net.connect(pre, post, snn.AllToAll(), snn.Synapse(plasticity=Crowding()), label="learned")
    for backend in ("cpu", "reference"):
        with pytest.raises(SnnError, match="made 7 synapses where there is room for 6"):
            snn.run(net, 10.0, backend=backend)
