"""What a run returns: spikes, traces, weights, provenance; figures and files of them."""

from snn.results.population import PopulationResult, Trace
from snn.results.provenance import Duration, Provenance, Timing
from snn.results.reading import load
from snn.results.result import Result
from snn.results.spikes import Spikes
from snn.results.synapses import ProjectionResult, Synapses, WeightTrace

__all__ = [
    "Duration", "PopulationResult", "ProjectionResult", "Provenance", "Result", "Spikes",
    "Synapses", "Timing", "Trace", "WeightTrace", "load",
]  # fmt: skip
