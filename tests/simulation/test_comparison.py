"""Two results side by side: numbers against their definitions, and the figure."""

import json

import numpy as np
from click.testing import CliRunner

import snn
from snn.cli import main


def result(trains, duration=100.0, weight=0.1):
    net = snn.Network(dt=1.0)
    source = net.population(len(trains), snn.SpikeArray(times=trains), label="source")
    cells = net.population(2, snn.LIF(), label="cells")
    rule = snn.PairSTDP(w_max=1.0)
    synapse = snn.Synapse(weight=weight, plasticity=rule)
    net.connect(source, cells, snn.AllToAll(), synapse, label="learned")
    net.record(source, "spikes")
    net.record(cells, "v")
    return snn.run(net, duration, backend="reference")


TRAINS = [[3.0, 13.0, 33.0, 73.0], [4.0, 14.0, 34.0, 74.0], [50.0], []]
LATER = [[3.0, 13.0, 33.0, 74.0], [54.0], [4.0, 90.0], []]


def test_statistics_follow_their_definitions():
    one, other = result(TRAINS), result(LATER, weight=0.2)
    found = snn.compare(one, other, bin=10.0)
    (s,) = found.statistics
    assert s.component == "source"
    np.testing.assert_allclose(s.rate, (9 / 4 / 0.1, 7 / 4 / 0.1))
    assert s.rate_gap == 30.0
    intervals = [np.array([10.0, 20.0, 40.0]), np.array([10.0, 20.0, 41.0])]
    np.testing.assert_allclose(s.irregularity, [i.std() / i.mean() for i in intervals])
    counts = np.zeros((3, 10))
    for row, times in enumerate(TRAINS[:3]):
        for t in times:
            counts[row, int(t // 10)] += 1
    r = np.corrcoef(counts)
    np.testing.assert_allclose(s.correlation[0], r[np.triu_indices(3, 1)].mean())
    assert found.first.component == "source"
    assert (found.first.first, found.first.neuron) == (4.0, 1)
    weights = next(d for d in found.differences if d.variable == "weights")
    assert weights.cells == 8
    assert weights.largest > 0.05


def test_equal_results_have_equal_statistics():
    found = snn.compare(result(TRAINS), result(TRAINS))
    assert found.different_cells == 0
    assert found.first is None
    (s,) = found.statistics
    assert s.rate[0] == s.rate[1]
    assert s.correlation[0] == s.correlation[1]


def test_the_command_prints_and_draws(tmp_path):
    for name, trains in (("a.h5", TRAINS), ("b.h5", LATER)):
        result(trains).save(tmp_path / name)
    files = [str(tmp_path / name) for name in ("a.h5", "b.h5")]
    done = CliRunner().invoke(main, ["compare", *files, "--plot", str(tmp_path / "c.png")])
    assert done.exit_code == 0, done.output
    assert "CV" in done.output
    assert (tmp_path / "c.png").stat().st_size > 10_000
    made = json.loads(CliRunner().invoke(main, ["compare", *files, "--json"]).output)
    assert made["statistics"][0]["component"] == "source"
