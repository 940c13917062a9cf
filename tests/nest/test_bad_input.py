"""What NEST cannot do is said before the run, all at once; what it refuses names our component."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import snn
from snn import engine as engines
from snn.errors import SnnError, UnsupportedModelError, ValidationError

pytestmark = pytest.mark.peers


def impossible() -> snn.Network:
    """Return a network of which NEST has almost nothing."""
    net = snn.Network(dt=0.1)
    source = net.population(3, snn.Poisson(rate=10.0), label="source")
    pulse = net.population(2, snn.LIF(receptors={"excitatory": snn.CurrentPulse()}), label="pulse")
    mixed = net.population(2, snn.LIF(receptors={
        "excitatory": snn.CurrentExp(), "kick": snn.CurrentDelta()}), label="mixed")  # fmt: skip
    net.population(2, snn.AdaptiveLIF(), label="adaptive")
    net.population(2, snn.GIF(), label="random")
    three = {n: snn.ConductanceExp() for n in ("excitatory", "a", "b")}
    net.population(2, snn.LIF(receptors=three), label="three")
    plain = net.population(3, snn.LIF(), label="plain", initial={"excitatory.i": 0.1})
    net.connect(source, plain, snn.AllToAll(), snn.Synapse(plasticity=snn.SymmetricSTDP()),
                label="symmetric")  # fmt: skip
    net.connect(source, plain, snn.AllToAll(), snn.Synapse(
        plasticity=snn.PairSTDP(tau_minus=11.0, w_min=0.1)), label="bounded")  # fmt: skip
    net.connect(source, plain, snn.AllToAll(), snn.Synapse(
        plasticity=snn.PairSTDP(tau_minus=12.0, A_minus=-0.1)), label="negative")  # fmt: skip
    net.connect(source, plain, snn.AllToAll(), snn.Synapse(
        plasticity=[snn.PairSTDP(tau_minus=12.0), snn.TsodyksMarkram()]), label="two")  # fmt: skip
    net.record(plain, "v")
    net.record(mixed, "spikes")
    net.record(pulse, "spikes")
    return net


def test_all_problems_come_at_once_with_remedies() -> None:
    problems = engines.backend("nest").check(impossible())
    text = "\n".join(map(str, problems))
    for component in ("pulse", "mixed", "adaptive", "random", "three", "plain", "symmetric",
                      "bounded.PairSTDP", "negative.PairSTDP", "two"):  # fmt: skip
        assert component in {p.component for p in problems}, text
    assert all(p.remedy for p in problems), text
    assert "a neuron of NEST has one tau_minus" in text
    with pytest.raises(ValidationError, match="SymmetricSTDP has no synapse in NEST"):
        snn.run(impossible(), 1.0, backend="nest")


def test_options() -> None:
    net = snn.Network()
    net.population(1, snn.LIF(), label="a")
    with pytest.raises(TypeError, match="no option 'unknown'"):
        snn.Simulation(net, backend="nest", unknown=1)
    with pytest.raises(UnsupportedModelError, match="numerics 'exact' only"):
        snn.Simulation(net, backend="nest", dt=1.0, numerics="spinnaker")


def test_another_network_takes_the_kernel() -> None:
    net = snn.Network()
    net.record(net.population(1, snn.LIF(i_offset=1.0), label="a"), "spikes")
    first = snn.Simulation(net, backend="nest")
    first.run(1.0)
    snn.Simulation(net, backend="nest")
    with pytest.raises(SnnError, match="another network was started on NEST since"):
        first.run(1.0)


def test_an_exception_of_nest_names_our_component() -> None:
    net = snn.Network()
    cell = snn.AdEx(receptors={"excitatory": snn.CurrentDelta()})
    cells = net.population(3, cell, label="cells")
    net.record(cells, "spikes")
    sim = snn.Simulation(net, backend="nest")
    with pytest.raises(SnnError, match=r"^cells\[0\]: NEST: .*V_peak"):
        sim.set(cells, tau_w=1e-300, delta_T=1e-300)


def test_states_that_nest_hides() -> None:
    net = snn.Network()
    cells = net.population(2, snn.LIF(), label="cells")
    sim = snn.Simulation(net, backend="nest")
    with pytest.raises(SnnError, match="shows excitatory_i to recordings only"):
        sim.read(cells, "excitatory.i")
    with pytest.raises(SnnError, match="does not let excitatory_i be set"):
        sim.engine.write_state(0, "excitatory_i", np.zeros(2))
    with pytest.raises(SnnError, match="no checkpoints"):
        sim.engine.snapshot()


def run_python(text: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True,
                          env={**os.environ, **environment}, check=False)  # fmt: skip


def test_without_nest_one_line_says_how_to_install_it() -> None:
    done = run_python(
        "import sys; sys.modules['nest'] = None\n"
        "import importlib.util as u\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'nest' else find(name, *a)\n"
        "import snn\nfrom snn.errors import SnnError\n"
        "try:\n    snn.Simulation(snn.Network(), backend='nest')\n"
        "except SnnError as error:\n    print(error)\n"
    )
    assert done.stdout.strip() == ("backend 'nest': NEST is not installed: "
                                   "pip install 'snn-spinnaker[nest]'"), done.stderr  # fmt: skip


def test_a_broken_nest_is_found_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "nest").mkdir()
    (tmp_path / "nest" / "__init__.py").write_text("raise ImportError('libgsl.so.0 is missing')\n")
    done = run_python("from snn_nest import backend; print(backend.missing())",
                      PYTHONPATH=os.pathsep.join([str(tmp_path), *sys.path]))  # fmt: skip
    assert done.stdout.startswith("NEST is installed but does not start (libgsl.so.0 is missing)")
    assert "pip install" in done.stdout


def test_nest_says_nothing() -> None:
    done = run_python("import snn\nnet = snn.Network()\nnet.population(1, snn.LIF())\n"
                      "snn.run(net, 1.0, backend='nest')\n")  # fmt: skip
    assert (done.stdout, done.stderr) == ("", "")


def test_weights_of_zero_under_a_negative_bound() -> None:
    """NEST asks for the sign of the largest weight, which 0 does not have."""
    net = snn.Network(dt=1.0)
    source = net.population(2, snn.SpikeArray(times=[[5.0], [9.0]]), label="source")
    cells = net.population(2, snn.LIF(), label="cells")
    synapse = snn.Synapse(weight=0.0, plasticity=snn.PairSTDP())
    net.connect(source, cells, snn.AllToAll(), synapse, receptor="inhibitory", label="learned")
    weights = snn.run(net, 20.0, backend="nest")["learned"].weights
    np.testing.assert_allclose(weights, 0.0, atol=1e-280)
