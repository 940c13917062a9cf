"""Memories after the hippocampal CA3."""

from snn_models.ca3.constants import CA3Constants
from snn_models.ca3.earlier import OscillatoryMemory, RegulatedMemory
from snn_models.ca3.memory import CA3Memory, CA3Part
from snn_models.ca3.operations import Answer, Operation
from snn_models.ca3.session import CA3Session

__all__ = [
    "Answer", "CA3Constants", "CA3Memory", "CA3Part", "CA3Session", "Operation",
    "OscillatoryMemory", "RegulatedMemory",
]  # fmt: skip
