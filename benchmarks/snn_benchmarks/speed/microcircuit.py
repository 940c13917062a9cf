"""W7: the cortical microcircuit of Potjans and Diesmann, whole or scaled down.

Potjans and Diesmann, Cerebral Cortex 24 (2014) 785, tables 4 and 5, Poisson input. When
scaled, neurons and synapses per neuron shrink by the same factor; weights grow by its root
and a constant current makes up for the missing input, so that mean and variance of what a
neuron gets stay (van Albada, Helias and Diesmann, PLoS Comput Biol 11 (2015) e1004490).
"""

from __future__ import annotations

import numpy as np

import snn

LABELS = ("L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I")
SIZES = np.array([20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948])
# Probability that a pair is connected; rows are targets, columns sources.
PROBABILITIES = np.array([
    [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0],
    [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0],
    [0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0],
    [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0],
    [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0],
    [0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0],
    [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
    [0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443],
])  # fmt: skip
EXTERNAL = np.array([1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100])
EXTERNAL_HZ = 8.0

RATES = np.array([0.943, 3.026, 4.368, 5.882, 7.733, 8.664, 1.096, 7.851])
"""Mean rates in Hz of the whole network with Poisson input, as NEST's own example gives them."""


def mean_rate() -> float:
    """Return the mean rate of the whole network's neurons in Hz."""
    return float(RATES @ SIZES / SIZES.sum())


WEIGHT, TAU_SYN = 0.0878, 0.5  # nA, ms: 0.15 mV at the peak of v
G = 4.0


def microcircuit(scale: float = 1.0) -> snn.Network:
    """Return the network with `scale` of its neurons and of each neuron's synapses."""
    net = snn.Network(dt=0.1)
    sizes = np.maximum(np.rint(SIZES * scale).astype(int), 1)
    weight = WEIGHT / np.sqrt(scale)
    currents = _missing_current(scale)
    groups = []
    for k, label in enumerate(LABELS):
        groups.append(net.population(
            int(sizes[k]), _cell(float(currents[k])), label=label,
            initial={"v": snn.Normal(-58.0, 10.0, high=-50.0 - 1e-6)},
        ))  # fmt: skip
        net.record(groups[k], "spikes")
        net.drive(groups[k], snn.PoissonInput(
            rate=EXTERNAL_HZ * float(EXTERNAL[k]) * scale, weight=weight))  # fmt: skip
    totals = np.rint(_synapses() * scale**2).astype(int)
    for i, post in enumerate(groups):
        for j, pre in enumerate(groups):
            if totals[i, j]:
                drawn = snn.FixedTotal(int(totals[i, j]), multapses=True)
                receptor = ("excitatory", "inhibitory")[j % 2]
                net.connect(pre, post, drawn, _synapse(i, j, weight), receptor=receptor)
    return net


def _cell(current: float) -> snn.LIF:
    receptors = {"excitatory": snn.CurrentExp(tau_syn=TAU_SYN),
                 "inhibitory": snn.CurrentExp(tau_syn=TAU_SYN, sign=-1)}  # fmt: skip
    return snn.LIF(tau_m=10.0, cm=0.25, v_rest=-65.0, v_reset=-65.0, v_thresh=-50.0,
                   tau_refrac=2.0, i_offset=current, receptors=receptors)  # fmt: skip


def _means() -> np.ndarray:  # type: ignore[type-arg]
    """Return the mean weights in nA; those from L4E to L23E are doubled."""
    means = np.where(np.arange(8) % 2, G * WEIGHT, WEIGHT) * np.ones((8, 1))
    means[0, 2] *= 2
    return means


def _synapse(i: int, j: int, weight: float) -> snn.Synapse:
    mean = float(_means()[i, j]) * weight / WEIGHT
    delay = 0.75 if j % 2 else 1.5
    return snn.Synapse(weight=snn.Normal(mean, 0.1 * mean, low=0.0),
                       delay=snn.Normal(delay, 0.5 * delay, low=0.1))  # fmt: skip


def _synapses() -> np.ndarray:  # type: ignore[type-arg]
    """Return the numbers of synapses, drawn with replacement, that give the probabilities."""
    pairs = np.outer(SIZES, SIZES).astype(float)
    return np.asarray(np.log1p(-PROBABILITIES) / np.log1p(-1.0 / pairs))


def _missing_current(scale: float) -> np.ndarray:  # type: ignore[type-arg]
    """Return the constant current in nA that each neuron gets when scaled."""
    signs = np.where(np.arange(8) % 2, -1.0, 1.0)
    fan_in = _synapses() / SIZES[:, None]
    inside = (signs * _means() * fan_in) @ RATES
    outside = WEIGHT * EXTERNAL * EXTERNAL_HZ
    return np.asarray(1e-3 * TAU_SYN * (1.0 - np.sqrt(scale)) * (inside + outside))
