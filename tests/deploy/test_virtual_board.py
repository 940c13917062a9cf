"""Networks through our own deployment on the virtual board, against what is predicted.

Integers on both sides, so the tolerance is none. Run with ``pytest -m board tests/deploy``.
"""

import runpy
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numerics.circuits import CELLS, circuit
from numerics.test_learning import RULES, learning_circuit
from numerics.test_neuromodulation import CASES as REWARDS
from numerics.test_neuromodulation import reward_circuit

import snn
from snn.cli import main
from snn.errors import UnsupportedModelError
from snn_spinnaker.board.process import VirtualBoard
from snn_spinnaker.numerics import Spinnaker

pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
pytest.importorskip("spynnaker", reason="sPyNNaker is an optional extra")
pytestmark = [pytest.mark.board, pytest.mark.filterwarnings("default")]


def both(net, duration, tmp_path, **options):
    predicted = snn.run(net, duration, backend="reference", numerics="spinnaker", seed=5)
    found = snn.run(net, duration, backend="spinnaker", virtual=True, version=3, seed=5,
                    logs=tmp_path, **options)  # fmt: skip
    return predicted, found


def test_cells_and_replayed_input_are_as_predicted(tmp_path):
    # The board adds both excitatory inputs of the cell that has two.
    net = circuit(tuple(name for name in CELLS if "dual" not in name), ticks=100)
    source = net.population(20, snn.Poisson(rate=np.linspace(0.0, 60.0, 20)), label="poisson")
    heard = net.population(5, snn.LIF(), label="heard")
    synapse = snn.Synapse(weight=snn.Uniform(0.5, 2.0), delay=snn.Uniform(1.0, 9.0))
    net.connect(source, heard, snn.FixedProbability(0.5), synapse)
    net.record(source, "spikes")
    net.record(heard[[1, 3]], "spikes")
    net.record(heard[[1, 3]], "v", every=2.0)
    predicted, found = both(net, 100.0, tmp_path)
    comparison = snn.compare(predicted, found)
    assert {str(d) for d in comparison.differences if d.cells} == set()
    assert found["poisson"].counts().sum() > 30
    assert found["heard"].traces["v"].values.shape == (50, 2)
    assert (tmp_path / "toolchain.log").stat().st_size > 0


def test_rules_are_as_predicted(tmp_path):
    predicted, found = both(learning_circuit(RULES), 200.0, tmp_path)
    comparison = snn.compare(predicted, found)
    assert {str(d) for d in comparison.differences if d.cells} == set()
    assert {d.component for d in comparison.differences} >= {f"{name} learned" for name in RULES}


def rewarded(dt):
    """Return the circuit of neuromodulated rules, and one whose modulator is random and late."""
    net = reward_circuit(dt=dt)
    cells = net.population(6, snn.LIF(tau_refrac=1.0), label="again")
    source = net.population(12, snn.Poisson(rate=60.0 / dt), label="random source")
    modulator = net.population(2, snn.Poisson(rate=20.0 / dt), label="random reward")
    rule = snn.RewardSTDP(modulator=modulator, A_plus=0.2, A_minus=0.1, tau_c=60.0, tau_d=25.0,
                          d_plus=0.005, w_min=0.25, w_max=5.0)  # fmt: skip
    for part, low in (("learned", 0.3), ("more", 0.5)):
        synapse = snn.Synapse(weight=snn.Uniform(low, 2.0), delay=snn.Uniform(dt, 5 * dt),
                              plasticity=rule)  # fmt: skip
        net.connect(source, cells, snn.FixedProbability(0.7), synapse, label=f"again {part}")
    net.record(cells, ["spikes", "v"])
    return net


