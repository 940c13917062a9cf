"""Schedules (docs/numerics.md, section 7)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from reference.circuits import prepared

import snn
from snn.engine import CompiledSchedule
from snn_reference.engine import ReferenceEngine

RATE = 150.0
SOURCE, OTHER, CELL = 0, 1, 2


def network() -> snn.Network:
    """Return two sources, a cell that repeats the first, and a plastic projection."""
    net = snn.Network(dt=1.0)
    source = net.population(8, snn.Poisson(rate=RATE), label="source")
    other = net.population(2, snn.Poisson(rate=RATE), label="other")
    cell = snn.LIF(tau_refrac=0.0, receptors={"kick": snn.CurrentDelta(),
                                              "learned": snn.CurrentPulse()})  # fmt: skip
    relay = net.population(8, cell, label="relay")
    net.connect(source, relay, snn.OneToOne(), snn.Synapse(weight=100.0), receptor="kick")
    rules = (snn.SymmetricSTDP(), snn.SynapticScaling(target=2.0))
    synapse = snn.Synapse(weight=0.1, plasticity=rules)
    net.connect(source, relay, snn.AllToAll(), synapse, receptor="learned")
    for population in (source, other, relay):
        net.record(population, "spikes")
    return net


def schedule(**changes: Any) -> CompiledSchedule:
    both = {SOURCE: np.full((1, 8), 300.0), OTHER: np.full((1, 2), 500.0)}
    standard: dict[str, Any] = {
        "trials": 3, "phase_steps": np.array([40, 25]), "rates": (both, {OTHER: both[OTHER]}),
        "learning": {}, "count": (SOURCE, CELL), "count_phase": 0,
    }  # fmt: skip
    return CompiledSchedule(**(standard | changes))


def counted(engine: ReferenceEngine, population: int, first: int, steps: int) -> np.ndarray:
    """Count recorded spikes of [first, first + steps) without forgetting them."""
    own = engine.recorder.spikes[population]
    neurons = [i for step, i in own if first <= step < first + steps]
    return np.bincount(neurons, minlength=engine.compiled.populations[population].size)


def test_trials_follow_each_other_and_counts_are_those_of_the_counted_phase() -> None:
    engine = prepared(network())
    shown = engine.present(schedule())
    assert shown.first_step.tolist() == [1, 66, 131]
    assert shown.attempts.tolist() == [0, 0, 0]
    assert engine.step == 3 * 65
    for population in (SOURCE, CELL):
        for trial, first in enumerate(shown.first_step):
            wanted = counted(engine, population, first, 40)
            np.testing.assert_array_equal(shown.counts[population][trial], wanted)
    assert shown.counts[SOURCE].sum() > 50


def test_the_counted_phase_may_be_another() -> None:
    engine = prepared(network())
    shown = engine.present(schedule(count_phase=1, count=(OTHER,)))
    for trial, first in enumerate(shown.first_step):
        wanted = counted(engine, OTHER, first + 40, 25)
        np.testing.assert_array_equal(shown.counts[OTHER][trial], wanted)


def test_a_source_named_in_another_phase_only_is_silent() -> None:
    engine = prepared(network())
    shown = engine.present(schedule())
    for first in shown.first_step:
        assert counted(engine, SOURCE, first, 40).sum()
        assert not counted(engine, SOURCE, first + 40, 25).sum()
        assert counted(engine, OTHER, first + 40, 25).sum()


def test_each_phase_begins_a_stretch_and_own_rates_return() -> None:
    """The same trains come from setting the rates by hand at the same steps."""
    scheduled, by_hand = prepared(network()), prepared(network())
    scheduled.present(schedule(trials=2))
    scheduled.advance(70)
    for _ in range(2):
        by_hand.write_rate(SOURCE, np.full(8, 300.0))
        by_hand.write_rate(OTHER, np.full(2, 500.0))
        by_hand.advance(40)
        by_hand.write_rate(SOURCE, np.zeros(8))
        by_hand.write_rate(OTHER, np.full(2, 500.0))
        by_hand.advance(25)
    for population, size in ((SOURCE, 8), (OTHER, 2)):
        by_hand.write_rate(population, np.full(size, RATE))
    by_hand.advance(70)
    for population in (SOURCE, OTHER, CELL):
        assert scheduled.recorder.spikes[population] == by_hand.recorder.spikes[population]


def test_rates_of_each_trial() -> None:
    rates = np.zeros((3, 8))
    rates[1] = 900.0
    shown = prepared(network()).present(schedule(rates=({SOURCE: rates}, {})))
    assert (shown.counts[SOURCE].sum(axis=1) > 0).tolist() == [False, True, False]


@pytest.mark.parametrize(("at_least", "attempts"), [(0, 0), (1, 0), (10**6, 4)])
def test_a_quiet_trial_is_shown_again_up_to_the_limit(at_least: int, attempts: int) -> None:
    engine = prepared(network())
    shown = engine.present(schedule(repeat=(CELL, at_least, 0.5, 4)))
    assert shown.attempts.tolist() == [attempts] * 3
    one = 65 * (attempts + 1)
    assert shown.first_step.tolist() == [65 * attempts + 1 + one * k for k in range(3)]
    assert engine.step == 3 * one


def test_a_trial_stops_repeating_when_there_are_enough_spikes() -> None:
    """Rates grow with each attempt: 3 Hz, 303 Hz, 603 Hz and so on of 8 neurons over 40 ms."""
    quiet = ({SOURCE: np.full((1, 8), 3.0)}, {})
    engine = prepared(network())
    shown = engine.present(schedule(rates=quiet, repeat=(CELL, 150, 100.0, 30)))
    totals = shown.counts[CELL].sum(axis=1)
    assert (totals >= 150).all()
    assert (shown.attempts > 0).all()
    for trial, first in enumerate(shown.first_step):
        for earlier in range(first - 65 * shown.attempts[trial], first, 65):
            assert counted(engine, CELL, earlier, 40).sum() < 150


def test_gain_multiplies_the_rates_of_an_attempt() -> None:
    repeated, by_hand = prepared(network()), prepared(network())
    repeated.present(schedule(trials=1, repeat=(CELL, 10**6, 0.5, 1)))
    for gain in (1.0, 1.5):
        by_hand.write_rate(SOURCE, np.full(8, 300.0 * gain))
        by_hand.write_rate(OTHER, np.full(2, 500.0 * gain))
        by_hand.advance(40)
        by_hand.write_rate(SOURCE, np.zeros(8))
        by_hand.write_rate(OTHER, np.full(2, 500.0 * gain))
        by_hand.advance(25)
    assert repeated.recorder.spikes[SOURCE] == by_hand.recorder.spikes[SOURCE]


def test_switches_hold_for_their_trial_and_the_last_one_stays() -> None:
    engine = prepared(network())
    engine.present(schedule(trials=1, learning={1: np.array([False])}))
    np.testing.assert_array_equal(engine.read_weights(1), 0.1)
    engine.advance(100)
    np.testing.assert_array_equal(engine.read_weights(1), 0.1)
    engine.present(schedule(trials=2, learning={1: np.array([False, True])}))
    changed = engine.read_weights(1)
    assert (changed != 0.1).all()
    engine.advance(100)
    assert (engine.read_weights(1) != changed).any()


def test_scaling_acts_at_the_end_of_each_presentation() -> None:
    engine = prepared(network())
    engine.present(schedule(trials=1))
    columns = engine.read_weights(1).reshape(8, 8).sum(axis=0)
    # Eight products and eight sums.
    np.testing.assert_allclose(columns, 2.0, rtol=16 * 1.1e-16)
    engine.advance(65)
    assert (engine.read_weights(1).reshape(8, 8).sum(axis=0) > 2.0).any()


def test_scaling_sums_in_order_of_the_source_and_leaves_empty_columns_alone() -> None:
    net = snn.Network(dt=1.0)
    source = net.population(3, snn.Poisson(rate=0.0))
    target = net.population(2, snn.LIF())
    weight = np.array([[0.1, 0.0], [0.7, 0.0], [1e-17, 0.0]])
    synapse = snn.Synapse(weight=weight, plasticity=snn.SynapticScaling(target=2.0))
    net.connect(source, target, snn.AllToAll(), synapse)
    engine = prepared(net)
    rates = ({0: np.zeros((1, 3))},)
    one = schedule(trials=1, phase_steps=np.array([5]), rates=rates, count=())
    engine.present(one)
    total = (0.1 + 0.7) + 1e-17
    wanted = [0.1 * (2 / total), 0.0, 0.7 * (2 / total), 0.0, 1e-17 * (2 / total), 0.0]
    np.testing.assert_array_equal(engine.read_weights(0), wanted)
