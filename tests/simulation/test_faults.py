"""States that stop being numbers, and runs that are stopped."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import field
from typing import Any

import numpy as np
import pytest

import snn
from snn.errors import NumericalError

BACKENDS = ("reference", "cpu")
both = pytest.mark.parametrize("backend", BACKENDS)


@snn.model
class Diverging(snn.Cell):
    """Grows without a bound; never fires."""

    speed: Any = snn.param(0.0, unit="1/ms")
    receptors: Mapping[str, Any] = field(default_factory=dict)

    v = snn.State(1.0, unit="mV")

    @staticmethod
    def step(v: float, speed: float, i_syn: float, g_syn: float, dt: float) -> float:
        return v + dt * speed * v + i_syn

    @staticmethod
    def fires(v: float) -> bool:
        return v < -1e300

    @staticmethod
    def reset(v: float) -> float:
        return v


def diverging(backend: str, precision: str = "float64", **options: Any) -> tuple[Any, Any]:
    net = snn.Network(dt=1.0)
    speed = np.array([0.0, 0.0, 20.0, 0.0])
    cells = net.population(4, Diverging(speed=speed), label="cells")
    clock = net.population(1, snn.SpikeArray(times=[[3.0, 9.0]]), label="clock")
    net.record(cells, "v")
    net.record(clock, "spikes")
    return snn.Simulation(net, backend=backend, precision=precision, **options), cells


@both
def test_infinity_names_neuron_variable_and_interval(backend: str) -> None:
    """21^n passes 1.8e308 after 233 steps: the search comes at least every 10 ms."""
    sim, _ = diverging(backend)
    with pytest.raises(NumericalError) as caught:
        sim.run(1000.0)
    message = str(caught.value)
    found = re.search(r"cells\[2\]\.v became inf between ([\d.]+) and ([\d.]+) ms", message)
    assert found, message
    start, end = float(found[1]), float(found[2])
    assert start <= 234.0 <= end
    # One interval of the search and one batch.
    assert end - start <= 10.0 + 64.0
    assert sim.time == end


@both
def test_what_was_recorded_before_is_kept(backend: str) -> None:
    sim, _ = diverging(backend)
    with pytest.raises(NumericalError) as caught:
        sim.run(1000.0)
    result: Any = caught.value.result
    v = result["cells"].v
    # The step of the fault itself may be there or not.
    assert round(sim.time) <= len(v) <= round(sim.time) + 1
    np.testing.assert_allclose(v[:200, 2], 21.0 ** np.arange(200), rtol=1e-12)
    assert (v[:, 0] == 1.0).all()
    np.testing.assert_array_equal(result["clock"].times, [3.0, 9.0])


@both
def test_single_precision_overflows_earlier(backend: str) -> None:
    sim, _ = diverging(backend, "float32")
    with pytest.raises(NumericalError, match=r"cells\[2\]\.v became inf"):
        sim.run(1000.0)
    # 21^n passes 3.4e38 after 29 steps.
    assert 29.0 <= sim.time <= 29.0 + 74.0


def test_second_thread_finds_it_too() -> None:
    net = snn.Network(dt=1.0)
    speed = np.zeros(300)
    speed[299] = 20.0
    cells = net.population(300, Diverging(speed=speed), label="cells")
    net.record(cells, "spikes")
    sim = snn.Simulation(net, precision="float64", threads=2)
    with pytest.raises(NumericalError, match=r"cells\[299\]\.v became inf"):
        sim.run(1000.0)


@pytest.mark.filterwarnings("ignore::snn.errors.SnnWarning")
@both
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_written_by_the_user(backend: str, value: float) -> None:
    sim, cells = diverging(backend)
    sim.run(5.0)
    sim.write(cells[1], "v", value)
    with pytest.raises(NumericalError, match=r"cells\[1\]\.v became -?(nan|inf)"):
        sim.run(20.0)


@both
def test_huge_weights(backend: str) -> None:
    """Two of the largest weights that float32 holds are infinite together."""
    net = snn.Network(dt=0.5)
    pre = net.population(1, snn.SpikeArray(times=[[5.0, 5.0]]), label="pre")
    cell = snn.Izhikevich(receptors={"brake": snn.CurrentExp(sign=-1)})
    post = net.population(3, cell, label="post")
    net.connect(pre, post[1], snn.AllToAll(), snn.Synapse(weight=3e38), receptor="brake")
    net.record(post, "v")
    sim = snn.Simulation(net, backend=backend)
    with pytest.raises(NumericalError, match=r"post\[1\]\.\w+ became .* smaller weights"):
        sim.run(100.0)


@both
def test_fault_within_a_schedule(backend: str) -> None:
    net = snn.Network(dt=0.5)
    pre = net.population(4, snn.Poisson(rate=0.0), label="pre")
    cell = snn.Izhikevich(receptors={"brake": snn.CurrentExp(sign=-1)})
    post = net.population(2, cell, label="post")
    net.connect(pre, post, snn.AllToAll(), snn.Synapse(weight=3e38), receptor="brake")
    net.record(post, "v")
    sim = snn.Simulation(net, backend=backend)
    schedule = snn.Schedule(trials=20, phases=[snn.Phase(duration=20.0, rates={pre: 50.0})])
    with pytest.raises(NumericalError, match=r"post\[[01]\]\.\w+ became") as caught:
        sim.present(schedule)
    result: Any = caught.value.result
    assert np.isfinite(result["post"].v[0]).all()


def busy(backend: str) -> snn.Simulation:
    net = snn.Network(dt=0.1)
    cells = net.population(50, snn.LIF(i_offset=1.0), label="cells")
    net.record(cells, "spikes")
    return snn.Simulation(net, backend=backend, sleep="never") if backend == "cpu" \
        else snn.Simulation(net, backend=backend)  # fmt: skip


def interrupt_soon() -> threading.Thread:
    """Press Ctrl-C in a moment, as a terminal would."""

    def press() -> None:
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    return thread


@both
def test_ctrl_c_keeps_what_was_recorded(backend: str) -> None:
    sim = busy(backend)
    sim.run(1.0)
    handler = signal.getsignal(signal.SIGINT)
    thread = interrupt_soon()
    # Hours of model time: the test ends only because the run is stopped.
    result = sim.run(1e8)
    thread.join()
    assert 1.0 < sim.time < 1e8
    assert any(f"interrupted at {sim.time:g} ms" in note for note in result.warnings)
    # The first spike is at 27.8 ms, the same for all.
    if sim.time > 60.0:
        assert len(result["cells"].steps) >= 50
        assert result["cells"].times.max() <= sim.time + 1e-9
    assert signal.getsignal(signal.SIGINT) is handler
    before = sim.time
    assert not sim.run(1.0).warnings
    assert sim.time == pytest.approx(before + 1.0)


@both
def test_ctrl_c_within_a_schedule(backend: str) -> None:
    net = snn.Network(dt=0.1)
    pre = net.population(20, snn.Poisson(rate=0.0), label="pre")
    net.record(pre, "spikes")
    sim = snn.Simulation(net, backend=backend)
    trials = 1_000_000
    schedule = snn.Schedule(trials=trials, phases=[snn.Phase(duration=50.0, rates={pre: 20.0})],
                            count=[pre])  # fmt: skip
    thread = interrupt_soon()
    shown = sim.present(schedule)
    thread.join()
    done = shown.attempts >= 0
    assert not done.all()
    assert (shown.attempts[~done] == -1).all()
    # Those that were shown are the first, and their counts are what was recorded.
    assert (np.flatnonzero(done) == np.arange(done.sum())).all()
    last = 500 * done.sum()
    recorded = shown.result["pre"]
    assert (recorded.steps <= last).sum() == shown.counts["pre"][done].sum()