@pytest.mark.parametrize("dt", [1.0, 0.5])
def test_neuromodulated_rules_are_as_predicted(tmp_path, dt):
    net = rewarded(dt)
    predicted, found = both(net, 200.0 * dt, tmp_path)
    comparison = snn.compare(predicted, found)
    assert {str(d) for d in comparison.differences if d.cells} == set()
    learned = [q.label for q in net.projections if q.synapse.rules]
    assert {d.component for d in comparison.differences} >= {*REWARDS, "again", *learned}
    before = snn.Simulation(net, backend="reference", precision="float64", seed=5)
    for q in net.projections:
        if q.synapse.rules:
            moved = found[q.label].weights - before.weights(q).weight
            # Several steps of a weight, of which the coarsest here is 2^-8.
            assert np.abs(moved).max() > 0.02, q.label
    assert found["again"].counts().sum() > 10


def test_asking_for_the_boards_numerics_changes_nothing(tmp_path):
    net = circuit(("IF_curr_exp",), ticks=40)
    plain = both(net, 40.0, tmp_path)[1]
    with pytest.raises(UnsupportedModelError, match="leave numerics out"):
        both(net, 40.0, tmp_path, numerics=Spinnaker(poisson_seed=1))
    predicted, asked = both(net, 40.0, tmp_path, numerics="spinnaker")
    assert snn.compare(plain, asked).different_cells == 0
    assert snn.compare(predicted, asked).different_cells == 0
    assert asked["IF_curr_exp"].counts().sum() > 2


def test_connectors_that_the_board_expands(tmp_path):
    """Constant ones give the predicted bits; drawn ones another network of the same kind."""
    net = snn.Network(dt=1.0)
    source = net.population(40, snn.Poisson(rate=30.0), label="source")
    constant = net.population(40, snn.LIF(), label="constant")
    loop = net.population(40, snn.LIF(i_offset=0.8), label="loop")
    drawn = net.population(200, snn.LIF(), label="drawn")
    net.connect(source, constant, snn.OneToOne(), snn.Synapse(weight=2.37, delay=3.0))
    net.connect(source, constant, snn.AllToAll(), snn.Synapse(weight=0.0613, delay=5.0))
    net.connect(loop, loop, snn.AllButSelf(), snn.Synapse(weight=0.0123, delay=2.0))
    weight, delay = snn.Uniform(0.2, 0.8), snn.Uniform(1.0, 6.0)
    net.connect(source, drawn, snn.FixedProbability(0.3), snn.Synapse(weight=weight, delay=delay))
    for p in (constant, loop, drawn):
        net.record(p, "spikes")
        net.record(p, "v")
    predicted, found = both(net, 60.0, tmp_path, expand="board")
    comparison = snn.compare(predicted, found)
    different = {d.component for d in comparison.differences if d.cells}
    assert different == {"drawn"}
    assert found["constant"].counts().sum() > 10
    assert any("drew its connections again" in text for text in found.warnings)
    # About 480 excited neurons-milliseconds: means of v differ by a few standard errors at most.
    v, w = (r["drawn"].traces["v"].values[20:] for r in (predicted, found))
    assert abs(v.mean() - w.mean()) < 1.0


def test_parameters_between_two_runs(tmp_path):
    """What a slow cell does to a unit, by hand: thresholds and offsets, chunk by chunk."""
    net = snn.Network(dt=1.0)
    source = net.population(10, snn.Poisson(rate=60.0), label="source")
    unit = net.population(4, snn.LIF(i_offset=0.2), label="unit")
    net.connect(source, unit, snn.AllToAll(), snn.Synapse(weight=0.8, delay=1.0))
    net.record(unit, ["spikes", "v"])
    places = {"spinnaker": {"virtual": True, "version": 3, "logs": tmp_path},
              "reference": {"numerics": "spinnaker"}}  # fmt: skip
    found = {}
    for backend, options in places.items():
        with snn.Simulation(net, backend=backend, seed=2, **options) as simulation:
            chunks = [simulation.run(40.0)]
            for offset, threshold in ((0.6, -52.0), (0.0, [-50.0, -51.0, -52.0, -53.0])):
                simulation.set(unit, i_offset=offset, v_thresh=threshold)
                chunks.append(simulation.run(40.0))
            found[backend] = chunks
        assert not any("built anew" in text for text in chunks[-1].warnings)
    for board, predicted in zip(found["spinnaker"], found["reference"], strict=True):
        comparison = snn.compare(board, predicted)
        assert {str(d) for d in comparison.differences if d.cells} == set()
        assert board["unit"].counts().sum() > 3


