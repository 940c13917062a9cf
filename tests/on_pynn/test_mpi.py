"""NEURON on two MPI processes: the first has the result, and it is that of one process."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import snn

pytestmark = [pytest.mark.peers, pytest.mark.slow, pytest.mark.filterwarnings("default")]

SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
from on_pynn.test_neurons import circuit

net, duration = circuit("exp", dt=0.1), 60.0
"""


@pytest.mark.parametrize("target", ["neuron"], indirect=True)
def test_two_processes_give_the_spikes_of_one(target, tmp_path):
    mpirun = shutil.which("mpirun")
    pytest.importorskip("mpi4py", reason="mpi4py is not installed: pip install mpi4py")
    if mpirun is None:
        pytest.skip("no mpirun: install openmpi-bin")
    script = tmp_path / "net.py"
    script.write_text(SCRIPT.format(tests=str(Path(__file__).parents[1])))
    program = str(Path(sys.executable).with_name("snn"))
    one = [program, "run", str(script), "--backend", "neuron", "--seed", "2", "--save"]
    two = [mpirun, "--oversubscribe", "-n", "2", *one]
    allowed = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    for command, name in ((one, "one.h5"), (two, "two.h5")):
        done = subprocess.run([*command, str(tmp_path / name)], env=os.environ | allowed,
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    alone, shared = (snn.load(tmp_path / name) for name in ("one.h5", "two.h5"))
    assert snn.compare(alone, shared).different_cells == 0
    assert alone["target"].counts().sum() >= 1
