"""Options, configuration lines, IP tags, pacing and load: the parts without a processor."""

import configparser
import struct

import pytest

from snn_spinnaker.board.configuration import configuration_text, environment, home_environment
from snn_spinnaker.board.errors import ConfigurationError
from snn_spinnaker.board.load import CoreLoad, dtcm_used, from_report, load_table, to_report
from snn_spinnaker.board.machine import unsupported
from snn_spinnaker.board.options import BoardOptions
from snn_spinnaker.board.pacing import MOST_TICKS, Pacer
from snn_spinnaker.board.tags import FIXED_TAGS, TRANSIENT_TAGS, InputTag, OutputTag, TagTable
from snn_spinnaker.board.threads import ThreadChoice


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"version": 4}, "version must be 3 .* got 4"),
        ({"address": "here"}, "address must be an IPv4 address"),
        ({"address": "127.0.0.1"}, "must not be 127.0.0.1"),
        ({"address": "192.168.0.1"}, "not a loopback address.*--expose"),
        ({"pacing": "slow"}, "pacing must be one of auto, real-time, fast"),
        ({"watchdog": 0.0}, "watchdog must be above 0 s"),
        ({"watchdog": float("nan")}, "watchdog must be above 0 s"),
    ],
)
def test_bad_options_are_refused(options, complaint):
    with pytest.raises(ConfigurationError, match=complaint):
        BoardOptions(**options)


def test_another_address_needs_consent():
    assert BoardOptions(address="192.168.0.1", expose=True).address == "192.168.0.1"


def test_configuration_is_a_file_that_parses():
    parser = configparser.ConfigParser()
    parser.read_string(configuration_text(5, "127.0.0.9"))
    assert parser["Machine"]["machine_name"] == "127.0.0.9"
    assert parser["Machine"]["version"] == "5"
    assert parser["Machine"]["enable_advanced_monitor_support"] == "False"
    assert parser["Mapping"]["compressor"] == "PairCompressor"


