"""snn: spiking neural networks, declared once, run on the CPU or on SpiNNaker."""

from snn.cells import AdaptiveLIF, AdEx, Cell, Izhikevich, LIF
from snn.compiler import compile_network
from snn.connectors import (
    AllButSelf,
    AllToAll,
    Connector,
    Convolution,
    CSR,
    DistanceProbability,
    FixedInDegree,
    FixedOutDegree,
    FixedProbability,
    FixedTotal,
    FromList,
    OneToOne,
)
from snn.distributions import Exponential, LogNormal, Normal, Uniform
from snn.fields import State, derived, model, param
from snn.homeostasis import SynapticScaling
from snn.network import Network
from snn.plasticity import EventRule, PairSTDP, SymmetricSTDP, Trace
from snn.receptors import ConductanceExp, CurrentAlpha, CurrentDelta, CurrentExp, CurrentPulse
from snn.results import Result, load
from snn.schedule import Phase, Repeat, Schedule
from snn.simulation import Simulation, run
from snn.sources import DCSource, NoiseTable, Poisson, PoissonInput, SpikeArray, StepCurrentSource
from snn.space import Space, grid, line
from snn.synapse import Synapse
