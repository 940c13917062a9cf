"""The board's exponential: integers only, not the true exponential in its last bits.

e^x of an s16.15 number is the product of three factors: e to the next whole number above x, one
minus a table of 16 steps of 1/16, and one minus a quadratic on what is left. Products round half
up. The tables hold rounded values of the functions they are named after, so they are computed.

Source: behaviour of ``expk`` and ``expulr`` of spinn_common (``stdfix-exp``), established on the
executed binaries: exp(-1/5) is 3516490311 / 2^32, exp(-1/20) is 31170 / 2^15.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import cache

LOWEST, HIGHEST = -340695, 363408
"""s16.15 arguments outside are 0 and the largest number."""

SERIES = (5294, 4293434720, 2081624032)
"""Constant, slope and curvature of 1 - exp(-x), x in [0, 1/16), in 2^-32."""


@cache
def whole(n: int) -> int:
    """Return e^n in units of 2^-32, rounded."""
    with localcontext() as context:
        context.prec = 50
        return int((Decimal(n).exp() * 2**32).to_integral_value())


@cache
def step(k: int) -> int:
    """Return 1 - e^(-k/16) in units of 2^-32, rounded."""
    with localcontext() as context:
        context.prec = 50
        return int(((1 - (Decimal(-k) / 16).exp()) * 2**32).to_integral_value())


def rest(x: int) -> int:
    """Return 1 - exp(-x 2^-32), x below 2^28, by the board's quadratic."""
    constant, slope, curvature = SERIES
    return ((slope - (curvature * x >> 32)) * x >> 32) + constant


def product(x: int, factor: int) -> int:
    """Multiply by a factor in units of 2^-32, rounding half up."""
    return x * factor + (1 << 31) >> 32


def exponential(x: int) -> int:
    """Return e^x of an s16.15 number in units of 2^-32."""
    above = -(-x >> 15)
    left = (above << 15) - x
    value = whole(above)
    if left:
        value -= product(value, step(left >> 11))
        value -= product(value, rest((left & 0x7FF) << 17))
    return value


def expk(x: int) -> int:
    """Return e^x as s16.15."""
    if x > HIGHEST:
        return (1 << 31) - 1
    return 0 if x < LOWEST else exponential(x) >> 17


def expulr(x: int) -> int:
    """Return e^x, x <= 0, as u0.32."""
    return 0 if x < LOWEST else min(exponential(x), (1 << 32) - 1)
