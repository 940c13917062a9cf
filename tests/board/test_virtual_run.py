"""`snn run FILE.py --backend spinnaker --virtual`: predicted, run on a board in software, compared.

Integers on both sides, so the tolerance is none. Run with ``pytest -m board tests/board``.
"""

import pytest
from click.testing import CliRunner

import snn
from snn.cli import main

pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
pytest.importorskip("spynnaker", reason="sPyNNaker is an optional extra")
pytestmark = [pytest.mark.board(small=True), pytest.mark.filterwarnings("default")]

NETWORK = """
import numpy as np
import snn

net = snn.Network(dt=1.0)
times = np.random.default_rng(1).integers(1, 90, (12, 8)).astype(float)
trains = [np.unique(t).tolist() for t in times]
source = net.population(12, snn.SpikeArray(times=trains), label="in")
exc = net.population(8, snn.LIF(tau_refrac=2.0), label="exc")
net.connect(source, exc, snn.FixedProbability(0.6),
            snn.Synapse(weight=snn.Uniform(0.5, 4.0), delay=snn.Uniform(1.0, 7.0)))
rule = snn.PairSTDP(A_plus=0.1, A_minus=0.12, w_max=3.5)
net.connect(source, exc, snn.FixedProbability(0.6),
            snn.Synapse(weight=1.0, delay=2.0, plasticity=rule), label="learned")
net.record(exc, "spikes")
net.record(exc, "v")
duration = 100.0
"""


def run(*arguments):
    found = CliRunner().invoke(main, ["run", *map(str, arguments)])
    assert found.exit_code == 0, found.output
    return found


def test_the_command_gives_what_the_profile_predicts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    file = tmp_path / "network.py"
    file.write_text(NETWORK)
    own, board = tmp_path / "own.h5", tmp_path / "board.h5"
    run(file, "--numerics", "spinnaker", "--seed", 3, "--save", own)
    run(file, "--backend", "spinnaker", "--virtual", "--seed", 3, "--save", board)
    predicted, found = snn.load(own), snn.load(board)
    comparison = snn.compare(predicted, found)
    assert {d.component for d in comparison.differences} >= {"exc", "learned"}
    assert [str(d) for d in comparison.differences if d.cells] == []
    assert found["exc"].counts().sum() > 20
    assert found.provenance.backend == "spinnaker"
    notes = " ".join(found.warnings)
    assert "ideal board" in notes
    assert "estimated load of a real board" in notes
    assert list(home.iterdir()) == []


def test_virtual_belongs_to_the_backend_spinnaker(tmp_path):
    file = tmp_path / "network.py"
    file.write_text(NETWORK)
    found = CliRunner().invoke(main, ["run", str(file), "--virtual"])
    assert found.exit_code != 0
    assert "--virtual goes with --backend spinnaker" in found.output
