"""PyNN's language on snn's engines: ``import snn.pynn as sim``."""

from __future__ import annotations

from typing import Any

from pyNN import errors, random, space
from pyNN.connectors import *  # noqa: F403
from pyNN.network import Network
from pyNN.parameters import ParameterSpace, Sequence
from pyNN.random import GSLRNG, NumpyRNG, RandomDistribution
from pyNN.recording import *  # noqa: F403
from pyNN.space import (
    Cuboid,
    Grid2D,
    Grid3D,
    Line,
    RandomStructure,
    Space,
    Sphere,
)
from pyNN.standardmodels import StandardCellType

from snn.pynn import simulator
from snn.pynn.adaptive_cells import (
    EIF_cond_alpha_isfa_ista,
    EIF_cond_exp_isfa_ista,
    GIF_cond_exp,
    HH_cond_exp,
    IF_cond_exp_gsfa_grr,
    IF_facets_hardware1,
)
from snn.pynn.cells import (
    IF_cond_alpha,
    IF_cond_exp,
    IF_curr_alpha,
    IF_curr_delta,
    IF_curr_exp,
    Izhikevich,
)
from snn.pynn.composed_cells import (
    LIF,
    AdExp,
    AlphaPSR,
    BetaPSR,
    CondAlphaPostSynapticResponse,
    CondBetaPostSynapticResponse,
    CondExpPostSynapticResponse,
    CurrExpPostSynapticResponse,
    ExpPSR,
    PointNeuron,
)
from snn.pynn.control import (
    as_network,
    end,
    get_current_time,
    get_max_delay,
    get_min_delay,
    get_time_step,
    initialize,
    num_processes,
    rank,
    reset,
    run,
    run_for,
    run_until,
    setup,
)
from snn.pynn.electrodes import ACSource, DCSource, NoisyCurrentSource, StepCurrentSource
from snn.pynn.gamma import SpikeSourceInhGamma
from snn.pynn.installation import install_as
from snn.pynn.outcome import as_result
from snn.pynn.plasticity import (
    AdditivePotentiationMultiplicativeDepression,
    AdditiveWeightDependence,
    GutigWeightDependence,
    MultiplicativeWeightDependence,
    SpikePairRule,
    STDPMechanism,
    Vogels2011Rule,
)
from snn.pynn.populations import Assembly, Population, PopulationView
from snn.pynn.procedural_api import connect, create, record, record_gsyn, record_v, set
from snn.pynn.projections import Projection
from snn.pynn.random_numbers import NativeRNG
from snn.pynn.refused import SmallWorldConnector, refuse
from snn.pynn.sources import SpikeSourceArray, SpikeSourcePoisson
from snn.pynn.synapses import (
    ElectricalSynapse,
    MultiQuantalSynapse,
    SimpleStochasticSynapse,
    StaticSynapse,
    StochasticTsodyksMarkramSynapse,
    TsodyksMarkramSynapse,
)
from snn.pynn.trains import SpikeSourceGamma, SpikeSourcePoissonRefractory


def __getattr__(name: str) -> Any:
    refuse(name)


def list_standard_models() -> list[str]:
    """Return the names of the standard cell types."""
    return [
        name for name, value in globals().items()
        if isinstance(value, type) and issubclass(value, StandardCellType)
        and value is not StandardCellType
    ]  # fmt: skip
