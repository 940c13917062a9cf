"""Single synapses whose two sides fire at given times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import snn

Array = NDArray[Any]
Trains = Sequence[Sequence[float]]

STEP = 1.0
"""Step and delay of the synapses, ms."""


def joined(
    rule: Any, pre: Trains, post: Trains, *, weight: float = 0.5, reward: Sequence[float] = (),
    receptors: Any = (), initial: Any = (),
) -> snn.Network:  # fmt: skip
    """Return synapses, one for each pair of trains, with a rule.

    Each neuron is moved over its threshold by a delta synapse, so that its synapse sees a
    spike at the listed times (ms); the plastic synapse is too weak to matter. The neurons may
    have further receptors, and initial states.
    """
    net = snn.Network(dt=STEP)
    cell = snn.LIF(cm=1e9, tau_refrac=0.0, receptors={
        "force": snn.CurrentDelta(), "plastic": snn.CurrentPulse(), **dict(receptors)})  # fmt: skip
    sources = net.population(len(pre), snn.SpikeArray(times=pre), label="sources")
    early = [[t - 2 * STEP for t in train] for train in post]
    teachers = net.population(len(post), snn.SpikeArray(times=early), label="teachers")
    neurons = net.population(len(post), cell, label="neurons", initial=dict(initial))
    if len(reward):
        net.population(1, snn.SpikeArray(times=[reward]), label="reward")
    force = snn.Synapse(weight=1000.0, delay=STEP)
    net.connect(teachers, neurons, snn.OneToOne(), force, receptor="force")
    learned = snn.Synapse(weight=weight, delay=STEP, plasticity=rule)
    net.connect(sources, neurons, snn.OneToOne(), learned, receptor="plastic", label="learned")
    return net


def changes(rule: Any, pre: Trains, post: Trains, *, weight: float = 0.5, **given: Any) -> Array:
    """Return how much each synapse has changed when all trains are over."""
    net = joined(rule, pre, post, weight=weight, **given)
    end = max(t for train in (*pre, *post) for t in train)
    result = snn.run(net, end + 5 * STEP, precision="float64", progress=False)
    return np.asarray(result["learned"].weights) - weight
