"""Inhibitory plasticity toward a target rate."""

from __future__ import annotations

from snn.fields import model, param
from snn.plasticity.change import ChangeRule
from snn.plasticity.rule import Trace


@model
class InhibitorySTDP(ChangeRule):
    """Symmetric STDP of inhibitory synapses that balances excitation.

    Every pair of spikes strengthens by ``eta`` times the trace of the other side; every
    pre spike also takes ``eta alpha`` with ``alpha = 2 rate tau``, so that the post
    neuron is driven toward `rate`. Put it on an inhibitory receptor.

    References
    ----------
    Vogels, Sprekeler, Zenke, Clopath and Gerstner, Science 334 (2011) 1569,
    supplementary eqs. 9-10.
    """

    tau: float = param(default=20.0, unit="ms", above=0, shared=True, doc="both traces")
    eta: float = param(default=1e-3, low=0, doc="learning rate")
    rate: float = param(default=3.0, unit="Hz", low=0, doc="target rate of the post neuron")
    w_min: float = param(default=0.0, doc="smallest weight")
    w_max: float = param(default=1.0, doc="largest weight")

    x = Trace("pre", tau="tau")
    y = Trace("post", tau="tau")

    @staticmethod
    def pre_change(y: float, eta: float, rate: float, tau: float) -> float:
        alpha = 2.0 * rate * tau * 0.001
        return eta * (y - alpha)

    @staticmethod
    def post_change(x: float, eta: float) -> float:
        return eta * x
