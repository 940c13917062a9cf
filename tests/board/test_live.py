"""Live input and output, runs without an end, and what is left behind when a script is over.

Run with ``pytest -m board tests/board``.
"""

import os
import subprocess
import sys
import threading
import time

import pytest

from snn_spinnaker.board.errors import BoardError, BoardStartError
from snn_spinnaker.board.process import VirtualBoard
from snn_spinnaker.board.script import run_script

pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
pytest.importorskip("spynnaker", reason="sPyNNaker is an optional extra")
pytestmark = [pytest.mark.board, pytest.mark.filterwarnings("default")]


def test_live_spikes_go_in_and_come_out(sim, virtual_board):
    sim.setup(1.0)
    external = sim.external_devices
    connection = external.SpynnakerLiveSpikesConnection(
        send_labels=["in"], receive_labels=["out"], local_port=None
    )
    notify = connection.local_port
    injector = external.SpikeInjector(database_notify_port_num=notify)
    source = sim.Population(5, injector, label="in")
    target = sim.Population(5, sim.IF_curr_exp(tau_refrac=5.0), label="out")
    target.record("spikes")
    sim.Projection(source, target, sim.OneToOneConnector(), sim.StaticSynapse(20.0, 1.0))
    external.activate_live_output_for(target, database_notify_port_num=notify)
    received = []

    def send(label, sender):
        for number in range(20):
            sender.send_spike(label, number % 5)
            time.sleep(0.01)

    connection.add_start_resume_callback("in", send)
    connection.add_receive_callback(
        "out", lambda _label, tick, neurons: received.extend((tick, n) for n in neurons)
    )
    started = time.perf_counter()
    sim.run(800)
    took = time.perf_counter() - started
    trains = target.get_data("spikes").segments[0].spiketrains
    recorded = [(float(t), n) for n, train in enumerate(trains) for t in train.magnitude]
    connection.close()
    # Each input makes at least one spike; four neighbours in time share a neuron only 50 ms apart.
    assert len(recorded) >= 20
    assert sorted(received) == sorted(recorded)
    # Paced by the clock: not faster than the 800 ms that it simulates.
    assert took >= 0.8


def test_a_run_without_end_is_stopped_and_keeps_to_the_clock(sim, virtual_board):
    sim.setup(1.0)
    rate = sim.SpikeSourcePoisson(rate=100.0)
    source = sim.Population(5, rate, additional_parameters={"seed": 2})
    target = sim.Population(5, sim.IF_curr_exp())
    target.record("spikes")
    sim.Projection(source, target, sim.OneToOneConnector(), sim.StaticSynapse(20.0, 1.0))
    started = time.perf_counter()
    threading.Timer(5.0, sim.external_devices.request_stop).start()
    sim.external_devices.run_forever()
    took = time.perf_counter() - started
    trains = target.get_data("spikes").segments[0].spiketrains
    last = max(float(train[-1]) for train in trains)
    # Setting up takes part of the time, and the network cannot be ahead of the clock.
    assert 100.0 < last <= 1000.0 * took


SCRIPT = """
import os, sys
import pyNN.spiNNaker as sim
sim.setup(1.0)
source = sim.Population(1, sim.SpikeSourceArray([[5.0]]))
target = sim.Population(1, sim.IF_curr_exp())
target.record("spikes")
sim.Projection(source, target, sim.OneToOneConnector(), sim.StaticSynapse(20.0, 2.0))
sim.run(int(sys.argv[1]))
with open(sys.argv[2], "w") as file:
    file.write(repr([float(t) for t in target.get_data("spikes").segments[0].spiketrains[0]]))
sim.end()
"""


def test_a_script_runs_unchanged_and_touches_no_home(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    (home / ".spynnaker.cfg").write_text("[Machine]\nmachine_name = 10.0.0.1\nversion = 5\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    before = sys.argv[:], os.environ["HOME"]
    loads = run_script(script, ["20", str(tmp_path / "spikes")])
    assert (sys.argv, os.environ["HOME"]) == before
    assert [path.name for path in home.rglob("*")] == [".spynnaker.cfg"]
    assert (tmp_path / "spikes").read_text().startswith("[7.0")
    assert {load.name for load in loads} == {"IF_curr_exp", "reverse_iptag_m"}


def test_a_second_client_is_served_while_the_first_vanishes(tmp_path, monkeypatch):
    # The first script is killed in the middle of its run; the next one finds a usable board.
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    with VirtualBoard() as board:
        program = "import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0])"
        command = [sys.executable, "-c", program, str(script), "100000000", "never"]
        first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while board.report()["ticks"] == 0 and time.monotonic() < deadline:
            time.sleep(0.2)
        first.kill()
        first.wait()
        assert board.report()["ticks"] > 0
        command[-2:] = ["20", str(tmp_path / "spikes")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert (tmp_path / "spikes").read_text().startswith("[7.0")


def test_two_boards_do_not_disturb_each_other():
    with VirtualBoard(configure=False) as one, VirtualBoard(configure=False) as other:
        assert one.address != other.address
        assert one.report()["ticks"] == other.report()["ticks"] == 0
        with pytest.raises(BoardStartError, match="another board may run there"):
            VirtualBoard(address=one.address, configure=False).start()
        assert one.report()["ticks"] == 0


def test_an_address_that_is_taken_meanwhile_is_left_to_its_board(monkeypatch):
    from snn_spinnaker.board import process

    with VirtualBoard(configure=False) as one:
        found = iter([one.address, "127.0.0.201"])
        monkeypatch.setattr(process, "free_address", lambda: next(found))
        with VirtualBoard(configure=False) as other:
            assert other.address == "127.0.0.201"
            assert one.report()["ticks"] == other.report()["ticks"] == 0


def test_a_board_that_is_not_running_says_so():
    board = VirtualBoard(configure=False)
    with pytest.raises(BoardError, match="not running"):
        board.report()
