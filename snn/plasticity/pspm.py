"""Pre-synaptic pool modification: spike trains matched to targets."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.errors import Problem
from snn.fields import model, param
from snn.plasticity.trial_rule import TrialRule

Array = NDArray[Any]


def drawn(state: Any, choices: Any) -> Any:
    """Return a whole number below `choices`; the generator of Park and Miller (1988)."""
    state[0] = state[0] * 48271 % 2147483647
    return state[0] * choices // 2147483647


def clipped(value: Any, sign: Any) -> Any:
    """Return a weight that keeps the sign of its source."""
    if sign > 0:
        return value if value > 0 else 0.0
    return value if value < 0 else 0.0


def sorted_trains(steps: Any, neurons: Any, size: Any) -> Any:
    """Return (edges, steps): the train of neuron i is ``steps[edges[i]:edges[i + 1]]``."""
    edges = np.zeros(size + 1, np.int64)
    for i in neurons:
        edges[i + 1] += 1
    for i in range(size):
        edges[i + 1] += edges[i]
    at = edges[:-1].copy()
    trains = np.zeros(len(steps), np.int64)
    for k in range(len(steps)):
        trains[at[neurons[k]]] = steps[k]
        at[neurons[k]] += 1
    return edges, trains


def matched(output: Any, target: Any, window: Any) -> Any:
    """Align two trains; return which spikes of each are matched.

    Dynamic programming: a pair costs its distance where that is within the window, a spike
    left out costs window + 1. Ties prefer a match, then to leave out an output.
    """
    p, q, gap = len(output), len(target), window + 1
    cost = np.zeros((p + 1, q + 1), np.int64)
    for i in range(p + 1):
        cost[i, 0] = gap * i
    for j in range(q + 1):
        cost[0, j] = gap * j
    for i in range(1, p + 1):
        for j in range(1, q + 1):
            apart = abs(output[i - 1] - target[j - 1])
            pair = apart if apart <= window else 3 * gap
            best = min(cost[i - 1, j - 1] + pair, cost[i - 1, j] + gap)
            cost[i, j] = min(best, cost[i, j - 1] + gap)
    of_output, of_target = np.zeros(p, np.bool_), np.zeros(q, np.bool_)
    i, j = p, q
    while i > 0 and j > 0:
        apart = abs(output[i - 1] - target[j - 1])
        if apart <= window and cost[i, j] == cost[i - 1, j - 1] + apart:
            of_output[i - 1] = of_target[j - 1] = True
            i, j = i - 1, j - 1
        elif cost[i, j] == cost[i - 1, j] + gap:
            i -= 1
        else:
            j -= 1
    return of_output, of_target


def pooled(
    w: Any, control: Any, sign: Any, i: Any, at: Any, change: Any, levels: Any, pool: Any,
    steps: Any, neurons: Any, seen: Any, mark: Any, state: Any,
) -> None:  # fmt: skip
    """Change the weights to neuron i from all that fired within `pool` steps before `at`."""
    first = np.searchsorted(steps, at - pool)
    last = np.searchsorted(steps, at)
    for k in range(first, last):
        x = neurons[k]
        if seen[x] == mark:
            continue
        seen[x] = mark
        step = change * drawn(state, levels)
        w[x, i] = clipped(w[x, i] + step, sign[x])
        a, b = drawn(state, w.shape[0]), drawn(state, w.shape[1])
        control[a, b] = clipped(control[a, b] + step, sign[a])


@model
class PSPM(TrialRule):
    """Pre-synaptic pool modification: learn target spike trains without gradients.

    At the end of each trial the spikes of every post neuron are aligned with its target
    train by dynamic programming. An output spike without partner lowers, a target spike
    without partner raises, the weights from all neurons that fired in the `pool` steps
    before it, each by ``q`` times a whole number drawn below `levels`. The window of a
    match begins at ``window - 1`` steps and shrinks by one every `shrink` trials. Then
    every weight grows by `rescale` times the missing number of spikes. Weights keep the
    sign of their source. `control` undergoes changes of the same sizes at random places.

    Parameters
    ----------
    targets : sequence of array_like, ms
        One train per post neuron, times within the trial.
    inhibitory : array_like of int
        Sources whose weights are negative.
    seed : int
        Of the drawn sizes.

    Notes
    -----
    Put it on an all-to-all projection, on a receptor that is declared signed, and run a
    schedule. Spikes within the first `pool` steps change nothing.

    References
    ----------
    Bordelon, "Pre-Synaptic Pool Modification (PSPM)", arXiv 1810.03199; the authors' program.
    """

    targets: Any = ()
    inhibitory: Any = ()
    seed: int = 1
    window: float = param(15.0, low=1, shared=True, doc="first window of a match plus one, steps")
    shrink: float = param(15.0, low=1, shared=True, doc="trials after which the window shrinks")
    pool: float = param(15.0, low=1, shared=True, doc="steps in which a source counts as active")
    q: float = param(7.2e-5, low=0, unit="weight", shared=True, doc="unit of a change")
    levels: float = param(10.0, low=2, shared=True, doc="a change is 0 to levels - 1 units")
    rescale: float = param(
        4.5e-9, low=0, unit="weight", shared=True, doc="growth per missing spike"
    )

    uses = (drawn, clipped, sorted_trains, matched, pooled)

    def arrays(self, dt: float, weights: Array) -> dict[str, Array]:
        trains = [np.rint(np.asarray(t, float) / dt).astype(np.int64) for t in self.targets]
        sign = np.ones(weights.shape[0])
        sign[np.asarray(self.inhibitory, np.int64)] = -1.0
        return {
            "target_edges": np.cumsum([0, *map(len, trains)]).astype(np.int64),
            "target_steps": np.concatenate([*trains, np.zeros(0, np.int64)]),
            "sign": sign, "control": np.array(weights),
            "unmatched": np.zeros((2, 1 << 12), np.int64),
            "state": np.array([self.seed % 2147483646 + 1], np.int64),
        }  # fmt: skip

    def misfits(self, component: str, shape: tuple[int, int]) -> list[Problem]:
        found = []
        if len(self.targets) != shape[1]:
            message = f"needs {shape[1]} trains, one per post neuron; got {len(self.targets)}"
            found.append(Problem(component, "targets", message))
        listed = np.asarray(self.inhibitory, np.int64)
        if ((listed < 0) | (listed >= shape[0])).any():
            found.append(Problem(component, "inhibitory", f"must list sources below {shape[0]}"))
        return found

    @staticmethod
    def at_trial_end(
        trial: Any, w: Any, pre_steps: Any, pre_neurons: Any, post_steps: Any, post_neurons: Any,
        target_edges: Any, target_steps: Any, sign: Any, control: Any, unmatched: Any, state: Any,
        window: Any, shrink: Any, pool: Any, q: Any, levels: Any, rescale: Any,
    ) -> None:  # fmt: skip
        width = max(int(window) - trial // int(shrink) - 1, 0)
        reach, choices = int(pool), int(levels)
        edges, trains = sorted_trains(post_steps, post_neurons, w.shape[1])
        seen, mark = np.zeros(w.shape[0], np.int64), 0
        lost = unmatched[:, trial % unmatched.shape[1]]
        lost[:] = 0
        for i in range(w.shape[1]):
            output = trains[edges[i] : edges[i + 1]]
            target = target_steps[target_edges[i] : target_edges[i + 1]]
            of_output, of_target = matched(output, target, width)
            for k in range(len(output)):
                if not of_output[k]:
                    lost[0] += 1
                    mark += 1
                    if output[k] > reach:
                        pooled(w, control, sign, i, output[k], -q, choices, reach, pre_steps,
                               pre_neurons, seen, mark, state)  # fmt: skip
            for k in range(len(target)):
                if not of_target[k]:
                    lost[1] += 1
                    mark += 1
                    if target[k] > reach:
                        pooled(w, control, sign, i, target[k], q, choices, reach, pre_steps,
                               pre_neurons, seen, mark, state)  # fmt: skip
        growth = rescale * (len(target_steps) - len(post_steps))
        for x in range(w.shape[0]):
            for i in range(w.shape[1]):
                w[x, i] = clipped(w[x, i] + growth, sign[x])
                control[x, i] = clipped(control[x, i] + growth, sign[x])
