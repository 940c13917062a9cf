"""Schedules run inside compiled code do what the reference does trial by trial."""

from __future__ import annotations

from typing import Any

import networks
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import DT

import snn

Outcome = dict[str, np.ndarray]


class Task:
    """Two Poisson populations drive cells through learned and fixed synapses."""

    def __init__(self, rules: str = "pair and scaling", size: int = 12) -> None:
        rng = np.random.default_rng(1)
        self.net = snn.Network(dt=DT)
        self.image = self.net.population(10, snn.Poisson(rate=0.0), label="image")
        self.teacher = self.net.population(4, snn.Poisson(rate=30.0), label="teacher")
        self.cells = self.net.population(size, networks.cell("adaptive", rng, size), label="cells")
        self.learned = self.net.connect(
            self.image, self.cells, snn.AllToAll(),
            snn.Synapse(weight=snn.Uniform(0, 0.6), delay=2 * DT,
                        plasticity=networks.RULES[rules](0.4)), label="learned",
        )  # fmt: skip
        self.rows = self.net.connect(
            self.teacher, self.cells, snn.FixedTotal(30, multapses=True),
            snn.Synapse(weight=snn.Uniform(0, 0.6), delay=snn.Uniform(DT, 4 * DT),
                        plasticity=networks.RULES["scaling"](0.4)), label="rows",
        )  # fmt: skip
        self.net.connect(self.cells, self.cells, snn.AllButSelf(), snn.Synapse(weight=0.2),
                         receptor="inhibitory")  # fmt: skip
        for population in (self.image, self.teacher, self.cells):
            self.net.record(population, "spikes")
        self.net.record(self.cells, "theta", every=5.0)

    def schedule(self, trials: int, **given_: Any) -> snn.Schedule:
        rates = np.random.default_rng(2).uniform(0, 250, (trials, 10))
        phases = given_.pop("phases", [
            snn.Phase(duration=30.0, rates={self.image: rates, self.teacher: 60.0}),
            snn.Phase(duration=10.0, rates={self.teacher: np.array([5.0, 90.0, 0.0, 20.0])}),
            snn.Phase(duration=8.0),
        ])  # fmt: skip
        return snn.Schedule(trials=trials, phases=phases, count=[self.cells], **given_)

    def outcome(self, schedule: snn.Schedule, backend: str, **options: Any) -> Outcome:
        """Run a piece, the schedule twice, a piece; return all that can be known."""
        if backend == "cpu":
            options = {"sleep": "never", **options}
        precision = options.pop("precision", "float64")
        sim = snn.Simulation(self.net, backend=backend, seed=3, precision=precision, **options)
        sim.run(13.0)
        found = {}
        for k in range(2):
            shown = sim.present(schedule)
            found |= {f"{label} counts {k}": v for label, v in shown.counts.items()}
            found |= {f"attempts {k}": shown.attempts, f"first {k}": shown.first_step}
            for label in ("image", "teacher", "cells"):
                r = shown.result[label]
                found |= {f"{label} steps {k}": r.steps, f"{label} neurons {k}": r.neurons}
            found[f"theta {k}"] = shown.result["cells"].trace("theta").values
        last = sim.run(40.0)
        for label in ("image", "teacher", "cells"):
            found[f"{label} steps after"] = last[label].steps
        for q in (self.learned, self.rows):
            found[f"weights of {q.label}"] = sim.weights(q).weight
        found["v"] = sim.read(self.cells, "v")
        found["time"] = np.array(sim.time)
        return found


def require_agreement(task: Task, schedule: snn.Schedule, **options: Any) -> Outcome:
    wanted = task.outcome(schedule, "reference")
    found = task.outcome(schedule, "cpu", **options)
    assert wanted.keys() == found.keys()
    for name, values in wanted.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)
    return wanted


@pytest.mark.parametrize("rules", ["pair", "pair and scaling", "scaling", "two"])
def test_rules(rules: str) -> None:
    task = Task(rules)
    found = require_agreement(task, task.schedule(4))
    assert found["cells counts 0"].sum() > 10
    # Rates of the sources' own are back: the image is silent, the teacher is not.
    assert len(found["image steps after"]) == 0
    assert len(found["teacher steps after"]) > 0


@pytest.mark.parametrize("threads", [1, 2])
def test_weights_are_sampled_while_trials_run(threads: int) -> None:
    """Every fourth sample falls on a trial's end: it is taken before weights are scaled."""
    shown = []
    for every, options in (
        (12.0, {"backend": "reference"}),
        (12.0, {"backend": "cpu", "sleep": "never", "threads": threads}),
        (1000.0, {"backend": "cpu", "sleep": "never", "threads": threads}),
    ):
        task = Task()
        task.net.record(task.learned, "weights", every=every)
        sim = snn.Simulation(task.net, seed=3, precision="float64", **options)
        sim.run(12.0)
        shown.append(sim.present(task.schedule(5)))
    wanted, found = (each.result["learned"].sampled for each in shown[:2])
    np.testing.assert_array_equal(wanted.times, np.arange(12.0, 12.0 + 5 * 48.0 + 1.0, 12.0))
    np.testing.assert_array_equal(found.times, wanted.times)
    np.testing.assert_array_equal(found.values, wanted.values)
    assert (np.diff(wanted.values, axis=0) != 0).any()
    for other in shown[1:]:
        np.testing.assert_array_equal(other.counts["cells"], shown[0].counts["cells"])


def test_scaling_reaches_its_target() -> None:
    task = Task("scaling")
    weights = require_agreement(task, task.schedule(2))["weights of learned"]
    # Ten terms summed, one division: a few roundings of 0.4.
    np.testing.assert_allclose(weights.reshape(10, 12).sum(axis=0), 0.4, rtol=1e-14)


