"""Current sources: what they inject, and what they say they injected."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

sim = pytest.importorskip("snn.pynn", reason="PyNN is not installed")

MAKERS = {
    "DC": lambda: sim.DCSource(amplitude=0.3, start=2.0, stop=7.0),
    "Step": lambda: sim.StepCurrentSource(times=[2.0, 4.0], amplitudes=[0.3, -0.2]),
    "AC": lambda: sim.ACSource(amplitude=0.3, offset=0.1, frequency=100.0, start=2.0, stop=7.0),
    "Noisy": lambda: sim.NoisyCurrentSource(mean=0.3, stdev=0.1, start=2.0, stop=7.0, dt=0.5),
}


def run_in(pieces: list[float], make: Any) -> tuple[Any, Any]:
    sim.setup(timestep=0.1)
    cells = sim.Population(2, sim.IF_curr_exp(tau_m=20.0))
    source = make()
    source.inject_into([cells[1]])
    source.record()
    cells.record("v")
    for piece in pieces:
        sim.run(piece)
    return source.get_data(), cells.get_data().segments[0].analogsignals[0].magnitude


@pytest.mark.parametrize("kind", MAKERS)
def test_the_recorded_current_moves_the_membrane(kind: str) -> None:
    """An exact membrane driven by the recorded trace, piece by piece."""
    current, v = run_in([10.0], MAKERS[kind])
    assert len(current) == len(v) == 101
    decay, level, expected = np.exp(-0.1 / 20.0), -65.0, [-65.0]
    for i in current.magnitude[:-1, 0]:
        level = -65.0 + (level + 65.0) * decay + i * 20.0 * (1 - decay)
        expected.append(level)
    assert v[:, 1] == pytest.approx(np.array(expected), abs=1e-9)
    assert (v[:, 0] == -65.0).all()


@pytest.mark.parametrize("kind", MAKERS)
def test_cutting_a_run_changes_no_current(kind: str) -> None:
    whole, cut = run_in([10.0], MAKERS[kind]), run_in([0.1, 3.0, 1.5, 5.4], MAKERS[kind])
    assert np.array_equal(whole[0], cut[0])
    assert np.array_equal(whole[1], cut[1])


def test_an_amplitude_set_between_runs_acts_from_then_on() -> None:
    sim.setup(timestep=0.1)
    cells = sim.Population(1, sim.IF_curr_exp())
    source = sim.DCSource(amplitude=0.0)
    source.inject_into(cells)
    source.record()
    sim.run(5.0)
    source.amplitude = 0.2
    sim.run(5.0)
    current = source.get_data().magnitude[:, 0]
    assert (current[:50] == 0).all()
    assert (current[50:] == 0.2).all()


def test_a_source_of_spikes_takes_no_current() -> None:
    sim.setup()
    with pytest.raises(TypeError, match="spike source"):
        sim.DCSource().inject_into(sim.Population(1, sim.SpikeSourcePoisson()))


@pytest.mark.parametrize("times", [[1.0, 0.5], [-1.0, 2.0]])
def test_step_times_must_ascend_from_0(times: list[float]) -> None:
    sim.setup()
    with pytest.raises(ValueError, match=r"StepCurrentSource\.times"):
        sim.StepCurrentSource(times=times, amplitudes=[0.1, 0.2])


def test_a_current_moves_an_izhikevich_cell_as_on_nest_and_neuron() -> None:
    """Their cell has a capacity of 1 pF: 0.01 nA is 10 mV/ms, offset or injected."""
    sim.setup(timestep=0.01)
    cells = sim.Population(3, sim.Izhikevich(i_offset=[0.01, 0.0, 0.0]))
    steady = {"frequency": 0.0, "phase": 90.0}
    for k, make in ((1, sim.DCSource), (2, lambda **v: sim.ACSource(**steady, **v))):
        make(amplitude=0.01, start=0.0, stop=50.0).inject_into(cells[k : k + 1])
    cells.initialize(v=-70.0, u=-14.0)
    cells.record("v")
    sim.run(10.0)
    v = cells.get_data().segments[0].analogsignals[0].magnitude
    x, u, fine = -70.0, -14.0, 1e-4
    for _ in range(round(2.0 / fine)):
        slope = 0.04 * x * x + 5 * x + 140 - u + 10.0
        x, u = x + fine * slope, u + fine * 0.02 * (0.2 * x - u)
    assert v[200] == pytest.approx([x] * 3, abs=0.01)
