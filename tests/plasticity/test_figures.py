"""The published curves as figures: `pytest tests/plasticity/test_figures.py --figures DIR`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib.figure
import numpy as np
import pytest
from reference.circuits import paired

import snn

WINDOWS: dict[str, Any] = {
    "PairSTDP": snn.PairSTDP(),
    "NearestPairSTDP": snn.NearestPairSTDP(),
    "TeacherForcedSTDP": snn.TeacherForcedSTDP(A_plus=0.01, A_minus=-0.01),
    "SymmetricSTDP": snn.SymmetricSTDP(trace_init=0.0, trace_plus=1.0, eta=0.01),
    "InhibitorySTDP": snn.InhibitorySTDP(eta=0.01, rate=5.0),
}


def change(rule: Any, interval: int) -> float:
    """Return the change by one pair; interval = post as the synapse sees it - pre."""
    net = paired([100, 1000], [100 + interval - 1], rule, weight=0.5)
    sim = snn.Simulation(net, precision="float64", progress=False)
    sim.engine.advance(400)
    return float(sim.engine.read_weights(1)[0]) - 0.5


def test_windows(figure: Callable[..., Any]) -> None:
    drawn = matplotlib.figure.Figure(figsize=(10, 2.2), layout="constrained")
    axes = drawn.subplots(1, len(WINDOWS), sharex=True)
    intervals = np.array([-60, -40, -20, -10, -5, -1, 0, 1, 5, 10, 20, 40, 60])
    for axis, (name, rule) in zip(axes, WINDOWS.items(), strict=True):
        curve = [change(rule, int(interval)) for interval in intervals]
        axis.axhline(0.0, color="0.8", linewidth=0.8)
        axis.plot(intervals, curve, ".-", color="C0")
        axis.set_title(name, fontsize=8)
        axis.set_xlabel("post - pre (ms)")
        at = dict(zip(intervals.tolist(), curve, strict=True))
        assert at[1] > 0
        assert abs(at[1]) > abs(at[40])
        if name in ("PairSTDP", "NearestPairSTDP"):
            assert at[-1] < 0 == at[0]
        if name in ("TeacherForcedSTDP", "SymmetricSTDP"):
            assert at[-1] > 0
    axes[0].set_ylabel("change of weight")
    figure(drawn)


def test_short_term_plasticity(figure: Callable[..., Any]) -> None:
    """Ten spikes at 20 Hz and one 500 ms later: depression and facilitation."""
    times = [50.0 * k for k in range(1, 11)] + [1000.0]
    drawn = matplotlib.figure.Figure(figsize=(5, 2.4), layout="constrained")
    axis = drawn.subplots()
    kinds = {"depressing": snn.TsodyksMarkram(U=0.5, tau_rec=800.0),
             "facilitating": snn.TsodyksMarkram(U=0.05, tau_rec=100.0, tau_fac=1000.0)}  # fmt: skip
    for name, rule in kinds.items():
        net = paired(times, [], rule, weight=1.0)
        sim = snn.Simulation(net, precision="float64", progress=False)
        sim.engine.advance(1010)
        sent = sim.engine.take().samples[0][1][:, 0]
        shares = sent[(np.array(times) + 1).astype(int)]
        axis.plot(times, shares, "o-", label=name)
        assert (shares[9] < shares[0]) == (name == "depressing")
    axis.set_xlabel("time (ms)")
    axis.set_ylabel("share of the weight")
    axis.legend(frameon=False, fontsize=8)
    figure(drawn)


def test_dependence(figure: Callable[..., Any]) -> None:
    """One pair's change against the weight, for each dependence."""
    drawn = matplotlib.figure.Figure(figsize=(5, 2.4), layout="constrained")
    axis = drawn.subplots()
    weights = np.linspace(0.1, 0.9, 5)
    for dependence in (snn.Additive(), snn.PowerLaw(), snn.Multiplicative()):
        rule = snn.PairSTDP(A_plus=0.05, A_minus=0.05, dependence=dependence)
        curve = []
        for w in weights:
            sim = snn.Simulation(paired([100], [104], rule, weight=float(w)),
                                 precision="float64", progress=False)  # fmt: skip
            sim.engine.advance(200)
            curve.append(float(sim.engine.read_weights(1)[0]) - w)
        axis.plot(weights, curve, "o-", label=type(dependence).__name__)
        assert curve[-1] == pytest.approx(curve[0]) or curve[-1] < curve[0]
    axis.set_xlabel("weight")
    axis.set_ylabel("change")
    axis.legend(frameon=False, fontsize=8)
    figure(drawn)
