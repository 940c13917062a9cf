"""Kernels and checks that several integrate-and-fire cells share."""

from __future__ import annotations

import math
from typing import Any

from snn.distributions import Distribution
from snn.errors import Problem
from snn.fields import plain


def exponential_step(
    v: float, v_rest: float, g_leak: float, cm: float, i_offset: float,
    i_syn: float, g_syn: float, dt: float,
) -> float:  # fmt: skip
    """Advance a leaky membrane with conductances held at their mid-step value.

    Exact for constant input, second order otherwise.
    """
    g = g_leak + g_syn
    v_inf = (g_leak * v_rest + i_offset + i_syn) / g
    return v_inf + (v - v_inf) * math.exp(-dt * g / cm)


def below(component: str, cell: Any, low: str, high: str, reason: str) -> list[Problem]:
    """Require parameter `low` < parameter `high` in every neuron."""
    small, large = getattr(cell, low), getattr(cell, high)
    if isinstance(small, Distribution):
        small = small.support()[1]
    if isinstance(large, Distribution):
        large = large.support()[0]
    ok = plain(small) < plain(large)
    if ok.all():
        return []
    first = (~ok).argmax()
    came = f"{plain(small).flat[first % plain(small).size]:g} against " \
           f"{plain(large).flat[first % plain(large).size]:g} mV"  # fmt: skip
    drawn = any(isinstance(getattr(cell, name), Distribution) for name in (low, high))
    remedy = "give the distribution bounds that keep them apart" if drawn else ""
    return [Problem(component, low, f"must be below {high} ({reason}); got {came}", remedy)]
