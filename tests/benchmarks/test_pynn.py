"""The benchmarks `pynn` and `pynn-scripts`: small runs, and what they write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("pyNN", reason="PyNN is not installed")

from snn_benchmarks.pynn import benchmark, scripts  # noqa: E402

SCRIPT = """
from pyNN.utility import get_simulator
sim, _ = get_simulator()
sim.setup(timestep=0.1)
source = sim.Population(2, sim.SpikeSourceArray(spike_times=[5.0, 9.0, 12.0]))
cells = sim.Population(2, sim.IF_cond_exp(i_offset={offset}))
stdp = sim.STDPMechanism(sim.SpikePairRule(), sim.AdditiveWeightDependence(), weight=0.001)
sim.Projection(source, cells, sim.AllToAllConnector(), stdp)
source.record("spikes")
cells.record("v")
sim.run(20.0)
sim.end()
"""


@pytest.mark.filterwarnings("ignore")
def test_times_are_printed_and_written(tmp_path: Path) -> None:
    path = tmp_path / "pynn.json"
    arguments = ["--cells", "100", "--ms", "20", "--synapses", "10000", "--json", str(path)]
    outcome = CliRunner().invoke(benchmark, arguments, catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    metrics = json.loads(path.read_text())["metrics"]
    ours = [row for row in metrics["runs"] if row["module"] == "snn.pynn"]
    assert [row["network"] for row in ours] == ["CUBA", "COBA"]
    assert all(row["processor"] > 0 for row in ours)
    assert [row["synapses"] for row in metrics["building"]] == [10_000, pytest.approx(1e4, rel=0.1)]
    assert "synapses with random weights" in outcome.output


def test_scripts_are_observed(tmp_path: Path) -> None:
    """Spikes, mean potential and learned weight of a script; another one that fails."""
    (tmp_path / "a.py").write_text(SCRIPT.format(offset=0.0))
    (tmp_path / "b.py").write_text("raise RuntimeError('on purpose')\n")
    path = tmp_path / "out.json"
    arguments = [str(tmp_path), "--against", "none", "--json", str(path)]
    outcome = CliRunner().invoke(scripts, arguments, catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    first, second = json.loads(path.read_text())["metrics"]["rows"]
    assert first["error"] == ""
    assert first["spikes"] == 6
    assert -65.0 < first["v"] < -63.0
    assert first["weight"] == pytest.approx(0.001)
    assert second["error"] == "RuntimeError: on purpose"
    assert "1 of 2 scripts ran to their end here" in outcome.output


def test_without_scripts_it_says_where_they_are() -> None:
    outcome = CliRunner().invoke(scripts, [])
    assert outcome.exit_code == 2
    assert "PyNNExamples" in outcome.output
