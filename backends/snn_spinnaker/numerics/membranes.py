"""The board's neuron models. Sources: ``models/neuron_model_{lif,izh}_impl.h``.

`{drive}` stands for the sum of the currents, in nA.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from snn.numerics import NOW
from snn_spinnaker.numerics.arithmetic import ONE, accum, divided, mul
from snn_spinnaker.numerics.exponential import expk
from snn_spinnaker.numerics.twin import Twin, each

Given = Mapping[str, Any]
V, U = f"{NOW}v", f"{NOW}u"

CURVE = 1311
"""0.040008544921875: Izhikevich's 0.04, one bit larger, as the board has it."""

CORRECTION = 60620
"""1.85, truncated: factor on the step after a spike, for the part of a tick that it cut off."""

PEAK = 30 * ONE
"""Izhikevich's threshold, mV."""


def lif(given: Given, initial: Given, dt: int) -> Twin:
    """Return the closed form for an input constant in the tick; refractory ticks are counted."""
    tau, cm = accum(given["tau_m"]), accum(given["cm"])
    constants = {
        "resistance": each(divided, tau, cm),
        "leak": each(lambda t: expk(-divided(dt, t)), tau),
        "refractory_ticks": each(lambda t: _ceiling(divided(t, dt)), accum(given["tau_refrac"])),
        **{name: accum(given[name]) for name in ("v_rest", "v_reset", "v_thresh", "i_offset")},
    }
    return Twin(
        states={V: accum(initial["v"]), "timer": np.zeros(())}, scales={"timer": 1.0},
        constants=constants, shown={"v": V},
        move=[
            "goal = k_wrap(k_mul(k_wrap({drive}), resistance) + v_rest)",
            f"moved = k_wrap(goal - k_mul(leak, k_wrap(goal - {V})))",
            f"{V} = {V} if timer > 0 else moved",
            "timer = timer - 1 if timer > 0 else timer",
            f"fired = {V} >= v_thresh",
            f"{V} = v_reset if fired else {V}",
            "timer = refractory_ticks if fired else timer",
        ],
    )  # fmt: skip


def _ceiling(x: int) -> int:
    """Return an s16.15 number rounded up to a whole one."""
    return -(-x >> 15)


def izhikevich(given: Given, initial: Given, dt: int) -> Twin:
    """Return the midpoint step, longer by a constant factor in the tick after a spike."""
    constants = {name: accum(given[name]) for name in ("a", "b", "c", "d", "i_offset")}
    constants |= {"tick": np.asarray(dt), "longer": np.asarray(mul(dt, CORRECTION))}
    states = {V: accum(initial["v"]), U: accum(initial["u"]), "span": np.asarray(dt)}
    return Twin(
        states=states, constants=constants, shown={"v": V, "u": U},
        move=[
            f"base = k_wrap({140 * ONE} + {{drive}} - {U})",
            f"slope = k_wrap(base + k_mul(k_wrap({5 * ONE} + k_mul({CURVE}, {V})), {V}))",
            f"middle = k_wrap({V} + (k_mul(span, slope) >> 1))",
            "pace = k_mul(a, span)",
            f"bend = k_mul(pace, k_wrap(k_mul(b, {V}) - {U})) >> 1",
            f"rise = k_mul(k_wrap({5 * ONE} + k_mul({CURVE}, middle)), middle)",
            f"{V} = k_wrap({V} + k_mul(span, k_wrap(base - bend + rise)))",
            f"{U} = k_wrap({U} + k_mul(pace, k_wrap(k_mul(b, middle) - {U} - bend)))",
            f"fired = {V} >= {PEAK}",
            f"{V} = c if fired else {V}",
            f"{U} = k_wrap({U} + d) if fired else {U}",
            "span = longer if fired else tick",
        ],
    )  # fmt: skip
