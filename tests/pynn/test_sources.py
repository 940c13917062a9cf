"""Sources whose intervals are independent of one another but for the last one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import special, stats

sim = pytest.importorskip("snn.pynn", reason="PyNN is not installed")
Sequence = pytest.importorskip("pyNN.parameters").Sequence

FALSE_ALARM = 1e-6


def trains(source: Any, n: int = 20, ms: float = 20_000.0) -> list[Any]:
    sim.setup(timestep=0.01, seed=4)
    cells = sim.Population(n, source)
    cells.record("spikes")
    sim.run(ms)
    return [t.magnitude for t in cells.get_data().segments[0].spiketrains]


@pytest.mark.parametrize(
    ("source", "law"),
    [
        (lambda: sim.SpikeSourceGamma(alpha=3.0, beta=120.0), stats.gamma(3.0, scale=1000 / 120)),
        (lambda: sim.SpikeSourcePoissonRefractory(rate=50.0, tau_refrac=5.0),
         stats.expon(loc=5.0, scale=15.0)),
    ],
)  # fmt: skip
def test_intervals(source: Any, law: Any) -> None:
    intervals = np.concatenate([np.diff(t) for t in trains(source())])
    assert stats.kstest(intervals, law.cdf).pvalue > FALSE_ALARM


def rescaled(train: Any, a: list[float], b: list[float], edges: list[float]) -> list[float]:
    """The hazard integrated over each interval: exponential with mean 1 if all is right."""
    found, last = [], 0.0
    for spike in train:
        total = 0.0
        for shape, scale, start, end in zip(a, b, edges, [*edges[1:], np.inf], strict=True):
            low, high = max(last, start), min(spike, end)
            if low < high:
                ages = np.array([low - last, high - last]) / (1000.0 * scale)
                total += float(-np.diff(np.log(special.gammaincc(shape, ages)))[0])
        found.append(total)
        last = spike
    return found


@pytest.mark.parametrize(
    ("a", "b"),
    [([1.0], [0.02]), ([4.0, 1.0, 9.0], [0.005, 0.02, 0.001]), ([0.5, 3.0], [0.04, 0.004])],
)
def test_inhomogeneous_gamma(a: list[float], b: list[float]) -> None:
    """Bins change while an interval lasts: the hazard at its age is that of the new bin."""
    count = 400
    shapes = [a[k % len(a)] for k in range(count)]
    scales = [b[k % len(b)] for k in range(count)]
    edges = [10.0 * k for k in range(count)]
    source = sim.SpikeSourceInhGamma(a=Sequence(shapes), b=Sequence(scales), tbins=Sequence(edges))
    intervals = np.concatenate(
        [rescaled(t, shapes, scales, edges) for t in trains(source, 30, 4000.0)]
    )
    assert len(intervals) > 3000
    assert stats.kstest(intervals, stats.expon.cdf).pvalue > FALSE_ALARM


def test_inhomogeneous_gamma_starts_stops_and_is_the_same_in_pieces() -> None:
    def source() -> Any:
        return sim.SpikeSourceInhGamma(
            a=Sequence([2.0, 3.0]), b=Sequence([0.002, 0.004]),
            tbins=Sequence([0.0, 100.0]), start=30.0, duration=200.0,
        )  # fmt: skip

    whole = trains(source(), 3, 300.0)
    assert all(t.min() > 30.0 and t.max() <= 230.01 for t in whole)
    sim.setup(timestep=0.01, seed=4)
    cells = sim.Population(3, source())
    cells.record("spikes")
    for piece in (40.0, 1.3, 258.7):
        sim.run(piece)
    cut = [t.magnitude for t in cells.get_data().segments[0].spiketrains]
    assert all(np.array_equal(x, y) for x, y in zip(whole, cut, strict=True))


@pytest.mark.parametrize("wrong", [{"a": [1.0, 2.0]}, {"b": [0.0]}, {"tbins": []}])
def test_what_an_inhomogeneous_gamma_source_cannot_be(wrong: dict[str, Any]) -> None:
    sim.setup()
    values = {"a": [1.0], "b": [0.01], "tbins": [0.0]} | wrong
    source = sim.SpikeSourceInhGamma(**{name: Sequence(v) for name, v in values.items()})
    with pytest.raises(ValueError, match="SpikeSourceInhGamma"):
        sim.Population(1, source)
