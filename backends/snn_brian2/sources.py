"""Spikes from outside: our own random streams, as a SpikeGeneratorGroup emits them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledDrive, CompiledPopulation
from snn.errors import SnnError
from snn.replay import drive_counts, spike_trains
from snn_brian2.text import PREFIX

Array = NDArray[Any]


class Generator:
    """Emits spikes that it is told, several of one neuron in one step as well.

    Brian2 refuses two spikes of a neuron in a row; one of a neuron that nothing is connected to
    is put between. A step may have as many entries as the group has neurons.
    """

    def __init__(self, b2: Any, size: int, room: int, clock: Any, name: str) -> None:
        self.b2, self.size, self.clock = b2, size, clock
        self.group = b2.SpikeGeneratorGroup(
            size + 1 + room, [], [] * b2.ms, clock=clock, when="start", name=name
        )

    def hand_over(self, steps: Array, neurons: Array, dt: float) -> None:
        """Take spikes, sorted by step, then neuron."""
        again = np.flatnonzero((np.diff(steps) == 0) & (np.diff(neurons) == 0)) + 1
        steps, neurons = np.insert(steps, again, steps[again]), np.insert(neurons, again, self.size)
        if np.bincount(steps - steps.min(initial=0)).max(initial=0) > len(self.group):
            raise SnnError(f"{self.group.name}: more spikes in one step than there is room for")
        times = steps * dt * self.b2.ms
        self.group.set_spikes(neurons, times, sorted=True)
        self.group._neuron_index, self.group._spike_time = neurons, steps * dt * 1e-3
        self.group._spikes_changed = True


class Trains:
    """A source population.

    Parameters
    ----------
    relay : bool
        Whether learning synapses need to know how often a neuron fires in a step.
    """

    def __init__(
        self, b2: Any, p: CompiledPopulation, clock: Any, dt: float, relay: bool, most: int
    ) -> None:
        self.p, self.dt, self.begun, self.most = p, dt, 1, most if relay else 1 << 30
        self.generator = Generator(b2, p.size, p.size + 1000, clock, f"snn_source_{p.index}")
        self.group = self.generator.group
        self.relay = _Relay(b2, p, self.generator, clock) if relay else None

    def feed(self, first: int, last: int) -> tuple[Array, Array]:
        """Hand over the spikes stamped first <= step < last, and return them."""
        steps, neurons = spike_trains(self.p, self.dt, first, last, begun=self.begun)
        self._require_few(steps, neurons)
        self.generator.hand_over(steps, neurons, self.dt)
        return steps, neurons

    def _require_few(self, steps: Array, neurons: Array) -> None:
        _, counts = np.unique(np.stack([steps, neurons]), axis=1, return_counts=True)
        if counts.max(initial=0) > self.most:
            raise SnnError(
                f"{self.p.label}: a neuron fires {counts.max()} times in one step, and Brian2's "
                f"learning synapses were written for {self.most}; pass coincident={counts.max()}"
            )

    def set_rate(self, rate: Array, begun: int) -> None:
        """Take other rates; a stretch begins."""
        self.p, self.begun = replace(self.p, rate=rate), begun


class _Relay:
    """Neurons that fire once in a step and know how often their source did."""

    def __init__(self, b2: Any, p: CompiledPopulation, generator: Generator, clock: Any) -> None:
        self.group = b2.NeuronGroup(
            p.size, f"{PREFIX}count : 1", threshold=f"{PREFIX}count > 0.5",
            reset=f"{PREFIX}count = 0.0", clock=clock, name=f"snn_relay_{p.index}",
        )  # fmt: skip
        self.way = b2.Synapses(
            generator.group, self.group, on_pre=f"{PREFIX}count_post += 1.0", clock=clock,
            name=f"snn_way_{p.index}",
        )  # fmt: skip
        every = np.arange(p.size)
        self.way.connect(i=every, j=every)
        self.way.pre.when, self.way.pre.order = "start", 1


class Drive:
    """A private Poisson drive; what it adds in a step is there before the cells make it."""

    def __init__(
        self, b2: Any, drive: CompiledDrive, k: int, target: Any, receptor: str, clock: Any
    ) -> None:
        self.drive = drive
        count = len(drive.index)
        room = count * (2 * drive.thresholds.shape[1] + 2)
        self.generator = Generator(b2, count, room, clock, f"snn_drive_{k}")
        self.way = b2.Synapses(
            self.generator.group, target, on_pre=f"{PREFIX}in_{receptor}_post += {drive.weight!r}",
            clock=clock, name=f"snn_drive_way_{k}",
        )  # fmt: skip
        self.way.connect(i=np.arange(count), j=np.asarray(drive.index))
        self.way.pre.when, self.way.pre.order = "start", 1

    def feed(self, first: int, last: int, dt: float) -> None:
        """Hand over the counts of first <= step < last."""
        steps, entries, counts = drive_counts(self.drive, first, last)
        self.generator.hand_over(np.repeat(steps, counts), np.repeat(entries, counts), dt)
