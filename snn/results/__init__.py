"""What a run returns: spikes, traces, weights, provenance; figures and files of them."""

from snn.results.population import PopulationResult, Trace
from snn.results.provenance import Duration, Provenance, Timing
from snn.results.reading import load
from snn.results.result import Result
from snn.results.spikes import Spikes
from snn.results.synapses import ProjectionResult, Synapses, WeightTrace
from snn.results.trial_result import TrialResult

__all__ = [
    "Duration", "PopulationResult", "ProjectionResult", "Provenance", "Result", "Spikes",
    "Synapses", "Timing", "Trace", "TrialResult", "WeightTrace", "load",
]  # fmt: skip
