"""PyNN scripts on this library and on PyNN's simulators."""

from snn_benchmarks.pynn.command import benchmark
from snn_benchmarks.pynn.scripts import benchmark as scripts

__all__ = ["benchmark", "scripts"]
