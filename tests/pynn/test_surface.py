"""Every public name that PyNN's simulators share is there, and works or says what to use."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

sim = pytest.importorskip("snn.pynn", reason="PyNN is not installed")

SURFACE = """
setup end run run_for run_until reset initialize get_current_time get_time_step get_min_delay
get_max_delay num_processes rank list_standard_models
create connect record record_v record_gsyn set
Population PopulationView Assembly Projection Network errors random space
IF_curr_exp IF_curr_alpha IF_curr_delta IF_cond_exp IF_cond_alpha EIF_cond_exp_isfa_ista
EIF_cond_alpha_isfa_ista IF_cond_exp_gsfa_grr HH_cond_exp Izhikevich GIF_cond_exp
IF_facets_hardware1 PointNeuron LIF AdExp CurrExpPostSynapticResponse
CondExpPostSynapticResponse CondAlphaPostSynapticResponse CondBetaPostSynapticResponse
ExpPSR AlphaPSR BetaPSR
SpikeSourceArray SpikeSourcePoisson SpikeSourcePoissonRefractory SpikeSourceGamma
SpikeSourceInhGamma
AllToAllConnector OneToOneConnector FixedProbabilityConnector
DistanceDependentProbabilityConnector DisplacementDependentProbabilityConnector
IndexBasedProbabilityConnector FixedNumberPreConnector FixedNumberPostConnector
FixedTotalNumberConnector FromListConnector FromFileConnector SmallWorldConnector CSAConnector
CloneConnector ArrayConnector
StaticSynapse TsodyksMarkramSynapse SimpleStochasticSynapse StochasticTsodyksMarkramSynapse
MultiQuantalSynapse ElectricalSynapse STDPMechanism SpikePairRule Vogels2011Rule
AdditiveWeightDependence MultiplicativeWeightDependence
AdditivePotentiationMultiplicativeDepression GutigWeightDependence
DCSource ACSource StepCurrentSource NoisyCurrentSource
RandomDistribution NumpyRNG GSLRNG NativeRNG Sequence
Space Line Grid2D Grid3D RandomStructure Cuboid Sphere
"""


def test_names_are_there() -> None:
    assert [name for name in SURFACE.split() if not hasattr(sim, name)] == []


def test_all_that_the_mock_simulator_has_is_there() -> None:
    """`pyNN.mock` is PyNN's template of a simulator; what it imports for itself is left out."""
    own = {"MockCurrentSource", "build_translations", "standardmodels", "state"}
    mock = importlib.import_module("pyNN.mock")
    names = {n for n in dir(mock) if not n.startswith("_")} - own
    assert not {n for n in names if not hasattr(sim, n)}


@pytest.mark.parametrize(
    ("name", "use"),
    [("native_cell_type", "extending"), ("MultiCompartmentNeuron", "pyNN.neuron"),
     ("nineml", "extending")],
)  # fmt: skip
def test_what_is_missing_names_what_to_use(name: str, use: str) -> None:
    with pytest.raises(NotImplementedError, match=f"sim.{name}: .*{use}"):
        getattr(sim, name)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = sim.nonsense


def test_small_worlds_are_refused_in_one_sentence() -> None:
    with pytest.raises(NotImplementedError, match="SmallWorldConnector.*FromListConnector"):
        sim.SmallWorldConnector(degree=2, rewiring=0.1)


def test_the_native_generator_is_numpys() -> None:
    sim.setup()
    cells = sim.Population(9, sim.IF_cond_exp())
    found = []
    for kind in (sim.NativeRNG, sim.NumpyRNG):
        weight = sim.RandomDistribution("normal", mu=0.5, sigma=0.01, rng=kind(seed=7))
        projection = sim.Projection(
            cells, cells, sim.FixedProbabilityConnector(0.7, rng=kind(seed=3)),
            sim.StaticSynapse(weight=weight, delay=0.5),
        )  # fmt: skip
        found.append(projection.get("weight", format="list"))
    assert found[0] == found[1]
    assert np.std([w for *_, w in found[0]]) > 0


def test_connection_set_algebra() -> None:
    csa: Any = pytest.importorskip("csa", reason="csa is not installed")
    sim.setup()
    cells = sim.Population(6, sim.IF_cond_exp())
    ring = csa.shift(0, 1) * csa.oneToOne
    connector = sim.CSAConnector(csa.cset(ring, 0.02, 1.5))
    projection = sim.Projection(cells, cells, connector)
    rows = projection.get(["weight", "delay"], format="list")
    assert sorted(rows) == [(i, i + 1, 0.02, 1.5) for i in range(5)]
