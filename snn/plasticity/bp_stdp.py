"""BP-STDP: backpropagation by spikes of short intervals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.errors import Problem
from snn.fields import model, param
from snn.plasticity.trial_rule import TrialRule

Array = NDArray[Any]


def counted(steps: Any, neurons: Any, size: Any, late: Any, width: Any, intervals: Any) -> Any:
    """Return (intervals, size) numbers of spikes that arrive `late` steps after their own."""
    found = np.zeros((intervals, size))
    for s in range(len(steps)):
        k = (steps[s] + late - 1) // width
        if k < intervals:
            found[k, neurons[s]] += 1.0
    return found


def sent_back(error: Any, w: Any, passed: Any) -> None:
    """Give each source the errors of its targets, by the weights as they are."""
    for k in range(error.shape[0]):
        for i in range(w.shape[0]):
            passed[k, i] = 0.0
            for j in range(w.shape[1]):
                passed[k, i] += error[k, j] * w[i, j]


@model
class BPSTDP(TrialRule):
    """Learn to classify by backpropagating the errors of short intervals of spikes.

    A trial is cut into intervals of `window`. In an interval, a neuron of the output layer
    that is labelled and silent has the error 1, one that fires and is not labelled -1,
    others 0. A neuron of a hidden layer that fires has the sum of the errors of the layer
    above, weighted by its synapses to it; a silent one has 0. At the end of the trial each
    weight grows by ``rate`` times the sum, over intervals, of its neuron's error times the
    number of spikes that arrived from its source.

    Parameters
    ----------
    labels : (trials, n_post) array_like of bool
        Of the output layer: which neurons should fire in each trial; the rows are used
        again from the first where the schedule has more trials.
    above : Projection or str
        Of a hidden layer: the projection from it to the next layer, which is declared
        before and has this rule, too.

    Notes
    -----
    Put it on all-to-all projections between layers, on receptors that are declared signed,
    the last projection first, and run a schedule. Here the whole trial is judged with the
    weights that it began with; the paper changes them after every interval. The paper
    writes intervals with both ends; here each spike belongs to one. The paper's networks
    have neurons that do not leak: `LIF` with `tau_m` far beyond a trial, and `CurrentDelta`.

    References
    ----------
    Tavanaei and Maida, Neurocomputing 330 (2019) 39, eqs. 15, 16 and 20; arXiv 1711.04214.
    """

    labels: Any = ()
    above: Any = None
    rate: float = param(0.001, low=0, unit="weight", shared=True, doc="learning rate")
    window: float = param(4.0, unit="ms", above=0, shared=True, doc="length of an interval")
    duration: float = param(
        50.0, unit="ms", above=0, shared=True, doc="beginning of a trial that is learned from"
    )
    w_min: float = param(-math.inf, shared=True, doc="smallest weight")
    w_max: float = param(math.inf, shared=True, doc="largest weight")

    uses = (counted, sent_back)

    def arrays(self, dt: float, weights: Array) -> dict[str, Array]:
        n, m = weights.shape
        intervals = int(self.duration / self.window * (1 + 1e-9))
        wanted = np.asarray(self.labels, bool).astype(np.int64).reshape(-1, m)
        return {"wanted": wanted, "above_passed": np.zeros((0, m)),
                "passed": np.zeros((intervals, n)), "error": np.zeros((intervals, m))}  # fmt: skip

    def misfits(self, component: str, shape: tuple[int, int]) -> list[Problem]:
        wanted = np.shape(self.labels)
        if (self.above is None) == (wanted == (0,)):
            message = "needs labels (output layer) or above (hidden layer), and not both"
            return [Problem(component, "labels", message)]
        if self.above is not None or (len(wanted) == 2 and wanted[0] and wanted[1] == shape[1]):
            return []
        message = f"needs shape (trials, {shape[1]}); got {wanted}"
        return [Problem(component, "labels", message, "say for each trial who should fire")]

    def problems(self, component: str) -> list[Problem]:
        found = super().problems(component)
        if self.duration < self.window:
            message = f"must be at least one window, {self.window:g} ms; got {self.duration:g} ms"
            found.append(Problem(component, "duration", message))
        return found

    @staticmethod
    def at_trial_end(
        trial: Any, w: Any, pre_steps: Any, pre_neurons: Any, post_steps: Any, post_neurons: Any,
        delay: Any, wanted: Any, above_passed: Any, passed: Any, error: Any, dt: Any, rate: Any,
        window: Any, w_min: Any, w_max: Any,
    ) -> None:  # fmt: skip
        intervals, width = error.shape[0], max(round(window / dt), 1)
        arrived = counted(pre_steps, pre_neurons, w.shape[0], delay, width, intervals)
        fired = counted(post_steps, post_neurons, w.shape[1], 0, width, intervals)
        for k in range(intervals):
            for j in range(w.shape[1]):
                if wanted.shape[0]:
                    error[k, j] = wanted[trial % wanted.shape[0], j] - min(fired[k, j], 1.0)
                else:
                    error[k, j] = above_passed[k, j] if fired[k, j] > 0 else 0.0
        sent_back(error, w, passed)
        for i in range(w.shape[0]):
            for j in range(w.shape[1]):
                grown = 0.0
                for k in range(intervals):
                    grown += error[k, j] * arrived[k, i]
                w[i, j] = min(max(w[i, j] + rate * grown, w_min), w_max)