def test_expected_sums_of_weights_are_those_of_the_profile(tmp_path):
    """With half the room a weight step is half as large, on the board as predicted."""
    net = snn.Network(dt=1.0)
    source = net.population(10, snn.Poisson(rate=50.0), label="source")
    out = net.population(6, snn.LIF(), label="out")
    synapse = snn.Synapse(weight=snn.Uniform(0.01, 0.9), delay=snn.Uniform(1.0, 5.0))
    net.connect(source, out, snn.FixedProbability(0.7), synapse)
    inhibition = snn.Synapse(weight=snn.Uniform(0.01, 0.2))
    net.connect(source, out, snn.FixedProbability(0.3), inhibition, receptor="inhibitory")
    net.record(out, ["spikes", "v"])
    expected = {"out": [6.0, 1.5]}
    profile = Spinnaker(max_expected_summed_weight=expected)
    predicted = snn.run(net, 60.0, backend="reference", numerics=profile, seed=5)
    usual = snn.run(net, 60.0, backend="reference", numerics="spinnaker", seed=5)
    found = snn.run(net, 60.0, backend="spinnaker", virtual=True, version=3, seed=5,
                    max_expected_summed_weight=expected, logs=tmp_path)  # fmt: skip
    assert snn.compare(predicted, found).different_cells == 0
    assert snn.compare(usual, found).different_cells > 0


def test_the_cell_with_two_excitatory_inputs(tmp_path):
    """Spikes and voltages; recorded, the board adds both inputs, so those are left out."""
    net = circuit(("IF_curr_dual_exp",), ticks=100)
    net.recordings[:] = [r for r in net.recordings if r.variable in ("spikes", "v")]
    predicted, found = both(net, 100.0, tmp_path)
    assert snn.compare(predicted, found).different_cells == 0
    assert found["IF_curr_dual_exp"].counts().sum() > 5


def without_address(board):
    """Return the lines that sPyNNaker needs for a virtual board, but for where it is."""
    lines = board.configuration.splitlines()
    return "\n".join(line for line in lines if not line.startswith(("machine_name", "version")))


ADDRESSED = """
import snn

net = snn.Network(dt=1.0)
source = net.population(20, snn.Poisson(rate=50.0), label="source")
cells = net.population(10, snn.LIF(tau_m=10.0), label="cells")
rule = snn.PairSTDP(A_plus=0.05, A_minus=0.04, w_max=4.0)
synapse = snn.Synapse(weight=1.5, delay=3.0, plasticity=rule)
net.connect(source, cells, snn.FixedProbability(0.5), synapse, label="learned")
net.record(cells, ["spikes", "v"])
duration = 60.0
"""


def test_a_board_is_reached_by_its_address(tmp_path, monkeypatch):
    """`--host` names a board that listens on sockets, as one of the network does.

    This board lacks some packets; ``spynnaker.cfg`` beside the network does without them.
    """
    monkeypatch.chdir(tmp_path)
    file, saved = tmp_path / "network.py", tmp_path / "board.h5"
    file.write_text(ADDRESSED, encoding="utf-8")
    words = ["run", file, "--backend", "spinnaker", "--seed", 5, "--logs", tmp_path / "logs",
             "--save", saved]  # fmt: skip
    with VirtualBoard(5, configure=False) as board:
        Path("spynnaker.cfg").write_text(without_address(board), encoding="utf-8")
        reached = CliRunner().invoke(main, [str(w) for w in (*words, "--host", board.address)])
    assert reached.exit_code == 0, reached.output
    net = runpy.run_path(str(file))["net"]
    predicted = snn.run(net, 60.0, backend="reference", numerics="spinnaker", seed=5)
    assert snn.compare(predicted, snn.load(saved)).different_cells == 0
    assert predicted["cells"].counts().sum() > 10
