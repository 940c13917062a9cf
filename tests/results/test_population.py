"""Spikes and traces of a population."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from results.samples import DT, poisson, populations

from snn.errors import NotRecordedError
from snn.results import PopulationResult, Spikes, Trace


def regular(period: int, count: int, size: int = 3) -> PopulationResult:
    spikes = Spikes(steps=np.arange(1, count + 1) * period, neurons=np.ones(count, int), dt=DT)
    return PopulationResult(label="exc", size=size, duration=1000.0, spikes=spikes)


def test_spikes_are_sorted_by_step_then_neuron() -> None:
    spikes = Spikes(steps=[5, 1, 5], neurons=[2, 7, 1], dt=DT)
    assert spikes.steps.tolist() == [1, 5, 5]
    assert spikes.neurons.tolist() == [7, 1, 2]
    assert (spikes.steps.dtype, spikes.neurons.dtype) == (np.int64, np.int32)


def test_times_are_the_decimals_a_user_would_write() -> None:
    spikes = Spikes(steps=[3, 10_000_007], neurons=[0, 0], dt=0.1)
    assert spikes.times.tolist() == [0.3, 1000000.7]


def test_arrays_of_a_result_cannot_be_changed_but_the_callers_can() -> None:
    steps = np.array([1, 2])
    spikes = Spikes(steps=steps, neurons=np.array([0, 0]), dt=DT)
    with pytest.raises(ValueError, match="read-only"):
        spikes.steps[0] = 7
    steps[0] = 0
    assert steps.flags.writeable


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"one equal length; got \(2,\), \(1,\)"):
        Spikes(steps=[1, 2], neurons=[0], dt=DT)


def test_rates_count_spikes_per_second() -> None:
    population = regular(period=100, count=100)
    assert population.counts().tolist() == [0, 100, 0]
    assert population.rates().tolist() == [0.0, 100.0, 0.0]


def test_a_run_of_no_length_has_no_rate() -> None:
    empty = Spikes(steps=[], neurons=[], dt=DT)
    population = PopulationResult(label="exc", size=2, duration=0.0, spikes=empty)
    assert population.rates().tolist() == [0.0, 0.0]
    assert [len(t) for t in population.trains()] == [0, 0]


def test_regular_firing_has_no_variation_and_poisson_firing_has_about_one() -> None:
    assert regular(period=100, count=100).isi_cv()[1] == pytest.approx(0.0, abs=1e-9)
    assert np.isnan(regular(period=100, count=2).isi_cv()[1])
    # 60 neurons with about 200 intervals each: the standard error of the mean CV is 0.01.
    cv = poisson("exc", 60, 200.0).isi_cv().mean()
    assert cv == pytest.approx(1.0, abs=0.05)


@given(st.data(), st.floats(0.05, 120), st.floats(0.05, 120))
def test_pieces_of_a_run_add_up(data: st.DataObject, a: float, b: float) -> None:
    population = data.draw(populations("exc").filter(lambda p: p.spikes is not None))
    edges = sorted([0.0, a, b, 200.0])
    parts = [population.between(*edge) for edge in zip(edges, edges[1:], strict=False)]
    assert sum(p.counts() for p in parts).tolist() == population.counts().tolist()
    assert np.concatenate([p.steps for p in parts]).tolist() == population.steps.tolist()
    assert sum(p.duration for p in parts) == pytest.approx(population.duration)
    for name, trace in population.traces.items():
        joined = np.concatenate([p.traces[name].values for p in parts])
        assert np.array_equal(joined, trace.values)


def test_an_interval_holds_the_step_that_ends_it() -> None:
    population = regular(period=1000, count=10)
    assert population.between(100.0, 300.0).times.tolist() == [200.0, 300.0]
    assert population.between(100.0, 300.0).rates()[1] == pytest.approx(10.0)


@given(st.data())
def test_trains_hold_every_spike_of_their_neuron(data: st.DataObject) -> None:
    population = data.draw(populations("exc").filter(lambda p: p.spikes is not None))
    trains = population.trains()
    assert [len(t) for t in trains] == population.counts().tolist()
    assert all((np.diff(t) >= 0).all() for t in trains)


def test_what_was_not_recorded_says_how_to_record_it() -> None:
    silent = PopulationResult(label="exc", size=3, duration=10.0)
    with pytest.raises(NotRecordedError, match=r"spikes of 'exc' were not recorded; add net.rec"):
        silent.rates()
    with pytest.raises(NotRecordedError, match="'v' of 'exc' was not recorded; recorded: none"):
        silent.trace("v")


def test_a_trace_gives_the_samples_of_one_neuron() -> None:
    trace = Trace(times=[0.0, 1.0], neurons=[3, 8], values=[[1, 2], [3, 4]], unit="mV")
    assert trace.of(8).tolist() == [2, 4]
    assert np.asarray(trace).shape == (2, 2)
    with pytest.raises(NotRecordedError, match="neuron 4 was not recorded"):
        trace.of(4)
    with pytest.raises(ValueError, match=r"shape \(2, 1\)"):
        Trace(times=[0.0, 1.0], neurons=[3], values=[[1, 2], [3, 4]])


def test_neurons_that_were_not_recorded_have_no_rate() -> None:
    spikes = Spikes(steps=[10, 20], neurons=[1, 1], dt=DT)
    part = PopulationResult(label="exc", size=4, duration=1000.0, spikes=spikes, observed=[3, 1])
    assert np.array_equal(part.rates(), [np.nan, 2.0, np.nan, 0.0], equal_nan=True)
    assert part.mean_rate() == 1.0
    assert "2 spikes of 2, 1 Hz" in repr(part)
