"""Our networks on any simulator that has a PyNN 0.13 interface.

`targets` says what differs between the simulators; `cells` and `rules` are the translation
tables; `building` makes populations and projections of a compiled network, `engine` runs them,
and `spynnaker` knows sPyNNaker's tool chain.
"""

from snn_on_pynn.backend import PynnBackend
from snn_on_pynn.targets import BRIAN2, NEST, NEURON, SPINNAKER

__all__ = ["PynnBackend", "neuron", "pynn_brian2", "pynn_nest", "spinnaker"]

spinnaker = PynnBackend(SPINNAKER)
neuron = PynnBackend(NEURON)
pynn_nest = PynnBackend(NEST)
pynn_brian2 = PynnBackend(BRIAN2)
