"""What the tests of single cells share."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from reference.circuits import driven, prepared
from scipy.integrate import solve_ivp

import snn

END, ARRIVAL, TAU = 20.0, 2.0, 4.0
FINEST = 0.0125


def order(
    cell: snn.Cell, slope: Callable[[float, np.ndarray], list[float]],
    initial: Mapping[str, float], weight: float, finest: float = FINEST,
) -> float:  # fmt: skip
    """Return the measured order of convergence of v, against scipy's DOP853."""
    y = np.array(list(initial.values()))
    for span in ((0.0, ARRIVAL), (ARRIVAL, END)):
        inside = (span[0], np.nextafter(span[1], 0.0))
        y = solve_ivp(slope, inside, y, method="DOP853", rtol=1e-12, atol=1e-13).y[:, -1]
    errors, steps = [], [8 * finest, 4 * finest, 2 * finest, finest]
    for dt in steps:
        net = driven(cell, weight=weight, delay=1.0, at=[ARRIVAL - 1.0], dt=dt, initial=initial)
        engine = prepared(net)
        engine.advance(round(END / dt))
        errors.append(abs(engine.read_state(1, "v")[0] - y[0]))
    return float(np.polyfit(np.log(steps), np.log(errors), 1)[0])


def conductance(t: float, weight: float) -> float:
    """Return a conductance that jumps at the arrival and decays."""
    return weight * math.exp(-(t - ARRIVAL) / TAU) if t >= ARRIVAL else 0.0


def results(cell: snn.Cell, record: list[str], size: int = 3, ms: float = 100.0) -> list[Any]:
    """Return what both engines record of a population under Poisson input, in float64."""
    found = []
    for backend in ("reference", "cpu"):
        net = snn.Network(dt=0.1)
        cells = net.population(size, cell, label="cells")
        source = net.population(2, snn.Poisson(rate=80.0), label="source")
        synapse = snn.Synapse(weight=0.02, delay=1.0)
        receptor = next(iter(cell.receptors))
        net.connect(source, cells, snn.AllToAll(), synapse, receptor=receptor)
        net.record(cells, ["spikes", *record])
        found.append(snn.run(net, ms, backend=backend, precision="float64", sleep="never"))
    return found


def assert_equal(found: list[Any], record: list[str]) -> None:
    """Require bit-equal spikes and traces."""
    one, other = (r["cells"] for r in found)
    assert np.array_equal(one.spikes.steps, other.spikes.steps)
    assert np.array_equal(one.spikes.neurons, other.spikes.neurons)
    for name in record:
        assert np.array_equal(one.traces[name].values, other.traces[name].values), name
