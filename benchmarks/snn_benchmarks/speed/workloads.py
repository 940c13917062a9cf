"""The standard workloads, declared for snn.

W1: CUBA benchmark of Vogels and Abbott (Brette et al. 2007); W2: Brunel's sparse random
network with delta synapses; W3: W2 with additive STDP between excitatory neurons; W4: a
large quiet network; W5: W2 with a delay of its own for each synapse; W6: W1 at the
1 ms step of SpiNNaker; W7: the cortical microcircuit, whole, and W7s a tenth of it. "dc"
replaces the Poisson drive by its mean. W2dc1 is W2dc at the 1 ms step and with the board's pulses
instead of delta synapses. Currents of W1 to W6 are in units in which 1 nA is
1 mV (cm = tau_m).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

import snn
from snn_benchmarks.speed import microcircuit


@dataclass(frozen=True)
class Workload:
    """A network to be timed.

    Parameters
    ----------
    build : callable
        Returns the network.
    duration : float, ms
        Model time to simulate.
    settle : float, ms
        Model time before the clock starts.
    published : dict
        Mean rate in Hz of each population, where a paper or its authors give them.
    expected_hz, tolerance : float
        Mean rate that independent simulators give, and the share by which a right one
        may differ: other random connectivity, other orders within a step.
    on_board : bool
        Whether the board has a form of it, so that the profile `spinnaker` runs it.
    peers : tuple of str
        Those that the workload is written for.
    """

    name: str
    build: Callable[[], snn.Network]
    duration: float
    expected_hz: float
    tolerance: float = 0.06
    dt: float = 0.1
    on_board: bool = False
    counted: tuple[str, ...] = ("exc", "inh")
    peers: tuple[str, ...] = ("nest", "brian2", "genn")
    settle: float = 0.0
    published: Mapping[str, float] = field(default_factory=dict)


def cuba(size: int, fan_in: int, scale: float, dt: float) -> snn.Network:
    """Return the CUBA network: 80 % excitatory, `fan_in` synapses a neuron."""
    net = snn.Network(dt=dt)
    cell = snn.LIF(
        tau_m=20.0, cm=20.0, v_rest=-49.0, v_reset=-60.0, v_thresh=-50.0, tau_refrac=5.0,
        receptors={"excitatory": snn.CurrentExp(tau_syn=5.0),
                   "inhibitory": snn.CurrentExp(tau_syn=10.0, sign=-1)},
    )  # fmt: skip
    start = {"v": snn.Uniform(-60.0, -50.0)}
    exc = net.population(size * 4 // 5, cell, label="exc", initial=start)
    inh = net.population(size // 5, cell, label="inh", initial=start)
    sparse = snn.FixedProbability(p=fan_in / size)
    for post in (exc, inh):
        net.connect(exc, post, sparse, snn.Synapse(weight=1.62 * scale, delay=dt))
        net.connect(inh, post, sparse, snn.Synapse(weight=9.0 * scale, delay=dt),
                    receptor="inhibitory")  # fmt: skip
    return _recorded(net, exc, inh)


def brunel(*, poisson: bool, learning: bool = False, own_delays: bool = False) -> snn.Network:
    """Return Brunel's network: 12,500 neurons, 10 % connectivity, J 0.1 mV, g 5, eta 2."""
    net = snn.Network(dt=0.1)
    drive = 0.0 if poisson else 2.0 * 20.0
    cell = snn.LIF(
        tau_m=20.0, cm=20.0, v_rest=0.0, v_reset=0.0, v_thresh=20.0, tau_refrac=2.0,
        i_offset=drive,
        receptors={"excitatory": snn.CurrentDelta(), "inhibitory": snn.CurrentDelta(sign=-1)},
    )  # fmt: skip
    start = {"v": snn.Uniform(0.0, 20.0)}
    exc = net.population(10_000, cell, label="exc", initial=start)
    inh = net.population(2_500, cell, label="inh", initial=start)
    delay = snn.Uniform(1.0, 16.0) if own_delays else 1.5
    sparse = snn.FixedProbability(p=0.1)
    stdp = snn.PairSTDP(tau_plus=20.0, tau_minus=20.0, A_plus=1e-4, A_minus=1.05e-4, w_max=0.3)
    rule = {"plasticity": stdp} if learning else {}
    net.connect(exc, exc, sparse, snn.Synapse(weight=0.1, delay=delay, **rule))
    net.connect(exc, inh, sparse, snn.Synapse(weight=0.1, delay=delay))
    for post in (exc, inh):
        net.connect(inh, post, sparse, snn.Synapse(weight=0.5, delay=delay), receptor="inhibitory")
        if poisson:
            net.drive(post, snn.PoissonInput(rate=20_000.0, weight=0.1))
    return _recorded(net, exc, inh)


