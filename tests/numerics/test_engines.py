"""The profile "spinnaker" on both engines, seen in the user's units."""

import numpy as np
import pytest
from numerics.circuits import CELLS, circuit

import snn
from snn.compiler import compile_network
from snn.errors import ValidationError
from snn_spinnaker.numerics import Spinnaker

BOARD = Spinnaker()


def run(net, duration, backend="cpu", **options):
    return snn.run(net, duration, backend=backend, numerics=BOARD, seed=5, **options)


def different_cells(one, other):
    """Count recorded numbers and spikes that differ between two results."""
    count = 0
    for label, mine in one.populations.items():
        yours = other[label]
        for name, trace in mine.traces.items():
            count += int((trace.values != yours.traces[name].values).sum())
            assert trace.values.shape == yours.traces[name].values.shape
        if mine.spikes is not None:
            count += int(not np.array_equal(mine.spikes.steps, yours.spikes.steps))
            count += int(not np.array_equal(mine.spikes.neurons, yours.spikes.neurons))
    return count


@pytest.mark.parametrize("dt", [1.0, 0.5, 0.1])
@pytest.mark.parametrize("name", CELLS)
def test_both_engines_give_the_same_integers(name, dt):
    results = [run(circuit([name], dt), 200 * dt, backend) for backend in ("cpu", "reference")]
    assert different_cells(*results) == 0
    v = results[0][name].traces["v"].values * 2**15
    assert np.array_equal(v, np.rint(v))
    assert len(np.unique(v)) > 100


@pytest.mark.filterwarnings("ignore:.*past the end of the run")
def test_threads_and_cutting_change_nothing():
    whole = run(circuit(["IF_curr_exp"]), 200.0)
    threads = run(circuit(["IF_curr_exp"], size=8), 200.0, threads=2)
    assert different_cells(whole, threads) == 0
    sim = snn.Simulation(circuit(["IF_curr_exp"]), numerics=BOARD, seed=5)
    pieces = [sim.run(t)["IF_curr_exp"].spikes.steps for t in (13.0, 87.0, 100.0)]
    assert np.array_equal(np.concatenate(pieces), whole["IF_curr_exp"].spikes.steps)


def one_spike(weight=40.0, delay=2.0, receptor=None, tau_refrac=5.0, **options):
    net = snn.Network(dt=1.0)
    source = net.population(1, snn.SpikeArray(times=[3.0]), label="source")
    receptors = {"excitatory": receptor or snn.CurrentExp(tau_syn=5.0)}
    cell = snn.LIF(tau_refrac=tau_refrac, receptors=receptors)
    target = net.population(1, cell, label="target")
    net.connect(source, target, snn.OneToOne(), snn.Synapse(weight=weight, delay=delay), label="w")
    net.record(source, "spikes")
    net.record(target, "spikes")
    net.record(target, "v")
    net.record(target, "excitatory.i")
    return net


def test_input_acts_in_the_tick_in_which_it_arrives():
    result = run(one_spike(), 20.0)
    assert result["source"].spikes.steps.tolist() == [3]
    assert result["target"].spikes.steps[0] == 5
    v, i = result["target"].traces["v"], result["target"].traces["excitatory.i"]
    assert v.times.tolist() == list(range(20))
    # v is recorded before the update, the input after it was added.
    assert v.values[:, 0].tolist()[:6] == [-65.0] * 6
    assert i.values[4, 0] == 0.0
    assert i.values[5, 0] == pytest.approx(40 * 0.906, rel=1e-3)


def test_refractory_ticks_are_counted_in_updates():
    net = one_spike(weight=60.0, tau_refrac=5.0)
    steps = run(net, 30.0)["target"].spikes.steps
    # Five updates are skipped after the spike.
    assert np.diff(steps)[0] == 6


def test_a_delta_synapse_moves_v_by_0_975_of_its_weight():
    result = run(one_spike(weight=8.0, receptor=snn.CurrentPulse()), 20.0)
    v = result["target"].traces["v"].values[:, 0]
    assert v[6] - v[5] == pytest.approx(8 * 0.9754, rel=1e-3)


def test_full_cells_saturate_and_are_counted():
    net = one_spike(weight=3.9, receptor=snn.CurrentPulse())
    extra = net.population(4, snn.SpikeArray(times=[[3.0]] * 4), label="more")
    target = net.populations[1]
    net.connect(extra, target, snn.AllToAll(), snn.Synapse(weight=3.9, delay=2.0))
    profile = Spinnaker(max_expected_summed_weight=3.95)
    result = snn.run(net, 20.0, numerics=profile)
    v = result["target"].traces["v"].values[:, 0]
    # The cell is full at 65535 units of 2^-13.
    assert v[6] + 65 == pytest.approx(0.9754 * 65535 / 2**13, rel=1e-3)
    assert any("1 input cells were full" in note for note in result.warnings)


def test_weights_are_rounded_to_the_receptors_step():
    net = one_spike(weight=0.3)
    compiled = compile_network(net, numerics=BOARD)
    (q,) = compiled.projections
    assert q.scale == 2.0**-15
    assert int(q.weight) == round(0.3 * 2**15)


@pytest.mark.filterwarnings("ignore:.*past the end of the run")
def test_states_and_weights_are_in_the_users_units():
    sim = snn.Simulation(circuit(["IF_cond_exp"]), numerics=BOARD, seed=5)
    target, projection = sim.network.populations[1], sim.network.projections[0]
    sim.write(target, "v", -60.25)
    assert sim.read(target, "v").tolist() == [-60.25] * 8
    sim.set_weights(projection, 0.05)
    (step,) = {q.scale for q in sim.compiled.projections[:1]}
    assert sim.weights(projection).weight == pytest.approx(0.05, abs=step / 2)
    sim.set(target, i_offset=1.0)
    sim.run(20.0)
    assert sim.read(target, "v").mean() > -60.25


REFUSED = {
    "a cell without a binary": ({"cell": snn.AdEx()}, "has no binary on the board"),
    "voltage jumps": (
        {"cell": snn.LIF(receptors={"excitatory": snn.CurrentDelta()})},
        "delta synapse is CurrentPulse",
    ),
    "mixed signs": (
        {"cell": snn.LIF(receptors={"excitatory": snn.CurrentExp(signed=True)})},
        "must not be signed",
    ),
    "numbers beyond s16.15": ({"cell": snn.LIF(v_rest=70_000.0, v_thresh=80_000.0)}, "s16.15"),
    "time constants that round to nothing": ({"cell": snn.LIF(tau_m=1e-6)}, "rounds to 0"),
    "inputs beyond s16.15": ({"weight": 70_000.0}, "beyond the board's numbers"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_board_cannot_take_is_refused(case):
    given, message = REFUSED[case]
    net = snn.Network(dt=1.0)
    source = net.population(1, snn.SpikeArray(times=[3.0]), label="source")
    target = net.population(1, given.get("cell", snn.LIF()), label="target")
    net.connect(source, target, snn.OneToOne(), snn.Synapse(weight=given.get("weight", 1.0)))
    with pytest.raises(ValidationError, match=message):
        compile_network(net, numerics=BOARD)


def test_weights_beyond_16_bits_are_refused():
    with pytest.raises(ValidationError, match="16 bits"):
        compile_network(one_spike(weight=9.0), numerics=Spinnaker(max_expected_summed_weight=3.0))
