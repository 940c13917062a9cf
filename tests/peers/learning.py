"""Known spike trains on both sides of learning synapses, for any backend."""

from __future__ import annotations

from typing import Any

import numpy as np
from plasticity.oracle import STEPS, post_trains, pre_trains

import snn
from snn import engine as engines

START = 0.5
LEARNED = 1
"""Index of the learning projection."""


def circuit(
    rules: Any, *, sign: int = 1, once: bool = False, own_delays: bool = True, delay: float = 3.0,
    receptors: Any = (), initial: Any = (),
) -> snn.Network:  # fmt: skip
    """Return sources and neurons whose trains are known, joined by learning synapses.

    Teachers move neurons far over a threshold that learning synapses do not reach.

    Parameters
    ----------
    rules : Rule or list of Rule
    sign : int
        Of the receptor that learns.
    once : bool
        Whether sources fire at most once a step.
    own_delays : bool
        Whether synapses have delays of 1 to 7 steps, `delay` for all else.
    receptors, initial : mapping
        Further receptors of the neurons, and initial states.
    """
    net = snn.Network(dt=1.0)
    pre, post = pre_trains(), post_trains()
    if once:
        pre = [sorted(set(train)) for train in pre]
    cell = snn.LIF(tau_refrac=0.0, v_thresh=900.0, receptors={
        "force": snn.CurrentDelta(), "plastic": snn.CurrentDelta(sign=sign),
        **dict(receptors)})  # fmt: skip
    sources = net.population(len(pre), snn.SpikeArray(times=pre), label="sources")
    forced = [[t - 1 for t in train] for train in post]
    teachers = net.population(len(post), snn.SpikeArray(times=forced), label="teachers")
    neurons = net.population(len(post), cell, label="neurons", initial=dict(initial))
    net.connect(teachers, neurons, snn.OneToOne(), snn.Synapse(weight=2000.0), receptor="force")
    pairs = [(i, j) for i in range(len(pre)) for j in range(len(post))]
    late = 1.0 + np.arange(len(pairs)) % 7 if own_delays else delay
    start = START + 0.01 * np.arange(len(pairs)) / len(pairs)
    net.connect(sources, neurons, snn.FromList(pairs=pairs),
                snn.Synapse(weight=start, delay=late, plasticity=rules), receptor="plastic",
                label="learned")  # fmt: skip
    net.record(neurons, "spikes")
    net.record(neurons, "v")
    return net


def prepared(net: snn.Network, backend: str, **options: Any) -> Any:
    """Return an engine in float64."""
    return engines.backend(backend).prepare(
        snn.compile_network(net, precision="float64"), **options
    )


def trajectory(engine: Any, every: int = 1) -> np.ndarray:
    """Return the weights after every so many steps, (samples, synapses)."""
    weights = []
    while engine.step < STEPS:
        engine.advance(min(every, STEPS - engine.step))
        weights.append(engine.read_weights(LEARNED))
    return np.array(weights)
