"""Input for NEST: our own random streams and currents, handed over stretch by stretch.

Our step n is NEST's step n + start. What a device emits must leave it the smallest delay before it
acts, so `start` is that delay and one step at least.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledCurrent, CompiledDrive, CompiledPopulation
from snn.replay import drive_counts, spike_trains
from snn_nest.cells import Port
from snn_nest.kernel import Kernel

Array = NDArray[Any]


def hand_over(kernel: Kernel, nodes: Any, steps: Array, owners: Array) -> None:
    """Give devices their spikes: node ``owners[k]`` emits one in NEST's step ``steps[k]``."""
    order = np.lexsort((steps, owners))
    edges = np.searchsorted(owners[order], np.arange(len(nodes) + 1))
    times = np.round(steps[order] * kernel.dt, 9)
    nodes.set([{"spike_times": times[a:b]} for a, b in zip(edges[:-1], edges[1:], strict=True)])


class Trains:
    """A source of ours: a neuron of NEST for each, which emits what it is told."""

    def __init__(self, kernel: Kernel, p: CompiledPopulation, start: int) -> None:
        self.kernel, self.p, self.start, self.begun = kernel, p, start, 1
        self.nodes = kernel.create(p.label, "spike_train_injector", p.size)

    def feed(self, first: int, last: int) -> tuple[Array, Array]:
        """Hand over the spikes stamped first <= step < last, and return them."""
        steps, neurons = spike_trains(self.p, self.kernel.dt, first, last, begun=self.begun)
        with self.kernel.blamed(self.p.label):
            hand_over(self.kernel, self.nodes, steps + self.start, neurons)
        return steps, neurons

    def set_rate(self, rate: Array, begun: int) -> None:
        """Take other rates; a stretch begins."""
        self.p, self.begun = replace(self.p, rate=rate), begun


class Device(Protocol):
    """What must be handed over `ahead` steps before it acts."""

    ahead: int

    def feed(self, first: int, last: int) -> None:
        """Hand over what acts in first <= step < last."""


class Drive:
    """A private Poisson drive: a generator for each of its neurons.

    What acts up to step n + `ahead` must be handed over before step n + 1 is made.
    """

    def __init__(
        self, kernel: Kernel, drive: CompiledDrive, targets: Array, delay: int, start: int,
        port: Port,
    ) -> None:  # fmt: skip
        self.kernel, self.drive, self.ahead = kernel, drive, delay
        self.shift = start - delay
        count = len(drive.index)
        self.generators = kernel.create(drive.label, "spike_generator", count, owned=False)
        with kernel.blamed(drive.label):
            kernel.nest.Connect(
                np.array(self.generators.tolist()), targets[drive.index], "one_to_one",
                {"weight": np.full(count, port.factor * drive.weight),
                 "receptor_type": port.receptor_type,
                 "delay": np.full(count, delay * kernel.dt), "synapse_model": "static_synapse"},
            )  # fmt: skip

    def feed(self, first: int, last: int) -> None:
        """Hand over the counts that arrive in first <= step < last."""
        steps, entries, counts = drive_counts(self.drive, first, last)
        with self.kernel.blamed(self.drive.label):
            hand_over(self.kernel, self.generators, np.repeat(steps + self.shift, counts),
                      np.repeat(entries, counts))  # fmt: skip


class Current:
    """An injected current: one generator where all neurons get the same, else one for each.

    `ahead` as in `Drive`.
    """

    def __init__(
        self, kernel: Kernel, current: CompiledCurrent, targets: Array, delay: int,
        start: int, unit: float,
    ) -> None:  # fmt: skip
        self.kernel, self.current, self.unit, self.ahead = kernel, current, unit, delay + 1
        # NEST uses a current one step after it arrived.
        self.shift = start - delay - 1
        shared = bool((current.values == current.values[:, :1]).all())
        count = 1 if shared else len(current.index)
        self.generators = kernel.create(current.label, "step_current_generator", count, owned=False)
        sources = np.resize(np.array(self.generators.tolist()), len(current.index))
        ones = np.ones(len(sources))
        with kernel.blamed(current.label):
            kernel.nest.Connect(
                sources, targets[current.index], "one_to_one",
                {"weight": ones, "delay": ones * delay * kernel.dt,
                 "synapse_model": "static_synapse"},
            )  # fmt: skip

    def feed(self, first: int, last: int) -> None:
        """Hand over the changes that take effect in first <= step < last."""
        steps, values = self._changes(first, last)
        if not len(steps):
            return
        times = np.round((steps + self.shift) * self.kernel.dt, 9)
        with self.kernel.blamed(self.current.label):
            self.generators.set([
                {"amplitude_times": times, "amplitude_values": np.array(column)}
                for column in self.unit * values.T[: len(self.generators)]
            ])  # fmt: skip

    def _changes(self, first: int, last: int) -> tuple[Array, Array]:
        """Return steps and values of what changes."""
        made, start = self.current, int(self.current.steps[0])
        if not made.every_step:
            chosen = (made.steps >= first) & (made.steps < last)
            return made.steps[chosen], made.values[chosen]
        steps = np.arange(max(first, start), last)
        rows, count = steps - start, len(made.values)
        if made.repeat:
            return steps, made.values[rows % count]
        # One row of zeros ends the table.
        ended = np.concatenate([made.values, np.zeros((1, made.values.shape[1]))])
        inside = rows <= count
        return steps[inside], ended[rows[inside]]
