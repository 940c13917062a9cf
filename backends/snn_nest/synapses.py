"""Projections on NEST: connected from arrays, read back in compiled order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler import Compiled, CompiledProjection
from snn.compiler.endpoints import endpoints, taps
from snn.errors import SnnError
from snn.plasticity import EventRule
from snn_nest.cells import Port, match
from snn_nest.kernel import Kernel
from snn_nest.pending import Pending
from snn_nest.rules import Form, form_of

Array = NDArray[Any]
CHUNK = 1_000_000
"""Synapses that are handed over at once."""
TINY = 1e-290
"""Weight that stands for 0 where NEST asks for the sign of the largest weight."""


class Synapses:
    """The synapses of a projection.

    Parameters
    ----------
    kernel : Kernel
    compiled : Compiled
    q : CompiledProjection
    pre, post : (n,) int64
        Nodes of both populations.
    """

    def __init__(
        self, kernel: Kernel, compiled: Compiled, q: CompiledProjection, pre: Array, post: Array
    ) -> None:
        self.kernel, self.q, self.nodes = kernel, q, (pre, post)
        self.model = f"snn_{q.index}"
        cell = compiled.populations[q.post].model
        assert isinstance(cell, Cell)
        self.port: Port = list(match(cell).ports.values())[q.receptor]
        self.rule: Any = next((r.rule for r in q.rules if isinstance(r.rule, EventRule)), None)
        self.form: Form | None = None if self.rule is None else form_of(self.rule)
        self.weights = weights_of(q)
        self.learning = True
        self._order: tuple[Any, Array] | None = None
        sizes = compiled.populations[q.pre].size, compiled.populations[q.post].size
        self.pending = self._pending(sizes, compiled.dt)
        with kernel.blamed(q.label):
            self._connect()

    @property
    def learns(self) -> bool:
        """Whether weights change during a run."""
        return self.form is not None and bool(self.form.still)

    def _pending(self, sizes: tuple[int, int], dt: float) -> Pending | None:
        if not self.learns:
            return None
        pre, post = endpoints(self.q)
        return Pending(self.q, sizes, pre, post, delays_of(self.q), dt)

    def _connect(self) -> None:
        nest = self.kernel.nest
        nest.CopyModel(self.form.synapse if self.form else "static_synapse", self.model,
                       self._parameters())  # fmt: skip
        pre, post = endpoints(self.q)
        delay = delays_of(self.q)
        for a in range(0, len(pre), CHUNK):
            part = slice(a, a + CHUNK)
            nest.Connect(
                self.nodes[0][pre[part]], self.nodes[1][post[part]], "one_to_one",
                {"synapse_model": self.model, "receptor_type": self.port.receptor_type,
                 "weight": self._nest_weights(self.weights[part]),
                 "delay": delay[part] * self.kernel.dt},
            )  # fmt: skip

    def _parameters(self) -> dict[str, float]:
        if self.form is None:
            return {}
        given = self.form.parameters(self.rule, self.port.factor)
        # The default weight must have the sign of the largest one when that is set.
        return {"weight": np.sign(self.port.factor) * TINY, **given} if self.learns else given

    def _nest_weights(self, weights: Array) -> Array:
        made = weights * self.port.factor
        if self.learns:
            made[made == 0] = np.sign(self.port.factor) * TINY
        return np.ascontiguousarray(made, dtype=np.float64)

    def _connections(self) -> tuple[Any, Array]:
        """Return NEST's connections and their places in compiled order."""
        if self._order is None:
            found = self.kernel.nest.GetConnections(synapse_model=self.model)
            own = found.get(["source", "target", "delay", "weight"])
            columns = [np.atleast_1d(own[n]) for n in ("source", "target", "delay", "weight")]
            self._order = found, self._places(columns)
        return self._order

    def _places(self, columns: list[Array]) -> Array:
        """Return the compiled place of each connection.

        Synapses that agree in all columns are alike; any order of theirs will do.
        """
        pre, post = endpoints(self.q)
        steps = np.rint(columns[2] / self.kernel.dt).astype(np.int64)
        ours = np.lexsort((self._nest_weights(self.weights), delays_of(self.q), post, pre))
        theirs = np.lexsort((columns[3], steps, columns[1], columns[0]))
        if self.kernel.processes > 1:
            local = np.isin(self.nodes[1][post[ours]], np.unique(columns[1]))
            ours = ours[local]
        places = np.empty(len(theirs), np.int64)
        places[theirs] = ours
        return places

    def settle(self) -> None:
        """Look the connections up while their weights are still the initial ones."""
        if self.learns and self.kernel.processes > 1:
            self._connections()

    def stored(self) -> Array:
        """Return the weights as NEST has them now, in our unit and compiled order."""
        connections, places = self._connections()
        if not len(places) and self.kernel.processes == 1:
            return np.zeros(0)
        own = np.atleast_1d(connections.get("weight")) / self.port.factor if len(places) else []
        found, where = self.kernel.gathered(np.asarray(own, float), places)
        made = np.empty(self.q.synapses)
        made[where] = found
        return made

    def read(self, now: int, delivered: int) -> Array:
        """Return the weights with every event up to `now`."""
        if self.pending is None:
            return self.weights.copy()
        with self.kernel.blamed(self.q.label):
            return self.pending.applied(self.stored(), now, delivered)

    def write(self, weights: Array, now: int, delivered: int) -> None:
        """Set the weights; events until now do not change them any more.

        Raises
        ------
        SnnError
            NEST will still strengthen a synapse by more than its new weight.
        """
        wanted = np.array(np.broadcast_to(weights, self.q.synapses), float)
        made = wanted
        if self.pending is not None:
            try:
                made = self.pending.inverse(wanted, now, delivered)
            except ValueError as error:
                raise SnnError(
                    f"{self.q.label}.weights: NEST strengthens {error} by more than their new "
                    "weight when their source fires next; set larger weights, or set them before "
                    "the first run"
                ) from None
        with self.kernel.blamed(self.q.label):
            connections, places = self._connections()
            if len(places):
                connections.set(weight=self._nest_weights(made)[places])
        self.weights = wanted

    def learn(self, on: bool, now: int, delivered: int) -> None:
        """Switch learning; what happens while it is off leaves no trace in the weights."""
        if self.pending is None or on == self.learning:
            return
        present = self.read(now, delivered)
        self.learning = on
        assert self.form is not None
        given = self.form.parameters(self.rule, self.port.factor)
        changed = {name: given[name] if on else 0.0 for name in self.form.still}
        with self.kernel.blamed(self.q.label):
            connections, places = self._connections()
            if len(places):
                connections.set(changed)
        self.pending.still = not on
        self.write(present, now, delivered)


def weights_of(q: CompiledProjection) -> Array:
    """Return one weight per synapse, float64."""
    weight = q.weight
    if q.form == "convolution":
        weight = weight[taps(q)[2]]
    return np.array(np.broadcast_to(weight, q.synapses), dtype=float)


def delays_of(q: CompiledProjection) -> Array:
    """Return one delay per synapse, in steps."""
    delay = q.delay
    if q.form == "convolution" and delay.ndim:
        delay = delay[taps(q)[2]]
    return np.array(np.broadcast_to(delay, q.synapses), dtype=np.int64)
