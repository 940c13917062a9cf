"""DendriticSegment: when a plateau starts, what it does to the soma, both engines."""

from __future__ import annotations

import math

import numpy as np
import pytest
from agreement.equality import require_agreement, spikes_in
from networks import record_all

import snn
from snn.errors import ValidationError

DT = 0.1


def segmented(trains: list[list[float]], **given: float) -> snn.Network:
    """Return a cell with one segment of `trains` and record what the segment does."""
    net = snn.Network(dt=DT)
    segment = snn.DendriticSegment(**given)
    cell = snn.LIF(v_thresh=1e3, receptors={"segment": segment})
    inputs = net.population(len(trains), snn.SpikeArray(times=trains), label="inputs")
    soma = net.population(1, cell, label="soma")
    net.connect(inputs, soma, snn.AllToAll(), snn.Synapse(weight=1.0, delay=1.0),
                receptor="segment")  # fmt: skip
    net.record(soma, ["v", "segment.i"])
    return net


def played(net: snn.Network, backend: str = "cpu") -> tuple[np.ndarray, np.ndarray]:
    found = snn.run(net, 60.0, backend=backend, precision="float64", progress=False)["soma"]
    return found.traces["v"].values[:, 0], found.traces["segment.i"].values[:, 0]


def expected(trains: list[list[float]], threshold: float, tau: float, steps: int) -> np.ndarray:
    """Return where a plateau is on at steps 0, 1, ..., straight from the definition."""
    arrivals = [round((t + 1.0) / DT) for train in trains for t in train]
    on = np.zeros(601, bool)
    for n in range(601):
        total = sum(math.exp(-(n - k) * DT / tau) for k in arrivals if k <= n)
        if total >= threshold:
            on[n : n + steps] = True
    return on


@pytest.mark.parametrize("backend", ["cpu", "reference"])
def test_plateau_begins_with_coincidence_and_lasts(backend: str) -> None:
    rng = np.random.default_rng(1)
    # Sparse, then dense: random spikes that reach 5 within 2 ms a few times in 50 ms.
    trains = [np.sort(rng.integers(10, 500, 5) * DT).tolist() for _ in range(12)]
    net = segmented(trains, threshold=4.5, tau_syn=2.0, plateau=0.7, duration=3.0)
    on = expected(trains, 4.5, 2.0, 30)
    assert 0.05 < on.mean() < 0.95
    np.testing.assert_array_equal(played(net, backend)[1], np.where(on, 0.7, 0.0))


@pytest.mark.parametrize("count", [7, 8])
def test_soma_follows_the_rectangular_current_exactly(count: int) -> None:
    """Below threshold nothing; else the textbook response of a leaky membrane."""
    net = segmented([[4.0]] * count, threshold=7.5, tau_syn=0.5, plateau=0.3, duration=20.0)
    v, _ = played(net)
    t = np.arange(601) * DT - 5.0
    rise = np.where(t > 0, -np.expm1(-t / 20.0), 0.0)
    late = np.where(t > 20.0, -np.expm1(-(t - 20.0) / 20.0), 0.0)
    wanted = -65.0 + (count == 8) * 0.3 * 20.0 * (rise - late)
    np.testing.assert_allclose(v, wanted, rtol=0, atol=1e-10)


def test_duration_is_rounded_to_steps() -> None:
    for duration, steps in ((0.01, 1), (0.24, 2), (0.26, 3)):
        net = segmented([[1.0]], threshold=0.5, duration=duration, tau_syn=0.05)
        assert int((played(net)[1] > 0).sum()) == steps


def several(cell: snn.Cell) -> snn.Network:
    """Return cells with three segments of their own and a proximal input."""
    net = snn.Network(dt=0.5)
    inputs = net.population(40, snn.Poisson(rate=60.0), label="inputs")
    cells = net.population(6, cell, label="cells")
    for name in cell.receptors:
        weight = 1.0 if name.startswith("segment") else snn.Uniform(0.0, 1.0)
        net.connect(inputs, cells, snn.FixedProbability(0.4),
                    snn.Synapse(weight=weight, delay=snn.Uniform(0.5, 4.0)), receptor=name,
                    label=name)  # fmt: skip
    record_all(net)
    return net


def receptors(size: int = 6) -> dict[str, snn.Receptor]:
    segments = {
        f"segment{k}": snn.DendriticSegment(
            threshold=2.5 + k, plateau=np.linspace(0.2, 1.0, size), duration=5.0
        )
        for k in range(3)
    }
    return {"proximal": snn.CurrentExp(tau_syn=3.0), **segments}


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("threads", [1, 2])
def test_engines_agree(precision: str, threads: int) -> None:
    net = several(snn.LIF(v_thresh=-55.0, receptors=receptors()))
    found = require_agreement(net, 400, precision=precision, threads=threads)
    assert spikes_in(found) > 500


def test_engines_agree_where_the_cell_has_its_own_step() -> None:
    mixed = receptors() | {"gaba": snn.ConductanceExp(e_rev=-80.0)}
    require_agreement(several(snn.LIF(v_thresh=-55.0, receptors=mixed)), 200)
    require_agreement(several(snn.Izhikevich(receptors=receptors())), 200, precision="float32")


def test_large_populations_stay_awake() -> None:
    """A plateau is no linear filter, so such neurons cannot be advanced in closed form."""

    def spikes(sleep: str) -> np.ndarray:
        net = snn.Network(dt=1.0)
        inputs = net.population(20, snn.SpikeArray(times=[[300.0]] * 20), label="inputs")
        segment = snn.DendriticSegment(threshold=19.5, plateau=2.0, duration=50.0)
        cells = net.population(3000, snn.LIF(receptors={"segment": segment}), label="cells")
        net.connect(inputs, cells, snn.AllToAll(), receptor="segment")
        net.record(cells, "spikes")
        return snn.run(net, 700.0, sleep=sleep, progress=False)["cells"].counts()

    assert spikes("auto").min() > 0
    np.testing.assert_array_equal(spikes("auto"), spikes("never"))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"threshold": 0.0}, "threshold: must be in (0, inf]; got 0"),
        ({"tau_syn": -1.0}, "tau_syn: must be in (0, inf] ms; got -1"),
        ({"plateau": -0.1}, "plateau: must be in [0, inf] nA; got -0.1"),
        ({"duration": 0.0}, "duration: must be in (0, inf] ms; got 0"),
    ],
)
def test_bad_input_is_refused(given: dict[str, float], text: str) -> None:
    with pytest.raises(ValidationError, match="segment") as caught:
        snn.compile_network(segmented([[1.0]], **given))
    assert text in str(caught.value)


@snn.model
class Forgetful(snn.Receptor):
    """A receptor whose kernel returns too little and asks for what is not there."""

    sign: int = 1
    signed: bool = False

    x = snn.State(0.0)
    i = snn.State(0.0)

    @staticmethod
    def receive(x: float, arriving: float, v: float) -> float:
        return x + arriving * v


def test_kernels_of_receptors_are_checked() -> None:
    net = snn.Network()
    net.population(1, snn.LIF(receptors={"odd": Forgetful()}), label="cells")
    with pytest.raises(ValidationError) as caught:
        snn.compile_network(net)
    assert "unknown argument 'v'" in str(caught.value)
    assert "must return 2 values, one per state; returns 1" in str(caught.value)
