"""Synapses as a user sees them: sorted by (pre, post), indices within what was connected."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from snn.cells import Cell
from snn.compiler import Compiled
from snn.compiler.endpoints import endpoints, taps
from snn.compiler.topology import topology_rules
from snn.engine import Engine
from snn.errors import Problem, ValidationError
from snn.network import Network, Neurons, Population, Projection, population_of
from snn.results import Synapses

Array = NDArray[Any]


class SynapseView:
    """The synapses of each projection (by index) of a simulation.

    Parameters
    ----------
    network : Network
    compiled : Compiled

    Attributes
    ----------
    engine : Engine
        Has the present weights, and the present synapses where topology changes; set by
        the simulation, whose engine a reset replaces.
    """

    engine: Engine

    def __init__(self, network: Network, compiled: Compiled) -> None:
        self.network, self.compiled = network, compiled
        self._orders: dict[int, tuple[Array, Array, Array]] = {}

    def synapses(self, k: int) -> Synapses:
        """Return the synapses now."""
        declared, (pre, post, order) = self.network.projections[k], self.order(k)
        return Synapses(
            pre=pre, post=post, weight=self.weights(k),
            delay=self._ends(k)[2][order] * self.compiled.dt,
            n_pre=len(declared.pre), n_post=len(declared.post), unit=_unit(declared),
        )  # fmt: skip

    def weights(self, k: int) -> Array:
        """Return the weights now, every event applied."""
        return np.asarray(self.engine.read_weights(k)[self.order(k)[2]])

    def placed(self, k: int, weights: ArrayLike | Synapses) -> Array:
        """Return one weight per synapse, where the engine has it."""
        values = np.asarray(weights.weight if isinstance(weights, Synapses) else weights, float)
        order = self.order(k)[2]
        if values.shape not in ((), order.shape):
            label, count = self.network.projections[k].label, len(order)
            message = f"needs shape () or ({count},); got {values.shape}"
            raise ValidationError([Problem(label, "weights", message)])
        ordered = np.empty(len(order))
        ordered[order] = values
        return ordered

    def order(self, k: int) -> tuple[Array, Array, Array]:
        """Return (pre, post, order): sorted ends, and where the engine has each synapse."""
        if k in self._orders:
            return self._orders[k]
        declared = self.network.projections[k]
        pre, post, _ = self._ends(k)
        pre, post = _local(pre, declared.pre), _local(post, declared.post)
        order = np.lexsort((post, pre))
        found = pre[order], post[order], order
        if not topology_rules(self.compiled.projections[k]):
            self._orders[k] = found
        return found

    def _ends(self, k: int) -> tuple[Array, Array, Array]:
        """Return source, target and delay in steps of each synapse, in compiled order."""
        q = self.compiled.projections[k]
        if topology_rules(q):
            return self.engine.read_synapses(k)
        steps = q.delay[taps(q)[2]] if q.form == "convolution" and q.delay.ndim else q.total_delay
        return (*endpoints(q), np.broadcast_to(steps, q.synapses))


def _local(index: Array, neurons: Neurons) -> Array:
    """Turn population indices into indices of a view."""
    if isinstance(neurons, Population):
        return index
    position = np.full(neurons.population.size, -1)
    position[neurons.index] = np.arange(len(neurons))
    return np.asarray(position[index])


def _unit(projection: Projection) -> str:
    cell = population_of(projection.post).model
    assert isinstance(cell, Cell)
    return cell.receptors[projection.receptor].weight_unit
