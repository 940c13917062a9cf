"""What a script can do between setup and end, on the virtual board.

Run with ``pytest -m board tests/board``.
"""

import random
import re
import sqlite3

import numpy as np
import pytest

pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
pytest.importorskip("spynnaker", reason="sPyNNaker is an optional extra")
pytestmark = [pytest.mark.board, pytest.mark.filterwarnings("default")]


def draw(generator, sources, targets, weights, delays):
    """Return a random connection list."""
    return [
        (source, target, generator.uniform(*weights), generator.randrange(*delays))
        for source in sources
        for target in targets
        if generator.random() < 0.7
    ]


@pytest.mark.parametrize("delay", [1.0, 16.0, 33.0, 200.0])
def test_delays_shift_the_response(sim, delay):
    sim.setup(1.0)
    source = sim.Population(3, sim.SpikeSourceArray([[5.0], [6.0], [7.0]]))
    target = sim.Population(3, sim.IF_curr_exp(tau_refrac=50.0))
    target.record("spikes")
    sim.Projection(source, target, sim.OneToOneConnector(), sim.StaticSynapse(20.0, delay))
    sim.run(int(delay) + 30)
    trains = target.get_data("spikes").segments[0].spiketrains
    # 20 nA jump the current by 18.1 nA: threshold is reached in the tick of arrival.
    assert [train.magnitude.tolist() for train in trains] == [[5 + delay], [6 + delay], [7 + delay]]


@pytest.mark.parametrize("cores", [1, 2])
def test_split_cores_give_the_same_spikes(sim, cores):
    results = []
    for split in (False, True):
        sim.setup(1.0)
        if split:
            sim.set_number_of_synapse_cores(sim.IF_curr_exp, cores)
        generator = random.Random(1)
        source = sim.Population(30, sim.SpikeSourceArray([[5.0 + n % 9, 60.0] for n in range(30)]))
        target = sim.Population(40, sim.IF_curr_exp())
        target.record(["spikes", "v"])
        rows = draw(generator, range(30), range(40), (0.2, 1.0), (1, 10))
        sim.Projection(source, target, sim.FromListConnector(rows), sim.StaticSynapse())
        sim.run(100)
        segment = target.get_data().segments[0]
        trains = [train.magnitude.tolist() for train in segment.spiketrains]
        results.append(trains)
        sim.end()
    assert sum(map(len, results[0])) > 40
    assert results[0] == results[1]


def test_a_tenth_of_a_millisecond(sim):
    sim.setup(0.1)
    source = sim.Population(1, sim.SpikeSourceArray([[5.0]]))
    target = sim.Population(1, sim.IF_cond_exp())
    target.record(["v", "spikes"])
    # 2.5 ms are 25 steps exactly; the cores cut what is not, 2.3 / 0.1 = 22.99..., to 22.
    sim.Projection(source, target, sim.OneToOneConnector(), sim.StaticSynapse(0.05, 2.5))
    sim.run(30)
    segment = target.get_data().segments[0]
    v = segment.filter(name="v")[0].magnitude[:, 0]
    assert len(v) == 300
    # Arrival in tick 75 (7.5 ms); v is recorded before the update, so the change from there to the
    # next tick is the first.
    assert np.flatnonzero(np.diff(v) != 0)[0] == 75


def test_runs_resets_and_changes(sim):
    sim.setup(1.0)
    rate = sim.SpikeSourcePoisson(rate=100.0)
    source = sim.Population(8, rate, additional_parameters={"seed": 1})
    target = sim.Population(1, sim.IF_curr_exp(i_offset=0.0))
    source.record("spikes")
    target.record("v")
    sim.run(100)
    sim.run(50)
    source.set(rate=0.0)
    sim.run(50)
    sim.reset()
    source.set(rate=100.0)
    target.set(i_offset=0.5)
    sim.run(100)
    first, second = source.get_data("spikes").segments
    counts = [np.concatenate([t.magnitude for t in s.spiketrains]) for s in (first, second)]
    # The generator starts again, so the first 100 ms are the same trains; nothing in the silence.
    assert sorted(counts[0][counts[0] < 100]) == sorted(counts[1])
    assert counts[0].max() < 151
    voltage = [s.filter(name="v")[0].magnitude[:, 0] for s in target.get_data("v").segments]
    assert [len(v) for v in voltage] == [200, 100]
    assert voltage[0].max() == -65.0
    # 0.5 nA through 20 MOhm: 10 mV, reached but for exp(-99 / 20) = 0.7 %.
    assert voltage[1][-1] == pytest.approx(-55.0, abs=0.1)


#: Weight per model. The alpha synapse gets 2 ms: with the default of 0.5 ms at steps of 1 ms the
#: board's alpha function is zero in every tick, whatever the weight.
CELLS = {
    "IF_curr_exp": 8.0, "IF_curr_alpha": 15.0, "IF_curr_delta": 20.0, "IF_cond_exp": 0.2,
    "Izhikevich": 10.0, "extra_models.IF_curr_dual_exp": 8.0, "extra_models.Izhikevich_cond": 0.1,
    "extra_models.IFCurrExpCa2Adaptive": 8.0, "extra_models.IFCondExpStoc": 0.2,
}  # fmt: skip


