"""Triplet STDP between nearest neighbours."""

from __future__ import annotations

from snn.fields import model, param
from snn.plasticity.rule import Trace
from snn.plasticity.triplet_stdp import TripletSTDP


@model
class NearestTripletSTDP(TripletSTDP):
    """Triplet STDP in which a spike sees only the last spike of each side before it.

    As `TripletSTDP`, with traces that a spike sets to 1 instead of adding 1 to them. The
    defaults are the nearest-spike fit to visual cortex slices.

    References
    ----------
    Pfister and Gerstner, J. Neurosci. 26 (2006) 9673, eqs. 1-4 and table 3.
    """

    tau_x: float = param(default=714.0, unit="ms", above=0, doc="triplet trace of pre spikes")
    tau_y: float = param(default=40.0, unit="ms", above=0, doc="triplet trace of post spikes")
    A2_plus: float = param(default=8.8e-11, doc="pair step at a post spike")
    A3_plus: float = param(default=5.3e-2, doc="triplet step at a post spike")
    A2_minus: float = param(default=6.6e-3, doc="pair step at a pre spike")
    A3_minus: float = param(default=3.1e-3, doc="triplet step at a pre spike")

    r1 = Trace("pre", tau="tau_plus", nearest=True)
    r2 = Trace("pre", tau="tau_x", nearest=True)
    o1 = Trace("post", tau="tau_minus", nearest=True)
    o2 = Trace("post", tau="tau_y", nearest=True)
