"""PyNN's language on snn's engines: ``import snn.pynn as sim``."""

from __future__ import annotations

from pyNN import errors, random, space
from pyNN.connectors import *  # noqa: F403
from pyNN.network import Network
from pyNN.random import GSLRNG, NativeRNG, NumpyRNG, RandomDistribution
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
from snn.pynn.cells import (
    EIF_cond_exp_isfa_ista,
    IF_cond_exp,
    IF_curr_alpha,
    IF_curr_delta,
    IF_curr_exp,
    Izhikevich,
)
from snn.pynn.control import (
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
from snn.pynn.populations import Assembly, Population, PopulationView
from snn.pynn.procedural_api import connect, create, record, record_gsyn, record_v, set
from snn.pynn.projections import Projection
from snn.pynn.sources import SpikeSourceArray, SpikeSourcePoisson
from snn.pynn.synapses import StaticSynapse


def list_standard_models() -> list[str]:
    """Return the names of the standard cell types."""
    return [
        name for name, value in globals().items()
        if isinstance(value, type) and issubclass(value, StandardCellType)
        and value is not StandardCellType
    ]  # fmt: skip
