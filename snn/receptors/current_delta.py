"""Instantaneous jump of the membrane potential."""

from __future__ import annotations

from typing import ClassVar

from snn.fields import model
from snn.receptors.receptor import Receptor


@model
class CurrentDelta(Receptor):
    """The weight, in mV, is added to v on arrival; lost during refractoriness."""

    sign: int = 1
    signed: bool = False

    drive: ClassVar[str] = "voltage"
    weight_unit: ClassVar[str] = "mV"
