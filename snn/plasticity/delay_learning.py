"""Delays that move toward coincidence with postsynaptic spikes."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from snn.errors import Problem
from snn.fields import model, param
from snn.plasticity.pspm import sorted_trains
from snn.plasticity.rule import SynapseVariable
from snn.plasticity.topology_rule import TopologyRule


def nearest(train: Any, at: Any) -> Any:
    """Return how far after the nearest entry of an ascending train `at` lies; ties: the later."""
    after = np.searchsorted(train, at)
    ahead = train[after] - at if after < len(train) else 1 << 60
    behind = at - train[after - 1] if after > 0 else 1 << 60
    return -ahead if ahead <= behind else behind


@model
class DelayLearning(TopologyRule):
    """Delays that move toward coincidence: what arrives early is delayed, what is late hurried.

    Each postsynaptic spike is compared with the nearest arrival at the neuron (presynaptic
    spike plus delay), where that lies within `window`: the wanted delay grows by `rate` times
    the time from the arrival to the spike. Every `period` ms the delays become the wanted
    ones, rounded to whole steps, between `delay_min` and `delay_max`; the rest is carried
    over. A spike takes part once `window` has passed since, so that arrivals on both sides are
    known. Spikes that are under way keep the delay with which they were sent.

    References
    ----------
    Huening, Gluender and Palm, Neural Computation 10 (1998) 555; Eurich, Pawelzik, Ernst,
    Cowan and Milton, Phys. Rev. Lett. 82 (1999) 1594 (shifts of delays toward coincidence).
    """

    rewires: ClassVar[bool] = False
    period: float = param(100.0, unit="ms", above=0, shared=True, doc="between two actions")
    rate: float = param(0.1, low=0, high=1, shared=True, doc="share of the distance at a spike")
    window: float = param(10.0, unit="ms", above=0, shared=True, doc="farthest arrival that counts")
    delay_min: float = param(1.0, unit="ms", above=0, shared=True, doc="shortest delay")
    delay_max: float = param(20.0, unit="ms", above=0, shared=True, doc="longest delay")

    drift = SynapseVariable(0.0, unit="ms", doc="part of the wanted change that is not a step yet")

    uses = (sorted_trains, nearest)

    def delays(self, dt: float) -> tuple[int, int]:
        return max(1, math.ceil(self.delay_min / dt - 1e-9)), math.floor(self.delay_max / dt + 1e-9)

    def memory(self, dt: float, longest: int) -> int:
        return round(self.period / dt) + 2 * round(self.window / dt) + longest + 1

    def problems(self, component: str) -> list[Problem]:
        found = super().problems(component)
        if self.delay_min > self.delay_max:
            message = f"must not exceed delay_max, {self.delay_max:g} ms; got {self.delay_min:g}"
            found.append(Problem(component, "delay_min", message))
        return found

    @staticmethod
    def at_period(
        step: Any, count: Any, sources: Any, targets: Any, delay: Any, drift: Any, pre_steps: Any,
        pre_neurons: Any, post_steps: Any, post_neurons: Any, n_pre: Any, n_post: Any, dt: Any,
        period: Any, rate: Any, window: Any, delay_min: Any, delay_max: Any,
    ) -> None:  # fmt: skip
        reach = round(window / dt)
        last = step - reach
        first = last - round(period / dt)
        low = max(1, math.ceil(delay_min / dt - 1e-9))
        high = math.floor(delay_max / dt + 1e-9)
        pre_edges, pre = sorted_trains(pre_steps, pre_neurons, n_pre)
        post_edges, post = sorted_trains(post_steps, post_neurons, n_post)
        for k in range(count[0]):
            i, j = sources[k], targets[k]
            train = pre[pre_edges[i] : pre_edges[i + 1]]
            wanted = drift[k]
            for s in range(post_edges[j], post_edges[j + 1]):
                if first < post[s] <= last:
                    late = nearest(train, post[s] - delay[k])
                    if abs(late) <= reach:
                        wanted += rate * (late * dt)
            whole = math.floor(wanted / dt + 0.5)
            new = min(max(delay[k] + whole, low), high)
            inside = new == delay[k] + whole
            drift[k] = wanted - whole * dt if inside else 0.0
            delay[k] = new
