"""``snn bench pspm``: spike trains of recurrent networks learned by PSPM."""

from snn_benchmarks.pspm.command import benchmark

__all__ = ["benchmark"]
