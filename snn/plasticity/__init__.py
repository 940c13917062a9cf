"""Learning rules, one file each."""

from snn.plasticity.pair_stdp import PairSTDP
from snn.plasticity.rule import EventRule, Rule, Trace
from snn.plasticity.symmetric_stdp import SymmetricSTDP

__all__ = ["EventRule", "PairSTDP", "Rule", "SymmetricSTDP", "Trace"]
