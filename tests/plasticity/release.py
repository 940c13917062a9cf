"""What one source delivers to many cells through synapses that fail at random."""

from __future__ import annotations

import numpy as np

import snn
from snn import engine as engines


def circuit(
    rule: object, train: list[float], sites: int, listed: bool = False, **more: object
) -> snn.Network:
    """Return a source of one train, joined to `sites` cells that record what arrives."""
    net = snn.Network(dt=1.0)
    source = net.population(1, snn.SpikeArray(times=[train]), label="source")
    cell = snn.LIF(cm=1e9, receptors={"excitatory": snn.CurrentPulse()})
    target = net.population(sites, cell, label="target")
    joined = snn.FromList(pairs=[(0, j) for j in range(sites)]) if listed else snn.AllToAll()
    synapse = snn.Synapse(weight=2.0, delay=1.0, plasticity=rule)
    net.connect(source, target, joined, synapse, label="s")
    net.record(target, "excitatory.i")
    return net


def arrivals(net: snn.Network, steps: int, backend: str = "cpu", **options: object) -> np.ndarray:
    """Return the current of every cell at every step, (steps + 1, cells)."""
    compiled = snn.compile_network(net, precision="float64", seed=3)
    engine = engines.backend(backend).prepare(compiled, **options)
    engine.advance(steps)
    return engine.take().samples[0][1]
