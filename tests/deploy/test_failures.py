"""What goes wrong on the way to a board: one sentence, the log kept, the board released."""

import _thread
import threading

import pytest
from click.testing import CliRunner
from deploy.networks import balanced

import snn
from snn.cli import main
from snn.errors import BackendUnavailableError, SimulatorError, SnnError, ValidationError
from snn_on_pynn.session import _OPEN
from snn_on_pynn.spynnaker.failures import sentence

pytestmark = pytest.mark.filterwarnings("default")


class SpinnmanIOException(Exception):
    """Named as sPyNNaker's."""


class SpinnmanBootException(SpinnmanIOException):
    """Named as sPyNNaker's."""


class SpiNNManCoresNotInStateException(Exception):
    """Named as sPyNNaker's."""


class PacmanPartitionException(Exception):
    """Named as sPyNNaker's."""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SpinnmanIOException("nothing"), "no SpiNNaker board answers at 10.0.0.1"),
        (SpinnmanBootException("no reply"), "10.0.0.1 does not boot"),
        (SpiNNManCoresNotInStateException("RTE"), "stopped with an error or did not finish"),
        (PacmanPartitionException("too big"), "does not fit"),
        (OSError("[Errno 113] No route to host"), "no SpiNNaker board answers"),
        (ValueError("odd"), "sPyNNaker failed on 10.0.0.1: odd"),
        (
            ValueError(
                "Exceptions found were:\n   Received exception class: X\n"
                "       With message Operation A timed out.\n       Stack trace: []"
            ),
            "sPyNNaker failed on 10.0.0.1: Operation A timed out",
        ),
    ],
)
def test_every_failure_is_one_sentence(error, words):
    found = sentence(error, "10.0.0.1")
    assert words in found
    assert "\n" not in found


def test_the_cause_of_an_error_is_told():
    outer = RuntimeError("run failed")
    outer.__cause__ = SpinnmanBootException("no reply")
    assert "does not boot" in sentence(outer, "here")


@pytest.fixture
def spynnaker():
    return pytest.importorskip("spynnaker", reason="sPyNNaker is an optional extra")


def test_no_board_is_named(spynnaker, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(BackendUnavailableError, match="--host"):
        snn.run(balanced(), 10.0, backend="spinnaker", logs=tmp_path / "logs")


def test_options_that_contradict_each_other(spynnaker, tmp_path):
    with pytest.raises(ValidationError) as caught:
        snn.run(balanced(), 10.0, backend="spinnaker", host="a", spalloc="b", version=4,
                expand="maybe", logs=tmp_path)  # fmt: skip
    assert [p.field for p in caught.value.problems] == ["spalloc", "version", "expand"]


def test_numbers_beyond_the_boards_integers_are_refused_before_a_run(spynnaker, tmp_path):
    net = snn.Network(dt=1.0)
    source = net.population(2, snn.Poisson(rate=5.0), label="source")
    out = net.population(2, snn.LIF(tau_m=70_000.0), label="out")
    heavy = snn.Synapse(weight=9.0)
    net.connect(source, out, snn.AllToAll(), heavy, label="heavy")
    with pytest.raises(ValidationError) as caught:
        snn.run(net, 10.0, backend="spinnaker", host="10.0.0.1", logs=tmp_path,
                max_expected_summed_weight=0.5)  # fmt: skip
    assert {p.component for p in caught.value.problems} >= {"out", "heavy"}


def test_board_options_go_with_the_board_only(tmp_path):
    script = tmp_path / "net.py"
    script.write_text("import snn\nnet, duration = snn.Network(), 1.0\n")
    done = CliRunner().invoke(main, ["run", str(script), "--host", "10.0.0.1"])
    assert done.exit_code == 2
    assert "--host goes with --backend spinnaker" in done.output


def test_what_the_tool_chain_cannot_place_has_a_log(spynnaker, tmp_path):
    mapping = snn.deploy(balanced(), dry_run=True, version=3, neurons_per_core=2, logs=tmp_path)
    assert not mapping.fits
    text = (tmp_path / "toolchain.log").read_text()
    assert "Traceback" in text


@pytest.fixture
def unicorn(spynnaker):
    return pytest.importorskip("unicorn", reason="the processor engine is an optional extra")


def crowded():
    """Return a network whose data do not fit on its core, which no mapping tells."""
    net = snn.Network(dt=1.0)
    source = net.population(20, snn.SpikeArray(times=[[3.0]] * 20), label="source")
    big = net.population(256, snn.LIF(), label="big")
    net.connect(source, big, snn.FixedProbability(0.1), snn.Synapse(weight=0.1, delay=30.0))
    learning = snn.Synapse(weight=0.1, plasticity=snn.TripletSTDP(w_max=0.5))
    net.connect(source, big, snn.FixedProbability(0.1), learning)
    net.record(big, "spikes")
    return net


@pytest.mark.board
def test_cores_that_stop_with_an_error(unicorn, tmp_path):
    net = crowded()
    warned = [f.topic for f in snn.check(net, backend="spinnaker").warnings]
    assert "DTCM" in warned
    with pytest.raises(SimulatorError) as caught:
        snn.run(net, 20.0, backend="spinnaker", virtual=True, version=3, logs=tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert isinstance(caught.value.result, snn.Result)
    assert (tmp_path / "toolchain.log").stat().st_size > 0
    assert not _OPEN


@pytest.mark.board
def test_ctrl_c_releases_the_board(unicorn, tmp_path):
    simulation = snn.Simulation(balanced(), backend="spinnaker", virtual=True, version=3,
                                logs=tmp_path)  # fmt: skip
    simulation.run(5.0)
    board = simulation.engine.session.board
    threading.Timer(0.5, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        simulation.run(100_000.0)
    assert not _OPEN
    with pytest.raises(Exception, match="not running"):
        board.report()
    with pytest.raises(SnnError):
        simulation.run(5.0)
