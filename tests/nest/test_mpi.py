"""NEST in several MPI processes gives what one process gives; runs where there is such a NEST."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import snn

pytestmark = [pytest.mark.peers, pytest.mark.slow]

PATIENCE = 120.0
"""Seconds; the network takes one."""

NETWORK = """
import snn

net = snn.Network(dt=0.1)
cell = snn.LIF(i_offset=0.7, v_reset=-60.0, tau_refrac=2.0)
cells = net.population(200, cell, label="cells", initial={"v": snn.Uniform(-65.0, -50.0)})
noise = net.population(50, snn.Poisson(rate=100.0), label="noise")
net.connect(cells[:160], cells, snn.FixedProbability(0.1),
            snn.Synapse(weight=0.2, delay=snn.Uniform(1.0, 3.0)))
net.connect(cells[160:], cells, snn.FixedProbability(0.1), snn.Synapse(weight=0.8, delay=1.0),
            receptor="inhibitory")
net.connect(noise, cells, snn.FixedProbability(0.1), snn.Synapse(
    weight=0.5, delay=1.0, plasticity=snn.PairSTDP(A_plus=0.01, w_max=2.0)), label="learned")
net.record(cells, "spikes")
net.record(cells[:20], "v", every=1.0)
duration = 200.0
"""


PROGRAM = """
import runpy
import nest
import snn

net = runpy.run_path({file!r})["net"]
result = snn.run(net, 200.0, backend="nest", threads={threads}, seed=1)
if nest.Rank() == 0:
    result.save({saved!r})
"""


def absent() -> str:
    """Return what a run with MPI lacks here; empty where there is all."""
    import nest

    if not nest.build_info["have_mpi"]:
        return "this NEST was built without MPI; docs/scaling.md says how to get one that was not"
    if shutil.which("mpirun") is None:
        return "mpirun is not on PATH"
    return "" if importlib.util.find_spec("mpi4py") else "mpi4py is not installed"


@pytest.mark.parametrize(("processes", "threads"), [(4, 1), (2, 2)])
def test_processes_change_nothing(tmp_path: Path, processes: int, threads: int) -> None:
    if reason := absent():
        pytest.skip(reason)
    file = tmp_path / "network.py"
    file.write_text(NETWORK)
    results = []
    for count, own in ((1, 4), (processes, threads)):
        text = PROGRAM.format(file=str(file), threads=own, saved=str(tmp_path / f"{count}.h5"))
        command = ["mpirun", "-n", str(count), sys.executable, "-c", text]
        subprocess.run(command, check=True, env=dict(os.environ), timeout=PATIENCE)
        results.append(snn.load(tmp_path / f"{count}.h5"))
    one, several = results
    np.testing.assert_array_equal(several["cells"].steps, one["cells"].steps)
    np.testing.assert_array_equal(several["cells"].neurons, one["cells"].neurons)
    np.testing.assert_allclose(several["learned"].weights, one["learned"].weights, atol=1e-12)
    assert len(one["cells"].steps) > 500
