"""`snn.check` and `snn.compare`: what the board's numbers do, told before and after a run."""

import json

import pytest
from click.testing import CliRunner
from numerics.circuits import record_all
from numerics.test_engines import BOARD

import snn
from snn.cli.check import check as check_command
from snn.cli.compare import compare as compare_command
from snn.receptors import CurrentAlpha
from snn_spinnaker.numerics import Spinnaker


def topics(report):
    return {f.topic for f in report.warnings}


def network(rate=10.0, weight=0.5, sources=100, receptors=None, rule=None, delay=1.0):
    net = snn.Network(dt=1.0)
    source = net.population(sources, snn.Poisson(rate=rate), label="source")
    cell = snn.LIF(**({"receptors": receptors} if receptors else {}))
    target = net.population(5, cell, label="target")
    extra = {"plasticity": rule} if rule else {}
    net.connect(source, target, snn.AllToAll(), snn.Synapse(weight=weight, delay=delay, **extra),
                label="w")  # fmt: skip
    record_all(net, target)
    return net


def inspected(net, **options):
    return snn.check(net, backend="spinnaker", numerics=Spinnaker(**options))


def test_the_weight_step_and_its_range_are_told():
    report = inspected(network(weight=5.0))
    (step,) = [f for f in report.findings if f.topic == "weight step" and "exc" in f.component]
    # 100 weights of 5 nA in one tick: 500 nA, nine bits before the point.
    assert "shift 9" in step.message
    assert "0.015625 nA" in step.message
    assert report.ok


def test_dead_potentiation_is_found_and_its_cure_works():
    rule = snn.PairSTDP(A_plus=0.01, A_minus=0.01, w_max=5.0)
    report = inspected(network(weight=1.0, rule=rule))
    (dead, _) = [f for f in report.warnings if f.topic == "learning step"]
    assert "dead potentiation" in dead.message
    value = float(dead.cure.split("=")[1].split(",")[0])
    cured = inspected(network(weight=1.0, rule=rule), max_expected_summed_weight=value)
    assert "learning step" not in topics(cured)


def test_saturation_by_fast_sources_is_found_and_its_cure_works():
    # 100 sources at 500 Hz, delays drawn: the host ignores the rate.
    net = network(rate=500.0, weight=5.0, delay=snn.Uniform(1.0, 8.0))
    report = inspected(net)
    (full,) = [f for f in report.warnings if f.topic == "ring buffer saturation"]
    assert any("saturated" in note for note in snn.run(net, 100.0, numerics=BOARD).warnings)
    profile = Spinnaker(max_expected_summed_weight=float(full.cure.split("=")[1]))
    assert snn.run(net, 100.0, numerics=profile).warnings == []


def test_weights_that_become_nothing_are_counted():
    net = network(weight=0.5)
    net.connect(net.populations[0], net.populations[1], snn.AllToAll(),
                snn.Synapse(weight=1e-5, delay=1.0), label="tiny")  # fmt: skip
    (lost,) = [f for f in inspected(net).warnings if f.topic == "zero weights"]
    assert lost.component == "tiny"
    assert "become 0" in lost.message


def test_conventions_of_receptors_are_told():
    pulse = inspected(network(receptors={"excitatory": snn.CurrentPulse()}))
    assert any("0.9754 mV" in f.message for f in pulse.findings)
    charge = inspected(network())
    assert any("0.9063 nA" in f.message for f in charge.findings)
    silent = inspected(network(receptors={"excitatory": CurrentAlpha(tau_syn=0.5)}))
    assert "alpha gain" in topics(silent)


def test_slow_poisson_sources_are_too_fast():
    # sPyNNaker keeps the mean interval in whole ticks: 136 for 136.99.
    for rate, share in ((7.3, "0.73%"), (5.0, "0.00%")):
        (bias,) = [f for f in inspected(network(rate=rate)).findings if f.topic == "Poisson bias"]
        assert share in bias.message


def test_refusals_are_problems_of_the_report():
    net = snn.Network(dt=1.0)
    net.population(1, snn.AdEx(), label="cell")
    report = snn.check(net, backend="spinnaker", numerics=BOARD)
    assert not report.ok
    assert "no binary" in str(report)


def test_exact_and_spinnaker_first_differ_in_the_first_input():
    net = network(rate=100.0)
    exact = snn.run(net, 60.0, precision="float64", seed=1)
    board = snn.run(net, 60.0, numerics=BOARD, seed=1)
    found = snn.compare(exact, board)
    assert found.different_cells > 0
    assert found.first is not None
    assert 0 < found.first.first < 20
    assert {d.variable for d in found.differences} >= {"spikes", "v", "excitatory.i"}
    again = snn.compare(board, snn.run(net, 60.0, numerics=BOARD, seed=1, backend="reference"))
    assert again.different_cells == 0
    assert again.first is None


def test_commands(tmp_path):
    file = tmp_path / "net.py"
    file.write_text(
        "import snn\n"
        "net = snn.Network(dt=1.0)\n"
        "source = net.population(3, snn.SpikeArray(times=[[1.0], [2.0], [3.0]]))\n"
        "cell = net.population(3, snn.LIF(), label='cell')\n"
        "net.connect(source, cell, snn.OneToOne(), snn.Synapse(weight=1.0, delay=1.0))\n"
        "net.record(cell, 'v')\n"
    )
    runner = CliRunner()
    done = runner.invoke(check_command, [str(file), "--backend", "spinnaker", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["ok"] is True
    paths = []
    for name in ("exact", "spinnaker"):
        scope = {}
        exec(file.read_text(), scope)
        paths.append(str(tmp_path / f"{name}.h5"))
        numerics = BOARD if name == "spinnaker" else "exact"
        snn.run(scope["net"], 20.0, numerics=numerics).save(paths[-1])
    same = runner.invoke(compare_command, [paths[1], paths[1], "--json"])
    assert json.loads(same.output)["metrics"]["different_cells"] == 0
    apart = runner.invoke(compare_command, paths)
    assert apart.exit_code == 0, apart.output
    assert "first" in apart.output


@pytest.mark.parametrize("delay", [1.0, 40.0])
def test_delay_slots_are_told(delay):
    (slots,) = [f for f in inspected(network(delay=delay)).findings if f.topic == "delay slots"]
    assert f"up to {int(delay)} ticks" in slots.message
