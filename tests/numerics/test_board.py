"""The profile "spinnaker" against sPyNNaker's own binaries on the virtual board.

Integers on both sides, so the tolerance is none. Run with ``pytest -m board tests/numerics``.
"""

import numpy as np
import pytest
from numerics.circuits import CELLS, circuit
from numerics.test_learning import RULES, learning_circuit

import snn
from snn.compiler import compile_network
from snn_spinnaker.numerics import Spinnaker

pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
pytest.importorskip("spynnaker", reason="sPyNNaker is an optional extra")
pytest_plugins = ["snn_spinnaker.board.fixture"]
pytestmark = [pytest.mark.board, pytest.mark.filterwarnings("default")]

BOARD = Spinnaker()


@pytest.fixture
def sim(virtual_board):
    import pyNN.spiNNaker as module

    yield module
    module.end()


def compared(sim, net, duration, seed=5):
    """Run on the board; return per population what differs, and how often it fired."""
    from numerics.deployed import Deployed, predicted

    exact = compile_network(net, precision="float64", seed=seed)
    mine = snn.run(net, duration, backend="reference", numerics=BOARD, seed=seed)
    sim.setup(net.dt)
    deployed = Deployed(sim, exact)
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
    return found, fired


@pytest.mark.parametrize("dt", [1.0, 0.5, 0.1])
def test_every_cell_and_receptor(sim, dt):
    net = circuit(dt=dt, ticks=200)
    different_cells, fired = compared(sim, net, 200 * dt)
    assert different_cells == dict.fromkeys(CELLS, 0)
    assert np.sum(list(fired.values())) > 100


def test_every_rule(sim):
    from numerics.deployed import Deployed, mechanism, predicted

    net = learning_circuit(RULES)
    exact = compile_network(net, precision="float64", seed=5)
    mine = snn.run(net, 300.0, backend="reference", numerics=BOARD, seed=5)
    sim.setup(1.0)
    deployed = Deployed(sim, exact, mechanism)
    sim.run(300.0)
    for p in exact.populations:
        if p.plan is None:
            continue
        cells, trains = deployed.recorded(p)
        own, own_trains = predicted(mine, exact, p)
        assert int((cells != own).sum()) == 0, p.label
        assert trains == own_trains
        assert sum(map(len, trains)) > 50
    for q in exact.projections:
        if q.rules:
            learned = mine[q.label].synapses
            own = zip(learned.pre.tolist(), learned.post.tolist(), learned.weight.tolist())
            assert deployed.weights(q) == sorted(own), q.label
