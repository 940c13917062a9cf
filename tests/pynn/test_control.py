"""Running, resetting, starting over, and changes between runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import snn

sim = pytest.importorskip("snn.pynn", reason="PyNN is not installed")

STEP = 0.1


def small_network(**extra: Any) -> tuple[Any, Any, Any]:
    """Listed spikes and a Poisson source drive five cells that record v."""
    sim.setup(timestep=STEP, **extra)
    listed = sim.Population(2, sim.SpikeSourceArray(spike_times=[[1.0, 12.0], [3.0, 27.0]]))
    noise = sim.Population(3, sim.SpikeSourcePoisson(rate=300.0, start=5.0, duration=20.0))
    cells = sim.Population(5, sim.IF_curr_exp(i_offset=0.4, tau_refrac=2.0), label="cells")
    synapse = sim.StaticSynapse(weight=1.5, delay=0.7)
    projection = sim.Projection(listed, cells, sim.AllToAllConnector(), synapse)
    sim.Projection(noise, cells, sim.FixedProbabilityConnector(0.6), synapse)
    cells.record(["v", "spikes"])
    return cells, noise, projection


def traces(cells: Any) -> Any:
    return cells.get_data("v").segments[-1].analogsignals[0].magnitude


def test_two_runs_equal_one() -> None:
    cells, *_ = small_network()
    sim.run(40.0)
    whole = traces(cells)
    cells, *_ = small_network()
    for piece in (0.1, 12.3, 20.0, 7.6):
        sim.run(piece)
    assert np.array_equal(traces(cells), whole)


def test_v_is_recorded_at_0_and_after_each_step() -> None:
    cells, *_ = small_network()
    sim.run(10.0)
    signal = cells.get_data().segments[0].analogsignals[0]
    assert signal.shape == (101, 5)
    assert str(signal.units) == "1.0 mV"
    assert (signal[0].magnitude == -65.0).all()
    assert list(signal.annotations["channel_ids"]) == [int(cell) for cell in cells]


def test_reset_restores_state_and_begins_a_segment() -> None:
    cells, *_ = small_network()
    for _ in range(3):
        sim.run(20.0)
        sim.reset()
        assert sim.get_current_time() == 0
    segments = cells.get_data().segments
    assert len(segments) == 3
    for segment in segments[1:]:
        assert np.array_equal(segment.analogsignals[0], segments[0].analogsignals[0])
        for ours, first in zip(segment.spiketrains, segments[0].spiketrains):
            assert np.array_equal(ours, first)


def test_reset_keeps_parameters() -> None:
    cells, *_ = small_network()
    sim.run(5.0)
    cells.set(i_offset=0.0)
    sim.reset()
    assert cells.get("i_offset") == 0.0


def test_setup_after_end_dozens_of_times() -> None:
    seen = []
    for _ in range(24):
        cells, *_ = small_network()
        sim.run(10.0)
        sim.end()
        seen.append(traces(cells))
    assert all(np.array_equal(seen[0], other) for other in seen)


def test_seed_changes_what_is_left_to_the_simulator() -> None:
    found = []
    for seed in (1, 1, 2):
        _, noise, _ = small_network(seed=seed)
        noise.record("spikes")
        sim.run(30.0)
        found.append(noise.get_data().segments[0].spiketrains)
    assert all(np.array_equal(a, b) for a, b in zip(found[0], found[1]))
    assert not all(np.array_equal(a, b) for a, b in zip(found[0], found[2]))


def test_poisson_sources_keep_to_their_time() -> None:
    _, noise, _ = small_network()
    noise.record("spikes")
    sim.run(50.0)
    times = np.concatenate([t.magnitude for t in noise.get_data().segments[0].spiketrains])
    assert times.size
    assert times.min() > 5.0
    assert times.max() <= 25.0


def test_callbacks_are_called_when_they_ask() -> None:
    small_network()
    called = []

    def callback(t: float) -> float:
        called.append(t)
        return t + 5.0

    sim.run(20.0, callbacks=[callback])
    assert called == pytest.approx([0.0, 5.0, 10.0, 15.0, 20.0])


@pytest.mark.parametrize("delay", [0.7, 40.0])
def test_network_that_grows_goes_on_as_before(delay: float) -> None:
    """What is in flight arrives, although rings and tables are laid out anew."""
    cells, *_ = small_network()
    sim.run(12.2)
    more = sim.Population(1, sim.SpikeSourceArray(spike_times=[15.0]))
    late = sim.Population(1, sim.IF_curr_exp())
    sim.Projection(more, late, sim.AllToAllConnector(), sim.StaticSynapse(weight=1.0, delay=delay))
    late.record("v")
    sim.run(27.8)
    grown = traces(cells)
    cells, *_ = small_network()
    sim.run(40.0)
    assert np.array_equal(grown, traces(cells))


def test_spike_times_set_between_runs_equal_those_listed_at_once() -> None:
    def train(later: bool) -> Any:
        sim.setup(timestep=STEP)
        times = [2.0] if later else [2.0, 9.0]
        source = sim.Population(1, sim.SpikeSourceArray(spike_times=times))
        cell = sim.Population(1, sim.IF_cond_exp())
        synapse = sim.StaticSynapse(weight=0.02, delay=4.0)
        sim.Projection(source, cell, sim.AllToAllConnector(), synapse)
        cell.record("v")
        sim.run(5.0)
        if later:
            source.set(spike_times=[9.0])
        sim.run(15.0)
        return traces(cell)

    assert np.array_equal(train(later=True), train(later=False))


def test_a_parameter_set_between_runs_acts_from_then_on() -> None:
    sim.setup(timestep=STEP)
    cells = sim.Population(3, sim.IF_curr_exp())
    cells.record("v")
    sim.run(10.0)
    cells[1:2].set(i_offset=0.3)
    sim.run(10.0)
    v = traces(cells)
    rise = 0.3 * 20.0 * (1 - np.exp(-10.0 / 20.0))
    assert v[-1] == pytest.approx([-65.0, -65.0 + rise, -65.0])


def test_state_set_between_runs() -> None:
    sim.setup(timestep=STEP)
    cells = sim.Population(2, sim.IF_curr_exp(), initial_values={"v": -70.0})
    cells.record("v")
    sim.run(1.0)
    cells[0:1].initialize(v=-60.0)
    sim.run(0.1)
    v = traces(cells)
    assert v[0].tolist() == [-70.0, -70.0]
    assert v[-1, 0] == pytest.approx(-65 + 5 * np.exp(-0.1 / 20))


def test_min_delay_is_that_of_the_network() -> None:
    small_network()
    assert sim.get_min_delay() == 0.7
    sim.run(1.0)
    with pytest.raises(ValueError, match="past"):
        sim.run_until(0.5)


def test_unknown_dialect_is_refused() -> None:
    with pytest.raises(ValueError, match="dialect"):
        sim.setup(dialect="klingon")


def test_a_script_is_a_network_of_the_language() -> None:
    cells, *_ = small_network()
    network = sim.as_network(40.0)
    assert sum(p.size for p in network.populations) == 10
    result = snn.run(network, 40.0, precision="float64", sleep="never")
    sim.run(40.0)
    assert np.array_equal(result["cells"].traces["v"].values[:50], traces(cells)[:50])
