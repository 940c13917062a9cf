"""Short-term depression and facilitation: a train, the steady state, and what glia make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.results.figure import COLOURS, page
from snn_benchmarks.curves.pairs import joined

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]

TRAIN = [50.0 * k for k in range(1, 11)] + [1000.0]
"""Ten spikes at 20 Hz and one 500 ms later."""

FREQUENCIES = np.array([1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0])
LASTING = 6000.0
KINDS = {"depressing": snn.TsodyksMarkram(U=0.5, tau_rec=800.0),
         "facilitating": snn.TsodyksMarkram(U=0.05, tau_rec=100.0, tau_fac=1000.0)}  # fmt: skip
GLIA = snn.Gliotransmission(U=0.6, alpha=0.1)
BOUND = (0.0, 0.5, 1.0)
"""Shares of presynaptic receptors that gliotransmitter binds."""


def delivered(rule: Any, trains: list[list[float]], **more: Any) -> list[Array]:
    """Return the share of the weight that each spike of each train delivers."""
    net = joined(rule, trains, [[2.0]] * len(trains), weight=1.0, **more)
    neurons = next(p for p in net.populations if p.label == "neurons")
    net.record(neurons, "plastic.i")
    end = max(map(max, trains)) + 5
    sent = snn.run(net, end, precision="float64", progress=False)["neurons"]
    values = sent.traces["plastic.i"].values
    # A pulse lasts one step, from its arrival on: the delay is one step, too.
    return [values[np.asarray(train, int) + 1, i] for i, train in enumerate(trains)]


def last(rule: Any, **more: Any) -> Array:
    """Return the share in the steady state of each frequency."""
    lasting = [np.arange(1000 / hz, LASTING, 1000 / hz).tolist() for hz in FREQUENCIES]
    return np.array([shares[-1] for shares in delivered(rule, lasting, **more)])


def bound_by(share: float) -> dict[str, Any]:
    """Return an astrocyte that releases nothing and takes nothing back: the share stays."""
    still = snn.Astrocyte(O_G=0.0, Omega_G=1e-12)
    return {"receptors": {"astrocyte": still}, "initial": {"astrocyte.gamma_s": share}}


def measured() -> dict[str, Array]:
    """Return the shares along the train, and in the steady state of each frequency."""
    found: dict[str, Array] = {"time_ms": np.array(TRAIN), "hz": FREQUENCIES}
    for name, rule in KINDS.items():
        found[f"{name} train"] = delivered(rule, [TRAIN])[0]
        found[f"{name} steady"] = last(rule)
    for share in BOUND:
        found[f"bound {share} steady"] = last(GLIA, **bound_by(share))
    return found


def drawn(found: dict[str, Array]) -> Figure:
    """Return three panels."""
    figure = page(2.2, 6.9)
    left, middle, right = figure.subplots(1, 3)
    for name, colour in zip(KINDS, COLOURS):
        left.plot(found["time_ms"], found[f"{name} train"], ".-", color=colour, label=name)
        middle.loglog(found["hz"], found[f"{name} steady"], ".-", color=colour)
    for share, colour in zip(BOUND, COLOURS[2:]):
        right.loglog(found["hz"], found[f"bound {share} steady"], ".-", color=colour,
                     label=f"bound {share}")  # fmt: skip
    middle.loglog(found["hz"][3:], 1.25 / found["hz"][3:], ":", color="0.5", label="1 / rate")
    left.set(title="TsodyksMarkram", xlabel="time (ms)", ylabel="share of the weight")
    middle.set(title="TsodyksMarkram", xlabel="frequency (Hz)", ylabel="share, steady",
               ylim=(0.01, 1.0))  # fmt: skip
    right.set(title="Gliotransmission", xlabel="frequency (Hz)", ylim=(0.01, 1.0))
    for panel in (left, middle, right):
        panel.legend()
    return figure
