"""Astrocytes: a documented example, and what they do for memory."""

from snn_benchmarks.astrocyte.command import benchmark

__all__ = ["benchmark"]
