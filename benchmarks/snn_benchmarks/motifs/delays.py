"""Delays found by `snn.DelayLearning`, without knowing them beforehand."""

from __future__ import annotations

import numpy as np

import snn
from snn_benchmarks.motifs.training import Array, Rasters, detector
from snn_models import MotifDetector, SpikingMotifs

RATE, PERIOD = 0.1, 200.0
"""Share of the distance that a delay moves at an event; interval of its moves in ms."""


def with_learned_delays(
    world: SpikingMotifs, seen: Rasters, held: Rasters, learned: MotifDetector
) -> tuple[MotifDetector, float]:
    """Return a detector with the same inputs and weights but learned delays.

    Every delay starts in the middle; the detectors fire when told (at the end of each
    event), and delays move toward coincidence with that. Also returns the share of delays
    that came out as in `learned`.
    """
    weights = np.asarray(learned.weights)
    motif, neuron, lag = np.nonzero(weights > 0)
    net = _taught(world, seen, np.column_stack([neuron, motif]))
    sim = snn.Simulation(net, progress=False)
    found = sim.run(float(seen.steps))["learned"].final
    # Of several synapses between a pair, which one moved where is told by their order.
    order = np.lexsort((np.arange(len(motif)), motif, neuron))
    delay = np.empty(len(motif), int)
    delay[order] = np.rint(found.delay).astype(int)
    moved = np.clip(world.depth + 1 - delay, 0, world.depth - 1)
    made = np.minimum(weights, 0.0)
    np.add.at(made, (motif, neuron, moved), weights[motif, neuron, lag])
    own = detector(world, made.reshape(world.motifs, -1), -np.asarray(learned.thresholds), held)
    return own, float((moved == lag).mean())


def _taught(world: SpikingMotifs, seen: Rasters, pairs: Array) -> snn.Network:
    """Return the layer with silent learning synapses and a teacher that makes it fire."""
    net = snn.Network(dt=1.0)
    inputs = net.population(world.inputs, _source(seen.spikes, world.inputs, 0), label="inputs")
    ends = _source(seen.events, world.motifs, world.depth)
    teacher = net.population(world.motifs, ends, label="teacher")
    cell = snn.LIF(
        tau_m=0.1, cm=0.1, v_rest=0.0, v_reset=0.0, v_thresh=1.0, tau_refrac=0.0,
        receptors={"excitatory": snn.CurrentDelta(), "teacher": snn.CurrentDelta()},
    )  # fmt: skip
    layer = net.population(world.motifs, cell, label="detectors")
    rule = snn.DelayLearning(rate=RATE, window=(world.depth + 1) // 2, period=PERIOD,
                             delay_min=1.0, delay_max=float(world.depth + 1))  # fmt: skip
    start = snn.Synapse(weight=0.0, delay=float(world.depth // 2 + 1), plasticity=rule)
    net.connect(inputs, layer, snn.FromList(pairs), start, label="learned")
    net.connect(teacher, layer, snn.OneToOne(), snn.Synapse(weight=2.0), receptor="teacher")
    return net


def _source(events: Array, size: int, later: int) -> snn.SpikeArray:
    """Return trains of (neuron, step) rows, delayed by so many steps."""
    return snn.SpikeArray(times=[
        np.unique(events[events[:, 0] == k, 1]).astype(float) + later for k in range(size)
    ])  # fmt: skip
