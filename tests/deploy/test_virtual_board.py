"""Networks through our own deployment on the virtual board, against what is predicted.

Integers on both sides, so the tolerance is none. Run with ``pytest -m board tests/deploy``.
"""

import numpy as np
import pytest
from numerics.circuits import CELLS, circuit
from numerics.test_learning import RULES, learning_circuit

import snn

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
