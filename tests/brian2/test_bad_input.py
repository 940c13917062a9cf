"""What Brian2 cannot do, and what it needs, is said before the run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import snn
from snn.errors import BackendUnavailableError, SnnError, UnsupportedModelError, ValidationError

pytestmark = pytest.mark.peers


def small(**synapse: object) -> snn.Network:
    net = snn.Network(dt=0.5)
    source = net.population(3, snn.Poisson(rate=50.0), label="source")
    cells = net.population(2, snn.LIF(), label="cells")
    net.connect(source, cells, snn.AllToAll(), snn.Synapse(**synapse), label="p")
    return net


def test_all_problems_come_at_once() -> None:
    net = small(plasticity=[snn.PSPM(), snn.StochasticRelease()])
    net.connect(net.populations[0], net.populations[1], snn.AllToAll(),
                snn.Synapse(delay=2.0, axonal_delay=1.0, plasticity=snn.PairSTDP()),
                label="axonal")  # fmt: skip
    with pytest.raises(ValidationError) as caught:
        snn.run(net, 1.0, backend="brian2", target="numpy")
    text = str(caught.value)
    for part in ("p.PSPM", "p.StochasticRelease", "axonal"):
        assert part in text


def test_options() -> None:
    with pytest.raises(TypeError, match="no option 'threads'"):
        snn.Simulation(small(), backend="brian2", threads=2)
    with pytest.raises(BackendUnavailableError, match="no target 'cuda'; known: numpy, cython"):
        snn.Simulation(small(), backend="brian2", target="cuda")
    with pytest.raises(UnsupportedModelError, match="numerics 'exact' only"):
        snn.Simulation(small(), backend="brian2", dt=1.0, numerics="spinnaker")
    late = small(delay=40.0, plasticity=snn.PairSTDP())
    with pytest.raises(UnsupportedModelError, match=r"p\.delay: .* up to 64 steps; got 80"):
        snn.Simulation(late, backend="brian2", target="numpy")


def test_no_compiler_is_found_before_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(BackendUnavailableError, match="needs a C.. compiler and none is on PATH"):
        snn.Simulation(small(), backend="brian2", target="cython")


def test_more_coincident_spikes_than_code_was_written_for() -> None:
    net = small(plasticity=snn.PairSTDP())
    sim = snn.Simulation(net, backend="brian2", target="numpy", coincident=2)
    sim.set(net.populations[0], rate=20_000.0)
    with pytest.raises(SnnError, match="source: a neuron fires .* pass coincident="):
        sim.run(20.0)


def test_a_state_that_is_not_finite() -> None:
    net = snn.Network(dt=0.5)
    cells = net.population(2, snn.LIF(i_offset=np.array([1.0, -1e307])), label="cells")
    net.record(cells, "spikes")
    with pytest.raises(SnnError, match=r"cells\[1\]\.\w became NaN or infinite before 80 ms"):
        snn.run(net, 80.0, backend="brian2", target="numpy", precision="float64")


def run_python(text: str, *paths: Path) -> str:
    path = os.pathsep.join([*map(str, paths), *sys.path])
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": path})  # fmt: skip
    return done.stdout.strip() or done.stderr


MISSING = "from snn_brian2 import backend; print(backend.missing())"


def test_without_brian2_one_line_says_how_to_install_it() -> None:
    hidden = ("import importlib.metadata as m\nfind = m.version\n"
              "def version(name):\n"
              "    if name == 'brian2': raise m.PackageNotFoundError(name)\n"
              "    return find(name)\n"
              "m.version = version\n")  # fmt: skip
    said = run_python(hidden + MISSING)
    assert said == "Brian2 is not installed: pip install 'snn-spinnaker[brian2]'"


def test_a_numpy_that_brian2_does_not_run_with(tmp_path: Path) -> None:
    """With numpy 2.4 `import brian2` is an AttributeError; the remedy is another numpy."""
    (tmp_path / "brian2").mkdir()
    text = "raise AttributeError('`ptp` was removed from the ndarray class')\n"
    (tmp_path / "brian2" / "__init__.py").write_text(text)
    said = run_python("import numpy; numpy.__version__ = '2.4.6'\n" + MISSING, tmp_path)
    assert said.endswith("does not run with numpy 2.4.6: pip install 'numpy>=2.0,<2.1'")
