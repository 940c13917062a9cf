"""Learning rules, one file each."""

from snn.plasticity.change import ChangeRule
from snn.plasticity.dependence import Additive, Dependence, Multiplicative, PowerLaw
from snn.plasticity.inhibitory_stdp import InhibitorySTDP
from snn.plasticity.nearest_pair_stdp import NearestPairSTDP
from snn.plasticity.pair_stdp import PairSTDP
from snn.plasticity.rule import EventRule, Rule, Trace
from snn.plasticity.symmetric_stdp import SymmetricSTDP
from snn.plasticity.teacher_forced_stdp import TeacherForcedSTDP
from snn.plasticity.triplet_stdp import TripletSTDP
from snn.plasticity.two_trace_stdp import TwoTraceSTDP

__all__ = [
    "Additive", "ChangeRule", "Dependence", "EventRule", "InhibitorySTDP", "Multiplicative",
    "NearestPairSTDP", "PairSTDP", "PowerLaw", "Rule", "SymmetricSTDP", "TeacherForcedSTDP",
    "Trace", "TripletSTDP", "TwoTraceSTDP",
]  # fmt: skip
