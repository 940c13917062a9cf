"""Synapses that are removed and made anew."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from snn.errors import Problem
from snn.fields import model, param
from snn.plasticity.topology_rule import Array, Ends, TopologyRule, draw, mixed


def near(a: Any, b: Any, sigma: Any) -> Any:
    """Return exp(-distance^2 / (2 sigma^2)) of two positions."""
    squared = 0.0
    for k in range(len(a)):
        squared += (a[k] - b[k]) * (a[k] - b[k])
    return math.exp(-squared / (2.0 * sigma * sigma))


@model
class StructuralPlasticity(TopologyRule):
    """Rewiring at a rate: weak synapses go, near neurons are connected.

    Each neuron has `slots` places for synapses. Every `period` ms each place is visited with
    probability ``rate period``. A synapse there is removed with probability `p_weak` where its
    weight is below `w_weak`, else with `p_strong`. An empty place draws a source, evenly among
    all, and is connected to it with probability ``p_form exp(-distance^2 / (2 sigma^2))``, unless
    they are connected already or one neuron. New synapses have weight `new_weight` and delay
    `new_delay` and see the traces of their neurons; what is under way through removed ones
    arrives.

    The k-th synapse of a neuron, in order of the source, is in its k-th place; synapses beyond
    `slots` are never visited.

    References
    ----------
    Bamford, Murray and Willshaw, IEEE Trans. Neural Netw. 21 (2010) 286; Bogdan, Rowley,
    Rhodes and Furber, Front. Neurosci. 12 (2018) 434 (this algorithm on SpiNNaker).
    """

    period: float = param(100.0, unit="ms", above=0, shared=True, doc="between two actions")
    rate: float = param(1.0, unit="Hz", low=0, shared=True, doc="visits of a place")
    slots: float = param(32.0, low=1, shared=True, doc="places of each neuron, a whole number")
    w_weak: float = param(unit="weight", shared=True, doc="weight below which a synapse is weak")
    p_weak: float = param(0.025, low=0, high=1, shared=True, doc="removal of a weak synapse")
    p_strong: float = param(1.4e-5, low=0, high=1, shared=True, doc="removal of a strong one")
    p_form: float = param(0.16, low=0, high=1, shared=True, doc="formation at distance 0")
    sigma: float = param(math.inf, above=0, shared=True, doc="reach of formation, as positions")
    new_weight: float = param(unit="weight", shared=True, doc="weight of a new synapse")
    new_delay: float = param(1.0, unit="ms", above=0, shared=True, doc="delay of a new synapse")

    uses = (mixed, draw, near)

    def capacity(self, synapses: int, n_pre: int, n_post: int) -> int:
        return synapses + int(self.slots) * n_post

    def delays(self, dt: float) -> tuple[int, int]:
        return round(self.new_delay / dt), round(self.new_delay / dt)

    def arrays(self, ends: Ends) -> Mapping[str, Array]:
        return {"pre_positions": ends.pre_positions, "post_positions": ends.post_positions,
                "own": ends.own}  # fmt: skip

    def problems(self, component: str) -> list[Problem]:
        found = super().problems(component)
        if self.rate * self.period > 1000.0:
            message = f"must be at most {1000.0 / self.period:g} Hz, one visit a period"
            found.append(Problem(component, "rate", message, "shorten the period"))
        if self.slots != int(self.slots):
            found.append(Problem(component, "slots", f"must be whole; got {self.slots:g}"))
        return found

    def period_problems(self, component: str, dt: float) -> list[Problem]:
        found = super().period_problems(component, dt)
        steps = self.new_delay / dt
        if steps < 1 - 1e-6 or abs(steps - round(steps)) > 1e-6:
            message = f"must be a multiple of {dt:g} ms; got {self.new_delay:g}"
            found.append(Problem(component, "new_delay", message))
        return found

    @staticmethod
    def at_period(
        step: Any, count: Any, sources: Any, targets: Any, w: Any, delay: Any, origin: Any,
        n_pre: Any, n_post: Any, key: Any, dt: Any, pre_positions: Any, post_positions: Any,
        own: Any, period: Any, rate: Any, slots: Any, w_weak: Any, p_weak: Any, p_strong: Any,
        p_form: Any, sigma: Any, new_weight: Any, new_delay: Any,
    ) -> None:  # fmt: skip
        n, visited, late = count[0], rate * period * 1e-3, round(new_delay / dt)
        edges = np.zeros(n_post + 1, np.int64)
        for k in range(n):
            edges[targets[k] + 1] += 1
        for j in range(n_post):
            edges[j + 1] += edges[j]
        members, at = np.zeros(n, np.int64), edges[:-1].copy()
        for k in range(n):
            members[at[targets[k]]] = k
            at[targets[k]] += 1
        gone, m = np.zeros(n, np.bool_), n
        for j in range(n_post):
            first = m
            for s in range(int(slots)):
                a, b, c, _ = draw(key, j, s, step & 0xFFFFFFFF, step >> 32)
                if a * 2.0**-32 >= visited:
                    continue
                if s < edges[j + 1] - edges[j]:
                    k = members[edges[j] + s]
                    gone[k] = b * 2.0**-32 < (p_weak if w[k] < w_weak else p_strong)
                    continue
                i = b * n_pre >> 32
                known = i == own[j]
                for k in range(edges[j], edges[j + 1]):
                    known = known or sources[members[k]] == i
                for k in range(first, m):
                    known = known or sources[k] == i
                likely = p_form * near(pre_positions[i], post_positions[j], sigma)
                if not known and c * 2.0**-32 < likely:
                    sources[m], targets[m], origin[m] = i, j, -1
                    w[m], delay[m] = new_weight, late
                    m += 1
        kept = 0
        for k in range(m):
            if k >= n or not gone[k]:
                sources[kept], targets[kept], origin[kept] = sources[k], targets[k], origin[k]
                w[kept], delay[kept] = w[k], delay[k]
                kept += 1
        count[0] = kept
