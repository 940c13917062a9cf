"""What one pair of spikes does, against the time between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.results.figure import COLOURS, page
from snn_benchmarks.curves.pairs import changes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[Any]

INTERVALS = np.concatenate([np.arange(-80, 0, 4), [-1, 0, 1], np.arange(4, 84, 4)])
"""Post, as the synapse sees it, minus pre; ms."""

BETWEEN = 10.0
"""From pre to post in the triplets of the rule of Diehl and Cook, ms."""

SINCE = np.arange(12, 160, 6)
"""From the earlier post spike to the later one in those triplets, ms."""

RULES: dict[str, Any] = {
    "PairSTDP": snn.PairSTDP(A_plus=0.01, A_minus=0.01),
    "SymmetricSTDP": snn.SymmetricSTDP(trace_init=0.0, trace_plus=1.0, eta=0.01),
    "TeacherForcedSTDP": snn.TeacherForcedSTDP(A_plus=0.01, A_minus=-0.01),
    "InhibitorySTDP": snn.InhibitorySTDP(eta=0.01, rate=5.0),
    "RewardSTDP": snn.RewardSTDP(modulator="reward"),
}


def measured() -> dict[str, Array]:
    """Return the change by a pair for each rule, and by a triplet post-pre-post."""
    pre, post = [[200.0]] * len(INTERVALS), [[200.0 + t] for t in INTERVALS]
    found: dict[str, Array] = {"interval_ms": INTERVALS, "since_post_ms": SINCE}
    for name, rule in RULES.items():
        reward = {"reward": [400.0]} if rule.modulator else {}
        # A late pre spike makes the reward's effect be written; pairs are far before it.
        late = [[*train, 4000.0] for train in pre] if rule.modulator else pre
        found[name] = changes(rule, late, post, **reward)
    twice = [[300.0 - t, 300.0] for t in SINCE.tolist()]
    rule = snn.TwoTraceSTDP(nu_pre=1e-3)
    found["TwoTraceSTDP"] = changes(rule, [[300.0 - BETWEEN]] * len(twice), twice)
    return found


def drawn(found: dict[str, Array]) -> Figure:
    """Return six panels."""
    figure = page(3.2, 6.9)
    axes = figure.subplots(2, 3)
    for panel, name in zip(axes.flat, RULES):
        _panel(panel, name, found["interval_ms"], found[name])
        panel.set_xlabel("post - pre (ms)")
    last = axes.flat[-1]
    _panel(last, "TwoTraceSTDP: post, pre, post", found["since_post_ms"], found["TwoTraceSTDP"])
    last.set_xlabel("later - earlier post (ms)")
    for panel in axes[:, 0]:
        panel.set_ylabel("change of weight")
    return figure


def _panel(panel: Axes, name: str, x: Array, y: Array) -> None:
    panel.axhline(0.0, color="0.8", linewidth=0.6)
    for side in (x < 0, x == 0, x > 0):
        panel.plot(x[side], y[side], ".-", color=COLOURS[0], markersize=3)
    panel.set_title(name)
