"""Step "map": the tool chain's own numbers, and limits that are crossed on purpose."""

import json

import pytest
from click.testing import CliRunner
from deploy.networks import balanced

import snn
from snn.cli.deploy import deploy as command
from snn.compiler import compile_network
from snn.errors import SnnError, ValidationError

pytest.importorskip("spynnaker", reason="sPyNNaker is an optional extra")
pytestmark = pytest.mark.filterwarnings("default")

FILE = """
from deploy.networks import balanced

net, duration = balanced(), 50.0
"""


def mapped(net, tmp_path, **options):
    return snn.deploy(net, dry_run=True, duration=50.0, seed=3, logs=tmp_path, **options)


def test_every_neuron_and_synapse_has_its_place(tmp_path):
    net = balanced(rule=snn.PairSTDP(w_max=0.5))
    found = mapped(net, tmp_path, neurons_per_core=64)
    placed = {"exc": [], "inh": []}
    for core in found.cores:
        placed[core.label].append(core.neurons)
    assert placed == {"exc": [64] * 6 + [16], "inh": [64, 36]}
    synapses = sum(q.synapses for q in compile_network(net, seed=3).projections)
    # A synapse takes one word of the matrix, rows have headers and are padded.
    assert 4 * synapses < found.metrics["matrix_bytes"] < 40 * synapses
    assert found.fits
    assert found.metrics["boards"] == found.metrics["chips"] == 1
    assert found.metrics["cores"] == 9
    # Two populations, one block of keys each.
    assert 1 <= found.metrics["routing_entries_max"] <= 9
    assert 0 < found.metrics["sdram_max"] < found.chips[0].sdram_free
    assert "learned" not in str(found)
    assert "inh" in str(found)


def test_programs_with_learning_leave_less_room_for_code(tmp_path):
    plain = mapped(balanced(), tmp_path).metrics
    learning = mapped(balanced(rule=snn.TripletSTDP(w_max=0.5)), tmp_path).metrics
    assert plain["itcm_max"] < learning["itcm_max"] <= 32 * 1024
    assert plain["dtcm_max"] < learning["dtcm_max"]


def test_what_does_not_fit_says_what_to_change(tmp_path):
    full = mapped(balanced(), tmp_path, version=3, neurons_per_core=4)
    assert not full.fits
    assert "does not fit" in str(full)
    assert str(tmp_path) in full.misfits[0][0]
    busy = mapped(balanced(), tmp_path, rates=900.0)
    assert not busy.fits
    assert busy.metrics["load_max"] > 0.8
    assert "neurons_per_core={'exc': " in str(busy)


def test_expected_load_follows_the_rates_of_a_result(tmp_path):
    net = balanced()
    result = snn.run(net, 100.0, seed=3)
    rate = result["exc"].rates().mean()
    measured = mapped(net, tmp_path, rates=result).metrics["load_max"]
    assumed = mapped(net, tmp_path, rates=float(rate)).metrics["load_max"]
    idle = mapped(net, tmp_path, rates=0.0).metrics["load_max"]
    assert rate > 1.0
    assert idle < measured
    # The inhibitory population fires at a rate of its own and is not recorded.
    assert measured < assumed


def test_the_command_prints_a_table_an_object_and_a_picture(tmp_path):
    script = tmp_path / "net.py"
    script.write_text(FILE)
    arguments = [str(script), "--dry-run", "--logs", str(tmp_path / "logs")]
    table = CliRunner().invoke(command, [*arguments, "--plot", str(tmp_path / "board.png")])
    assert table.exit_code == 0, table.output
    assert table.output.rstrip().endswith("fits")
    assert (tmp_path / "board.png").stat().st_size > 5_000
    made = json.loads(CliRunner().invoke(command, [*arguments, "--json"]).output)
    wanted = {"boards", "chips", "cores", "sdram_max", "routing_entries_max", "fits"}
    assert wanted <= set(made["metrics"])
    assert len(made["cores"]) == made["metrics"]["cores"]


def test_a_run_is_asked_for_by_its_own_name(tmp_path):
    with pytest.raises(SnnError, match="snn.run"):
        snn.deploy(balanced(), dry_run=False)


def test_what_the_board_cannot_have_is_told_before_mapping(tmp_path):
    net = snn.Network(dt=1.0)
    net.population(3, snn.AdEx(), label="adex")
    net.population(3, snn.HodgkinHuxley(), label="squid")
    with pytest.raises(ValidationError) as caught:
        mapped(net, tmp_path)
    assert {p.component for p in caught.value.problems} == {"adex", "squid"}
