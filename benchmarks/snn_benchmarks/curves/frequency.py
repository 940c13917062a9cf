"""Sixty pairs of spikes against their frequency: pair rules and triplets, with the data."""

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

PAIRS, LAG = 60, 10.0
FREQUENCIES = np.array([0.1, 5.0, 10.0, 20.0, 40.0, 50.0])
DATA = {
    "hz": [0.1, 10.0, 20.0, 40.0, 50.0],
    "pre_post": [-0.04, 0.14, 0.29, 0.53, 0.56], "pre_post_error": [0.05, 0.10, 0.14, 0.11, 0.26],
    "post_pre": [-0.29, -0.41, -0.34, 0.56, 0.75], "post_pre_error": [0.08, 0.11, 0.10, 0.32, 0.19],
}  # fmt: skip
"""Relative changes in slices of visual cortex: Sjostrom, Turrigiano and Nelson (2001)."""

PAIR = {"tau_plus": 16.8, "tau_minus": 33.7, "A_plus": 6.2e-3, "A_minus": 7e-3, "w_max": 10.0}
RULES: dict[str, Any] = {
    "TripletSTDP": snn.TripletSTDP(w_max=10.0),
    "NearestTripletSTDP": snn.NearestTripletSTDP(w_max=10.0),
    "PairSTDP": snn.PairSTDP(**PAIR),
    "NearestPairSTDP": snn.NearestPairSTDP(**PAIR),
}
"""All begin at a weight of 1, far from both bounds."""


def measured() -> dict[str, Array]:
    """Return the change at each frequency, pre 10 ms before post and after it."""
    found: dict[str, Array] = {"hz": FREQUENCIES}
    starts = [200.0 + np.round(1000.0 / hz) * np.arange(PAIRS) for hz in FREQUENCIES]
    first, second = ([(s + lag).tolist() for s in starts] for lag in (0.0, LAG))
    for name, rule in RULES.items():
        both = changes(rule, first + second, second + first, weight=1.0)
        found[f"{name} pre_post"], found[f"{name} post_pre"] = np.split(both, 2)
    return found


def drawn(found: dict[str, Array]) -> Figure:
    """Return two panels, with the measurements of the slices."""
    figure = page(2.2, 6.0)
    panels = figure.subplots(1, 2, sharey=True)
    titles = ("pre 10 ms before post", "post 10 ms before pre")
    for panel, order, title in zip(panels, ("pre_post", "post_pre"), titles, strict=True):
        panel.axhline(0.0, color="0.8", linewidth=0.6)
        for name, colour in zip(RULES, COLOURS):
            panel.plot(found["hz"], found[f"{name} {order}"], ".-", color=colour, label=name)
        panel.errorbar(DATA["hz"], DATA[order], DATA[f"{order}_error"], fmt="s", color="black",
                       markersize=3, elinewidth=0.6, label="slices")  # fmt: skip
        panel.set(title=title, xlabel="frequency of pairs (Hz)")
    panels[0].set_ylabel("relative change")
    panels[1].legend(loc="upper left")
    return figure
