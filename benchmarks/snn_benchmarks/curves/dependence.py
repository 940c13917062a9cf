"""What one pair does to weights of all sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.results.figure import COLOURS, page
from snn_benchmarks.curves.pairs import changes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]

WEIGHTS = np.linspace(0.05, 0.95, 7)
KINDS = (snn.Additive(), snn.PowerLaw(), snn.Multiplicative())


def measured() -> dict[str, Array]:
    """Return the change by a pair of 5 ms, post after pre (raised) and before (lowered)."""
    found: dict[str, Array] = {"weight": WEIGHTS}
    for kind in KINDS:
        rule = snn.PairSTDP(A_plus=0.05, A_minus=0.05, dependence=kind)
        both = [changes(rule, [[200.0]] * 2, [[205.0], [195.0]], weight=float(w)) for w in WEIGHTS]
        name = type(kind).__name__
        found[f"{name} raised"], found[f"{name} lowered"] = np.transpose(both)
    return found


def drawn(found: dict[str, Array]) -> Figure:
    """Return one panel."""
    figure = page(2.2, 3.35)
    panel = figure.subplots()
    panel.axhline(0.0, color="0.8", linewidth=0.6)
    for kind, colour in zip(KINDS, COLOURS):
        name = type(kind).__name__
        panel.plot(found["weight"], found[f"{name} raised"], ".-", color=colour, label=name)
        panel.plot(found["weight"], found[f"{name} lowered"], ".--", color=colour)
    panel.set(xlabel="weight", ylabel="change by one pair, 5 ms")
    figure.legend(loc="outside upper center", ncols=3)
    return figure
