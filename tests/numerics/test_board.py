"""The profile "spinnaker" against sPyNNaker's own binaries on the virtual board.

Integers on both sides, so the tolerance is none. Run with ``pytest -m board tests/numerics``.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from numerics.circuits import CELLS, circuit, record_all, trains
from numerics.drawn import TICKS, networks
from numerics.test_learning import RULES, learning_circuit
from numerics.test_neuromodulation import CASES as REWARDS
from numerics.test_neuromodulation import reward_circuit

import snn
from snn.compiler import compile_network
from snn_spinnaker.numerics import Spinnaker, slots

pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
pytest.importorskip("spynnaker", reason="sPyNNaker is an optional extra")
pytestmark = [pytest.mark.board, pytest.mark.filterwarnings("default")]

BOARD = Spinnaker()


@pytest.fixture
def sim(virtual_board):
    import pyNN.spiNNaker as module

    yield module
    module.end()


def compared(sim, net, duration, seed=5):
    """Run on the board; return what differs in each population and rule, and the spikes."""
    from numerics.deployed import Deployed, mechanism, predicted

    exact = compile_network(net, precision="float64", seed=seed)
    mine = snn.run(net, duration, backend="reference", numerics=BOARD, seed=seed)
    sim.setup(net.dt)
    deployed = Deployed(sim, exact, mechanism)
    sim.run(duration)
    found, fired = {}, {}
    for p in exact.populations:
        if p.plan is None:
            continue
        cells, trains = deployed.recorded(p)
        own, own_trains = predicted(mine, exact, p)
        assert deployed.shifts(p) == BOARD.shifts(exact, p), p.label
        found[p.label] = int((cells != own).sum()) + int(trains != own_trains)
        fired[p.label] = sum(map(len, trains))
    for q in exact.projections:
        if q.rules:
            learned = mine[q.label].synapses
            rows = zip(learned.pre.tolist(), learned.post.tolist(), learned.weight.tolist())
            found[q.label] = sum(a != b for a, b in zip(deployed.weights(q), sorted(rows)))
    return found, fired


@pytest.mark.parametrize("dt", [1.0, 0.5, 0.1])
def test_every_cell_and_receptor(sim, dt):
    net = circuit(dt=dt, ticks=200)
    different_cells, fired = compared(sim, net, 200 * dt)
    assert different_cells == dict.fromkeys(CELLS, 0)
    assert np.sum(list(fired.values())) > 100


def test_every_rule(sim):
    different_cells, fired = compared(sim, learning_circuit(RULES), 300.0)
    assert different_cells == dict.fromkeys([*RULES, *(f"{name} learned" for name in RULES)], 0)
    assert min(fired.values()) > 50


def test_delay_extensions_with_the_triplet_rule(sim):
    # 60 neurons leave 128 delay slots; delays of up to 249 ticks go through an extension.
    net = snn.Network(dt=1.0)
    source = net.population(12, snn.SpikeArray(times=trains(8, 12, 300, 1.0)), label="source")
    target = net.population(60, snn.LIF(tau_refrac=1.0), label="target",
                            initial={"v": snn.Uniform(-65.0, -55.0)})  # fmt: skip
    for name, rule, high in (("learned", RULES["triplet"], 127.0), ("drive", (), 250.0)):
        synapse = snn.Synapse(weight=snn.Uniform(0.5, 3.0), delay=snn.Uniform(1.0, high),
                              plasticity=rule)  # fmt: skip
        net.connect(source, target, snn.FixedProbability(0.5), synapse, label=name)
    record_all(net, target)
    compiled = compile_network(net, precision="float64", seed=5)
    assert slots.used(compiled, 1) == (128, 249)
    different_cells, fired = compared(sim, net, 500.0)
    assert different_cells == {"target": 0, "learned": 0}
    assert fired["target"] > 1000


@pytest.mark.parametrize("dt", [1.0, 0.5, 0.1])
def test_neuromodulation(sim, dt):
    different_cells, fired = compared(sim, reward_circuit(dt=dt), 300 * dt)
    names = [*REWARDS, *(f"{name} learned" for name in REWARDS)]
    assert different_cells == dict.fromkeys(names, 0)
    assert min(fired.values()) > 50


@pytest.mark.board(small=True)
@settings(max_examples=2, phases=[Phase.generate], deadline=None,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(net=networks())
def test_drawn_networks(sim, net):
    # 22 networks a run, because a run costs seconds.
    different_cells, fired = compared(sim, net, float(TICKS))
    sim.end()
    assert {name: n for name, n in different_cells.items() if n} == {}
    assert len(fired) >= 20
    # The simplest pack that can be drawn fires 17 times, most others a thousand times.
    assert sum(fired.values()) > 10


def test_poisson_sources(sim):
    from numerics.test_poisson import FINE
    from numerics.test_poisson import RATES as rates

    from snn_spinnaker.numerics import poisson

    generator = np.random.default_rng(0)
    cases = {5: rates, 11: FINE}
    cases |= {s: np.exp(generator.uniform(-1, 8, 10)).tolist() for s in range(20, 30)}
    sim.setup(1.0)
    sources = {seed: poisson_population(sim, own, seed) for seed, own in cases.items()}
    sim.run(1500)
    for seed, own in cases.items():
        trains = sources[seed].get_data("spikes").segments[0].spiketrains
        found = [np.rint(train.magnitude).tolist() for train in trains]
        assert found == poisson.trains(own, seed, 1500, 1.0), seed


def poisson_population(sim, rates, seed):
    cell = sim.SpikeSourcePoisson(rate=rates)
    made = sim.Population(len(rates), cell, additional_parameters={"seed": seed})
    made.record("spikes")
    return made


def test_a_network_with_the_boards_own_poisson_sources(sim):
    from numerics.deployed import Deployed, predicted
    from numerics.test_poisson import FINE, driven

    class Native(Deployed):
        def population(self, p):
            if p.rate is not None:
                return poisson_population(self.sim, p.rate.tolist(), 5)
            return super().population(p)

    net, *_ = driven(FINE)
    mine = snn.run(net, 400.0, numerics=Spinnaker(poisson_seed=5), seed=3)
    sim.setup(1.0)
    deployed = Native(sim, compile_network(net, precision="float64", seed=3))
    sim.run(400)
    target = deployed.compiled.populations[1]
    cells, trains = deployed.recorded(target)
    own, own_trains = predicted(mine, deployed.compiled, target)
    assert int((cells != own).sum()) == 0
    assert trains == own_trains
    assert sum(map(len, trains)) > 20