@pytest.mark.parametrize("count_phase", [0, 1, 2])
def test_counts_are_of_the_counted_phase(count_phase: int) -> None:
    task = Task()
    found = require_agreement(task, task.schedule(5, count_phase=count_phase))
    ends = np.cumsum([0, 60, 20, 16])
    steps, neurons = found["cells steps 0"], found["cells neurons 0"]
    for trial, first in enumerate(found["first 0"]):
        into = steps - first
        inside = (into >= ends[count_phase]) & (into < ends[count_phase + 1])
        counts = np.bincount(neurons[inside], minlength=12)
        np.testing.assert_array_equal(counts, found["cells counts 0"][trial])


@pytest.mark.parametrize("gain", [0.0, 0.5, 3.0])
@pytest.mark.parametrize("limit", [0, 1, 6])
def test_trials_are_repeated_until_enough_spikes(gain: float, limit: int) -> None:
    task = Task()
    repeat = snn.Repeat(population=task.cells, at_least=14, gain=gain, limit=limit)
    found = require_agreement(task, task.schedule(6, repeat=repeat))
    attempts, counts = found["attempts 0"], found["cells counts 0"].sum(axis=1)
    assert attempts.max() <= limit
    # A trial is left when there are enough spikes or the limit is reached.
    assert ((counts >= 14) | (attempts == limit)).all()
    if limit:
        assert attempts.max() > 0
    # 96 steps for each presentation, from the step after the first piece.
    assert found["first 0"][0] == 27 + 96 * attempts[0]
    np.testing.assert_array_equal(np.diff(found["first 0"]), 96 * (1 + attempts[1:]))


def test_repeated_population_need_not_be_counted() -> None:
    task = Task()
    repeat = snn.Repeat(population=task.teacher, at_least=8, gain=0.5, limit=4)
    found = require_agreement(task, task.schedule(5, repeat=repeat))
    assert found["attempts 0"].max() > 0


@pytest.mark.parametrize("switch", [True, False, "each"])
def test_learning_is_switched_by_trials(switch: Any) -> None:
    task = Task("pair and scaling")
    wanted: Any = np.array([1, 0, 0, 1, 0], bool) if switch == "each" else switch
    schedule = task.schedule(5, learning={task.learned: wanted, task.rows: True})
    found = require_agreement(task, schedule)
    changed = (found["weights of learned"] != _initial(task)).any()
    assert changed == (switch is not False)


def _initial(task: Task) -> np.ndarray:
    sim = snn.Simulation(task.net, seed=3, precision="float64", backend="reference")
    return sim.weights(task.learned).weight


@pytest.mark.parametrize("threads", [2, 3])
def test_threads(threads: int) -> None:
    """Three times 64 neurons, so that every thread owns some."""
    task = Task(size=192)
    repeat = snn.Repeat(population=task.cells, at_least=20, limit=2)
    require_agreement(task, task.schedule(2, repeat=repeat), threads=threads)


def test_rates_that_need_larger_buffers() -> None:
    """A hundred times the rate that the sources were made with, and more by the gain."""
    task = Task()
    phases = [snn.Phase(duration=20.0, rates={task.teacher: 3000.0, task.image: 50.0}),
              snn.Phase(duration=4.0)]  # fmt: skip
    repeat = snn.Repeat(population=task.cells, at_least=10**6, gain=1.0, limit=3)
    found = require_agreement(task, task.schedule(2, phases=phases, repeat=repeat))
    assert (found["attempts 0"] == 3).all()


def test_no_trials() -> None:
    task = Task()
    found = require_agreement(task, task.schedule(0))
    assert found["cells counts 0"].shape == (0, 12)
    assert found["time"] == 53.0


def test_scaling_alone_in_a_schedule_without_sources() -> None:
    task = Task("scaling")
    require_agreement(task, task.schedule(3, phases=[snn.Phase(duration=5.0)]))


@settings(max_examples=12, derandomize=True)
@given(st.data())
def test_drawn_schedules(data: st.DataObject) -> None:
    task = Task(data.draw(st.sampled_from(["pair", "pair and scaling", "two"])))
    trials = data.draw(st.integers(1, 4))
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    phases = []
    for _ in range(data.draw(st.integers(1, 3))):
        rates: dict[Any, Any] = {}
        for source in (task.image, task.teacher):
            shape = data.draw(st.sampled_from(["unnamed", "one", "own", "trials"]))
            n = source.size
            values = {"one": 90.0, "own": rng.uniform(0, 300, n),
                      "trials": rng.uniform(0, 300, (trials, n))}  # fmt: skip
            if shape != "unnamed":
                rates[source] = values[shape]
        phases.append(snn.Phase(duration=DT * data.draw(st.integers(1, 90)), rates=rates))
    repeat = None
    if data.draw(st.booleans()):
        repeat = snn.Repeat(population=data.draw(st.sampled_from([task.cells, task.teacher])),
                            at_least=data.draw(st.integers(0, 20)), limit=3)  # fmt: skip
    learning = {}
    for q in (task.learned, task.rows):
        if data.draw(st.booleans()):
            learning[q] = rng.random(trials) < 0.5
    schedule = task.schedule(trials, phases=phases, repeat=repeat, learning=learning,
                             count_phase=data.draw(st.integers(0, len(phases) - 1)))  # fmt: skip
    require_agreement(task, schedule)


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_one_engine_does_the_same_twice(precision: str) -> None:
    """Twice the same on one engine: a schedule leaves nothing behind but its effects."""
    task = Task()
    first, second = (task.outcome(task.schedule(3), "cpu", precision=precision) for _ in range(2))
    for name, values in first.items():
        np.testing.assert_array_equal(second[name], values, err_msg=name)
