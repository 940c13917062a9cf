"""Speed: standard workloads on the CPU engine and on peers."""

from snn_benchmarks.speed.command import benchmark

__all__ = ["benchmark"]
