"""Scripts that were written for SpiNNaker."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from snn.cli.run import run

sim = pytest.importorskip("snn.pynn.spinnaker", reason="PyNN is not installed")

SCRIPT = """
import {module} as sim
sim.setup({step})
source = sim.Population(1, sim.SpikeSourceArray, {{"spike_times": [[0, 7, 3]]}})
cells = sim.Population(2, sim.IF_curr_exp(), label="cells")
sim.Projection(source, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=9.0, delay=2.0))
cells.record("all")
sim.run(30)
with open({out!r}, "w") as file:
    file.write(str(cells.get_data("spikes").segments[0].spiketrains[0].magnitude.tolist()))
sim.end()
"""


def trained(**more: Any) -> float:
    """The weight after one pairing, w_max being 4."""
    sim.setup(1.0, **more)
    pre = sim.Population(1, sim.SpikeSourceArray(spike_times=[[10.0, 40.0]]))
    force = sim.Population(1, sim.SpikeSourceArray(spike_times=[[14.0]]))
    cell = sim.Population(1, sim.IF_curr_exp(tau_refrac=50.0))
    sim.Projection(force, cell, sim.OneToOneConnector(), sim.StaticSynapse(weight=100.0, delay=1.0))
    stdp = sim.STDPMechanism(
        timing_dependence=sim.SpikePairRule(A_plus=0.1, A_minus=0.1),
        weight_dependence=sim.AdditiveWeightDependence(w_max=4.0), weight=0.5, delay=1.0,
    )  # fmt: skip
    projection = sim.Projection(pre, cell, sim.OneToOneConnector(), stdp)
    sim.run(30.0)
    return float(projection.get("weight", format="array")[0, 0])


def test_additive_steps_are_absolute_here_and_scaled_there() -> None:
    ours, theirs = trained() - 0.5, trained(dialect="pynn") - 0.5
    assert 0 < ours < 0.1
    assert theirs == pytest.approx(4.0 * ours)


def test_inhibitory_weights_are_positive() -> None:
    sim.setup(1.0)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[[1.0]]))
    cells = sim.Population(1, sim.IF_curr_alpha())
    synapse = sim.StaticSynapse(weight=2.0, delay=1.0)
    sim.Projection(source, cells, sim.AllToAllConnector(), synapse, receptor_type="inhibitory")
    cells.record("v")
    sim.run(10.0)
    assert cells.get_data().segments[0].analogsignals[0].magnitude.min() < -65.0


def test_states_are_set_like_parameters() -> None:
    sim.setup(1.0)
    cells = sim.Population(3, sim.IF_curr_exp, {"tau_refrac": 0.0}, neurons_per_core=2, seed=1)
    cells.set(v=-60.0)
    cells.record(["v", "gsyn_exc"])
    sim.run(2.0)
    rows = cells.spinnaker_get_data("v")
    assert rows[0].tolist() == [0.0, 0.0, -60.0]
    assert rows.shape == (9, 3)
    assert cells.spinnaker_get_data("gsyn_exc", as_matrix=True).shape == (3, 3)


def test_views_take_ranges_and_synapses_show_their_weight() -> None:
    sim.setup(1.0)
    cells = sim.Population(6, sim.IF_curr_exp())
    assert sim.PopulationView(cells, range(2, 5)).size == 3
    synapse = sim.StaticSynapse(weight=0.3, delay=100.0)
    assert (synapse.weight, synapse.delay) == (0.3, 100.0)


def test_unsorted_spikes_and_spikes_at_0() -> None:
    sim.setup(1.0)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[[9.0, 0.0, 4.0]]))
    source.record("spikes")
    sim.run(20.0)
    train = source.get_data().segments[0].spiketrains[0].magnitude
    assert train.tolist() == [0.0, 4.0, 9.0]


def test_izhikevich_has_currents_that_decay() -> None:
    sim.setup(1.0)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[[1.0]]))
    cells = sim.Population(1, sim.Izhikevich(v=-66.0, u=-13.0, tau_syn_E=3.0))
    sim.Projection(source, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=2.0, delay=1.0))
    cells.record(["v", "u", "gsyn_exc"])
    sim.run(5.0)
    signals = {s.name: s.magnitude[:, 0] for s in cells.get_data().segments[0].analogsignals}
    assert (signals["v"][0], signals["u"][0]) == (-66.0, -13.0)
    assert signals["gsyn_exc"][3] == pytest.approx(2.0 * np.exp(-1 / 3.0))


@pytest.mark.parametrize("name", ["StructuralMechanismStatic", "ConvolutionConnector"])
def test_what_is_missing_says_so(name: str) -> None:
    with pytest.raises(NotImplementedError, match=name):
        getattr(sim, name)
    with pytest.raises(NotImplementedError, match="snn deploy"):
        sim.get_machine()


@pytest.mark.parametrize("module", ["pyNN.spiNNaker", "spynnaker8"])
def test_a_script_for_the_board_runs_unmodified(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    script, out = tmp_path / "script.py", tmp_path / "spikes"
    script.write_text(SCRIPT.format(module=module, step=1.0, out=str(out)))
    outcome = CliRunner().invoke(run, [str(script), "--as", "pynn"], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    assert len(eval(out.read_text())) >= 2


def test_a_script_that_takes_a_simulator_gets_ours(tmp_path: Path) -> None:
    out = tmp_path / "told"
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nfrom pyNN.utility import get_simulator\n"
        "sim, options = get_simulator(('--size', {'default': '1'}))\n"
        f"with open({str(out)!r}, 'w') as file: file.write(sim.__name__ + options.size)\n"
    )
    arguments = [str(script), "--as", "pynn", "--", "--size", "7"]
    outcome = CliRunner().invoke(run, arguments, catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    assert out.read_text() == "snn.pynn7"


def test_what_the_machine_is_told_reaches_deploy() -> None:
    """The smaller limit of a population and its type, under the labels of the network."""
    sim.setup(1.0, time_scale_factor=3)
    sim.set_number_of_neurons_per_core(sim.IF_curr_exp, 50)
    a = sim.Population(100, sim.IF_curr_exp(), label="a", neurons_per_core=20)
    sim.Population(100, sim.IF_curr_exp(), label="a", neurons_per_core=80)
    sim.Population(10, sim.IF_cond_exp(), label="b")
    sim.Population(10, sim.IF_cond_exp(), additional_parameters={"neurons_per_core": 4})
    network = sim.as_network(10.0)
    options = sim.machine_options()
    assert options == {
        "neurons_per_core": {"a": 20, "a#2": 50, "population3": 4}, "time_scale_factor": 3
    }  # fmt: skip
    assert options["neurons_per_core"].keys() < {p.label for p in network.populations}
    assert a.size == 100
    sim.setup(1.0)
    assert sim.machine_options() == {}
