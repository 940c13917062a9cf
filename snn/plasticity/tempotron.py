"""The tempotron: to fire or not to fire, learned from whole trials."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.errors import Problem
from snn.fields import model, param
from snn.plasticity.trial_rule import TrialRule

Array = NDArray[Any]


def potential(t: Any, tau_m: Any, tau_s: Any) -> Any:
    """Return the postsynaptic potential t ms after its onset, with a peak of 1."""
    if t <= 0:
        return 0.0
    top = tau_m * tau_s / (tau_m - tau_s) * math.log(tau_m / tau_s)
    height = math.exp(-top / tau_m) - math.exp(-top / tau_s)
    return (math.exp(-t / tau_m) - math.exp(-t / tau_s)) / height


@model
class Tempotron(TrialRule):
    """Learn which spatio-temporal patterns a neuron should answer with a spike.

    After a trial in which a neuron was silent and should have fired, each of its weights
    grows by ``rate`` times the sum of the potentials K that its source's spikes had at the
    time t_max of the largest membrane potential; after one in which it fired and should
    not, they shrink by as much, t_max being the time of its first spike. K rises with
    `tau_s` and decays with `tau_m`; its peak is 1.

    Parameters
    ----------
    labels : (trials, n_post) or (trials,) array_like of bool
        Whether each neuron should fire in each trial; the rows are used again from the
        first where the schedule has more trials.

    Notes
    -----
    Put it on an all-to-all projection and run a schedule. `tau_m` and `tau_s` are those of
    the neuron and of its receptor; they must differ.

    References
    ----------
    Guetig and Sompolinsky, Nature Neuroscience 9 (2006) 420, eqs. 1-2.
    """

    labels: Any = ()
    rate: float = param(0.01, low=0, unit="weight", shared=True, doc="learning rate")
    tau_m: float = param(15.0, unit="ms", above=0, shared=True, doc="decay of a potential")
    tau_s: float = param(3.75, unit="ms", above=0, shared=True, doc="rise of a potential")
    w_min: float = param(-math.inf, shared=True, doc="smallest weight")
    w_max: float = param(math.inf, shared=True, doc="largest weight")

    uses = (potential,)

    def arrays(self, dt: float, weights: Array) -> dict[str, Array]:
        wanted = np.asarray(self.labels, bool)
        wanted = wanted.reshape(len(wanted), -1) if wanted.size else np.zeros((0, 1), bool)
        shape = len(wanted), weights.shape[1]
        return {"wanted": np.array(np.broadcast_to(wanted, shape), np.int64),
                "errors": np.zeros(1, np.int64)}  # fmt: skip

    def misfits(self, component: str, shape: tuple[int, int]) -> list[Problem]:
        wanted = np.shape(self.labels)
        if len(wanted) in (1, 2) and wanted[0] and wanted[1:] in ((), (1,), (shape[1],)):
            return []
        message = f"needs shape (trials,) or (trials, {shape[1]}); got {wanted}"
        return [Problem(component, "labels", message, "say for each trial who should fire")]

    def problems(self, component: str) -> list[Problem]:
        found = super().problems(component)
        if self.tau_m == self.tau_s:
            found.append(Problem(component, "tau_s", f"must differ from tau_m, {self.tau_m:g} ms"))
        return found

    @staticmethod
    def at_trial_end(
        trial: Any, w: Any, pre_steps: Any, pre_neurons: Any, post_steps: Any, post_neurons: Any,
        peak_step: Any, delay: Any, wanted: Any, errors: Any, dt: Any, rate: Any, tau_m: Any,
        tau_s: Any, w_min: Any, w_max: Any,
    ) -> None:  # fmt: skip
        first = np.zeros(w.shape[1], np.int64)
        for k in range(len(post_steps) - 1, -1, -1):
            first[post_neurons[k]] = post_steps[k]
        for j in range(w.shape[1]):
            should = wanted[trial % wanted.shape[0], j] == 1
            if should == (first[j] > 0):
                continue
            errors[0] += 1
            at = first[j] if first[j] > 0 else peak_step[j]
            for k in range(len(pre_steps)):
                grown = rate * potential((at - pre_steps[k] - delay) * dt, tau_m, tau_s)
                new = w[pre_neurons[k], j] + (grown if should else -grown)
                w[pre_neurons[k], j] = min(max(new, w_min), w_max)
