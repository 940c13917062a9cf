"""Networks by prediction and on the virtual board: equal in every cell, and in every run.

Run with ``pytest -m board tests/board``.
"""

import random

import board.integer_oracle as oracle
import numpy as np
import pytest

pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
pytest.importorskip("spynnaker", reason="sPyNNaker is an optional extra")
pytestmark = [pytest.mark.board, pytest.mark.filterwarnings("default")]


def draw(generator, sources, targets, weights, delays):
    """Return a random connection list."""
    return [
        (source, target, generator.uniform(*weights), generator.randrange(*delays))
        for source in sources
        for target in targets
        if generator.random() < 0.7
    ]


class Predicted:
    """Twelve spike sources on eight neurons, run on the board and by the oracle."""

    ticks = 300
    rule = {"A_plus": 0.1, "A_minus": 0.12, "tau_plus": 20.0, "tau_minus": 20.0}
    bounds = {"w_min": 0.1, "w_max": 3.5}

    def __init__(self, seed, decay, plastic):
        generator = random.Random(seed)
        self.decay = decay
        times = range(2, self.ticks - 40)
        self.times = [sorted(generator.sample(times, 12)) for _ in range(12)]
        cells = range(8)
        self.lists = [
            draw(generator, range(6), cells, (0.5, 4.0), (1, 9)),
            draw(generator, range(6, 8), cells, (0.5, 2.0), (1, 9)),
        ]
        # Below 8: see test_a_plastic_delay_of_all_slots_is_lost.
        self.plastic = draw(generator, range(8, 12), cells, (0.5, 3.0), (1, 8)) if plastic else []

    def run(self, sim):
        """Run on the board; keep what it recorded."""
        sim.setup(1.0)
        spikes = [[float(tick) for tick in train] for train in self.times]
        source = sim.Population(12, sim.SpikeSourceArray(spikes))
        cell = sim.IF_curr_delta() if self.decay is None else sim.IF_curr_exp()
        target = sim.Population(8, cell)
        target.record(["v", "gsyn_exc", "gsyn_inh", "spikes"])
        static = sim.StaticSynapse()
        for receptor, rows in zip(("excitatory", "inhibitory"), self.lists, strict=True):
            connector = sim.FromListConnector(rows)
            sim.Projection(source, target, connector, static, receptor_type=receptor)
        if self.plastic:
            projection = sim.Projection(
                source,
                target,
                sim.FromListConnector(self.plastic),
                sim.STDPMechanism(
                    timing_dependence=sim.SpikePairRule(**self.rule),
                    weight_dependence=sim.AdditiveWeightDependence(**self.bounds),
                ),
            )
        sim.run(self.ticks)
        self.shifts = [int(shift) for shift in target._vertex.get_ring_buffer_shifts()]
        segment = target.get_data().segments[0]
        names = ("v", "gsyn_exc", "gsyn_inh")
        signals = [segment.filter(name=name)[0].magnitude for name in names]
        self.cells = np.rint(np.stack(signals, axis=-1) * oracle.ONE).astype(np.int64)
        self.spikes = [[round(float(time)) for time in train] for train in segment.spiketrains]
        self.weights = {}
        if self.plastic:
            found = projection.get("weight", "list")
            self.weights = {(int(s), int(t)): self.stored(w, 0) for s, t, w in found}

    def stored(self, weight, receptor):
        """Return a weight as the host stores it."""
        return int(np.rint(weight * 2.0 ** (15 - self.shifts[receptor])))

    def predict(self):
        """Return the oracle's cells, spikes and final weights."""
        rows = [
            (source, target, receptor, self.stored(weight, receptor), delay, None)
            for receptor, connections in enumerate(self.lists)
            for source, target, weight, delay in connections
        ]
        synapses = {}
        for source, target, weight, delay in self.plastic:
            synapses[source, target] = oracle.Plastic(
                weight=self.stored(weight, 0), delay=delay, shift=self.shifts[0],
                **self.rule, **self.bounds,
            )  # fmt: skip
            rows.append((source, target, 0, 0, delay, synapses[source, target]))
        cells = [oracle.Cell(1.0, self.decay, shift=tuple(self.shifts)) for _ in range(8)]
        trains = [set(train) for train in self.times]
        recorded, spikes = oracle.simulate(cells, trains, rows, self.ticks)
        return np.array(recorded), spikes, {key: s.weight for key, s in synapses.items()}


@pytest.mark.parametrize(
    ("seed", "decay", "plastic", "least_spikes"),
    [
        (11, None, False, 5),
        (12, oracle.DECAY_5_MS, False, 100),
        pytest.param(13, oracle.DECAY_5_MS, True, 100, marks=pytest.mark.board(small=True)),
        (14, oracle.DECAY_5_MS, True, 100),
    ],
)
def test_every_cell_is_as_predicted(sim, seed, decay, plastic, least_spikes):
    network = Predicted(seed, decay, plastic)
    network.run(sim)
    cells, spikes, weights = network.predict()
    different_cells = int((cells != network.cells).sum())
    # Integers on both sides, so the tolerance is none.
    assert different_cells == 0
    assert spikes == network.spikes
    assert weights == network.weights
    assert sum(map(len, spikes)) >= least_spikes


def test_the_same_network_twice_is_the_same(sim):
    # Poisson sources with a seed, structural changes and plastic weights: all on the cores.
    results = []
    for _ in range(2):
        sim.setup(1.0)
        rate = sim.SpikeSourcePoisson(rate=60.0)
        source = sim.Population(20, rate, additional_parameters={"seed": 5})
        target = sim.Population(20, sim.IF_curr_exp())
        target.record(["v", "spikes"])
        projection = sim.Projection(
            source,
            target,
            sim.AllToAllConnector(),
            sim.STDPMechanism(
                timing_dependence=sim.SpikePairRule(**Predicted.rule),
                weight_dependence=sim.AdditiveWeightDependence(w_min=0.0, w_max=3.0),
                weight=0.8,
            ),
        )
        sim.run(200)
        segment = target.get_data().segments[0]
        trains = [train.magnitude.tolist() for train in segment.spiketrains]
        weights = projection.get("weight", "array")
        results.append((segment.filter(name="v")[0].magnitude, trains, weights))
        sim.end()
    assert np.array_equal(results[0][0], results[1][0])
    assert results[0][1] == results[1][1]
    assert np.array_equal(results[0][2], results[1][2])
    assert sum(map(len, results[0][1])) > 20
