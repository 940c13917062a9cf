"""Networks of which recordings of real boards exist, run on the virtual board. Tolerance: none.

``tests/numerics/recordings.py`` declares them and says where the recordings are looked for. Run
with ``pytest -m board tests/board``.
"""

import numpy as np
import pytest
from numerics.recordings import CA3Experiment, training, training_trace

from snn.compiler import compile_network

pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
pytest.importorskip("spynnaker", reason="sPyNNaker is an optional extra")
pytestmark = [pytest.mark.board, pytest.mark.data, pytest.mark.filterwarnings("default")]


def deployed(sim, net):
    """Give a network to the board."""
    from numerics.deployed import Deployed, mechanism

    sim.setup(net.dt)
    return Deployed(sim, compile_network(net, precision="float64"), mechanism)


def spikes_of(made, p):
    """Return (tick, neuron) of a population: what the board recorded, or what a source was given.

    The recordings of sources are those of their drives, so nothing is compared with itself there
    but the drive.
    """
    if p.plan is None:
        return list(zip(p.spike_steps.tolist(), p.spike_index.tolist(), strict=True))
    trains = made.recorded(p)[1]
    return [(tick, i) for i, train in enumerate(trains) for tick in train]


@pytest.mark.parametrize("number", CA3Experiment.sizes)
def test_ca3_memory(sim, number):
    experiment = CA3Experiment(number)
    made = deployed(sim, experiment.network)
    sim.run(experiment.duration)
    spikes = {p.label: spikes_of(made, p) for p in made.compiled.populations}
    different_cells = experiment.different_cells(spikes)
    assert different_cells == 0
    assert sum(map(len, spikes.values())) > 100


@pytest.mark.slow
def test_training_trace_voltage_by_voltage_and_weight_by_weight(sim):
    recorded = training_trace()
    made = deployed(sim, training(992))
    labels = {p.label: p for p in made.compiled.populations}
    learned = {q.label: q for q in made.compiled.projections if q.rules}
    ticks = len(recorded["time_ms"])
    # Weights can only be read between runs, so each millisecond is a run of its own.
    weights = {label: [[0.0] * q.synapses] for label, q in learned.items()}
    for _ in range(ticks):
        sim.run(1)
        for label, q in learned.items():
            weights[label].append([w for _, _, w in made.weights(q)])
    different_cells = 0
    for name in ("exc", "inh"):
        cells = made.recorded(labels[name])[0] / 2**15
        for column, k in ((f"v_{name}_mV", 0), (f"i_{name}_nA", 1)):
            different_cells += np.sum(cells[:ticks, 0, k] != recorded[column])
        over_time = np.array(weights[f"w_{name}"])
        for k in range(10):
            different_cells += np.sum(over_time[:ticks, k] != recorded[f"w_{name}_{k}_nA"])
    assert different_cells == 0
