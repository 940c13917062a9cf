"""What NEST records, stamped with our steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler import Compiled, CompiledPopulation, CompiledRecording
from snn_nest.cells import states_of
from snn_nest.kernel import Kernel

Array = NDArray[Any]


class SpikeLog:
    """The spikes of a population of cells."""

    def __init__(self, kernel: Kernel, p: CompiledPopulation, nodes: Any, delay: int) -> None:
        self.kernel, self.first = kernel, int(nodes[0].global_id)
        self.device = kernel.create(p.label, "spike_recorder", 1, owned=False)
        with kernel.blamed(p.label):
            kernel.nest.Connect(nodes, self.device, syn_spec={"delay": delay * kernel.dt})

    def take(self, start: int) -> tuple[Array, Array]:
        """Return and forget (steps, neurons), sorted; our steps are `start` behind NEST's."""
        events = self.device.events
        self.device.n_events = 0
        steps = np.rint(np.asarray(events["times"]) / self.kernel.dt).astype(np.int64) - start
        neurons = np.asarray(events["senders"], np.int64) - self.first
        steps, neurons = self.kernel.gathered(steps, neurons)
        order = np.lexsort((neurons, steps))
        return steps[order], neurons[order]


class Sampler:
    """A state of some neurons of a population, every few steps."""

    def __init__(
        self, kernel: Kernel, compiled: Compiled, r: CompiledRecording, nodes: Any, start: int
    ) -> None:
        self.kernel, self.r, self.start = kernel, r, start
        self.p = compiled.populations[r.population]
        assert isinstance(self.p.model, Cell)
        self.target, self.unit, self.readable = states_of(self.p.model)[r.variable]
        self.nodes = nodes[[int(k) for k in r.index]]
        self.latest = -1
        self.device = kernel.create(r.label, "multimeter", 1, owned=False)
        with kernel.blamed(r.label):
            # The first sample is one interval past the offset.
            self.device.set({"interval": r.every * kernel.dt, "record_from": [self.target],
                             "offset": start % r.every * kernel.dt})  # fmt: skip
            kernel.nest.Connect(self.device, self.nodes, syn_spec={"delay": kernel.dt})

    def take(self, now: int) -> tuple[Array, Array]:
        """Return and forget (steps, (samples, neurons)).

        NEST's multimeter gets a sample when the next step is made: the last one is read from
        the neurons, and one of a state that they do not show comes with the next run.
        """
        parts = [self._initial(), self._recorded(), self._last(now)]
        steps = np.concatenate([p[0] for p in parts])
        values = np.concatenate([p[1] for p in parts])
        self.latest = int(steps.max(initial=self.latest))
        return steps, values

    def _initial(self) -> tuple[Array, Array]:
        start = self.p.initial[self.r.variable][self.r.index]
        return (np.array([0]), start[None]) if self.latest < 0 else self._none()

    def _none(self) -> tuple[Array, Array]:
        return np.zeros(0, np.int64), np.zeros((0, len(self.r.index)))

    def _recorded(self) -> tuple[Array, Array]:
        events = self.device.events
        self.device.n_events = 0
        times, senders, values = self.kernel.gathered(
            *(np.asarray(events[n]) for n in ("times", "senders", self.target))
        )
        steps = np.rint(times / self.kernel.dt).astype(np.int64) - self.start
        order = np.lexsort((senders, steps))
        rows = values[order].reshape(-1, len(self.r.index)) * self.unit
        of_rows = steps[order][:: len(self.r.index)]
        new = of_rows > max(self.latest, 0)
        return of_rows[new], rows[new]

    def _last(self, now: int) -> tuple[Array, Array]:
        if not self.readable or now == 0 or now % self.r.every or now == self.latest:
            return self._none()
        local = self.kernel.local(self.nodes)
        own = np.atleast_1d(local.get(self.target)) if len(local) else np.zeros(0)
        ids = np.array(local.tolist() if len(local) else [], np.int64)
        values, ids = self.kernel.gathered(own, ids)
        return np.array([now]), (values[np.argsort(ids)] * self.unit)[None]