def test_environment_is_put_back(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", "/before")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    import os

    with environment(home_environment(tmp_path)):
        assert os.environ["HOME"] == str(tmp_path)
    assert os.environ["HOME"] == "/before"
    assert "XDG_CONFIG_HOME" not in os.environ


def test_each_client_keeps_its_transient_tag():
    tags = TagTable()
    clients = [("127.0.0.1", 1000 + number) for number in range(TRANSIENT_TAGS)]
    numbers = [tags.transient(client) for client in clients]
    assert numbers == list(range(FIXED_TAGS, FIXED_TAGS + TRANSIENT_TAGS))
    assert tags.transient(clients[0]) == numbers[0]
    assert [tags.destination(number) for number in numbers] == [(c, False) for c in clients]
    # One more: it gets the tag of the client that has been silent longest, not clients[0]'s.
    assert tags.transient(("127.0.0.1", 9)) == numbers[1]
    assert tags.destination(numbers[1]) == (("127.0.0.1", 9), False)


def test_tags_are_described_as_spinnman_reads_them():
    tags = TagTable()
    tags.outputs[1] = OutputTag(host=b"\x7f\0\0\1", address=("127.0.0.1", 17895), strip=True)
    tags.inputs[2] = InputTag(port=12345, target=(1, 0), target_port=0x23)
    layout = struct.Struct("<4s6s3HIH3B")
    ip, _, port, _, flags, *_ = layout.unpack(tags.described(1))
    assert (ip, port, flags) == (b"\x7f\0\0\1", 17895, 0x8100)
    *_, flags, _, rx, y, x, core = layout.unpack(tags.described(2))
    assert (flags, rx, x, y, core) == (0x8300, 12345, 1, 0, 0x23)
    assert tags.described(3) == bytes(layout.size)
    tags.clear(1)
    assert tags.destination(1) is None


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_fast_pacing_adapts_to_the_cost_of_a_tick():
    clock = Clock()
    pacer = Pacer("fast", clock)
    for _ in range(20):
        ticks = pacer.ticks(0, live=True)
        clock.now += 1e-6 * ticks
        pacer.done(ticks)
    assert pacer.ticks(0, live=True) == MOST_TICKS
    for _ in range(20):
        ticks = pacer.ticks(0, live=True)
        clock.now += 0.05 * ticks
        pacer.done(ticks)
    assert pacer.ticks(0, live=True) == 1


def test_real_time_waits_for_the_clock():
    clock = Clock()
    pacer = Pacer("auto", clock)
    cycles = 0
    for _ in range(3000):
        clock.now += 0.0004
        ticks = pacer.ticks(cycles, live=True)
        cycles += 200_000 * ticks
        pacer.done(ticks)
    # 1.2 s of clock are 1,200 ticks; the first comes at once, hence one more.
    assert cycles // 200_000 in (1200, 1201)


def test_auto_is_fast_without_an_audience():
    pacer = Pacer("auto", Clock())
    assert pacer.ticks(10**9, live=False) == 1
    assert pacer.wait() == 0.0


def a_load(**changes):
    fields = {
        "x": 0, "y": 1, "core": 3, "name": "IF_curr_exp", "ticks": 100, "budget": 200_000,
        "instructions": 10**6, "cycles_mean": 5e4, "cycles_max": 10**5, "overruns": 0,
        "dtcm_used": 30_000, "packets_in_max": 5, "packets_out_max": 2,
    }  # fmt: skip
    return CoreLoad(**(fields | changes))


def test_an_easy_load_warns_of_nothing():
    assert a_load().share == 0.5
    assert a_load().warnings() == []


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"overruns": 7, "cycles_max": 300_000}, "overrun in at least 7 of 100 ticks"),
        ({"cycles_max": 170_000}, "at least 85% of the time"),
        ({"packets_in_max": 257}, "257 packets came in one tick"),
    ],
)
def test_a_hard_load_warns(changes, warning):
    (found,) = a_load(**changes).warnings()
    assert warning in found
    assert "core 3 of chip (0, 1), IF_curr_exp" in found
    assert found in load_table([a_load(**changes)])


def test_loads_survive_the_pipe():
    loads = [a_load(), a_load(core=4)]
    assert from_report(to_report(loads)) == loads


def test_heap_in_data_memory_is_found():
    words = [0] * 0x4000
    # A heap whose head lies at byte 0x1000: 0x2000 bytes, of which 0x800 are free.
    words[0x400:0x404] = [0x401900, 0x401010, 0x403010, 0x800]
    assert dtcm_used(struct.pack("<16384I", *words)) == 0x10000 - 0x800
    assert dtcm_used(bytes(0x10000)) == 0


@pytest.mark.parametrize(("alone", "together", "best"), [(2.0, 1.0, 2), (1.0, 3.0, 1)])
def test_threads_are_used_where_they_pay(alone, together, best):
    choice = ThreadChoice(2)
    chosen = []
    for _ in range(200):
        threads = choice.next()
        chosen.append(threads)
        choice.note(alone if threads == 1 else together, 1000)
    # Two first tries and one in forty afterwards may go to the slower choice.
    assert chosen.count(best) >= 200 - 2 - 200 // 40
    assert set(chosen) == {1, 2}


def test_one_thread_leaves_no_choice():
    choice = ThreadChoice(1)
    choice.note(1.0, 10)
    assert [choice.next() for _ in range(100)] == [1] * 100


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("extra_monitor_su", "enable_advanced_monitor_support = False"),
        ("data_speed_up_pa", "enable_advanced_monitor_support = False"),
        ("simple_pair_comp", "compressor = PairCompressor"),
        ("simple_unordered", "compressor = PairUnorderedCompressor"),
    ],
)
def test_what_cannot_run_names_the_setting_that_avoids_it(name, setting):
    assert setting in unsupported(name)
    assert unsupported("IF_curr_exp") == ""
