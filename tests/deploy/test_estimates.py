"""Estimated cycles and data memory against what the virtual board counts.

The estimate was fitted to networks of one kind of core each; these have drawn connectivity,
recordings, delays and spikes that go back and forth. Run with ``pytest -m board tests/deploy``.
"""

import pytest
from deploy.networks import balanced

import snn
from snn.compiler import compile_network

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
        counted = {(c.x, c.y, c.core): c for c in simulation.engine.session.board.load()}
    found = snn.deploy(net, dry_run=True, duration=100.0, rates=result, version=3, seed=3,
                       logs=tmp_path / "map")  # fmt: skip
    compared = [(core, counted[core.x, core.y, core.p]) for core in found.cores]
    assert len(compared) == len(compile_network(net).populations)
    for core, board in compared:
        assert board.name.startswith(core.program[:10])
        # Cycles: rows that are empty, and post spikes that learning looks up, are not in it.
        assert core.cycles == pytest.approx(board.cycles_mean, rel=0.25), core.label
        # Memory: buffers of recordings are not in it.
        assert core.dtcm == pytest.approx(board.dtcm_used, rel=0.1), core.label
