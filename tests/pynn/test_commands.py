"""What other commands make of a script for PyNN: check, deploy, run with options, compare."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import snn
from snn.cli import main
from snn.engine import load as load_entry
from snn.errors import SnnError
from snn.results import load

pytest.importorskip("pyNN", reason="PyNN is not installed")

SCRIPT = """
import sys
import pyNN.spiNNaker as sim
from pyNN.utility import get_simulator
simulator, options = get_simulator(("--weight", "of a synapse", {"default": "1.5"}))
sim.setup(timestep=1.0, time_scale_factor=2)
sim.set_number_of_neurons_per_core(sim.IF_curr_exp, 40)
times = [[5.0, 20.0, 31.0]] * 10
source = sim.Population(10, sim.SpikeSourceArray(spike_times=times), label="source")
cells = sim.Population(100, sim.IF_curr_exp(), label="cells")
timing = sim.SpikePairRule(A_plus=0.05, A_minus=0.05)
stdp = sim.STDPMechanism(timing, sim.AdditiveWeightDependence(w_max=5.0),
                         weight=float(options.weight), delay=1.0)
learned = sim.Projection(source, cells, sim.AllToAllConnector(), stdp)
cells.record(["spikes", "v"])
sim.run(40.0)
print("fired", sum(map(len, cells.get_data("spikes").segments[0].spiketrains)))
sim.run(20.0)
sim.end()
"""
"""All arguments are read; the run is in two parts, with output between them."""


def command(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def by_hand(weight: float = 1.5) -> snn.Network:
    """The same network in our own language."""
    net = snn.Network(dt=1.0)
    times = np.array([5.0, 20.0, 31.0])
    source = net.population(10, snn.SpikeArray(times=[times] * 10), label="source")
    cell = snn.LIF(tau_m=20.0, cm=1.0, v_rest=-65.0, v_reset=-65.0, v_thresh=-50.0,
                   tau_refrac=1.0, i_offset=0.0,
                   receptors={"excitatory": snn.CurrentExp(tau_syn=5.0),
                              "inhibitory": snn.CurrentExp(tau_syn=5.0, sign=-1)})  # fmt: skip
    cells = net.population(100, cell, label="cells", initial={"v": -65.0})
    rule = snn.PairSTDP(A_plus=0.05, A_minus=0.05, tau_plus=20.0, tau_minus=20.0, w_max=5.0)
    synapse = snn.Synapse(weight=weight, delay=1.0, plasticity=rule)
    net.connect(source, cells, snn.AllToAll(), synapse, label="projection0")
    net.record(cells, ["spikes", "v"])
    return net


@pytest.mark.parametrize("backend", ["cpu", "spinnaker", "neuron"])
@pytest.mark.parametrize("weight", [1.5, 0.0001])
def test_check_says_of_a_script_what_it_says_of_the_network(
    script: Path, backend: str, weight: float
) -> None:
    outcome = command("check", script, "--as", "pynn", "--backend", backend, "--json",
                      "--", "--weight", weight)  # fmt: skip
    found: dict[str, Any] = json.loads(outcome.output)
    expected = snn.check(by_hand(weight), backend=backend)
    assert found == json.loads(json.dumps(expected.to_dict()))
    assert outcome.exit_code == (1 if expected.problems else 0)
    assert "fired" not in outcome.output


def test_the_fidelity_report_names_what_the_board_does_to_a_script(script: Path) -> None:
    words = ("check", script, "--as", "pynn", "--backend", "spinnaker")
    plain = command(*words)
    assert "0 problems, 0 warnings" in plain.output
    assert "cells.excitatory: weight step: 0.00195312 nA" in plain.output
    weak = command(*words, "--", "--weight", 0.0001)
    assert "projection0: zero weights: 1000 of 1000 weights become 0" in weak.output


def test_other_modules_find_the_real_simulator_afterwards(script: Path) -> None:
    before = {name: sys.modules.get(name) for name in ("pyNN.spiNNaker", "spynnaker8", "spynnaker")}
    assert command("check", script, "--as", "pynn").exit_code == 0
    assert {name: sys.modules.get(name) for name in before} == before


def test_deploy_maps_a_script_with_what_it_tells_the_machine(script: Path) -> None:
    pytest.importorskip("spynnaker", reason="sPyNNaker maps; it is not installed")
    outcome = command("deploy", script, "--as", "pynn", "--dry-run", "--json")
    assert outcome.exit_code == 0, outcome.output
    found = json.loads(outcome.output)
    mapped = snn.deploy(by_hand(), dry_run=True, duration=40.0, time_scale_factor=2,
                        neurons_per_core={"cells": 40})  # fmt: skip
    assert found["metrics"] == json.loads(json.dumps(mapped.to_dict()))["metrics"]
    assert found["metrics"]["cores"] == 4  # one of sources, three of 100 cells
    wider = json.loads(command("deploy", script, "--as", "pynn", "--dry-run", "--json",
                               "--neurons-per-core", 100).output)  # fmt: skip
    assert wider["metrics"]["cores"] == 2


@pytest.mark.parametrize("numerics", ["exact", "spinnaker"])
def test_run_saves_what_a_script_records(script: Path, numerics: str) -> None:
    """Two runs of the script are one result, and its own output is printed."""
    saved = script.with_suffix(".h5")
    outcome = command("run", script, "--as", "pynn", "--numerics", numerics, "--save", saved)
    assert outcome.exit_code == 0, outcome.output
    assert "fired" in outcome.output
    expected = snn.run(by_hand(), 60.0, numerics=numerics, precision="float64")
    found = load(saved)
    assert (found.start, found.duration) == (0.0, 60.0)
    assert found.provenance.numerics == numerics
    comparison = snn.compare(expected, found)
    assert comparison.different_cells == 0, comparison
    assert expected["cells"].counts().sum() > 100
    assert found["projection0"].weights.mean() != pytest.approx(1.5, abs=1e-3)


def test_two_runs_of_a_script_are_compared(script: Path) -> None:
    one, other = script.with_suffix(".exact.h5"), script.with_suffix(".board.h5")
    for path, numerics in ((one, "exact"), (other, "spinnaker")):
        words = ("run", script, "--as", "pynn", "--numerics", numerics, "--save", path)
        assert command(*words).exit_code == 0
    found = json.loads(command("compare", one, other, "--json").output)
    assert found["metrics"]["different_cells"] > 0
    same = json.loads(command("compare", one, one, "--json").output)
    assert same["metrics"]["different_cells"] == 0


def test_a_script_decides_its_own_steps_and_length(script: Path) -> None:
    for option in ("--ms", "--dt"):
        outcome = command("run", script, "--as", "pynn", option, 2.0)
        assert outcome.exit_code == 2
        assert option in outcome.output


def test_what_goes_wrong_in_a_script_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text("import pyNN.spiNNaker as sim\nsim.setup(1.0)\nsim.run(10.0)\n")
    outcome = command("check", path, "--as", "pynn")
    assert outcome.exit_code == 2
    assert "declares no population" in outcome.output
    path.write_text("import pyNN.spiNNaker as sim\nsim.setup(1.0)\n1 / 0\n")
    outcome = command("deploy", path, "--as", "pynn", "--dry-run")
    assert outcome.exit_code == 2
    assert "line 3: ZeroDivisionError" in outcome.output
    outcome = command("check", path, "an argument")
    assert "takes no arguments" in outcome.output


def test_a_result_needs_a_run() -> None:
    import snn.pynn as sim

    sim.setup()
    sim.Population(1, sim.IF_curr_exp())
    with pytest.raises(SnnError, match="call `run` first"):
        sim.as_result()


def test_a_result_has_all_that_recorders_hold() -> None:
    """Cut into pieces by runs and by new recordings; as from one run of the network."""
    import snn.pynn as sim

    sim.setup(timestep=0.1, seed=3)
    cells = sim.Population(4, sim.IF_cond_exp(i_offset=[0.0, 0.6, 0.8, 1.0]), label="cells")
    noise = sim.Population(5, sim.SpikeSourcePoisson(rate=300.0), label="noise")
    sim.Projection(noise, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.01, delay=0.5))
    cells.record("spikes")
    cells[1:3].record(["v", "gsyn_exc"], sampling_interval=0.5)
    for _ in range(3):
        sim.run(20.0)
    found = sim.as_result()
    network = sim.as_network(60.0)
    expected = snn.run(network, 60.0, seed=3, precision="float64", sleep="never")
    comparison = snn.compare(expected, found)
    assert comparison.different_cells == 0, comparison
    assert expected["cells"].counts().sum() > 3
    assert found["cells"].traces["v"].values.shape == (121, 2)
    sim.end()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("backend", "more"), [("reference", {}), ("nest", {}), ("brian2", {"target": "numpy"})]
)
def test_a_script_runs_on_other_backends(backend: str, more: dict[str, Any]) -> None:
    """Cells here are linear and spikes on the grid: the same spikes, the same weights."""
    import snn.pynn as sim

    if missing := load_entry("snn.backends", backend).missing():
        pytest.skip(missing)

    def trained(**setup: Any) -> tuple[Any, ...]:
        sim.setup(timestep=0.1, seed=5, **setup)
        noise = sim.Population(20, sim.SpikeSourcePoisson(rate=120.0))
        cells = sim.Population(6, sim.IF_curr_exp(tau_syn_E=4.0))
        timing = sim.SpikePairRule(A_plus=0.01, A_minus=0.012)
        stdp = sim.STDPMechanism(timing, sim.AdditiveWeightDependence(w_max=2.0),
                                 weight=0.5, delay=1.0)  # fmt: skip
        learned = sim.Projection(noise, cells, sim.AllToAllConnector(), stdp)
        cells.record(["spikes", "v"])
        sim.run(60.0)
        sim.run(40.0)
        segment = cells.get_data().segments[0]
        trains = [t.magnitude for t in segment.spiketrains]
        return trains, segment.analogsignals[0].magnitude, learned.get("weight", "array")

    (ours, v, w), (theirs, their_v, their_w) = trained(), trained(backend=backend, **more)
    sim.end()
    assert sum(map(len, ours)) > 20
    assert all(map(np.array_equal, ours, theirs))
    # NEST hands a sample of the very last moment out with the next run.
    assert their_v == pytest.approx(v[: len(their_v)], abs=1e-9)
    assert len(v) - len(their_v) <= 1
    assert np.abs(w - 0.5).max() > 0.01
    assert their_w == pytest.approx(w, rel=1e-9)


@pytest.mark.board(small=True)
def test_a_script_on_the_virtual_board_fires_as_predicted(script: Path) -> None:
    pytest.importorskip("spynnaker", reason="sPyNNaker is not installed")
    pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
    predicted, found = script.with_suffix(".predicted.h5"), script.with_suffix(".board.h5")
    words = ("run", script, "--as", "pynn")
    assert command(*words, "--numerics", "spinnaker", "--save", predicted).exit_code == 0
    outcome = command(*words, "--backend", "spinnaker", "--virtual", "--logs",
                      script.with_suffix(".logs"), "--save", found)  # fmt: skip
    assert outcome.exit_code == 0, outcome.output
    comparison = json.loads(command("compare", predicted, found, "--json").output)
    assert comparison["metrics"]["different_cells"] == 0