def test_every_cell_model_answers_its_input(sim):
    sim.setup(1.0)
    source = sim.Population(4, sim.SpikeSourceArray([[20.0, 24.0, 28.0]] * 4))
    targets = {}
    for name, weight in CELLS.items():
        model = sim
        for part in name.split("."):
            model = getattr(model, part)
        parameters = {"tau_syn_E": 2.0} if "alpha" in name else {}
        targets[name] = sim.Population(4, model(**parameters), label=name)
        targets[name].record("spikes")
        connector = sim.OneToOneConnector()
        sim.Projection(source, targets[name], connector, sim.StaticSynapse(weight, 1.0))
    sim.run(60)
    for name, target in targets.items():
        trains = target.get_data("spikes").segments[0].spiketrains
        times = np.concatenate([train.magnitude for train in trains])
        assert np.any(times >= 21), name
        if "Stoc" not in name and "Izhikevich" not in name:
            assert times.min() >= 21, name


def test_provenance_and_iobuf(sim, virtual_board, tmp_path):
    (tmp_path / "spynnaker.cfg").write_text(
        "[Machine]\nmachine_name = 10.0.0.1\n[Mode]\nmode = Debug\n"
        "[Reports]\nwrite_network_graph = False\n"
    )
    sim.setup(1.0)
    source = sim.Population(3, sim.SpikeSourceArray([[5.0, 9.0]] * 3))
    target = sim.Population(3, sim.IF_curr_exp())
    sim.Projection(source, target, sim.OneToOneConnector(), sim.StaticSynapse(1.0, 1.0))
    sim.run(20)
    (iobuf, *_) = sorted(tmp_path.rglob("iobuf_for_chip_*.txt"))
    assert re.search(r"\[INFO\].*magic = ad130ad6", iobuf.read_text())
    (database,) = tmp_path.rglob("run_1/data.sqlite3")
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT description, the_value FROM core_provenance").fetchall()
        router = connection.execute(
            "SELECT description, the_value FROM router_provenance WHERE the_value > 0"
        ).fetchall()
    values = dict(rows)
    # Six spikes, one packet each, one row of one synapse each.
    assert values["How many spikes were processed"] == 6
    assert values["Total_pre_synaptic_events"] == 6
    assert values["Number_of_late_spikes"] == 0
    assert ("RunLocal_Multicast_Packets", 6) in router


@pytest.mark.parametrize("virtual_board", [5], indirect=True)
def test_a_network_over_the_chips_of_a_48_chip_board(sim, virtual_board):
    sim.setup(1.0)
    sim.set_number_of_neurons_per_core(sim.IF_curr_exp, 8)
    source = sim.Population(64, sim.SpikeSourceArray([[5.0 + n % 7] for n in range(64)]))
    layers = [sim.Population(64, sim.IF_curr_exp(tau_refrac=40.0)) for _ in range(5)]
    for pre, post in zip([source, *layers], layers, strict=False):
        sim.Projection(pre, post, sim.OneToOneConnector(), sim.StaticSynapse(20.0, 3.0))
    layers[-1].record("spikes")
    sim.run(50)
    trains = layers[-1].get_data("spikes").segments[0].spiketrains
    # Five layers, three ticks each; every neuron fires in the tick in which its input arrives.
    assert [t.magnitude.tolist() for t in trains] == [[20.0 + n % 7] for n in range(64)]
    assert len({(load.x, load.y) for load in virtual_board.load()}) > 1


@pytest.mark.board(small=True)
def test_the_report_says_what_the_board_is(sim, virtual_board):
    sim.setup(1.0)
    source = sim.Population(
        10, sim.SpikeSourcePoisson(rate=50.0), additional_parameters={"seed": 3}
    )
    target = sim.Population(10, sim.IF_curr_exp())
    target.record("spikes")
    sim.Projection(source, target, sim.AllToAllConnector(), sim.StaticSynapse(1.0, 1.0))
    sim.run(1000)
    report = virtual_board.report()
    assert "ideal board" in report["note"]
    # One more than was asked for: the cores notice the end in the tick after the last one.
    assert report["ticks"] == 1001
    assert report["warnings"] == []
    # The bound for this network on the reference machine; 0.05 s were measured.
    assert report["emulation_s"] < 1.0
    by_name = {load.name: load for load in virtual_board.load()}
    assert set(by_name) == {"IF_curr_exp", "spike_source_po"}
    assert all(0 < load.share < 0.2 for load in by_name.values())
    assert all(4000 < load.dtcm_used < 65536 for load in by_name.values())


def test_the_board_times_itself(monkeypatch, tmp_path):
    from snn_spinnaker.board import speed

    monkeypatch.chdir(tmp_path)
    name = next(iter(speed.NETWORKS))
    timed = speed.measure(name)
    assert timed.ticks == 1001
    # Less than the second that this network may take, of processor time: others may be busy.
    assert 0 < timed.processor < 1.0
    assert f"{name}: 1001 ticks in" in str(timed)
    assert list(tmp_path.iterdir()) == []


def test_voltages_are_those_of_a_real_board(sim):
    # Recorded on hardware: the values that sPyNNaker's own integration test asserts to the last
    # bit (quick_test/test_change_neuron_parameters_between_runs/test_set_and_reset.py).
    sim.setup(1.0)
    target = sim.Population(1, sim.IF_curr_exp(i_offset=1.0, tau_syn_E=1.0))
    target.record("v")
    sim.run(3)
    target.set(tau_syn_E=1.0)
    sim.run(2)
    sim.reset()
    target.initialize(v=-60.0)
    sim.run(5)
    found = [s.filter(name="v")[0].magnitude[:, 0].tolist() for s in target.get_data("v").segments]
    assert found[0] == [
        -65.0, -64.024658203125, -63.09686279296875, -62.214324951171875, -61.37481689453125,
    ]  # fmt: skip
    assert found[1] == [
        -60.0, -59.26849365234375, -58.5726318359375, -57.91070556640625, -57.28106689453125,
    ]  # fmt: skip
