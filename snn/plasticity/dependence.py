"""How a change depends on the weight: a part that rules are composed with."""

from __future__ import annotations

import math
from typing import ClassVar

from snn.errors import Problem
from snn.fields import Model, model, param, range_problems


class Dependence(Model):
    """What a rule's change does to a weight.

    A subclass is decorated with `snn.model` and declares, in the kernel grammar:

    changed(w, change, w_min, w_max, ...)
        New weight; `change` is positive for potentiation, negative for depression. The
        other arguments are the parameters of the subclass.
    """

    kernel_names: ClassVar[tuple[str, ...]] = ("changed",)
    needs_bound: ClassVar[bool] = True

    def problems(self, component: str) -> list[Problem]:
        """Return what is wrong with the parameters."""
        return range_problems(component, self)


@model
class Additive(Dependence):
    """Changes are absolute, in the weight's unit: ``w <- w + change``, clipped."""

    needs_bound: ClassVar[bool] = False

    @staticmethod
    def changed(w: float, change: float, w_min: float, w_max: float) -> float:
        return min(max(w + change, w_min), w_max)


@model
class Multiplicative(Dependence):
    """Changes are fractions of the distance to the bound that they move toward.

    ``w <- w + change (w_max - w)`` for potentiation, ``w <- w + change (w - w_min)`` for
    depression, clipped.

    References
    ----------
    van Rossum, Bi and Turrigiano, J. Neurosci. 20 (2000) 8812; Rubin, Lee and
    Sompolinsky, Phys. Rev. Lett. 86 (2001) 364.
    """

    @staticmethod
    def changed(w: float, change: float, w_min: float, w_max: float) -> float:
        room = w_max - w if change > 0 else w - w_min
        return min(max(w + change * room, w_min), w_max)


@model
class PowerLaw(Dependence):
    """Changes are fractions of the range, times a power of the distance to the bound.

    With R = w_max - w_min: ``w <- w + change R ((w_max - w) / R)^mu_plus`` for
    potentiation, ``w <- w + change R ((w - w_min) / R)^mu_minus`` for depression,
    clipped. Exponents of 1 are `Multiplicative`; exponents of 0 are additive, with steps
    in units of the range. NEST's `stdp_synapse` is this, with lambda = A_plus and
    alpha lambda = A_minus.

    References
    ----------
    Guetig, Aharonov, Rotter and Sompolinsky, J. Neurosci. 23 (2003) 3697, eq. 3.
    """

    mu_plus: float = param(default=0.4, low=0, shared=True, doc="exponent of potentiation")
    mu_minus: float = param(default=0.4, low=0, shared=True, doc="exponent of depression")

    @staticmethod
    def changed(
        w: float, change: float, w_min: float, w_max: float, mu_plus: float, mu_minus: float
    ) -> float:
        span = w_max - w_min
        room = (w_max - w if change > 0 else w - w_min) / span
        mu = mu_plus if change > 0 else mu_minus
        power = 1.0 if mu == 0 else math.exp(mu * math.log(room)) if room > 0 else 0.0
        return min(max(w + change * span * power, w_min), w_max)
