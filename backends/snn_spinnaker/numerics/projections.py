"""Synapses in the board's numbers: 16-bit weights at a power-of-two scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from snn.compiler.compiled import CompiledProjection
from snn.errors import Problem
from snn_spinnaker.numerics.arithmetic import LARGEST_CELL

LARGEST_SHIFT = 16
"""With a larger one the top bits of an input cell lie beyond s16.15."""


def unit_of(shift: int, scale: float) -> float:
    """Return the weight of one bit at a ring buffer shift, in the receptor's unit."""
    return float(2.0 ** (shift - 15)) / scale


def twin_of(q: CompiledProjection, unit: float) -> CompiledProjection:
    """Return a projection with whole weights, rounded to nearest, halves to even."""
    return replace(q, weight=np.rint(np.abs(q.weight) / unit).astype(np.int32), scale=unit)


def weight_problems(q: CompiledProjection, unit: float) -> list[Problem]:
    """Name weights that are negative or need more than 16 bits."""
    if not q.synapses:
        return []
    low, high = float(q.weight.min()), float(q.weight.max())
    if low < 0 < high or low < 0:
        message = f"must be at least 0 on the board; got {low:g}"
        return [Problem(q.label, "weight", message, "use a receptor with sign=-1")]
    if np.rint(high / unit) > LARGEST_CELL:
        message = (f"must be at most {LARGEST_CELL * unit:g} at this scale (16 bits of "
                   f"{unit:g} each); got {high:g}")  # fmt: skip
        return [Problem(q.label, "weight", message, "raise max_expected_summed_weight")]
    return []


def shift_problems(label: str, receptors: Sequence[str], shifts: Sequence[int]) -> list[Problem]:
    """Name receptors whose expected input is beyond s16.15."""
    message = "may sum to more than 65536 in one tick, beyond the board's numbers"
    remedy = "lower the weights, or give max_expected_summed_weight"
    return [Problem(f"{label}.{name}", "weight", message, remedy)
            for name, shift in zip(receptors, shifts) if shift > LARGEST_SHIFT]  # fmt: skip
