"""Recognition of real handwritten digits by symmetric STDP."""

from snn_benchmarks.digits.command import benchmark

__all__ = ["benchmark"]
