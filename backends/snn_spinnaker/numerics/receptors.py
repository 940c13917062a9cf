"""The board's synapse types and input types, one function per receptor.

A ring buffer cell is read as s16.15 after a shift to the left. Sources: ``synapse_types/*.h`` and
``input_types/*.h`` of sPyNNaker's neural_modelling; checked against the executed binaries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from snn.numerics import NOW
from snn.receptors import ConductanceExp, CurrentAlpha, CurrentExp, CurrentPulse, Receptor
from snn_spinnaker.numerics.arithmetic import LARGEST_CELL, ONE, accum, divided, wrap
from snn_spinnaker.numerics.exponential import expulr
from snn_spinnaker.numerics.twin import UNIT, Twin, each

Given = Mapping[str, Any]

CONDUCTANCE_SCALE = 1024
"""Host factor on conductances (``weight_scale``), taken back by a shift before use."""


def arrival(name: str, shift: int) -> tuple[list[str], str]:
    """Return lines that read a saturating input cell, and the input as s16.15."""
    lines = [
        f"cell_{name} = min(in_{name}, {LARGEST_CELL})",
        f"clipped_{name} = clipped_{name} + (1 if in_{name} > {LARGEST_CELL} else 0)",
    ]
    return lines, f"k_wrap(cell_{name} << {shift})"


def decay_of(tau: Any, dt: int) -> Any:
    """Return exp(-dt / tau) as u0.32, per neuron."""
    return each(lambda t: expulr(-divided(dt, t)), accum(tau))


def exponential(name: str, given: Given, initial: Given, dt: int, shift: int) -> Twin:
    """``synapse_types_exponential_impl.h``: a charge-preserving jump, then decay by floor."""
    value, twin = f"{NOW}{name}_i", Twin()
    decay = decay_of(given["tau_syn"], dt)
    twin.constants = {f"decay_{name}": each(wrap, decay),
                      f"jump_{name}": each(_jump, accum(given["tau_syn"]), decay, dt)}  # fmt: skip
    twin.states = {value: accum(initial["i"]), f"clipped_{name}": np.zeros(())}
    twin.scales = {f"clipped_{name}": 1.0}
    lines, amount = arrival(name, shift)
    twin.arrive = [*lines, f"{value} = k_wrap({value} + k_scaled({amount}, jump_{name}))"]
    twin.shown = {f"{name}_i": value}
    twin.current = value
    twin.decay = [f"{value} = k_scaled({value}, decay_{name})"]
    return twin


def _jump(tau: int, decay: int, dt: int) -> int:
    """Return tau / dt (1 - decay) as u0.32; it wraps like the board's."""
    return wrap(divided(tau, dt) * ((1 << 32) - 1 - decay) >> 15)


def pulse(name: str, given: Given, initial: Given, dt: int, shift: int) -> Twin:
    """``synapse_types_delta_impl.h``: input of one tick, as a current of 1 / dt."""
    value, twin = f"{NOW}{name}_i", Twin()
    twin.constants = {f"rate_{name}": np.asarray(divided(ONE, dt))}
    twin.states = {value: accum(initial["i"]), f"clipped_{name}": np.zeros(())}
    twin.scales = {f"clipped_{name}": 1.0}
    lines, amount = arrival(name, shift)
    twin.arrive = [*lines, f"{value} = k_wrap({value} + {amount})"]
    twin.shown = {f"{name}_i": value}
    twin.current = f"k_mul({value}, rate_{name})"
    twin.decay = [f"{value} = 0"]
    return twin


def conductance(name: str, given: Given, initial: Given, dt: int, shift: int) -> Twin:
    """``input_type_conductance.h``: conductances are kept 1024 times too large."""
    twin = exponential(name, given, {"i": np.asarray(initial["g"]) * CONDUCTANCE_SCALE}, dt, shift)
    old, new = f"{NOW}{name}_i", f"{NOW}{name}_g"
    twin.states = {new if n == old else n: a for n, a in twin.states.items()}
    twin.arrive = [line.replace(old, new) for line in twin.arrive]
    twin.decay = [line.replace(old, new) for line in twin.decay]
    twin.constants[f"reversal_{name}"] = accum(given["e_rev"])
    twin.scales |= {new: UNIT / CONDUCTANCE_SCALE, f"{name}_g": UNIT}
    twin.shown = {f"{name}_g": f"{new} >> 10"}
    twin.current = f"k_mul({{sign}}({new} >> 10), k_wrap(reversal_{name} - {NOW}v))"
    return twin


def alpha(name: str, given: Given, initial: Given, dt: int, shift: int) -> Twin:
    """``synapse_types_alpha_impl.h``: a linear and an exponential buffer, multiplied."""
    line_, power, last = f"line_{name}", f"power_{name}", f"last_{name}"
    tau, twin = accum(given["tau_syn"]), Twin()
    twin.constants = {f"decay_{name}": each(wrap, decay_of(given["tau_syn"], dt)),
                      f"gain_{name}": each(_gain, tau, dt)}  # fmt: skip
    twin.states = dict.fromkeys((line_, power, last, f"clipped_{name}"), np.zeros(()))
    twin.scales = {f"clipped_{name}": 1.0}
    lines, amount = arrival(name, shift)
    twin.arrive = [
        *lines,
        f"some_{name} = {amount}",
        f"grown_{name} = k_wrap(k_scaled({power}, decay_{name}) + {ONE})",
        f"kept_{name} = k_wrap({ONE} - k_divided({ONE}, grown_{name} if grown_{name} != 0 else 1))",
        f"raised_{name} = k_mul(k_wrap({line_} + k_mul(some_{name}, gain_{name})), kept_{name})",
        f"{line_} = raised_{name} if some_{name} > 0 else {line_}",
        f"{power} = grown_{name} if some_{name} > 0 else {power}",
        f"{last} = some_{name} if some_{name} > 0 else {last}",
    ]
    twin.shown = {f"{name}_i": f"k_mul({line_}, {power})"}
    twin.current = f"k_mul({line_}, {power})"
    twin.decay = [f"{line_} = k_wrap({line_} + k_mul({last}, gain_{name}))",
                  f"{power} = k_scaled({power}, decay_{name})"]  # fmt: skip
    return twin


def _gain(tau: int, dt: int) -> int:
    """Return dt / tau^2 as s16.15; it passes through u0.32, which has no whole part."""
    return divided(dt, tau * tau >> 15) & (ONE - 1)


TWINS: dict[type[Receptor], Callable[..., Twin]] = {
    CurrentExp: exponential, CurrentPulse: pulse, ConductanceExp: conductance, CurrentAlpha: alpha,
}  # fmt: skip
