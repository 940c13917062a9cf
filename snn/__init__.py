"""snn: spiking neural networks, declared once, run on the CPU or on SpiNNaker."""

from snn.cells import (
    GIF,
    LIF,
    AdaptiveLIF,
    AdEx,
    AstrocyteModulatedLIF,
    Cell,
    ConductanceAdaptiveLIF,
    HodgkinHuxley,
    Izhikevich,
    declare_receptors,
)
from snn.checking import check
from snn.comparison import compare
from snn.compiler import compile_network
from snn.connectors import (
    CSR,
    AllButSelf,
    AllToAll,
    Connector,
    Convolution,
    DistanceProbability,
    FixedInDegree,
    FixedOutDegree,
    FixedProbability,
    FixedTotal,
    FromList,
    OneToOne,
)
from snn.deployment import deploy
from snn.distributions import Exponential, LogNormal, Normal, Uniform
from snn.fields import State, derived, model, param
from snn.homeostasis import (
    FactorSearch,
    IntrinsicPlasticity,
    NormScaling,
    RateScaling,
    Reduction,
    RowScaling,
    SynapticScaling,
)
from snn.network import Network
from snn.plasticity import (
    BPSTDP,
    PSPM,
    Additive,
    ChangeRule,
    DelayLearning,
    Dependence,
    EventRule,
    Gliotransmission,
    InhibitorySTDP,
    Multiplicative,
    NearestPairSTDP,
    NearestTripletSTDP,
    PairSTDP,
    PostState,
    PowerLaw,
    RewardSTDP,
    SpikeDrivenPlasticity,
    StochasticRelease,
    StochasticTsodyksMarkram,
    StructuralPlasticity,
    SymmetricSTDP,
    SynapseVariable,
    TeacherForcedSTDP,
    Tempotron,
    TopologyRule,
    Trace,
    TrialRule,
    TripletSTDP,
    TsodyksMarkram,
    TwoTraceSTDP,
    WeightDecay,
)
from snn.receptors import (
    Astrocyte,
    ConductanceAlpha,
    ConductanceBeta,
    ConductanceExp,
    CurrentAlpha,
    CurrentDelta,
    CurrentExp,
    CurrentPulse,
    DendriticSegment,
    Receptor,
)
from snn.results import Result, load
from snn.schedule import Phase, Readout, Repeat, Schedule
from snn.simulation import Simulation, run
from snn.sources import DCSource, NoiseTable, Poisson, PoissonInput, SpikeArray, StepCurrentSource
from snn.space import Space, grid, line
from snn.synapse import Synapse

__all__ = [
    "AdEx", "AdaptiveLIF", "Additive", "AllButSelf", "AllToAll", "Astrocyte",
    "AstrocyteModulatedLIF", "BPSTDP", "CSR", "Cell", "ChangeRule", "ConductanceAdaptiveLIF",
    "ConductanceAlpha", "ConductanceBeta", "ConductanceExp", "Connector", "Convolution",
    "CurrentAlpha", "CurrentDelta", "CurrentExp", "CurrentPulse", "DCSource", "DelayLearning",
    "DendriticSegment", "Dependence", "DistanceProbability", "EventRule", "Exponential",
    "FactorSearch", "FixedInDegree", "FixedOutDegree", "FixedProbability", "FixedTotal",
    "FromList", "GIF", "Gliotransmission", "HodgkinHuxley", "InhibitorySTDP",
    "IntrinsicPlasticity", "Izhikevich",
    "LIF", "LogNormal", "Multiplicative", "NearestPairSTDP", "NearestTripletSTDP", "Network",
    "NoiseTable",
    "NormScaling", "Normal", "OneToOne", "PSPM", "PairSTDP", "Phase", "Poisson", "PoissonInput",
    "PostState", "PowerLaw", "RateScaling", "Readout", "Receptor", "Reduction", "Repeat",
    "Result", "RewardSTDP", "RowScaling", "Schedule", "Simulation", "Space", "SpikeArray",
    "SpikeDrivenPlasticity", "State", "StepCurrentSource", "StochasticRelease",
    "StochasticTsodyksMarkram", "StructuralPlasticity", "SymmetricSTDP", "Synapse",
    "SynapseVariable", "SynapticScaling", "TeacherForcedSTDP", "Tempotron", "TopologyRule",
    "Trace", "TrialRule", "TripletSTDP", "TsodyksMarkram", "TwoTraceSTDP", "Uniform",
    "WeightDecay", "check", "compare", "compile_network", "declare_receptors", "deploy",
    "derived", "grid", "line", "load", "model", "param", "run",
]  # fmt: skip
