"""Estimated cycles and data memory against what the virtual board counts.

The estimate was fitted to networks of one kind of core each; these have drawn connectivity,
recordings, delays and spikes that go back and forth. Run with ``pytest -m board tests/deploy``.
"""

import pytest
from deploy.networks import balanced

import snn

pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
pytest.importorskip("spynnaker", reason="sPyNNaker is an optional extra")
pytestmark = [pytest.mark.board, pytest.mark.filterwarnings("default")]


@pytest.mark.parametrize("rule", [None, snn.PairSTDP(w_max=0.5)])
def test_cycles_and_memory(tmp_path, rule):
    net = balanced(exc=200, inh=60, rule=rule)
    net.record(net.populations[1], "spikes")
    with snn.Simulation(
        net, backend="spinnaker", virtual=True, version=3, seed=3, logs=tmp_path / "run"
    ) as simulation:
        result = simulation.run(100.0)
        loads = simulation.engine.session.board.load()
    found = snn.deploy(net, dry_run=True, duration=100.0, rates=result, version=3, seed=3,
                       logs=tmp_path / "map")  # fmt: skip
    # The virtual machine also places monitors, so that cores are numbered differently.
    counted = sorted((c for c in loads if c.name.startswith("IF_")), key=lambda c: c.core)
    assert len(counted) == len(found.cores) == len(net.populations)
    for core, board in zip(sorted(found.cores, key=lambda c: c.p), counted):
        assert board.name == core.program[: len(board.name)]
        # Cycles: rows that are empty, and post spikes that learning looks up, are not in it.
        assert core.cycles == pytest.approx(board.cycles_mean, rel=0.25), core.label
        # Memory: buffers of recordings are not in it.
        assert core.dtcm == pytest.approx(board.dtcm_used, rel=0.1), core.label
