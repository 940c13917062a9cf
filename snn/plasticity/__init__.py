"""Learning rules, one file each."""

from snn.plasticity.bp_stdp import BPSTDP
from snn.plasticity.change import ChangeRule
from snn.plasticity.delay_learning import DelayLearning
from snn.plasticity.dependence import Additive, Dependence, Multiplicative, PowerLaw
from snn.plasticity.gliotransmission import Gliotransmission
from snn.plasticity.inhibitory_stdp import InhibitorySTDP
from snn.plasticity.nearest_pair_stdp import NearestPairSTDP
from snn.plasticity.nearest_triplet_stdp import NearestTripletSTDP
from snn.plasticity.pair_stdp import PairSTDP
from snn.plasticity.pspm import PSPM
from snn.plasticity.reward_stdp import RewardSTDP
from snn.plasticity.rule import EventRule, PostState, Rule, SynapseVariable, Trace
from snn.plasticity.spike_driven import SpikeDrivenPlasticity
from snn.plasticity.stochastic_release import StochasticRelease
from snn.plasticity.stochastic_tsodyks_markram import StochasticTsodyksMarkram
from snn.plasticity.structural_plasticity import StructuralPlasticity
from snn.plasticity.symmetric_stdp import SymmetricSTDP
from snn.plasticity.teacher_forced_stdp import TeacherForcedSTDP
from snn.plasticity.tempotron import Tempotron
from snn.plasticity.topology_rule import TopologyRule
from snn.plasticity.trial_rule import TrialRule
from snn.plasticity.triplet_stdp import TripletSTDP
from snn.plasticity.tsodyks_markram import TsodyksMarkram
from snn.plasticity.two_trace_stdp import TwoTraceSTDP
from snn.plasticity.weight_decay import WeightDecay

__all__ = [
    "Additive", "BPSTDP", "ChangeRule", "DelayLearning", "Dependence", "EventRule",
    "Gliotransmission", "InhibitorySTDP", "Multiplicative", "NearestPairSTDP", "NearestTripletSTDP",
    "PSPM",
    "PairSTDP", "PostState", "PowerLaw", "RewardSTDP", "Rule", "SpikeDrivenPlasticity",
    "StochasticRelease", "StochasticTsodyksMarkram", "StructuralPlasticity", "SymmetricSTDP",
    "SynapseVariable", "TeacherForcedSTDP", "Tempotron", "TopologyRule", "Trace", "TrialRule",
    "TripletSTDP", "TsodyksMarkram", "TwoTraceSTDP", "WeightDecay",
]  # fmt: skip
