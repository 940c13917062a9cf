"""What differs between the simulators that PyNN drives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, eq=False)
class Target:
    """A simulator with a PyNN interface.

    Parameters
    ----------
    name : str
        Under which the backend is registered.
    module : str
        Module of PyNN that is imported.
    distribution, extra : str
        What must be installed, and the extra of ours that installs it.
    scaled_steps : bool
        Additive learning steps are multiplied by `w_max`.
    negative_inhibition : bool
        Weights of inhibitory current receptors are negative.
    first_spike : int
        First step in which a spike source can fire.
    initial_input : dict
        Classes whose synaptic inputs can have initial values, with the name of those but
        for ``_exc`` or ``_inh``.
    last_sample : int
        What is added to the number of steps to give the number of samples of a state.
    setup : dict
        Further arguments of PyNN's `setup`.
    goes_on : bool
        Spike times of a source can be set between two runs; else a longer run starts anew.
    early : float, ms
        What is taken from spike times, which the simulator would round up.
    stream_lag : int
        A Poisson train of step n is replayed in step n less so many: the first tick is 0.
    late : int
        Steps by which input of a source arrives after its delay is over; see `cells.haste`.
    """

    name: str
    title: str
    module: str
    distribution: str
    extra: str
    scaled_steps: bool = True
    negative_inhibition: bool = True
    first_spike: int = 1
    initial_input: Mapping[str, str] = field(default_factory=dict)
    last_sample: int = 1
    setup: Mapping[str, Any] = field(default_factory=dict)
    goes_on: bool = True
    early: float = 0.0
    stream_lag: int = 0
    late: int = 0


SPINNAKER = Target(
    # `pyNN.spiNNaker` is this module under a name that `snn.pynn.install_as` may have taken.
    name="spinnaker", title="spiNNaker", module="spynnaker.pyNN", distribution="sPyNNaker",
    extra="spinnaker",
    scaled_steps=False, negative_inhibition=False, first_spike=0,
    initial_input={"IF_curr_exp": "isyn"},
    last_sample=0, stream_lag=1,
)  # fmt: skip
NEURON = Target(
    name="neuron",
    title="neuron",
    module="pyNN.neuron",
    distribution="neuron",
    extra="neuron",
    goes_on=False,
)
NEST = Target(
    name="pynn_nest", title="nest", module="pyNN.nest", distribution="nest-simulator", extra="nest",
    # Its default lets neurons fire between steps.
    first_spike=2, setup={"spike_precision": "on_grid"}, early=1e-9,
)  # fmt: skip
BRIAN2 = Target(
    name="pynn_brian2",
    title="brian2",
    module="pyNN.brian2",
    distribution="brian2",
    extra="brian2",
    late=1,
)

TARGETS = (SPINNAKER, NEURON, NEST, BRIAN2)
