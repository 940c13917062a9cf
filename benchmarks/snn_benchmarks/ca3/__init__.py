"""The CA3 content-addressable memory: its published experiments, and beyond them."""

from snn_benchmarks.ca3.command import benchmark

__all__ = ["benchmark"]