def brunel_pulses() -> snn.Network:
    """Return W2dc at 1 ms: pulses that move v as W2's synapses do, delays of two steps."""
    net = snn.Network(dt=1.0)
    cell = snn.LIF(
        tau_m=20.0, cm=20.0, v_rest=0.0, v_reset=0.0, v_thresh=20.0, tau_refrac=2.0, i_offset=40.0,
        receptors={"excitatory": snn.CurrentPulse(), "inhibitory": snn.CurrentPulse(sign=-1)},
    )  # fmt: skip
    start = {"v": snn.Uniform(0.0, 20.0)}
    exc = net.population(10_000, cell, label="exc", initial=start)
    inh = net.population(2_500, cell, label="inh", initial=start)
    per_mv = 1.0 / -np.expm1(-1.0 / 20.0)
    sparse = snn.FixedProbability(p=0.1)
    for post in (exc, inh):
        net.connect(exc, post, sparse, snn.Synapse(weight=0.1 * per_mv, delay=2.0))
        net.connect(inh, post, sparse, snn.Synapse(weight=0.5 * per_mv, delay=2.0),
                    receptor="inhibitory")  # fmt: skip
    return _recorded(net, exc, inh)


def quiet(duration: float) -> snn.Network:
    """Return 100,000 neurons of which 2,000 sources at 0.2 Hz kick 50 each."""
    size, sources = 100_000, 2_000
    net = snn.Network(dt=0.1)
    cell = snn.LIF(
        tau_m=20.0, cm=20.0, v_rest=-65.0, v_reset=-65.0, v_thresh=-50.0, tau_refrac=2.0,
        receptors={"excitatory": snn.CurrentExp(tau_syn=5.0)},
    )  # fmt: skip
    rng = np.random.default_rng(1)
    counts = rng.poisson(0.2 * duration * 1e-3, sources)
    trains = [np.unique(np.rint(rng.uniform(1, duration - 1, n) * 10)) / 10 for n in counts]
    kick = net.population(sources, snn.SpikeArray(times=trains), label="kick")
    exc = net.population(size, cell, label="exc")
    sparse = snn.FixedProbability(p=100 / size)
    net.connect(exc, exc, sparse, snn.Synapse(weight=0.5, delay=1.5))
    pairs = np.stack([np.repeat(np.arange(sources), size // sources), np.arange(size)], axis=1)
    net.connect(kick, exc, snn.FromList(pairs=pairs), snn.Synapse(weight=120.0, delay=1.5))
    net.record(exc, "spikes")
    return net


def _recorded(net: snn.Network, *populations: snn.network.Population) -> snn.Network:
    for population in populations:
        net.record(population, "spikes")
    return net


WORKLOADS = {
    w.name: w
    for w in (
        Workload("W1a", lambda: cuba(4_000, 80, 1.0, 0.1), 5_000.0, 5.6),
        Workload("W1b", lambda: cuba(40_000, 80, 1.0, 0.1), 1_000.0, 5.6, 0.1),
        Workload("W1c", lambda: cuba(40_000, 1_000, 0.08, 0.1), 500.0, 2.2, 0.1),
        Workload("W2", lambda: brunel(poisson=True), 1_000.0, 31.8),
        Workload("W2dc", lambda: brunel(poisson=False), 1_000.0, 31.7),
        Workload("W3dc", lambda: brunel(poisson=False, learning=True), 500.0, 31.7),
        Workload("W4", lambda: quiet(2_000.0), 2_000.0, 0.2, counted=("exc",)),
        Workload("W5dc", lambda: brunel(poisson=False, own_delays=True), 500.0, 31.8),
        Workload(
            "W7",
            microcircuit.microcircuit,
            1_000.0,
            microcircuit.mean_rate(),
            0.1,
            counted=microcircuit.LABELS,
            peers=("nest",),
            settle=200.0,
            published=dict(zip(microcircuit.LABELS, microcircuit.RATES.tolist())),
        ),
        Workload(
            "W7s",
            lambda: microcircuit.microcircuit(0.1),
            1_000.0,
            microcircuit.mean_rate(),
            0.3,
            counted=microcircuit.LABELS,
            peers=("nest",),
        ),
        Workload(
            "W6", lambda: cuba(10_000, 100, 0.8, 1.0), 10_000.0, 4.95, 0.12, dt=1.0, on_board=True
        ),
        Workload("W2dc1", brunel_pulses, 1_000.0, 31.2, 0.1, dt=1.0, on_board=True, peers=()),
    )
}
