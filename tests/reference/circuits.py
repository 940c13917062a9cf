"""Small circuits of which the tests know the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

import snn
from snn_reference import backend
from snn_reference.engine import ReferenceEngine

SILENT = 199.0
"""A threshold that is never reached, mV."""


def prepared(net: snn.Network, precision: str = "float64", **options: Any) -> ReferenceEngine:
    """Return an engine at step 0."""
    return backend.prepare(snn.compile_network(net, precision=precision, **options))


def passive(**changes: Any) -> snn.LIF:
    """Return a LIF that rests at 0 mV, so that v is the response, and never fires."""
    return snn.LIF(**{"v_rest": 0.0, "v_reset": 0.0, "v_thresh": SILENT, **changes})


def driven(
    cell: snn.Cell, *, weight: float, delay: float, at: Sequence[float] = (1.0,), dt: float = 0.1,
    record: Sequence[str] = ("v", "spikes"), initial: Mapping[str, Any] | None = None,
) -> snn.Network:  # fmt: skip
    """Return one cell whose first receptor gets a spike at each of the given times."""
    net = snn.Network(dt=dt)
    source = net.population(1, snn.SpikeArray(times=[list(at)]), label="source")
    target = net.population(1, cell, label="cell", initial=initial)
    synapse = snn.Synapse(weight=weight, delay=delay)
    net.connect(source, target, snn.AllToAll(), synapse, receptor=next(iter(cell.receptors)))
    net.record(target, list(record))
    return net


def trace(net: snn.Network, steps: int, precision: str = "float64") -> np.ndarray:
    """Return the first recorded variable of the first neuron at steps 0, 1, ..., float64."""
    engine = prepared(net, precision)
    engine.advance(steps)
    _, values = engine.take().samples[0]
    return values[:, 0].astype(float)


def fired(net: snn.Network, steps: int, population: int, precision: str = "float64") -> list[int]:
    """Return the steps in which a population fired."""
    engine = prepared(net, precision)
    engine.advance(steps)
    return engine.take().spikes[population][0].tolist()


def paired(
    pre: Sequence[float], post: Sequence[float], rule: Any, *, delay: float = 1.0,
    weight: float = 0.5, dt: float = 1.0,
) -> snn.Network:  # fmt: skip
    """Return a plastic synapse whose two sides fire at the given times (ms).

    The post cell is moved over its threshold by a delta synapse of one step; the plastic
    synapse (projection 1) acts on a receptor that is too weak to matter.
    """
    net = snn.Network(dt=dt)
    cell = snn.LIF(tau_refrac=0.0, v_rest=-65.0, v_reset=-65.0, receptors={
        "force": snn.CurrentDelta(), "plastic": snn.CurrentPulse()})  # fmt: skip
    source = net.population(1, snn.SpikeArray(times=[list(pre)]), label="pre")
    teacher = net.population(1, snn.SpikeArray(times=[[t - dt for t in post]]), label="teacher")
    target = net.population(1, cell, label="post")
    force = snn.Synapse(weight=1000.0, delay=dt)
    net.connect(teacher, target, snn.AllToAll(), force, receptor="force")
    learned = snn.Synapse(weight=weight, delay=delay, plasticity=rule)
    net.connect(source, target, snn.AllToAll(), learned, receptor="plastic")
    net.record(target, ["plastic.i", "spikes"])
    return net


def zoo(dt: float = 0.5) -> snn.Network:
    """Return a network with one of everything that keeps a state between steps."""
    net = snn.Network(dt=dt)
    poisson = net.population(6, snn.Poisson(rate=120.0), label="poisson")
    listed = net.population(2, snn.SpikeArray(times=[[0.0, 3.0, 3.0], [7.5]]), label="listed")
    adaptive = net.population(
        4, snn.AdaptiveLIF(tau_m=20.0, theta_plus=0.5, tau_theta=1e3, v_thresh=-60.0),
        label="adaptive", initial={"v": snn.Uniform(-65.0, -61.0)},
    )  # fmt: skip
    adex = net.population(3, snn.AdEx(i_offset=0.6), label="adex")
    fast = snn.Synapse(weight=0.6, delay=snn.Uniform(0.5, 4.0))
    net.connect(poisson, adaptive, snn.AllToAll(), fast)
    stdp = snn.PairSTDP(A_plus=0.05, A_minus=0.04, w_max=2.0)
    rules = (stdp, snn.SynapticScaling(target=3.0))
    learned = snn.Synapse(weight=0.5, delay=snn.Uniform(0.5, 5.0), plasticity=rules)
    net.connect(adaptive, adaptive, snn.AllToAll(), learned, label="learned")
    net.connect(listed, adex, snn.AllToAll(), snn.Synapse(weight=0.02, delay=1.0))
    net.connect(adaptive, adex, snn.AllToAll(), snn.Synapse(weight=0.01), receptor="inhibitory")
    net.drive(adaptive, snn.PoissonInput(rate=900.0, weight=0.2), receptor="inhibitory")
    net.inject(adex, snn.StepCurrentSource(times=[2.0, 9.0], amplitudes=[0.3, 0.1]))
    net.record(adaptive, ["spikes", "v", "theta", "inhibitory.i"])
    net.record(adex, ["spikes", "w", "excitatory.g"])
    net.record(poisson, "spikes")
    return net


def everything(engine: ReferenceEngine) -> dict[str, np.ndarray]:
    """Return all that was recorded, and all weights, under plain names."""
    taken = engine.take()
    found = {f"weights {k}": engine.read_weights(k) for k in range(len(engine.synapses))}
    for k, (steps, neurons) in taken.spikes.items():
        found[f"spikes {k}"] = np.stack([steps, neurons])
    for k, (steps, values) in taken.samples.items():
        found[f"sample steps {k}"], found[f"samples {k}"] = steps, values
    return found


def require_equal(a: Mapping[str, np.ndarray], b: Mapping[str, np.ndarray]) -> None:
    """Require equality to the last bit."""
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)
