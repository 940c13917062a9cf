"""Scaling: the cost of an event against size, fan-out, activity and threads."""

from snn_benchmarks.scaling.command import benchmark

__all__ = ["benchmark"]
