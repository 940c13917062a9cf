"""A pair of spikes, and a reward some time after it."""

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

WAITS = np.array([-400.0, -200.0, -50.0, 50.0, 200.0, 500.0, 1000.0, 2000.0, 3000.0])
"""From the pair to the reward, ms."""

PAIR_AT, READ_AT = 1000.0, 9000.0


def measured() -> dict[str, Array]:
    """Return the change by a pair of 5 ms, against the wait for its reward."""
    rule = snn.RewardSTDP(modulator="reward")
    pre, post = [[PAIR_AT, READ_AT]], [[PAIR_AT + 5.0]]
    found = [changes(rule, pre, post, reward=[PAIR_AT + wait])[0] for wait in WAITS]
    return {"wait_ms": WAITS, "change": np.array(found)}


def drawn(found: dict[str, Array]) -> Figure:
    """Return one panel."""
    figure = page(2.0, 3.35)
    panel = figure.subplots()
    panel.axvline(0.0, color="0.8", linewidth=0.6)
    panel.plot(found["wait_ms"], found["change"], ".-", color=COLOURS[0])
    panel.set(xlabel="reward - pair (ms)", ylabel="change of weight")
    return figure
