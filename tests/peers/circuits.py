"""Networks that both the CPU engine and another simulator run."""

from __future__ import annotations

from typing import Any

import numpy as np

import snn

DT = 0.1

LEAKY = {"tau_m": 20.0, "cm": 1.0, "v_rest": -65.0, "v_thresh": -50.0, "v_reset": -60.0,
         "tau_refrac": 2.0}  # fmt: skip

LINEAR: dict[str, tuple[dict[str, Any], float]] = {
    # Receptors, and a weight that moves a neuron by a fraction of a mV.
    "current, exponential": ({"excitatory": snn.CurrentExp(tau_syn=5.0),
                              "inhibitory": snn.CurrentExp(tau_syn=8.0, sign=-1)}, 0.25),
    "current, equal time constants": ({"excitatory": snn.CurrentExp(tau_syn=20.0),
                                       "inhibitory": snn.CurrentExp(tau_syn=20.0, sign=-1)}, 0.12),
    "current, alpha": ({"excitatory": snn.CurrentAlpha(tau_syn=2.0),
                        "inhibitory": snn.CurrentAlpha(tau_syn=3.0, sign=-1)}, 0.3),
    "delta": ({"excitatory": snn.CurrentDelta(), "inhibitory": snn.CurrentDelta(sign=-1)}, 1.3),
    "three exponentials": ({"excitatory": snn.CurrentExp(tau_syn=5.0),
                            "inhibitory": snn.CurrentExp(tau_syn=8.0, sign=-1),
                            "slow": snn.CurrentExp(tau_syn=30.0)}, 0.2),
    "signed alpha": ({"excitatory": snn.CurrentAlpha(tau_syn=2.0, signed=True),
                      "inhibitory": snn.CurrentAlpha(tau_syn=6.0, sign=-1)}, 0.3),
}  # fmt: skip


def recurrent(
    name: str, *, n: int = 120, dt: float = DT, record: bool = False, late: float = 4.0
) -> snn.Network:
    """Return a recurrent network of linear cells with everything that enters one.

    Weights and delays of their own, Poisson sources with coincident spikes, spikes at step 0,
    a private drive, injected currents of each kind, a different threshold for each neuron.
    """
    receptors, weight = LINEAR[name]
    rng = np.random.default_rng(5)
    net = snn.Network(dt=dt)
    cell = snn.LIF(**LEAKY | {"v_thresh": rng.uniform(-51, -49, n)}, receptors=receptors,
                   i_offset=rng.uniform(0.4, 0.7, n))  # fmt: skip
    cells = net.population(n, cell, label="cells", initial={"v": rng.uniform(-65, -51, n)})
    noise = net.population(40, snn.Poisson(rate=300.0), label="noise")
    times = [[0.0, 3 * dt, 3 * dt, 40 * dt * k] for k in range(1, 9)]
    given = net.population(8, snn.SpikeArray(times=times), label="given")
    spread = snn.Uniform(0.5 * weight, 1.5 * weight)
    delay = snn.Uniform(dt, late)
    sparse = snn.FixedProbability(0.1)
    e, i = cells[: 4 * n // 5], cells[4 * n // 5 :]
    net.connect(e, cells, sparse, snn.Synapse(weight=spread, delay=delay), label="e")
    net.connect(i, cells, sparse, snn.Synapse(weight=4 * weight, delay=2 * dt), label="i",
                receptor="inhibitory")  # fmt: skip
    net.connect(noise, cells, sparse, snn.Synapse(weight=spread, delay=delay), label="n")
    net.connect(given, e[:8], snn.OneToOne(), snn.Synapse(weight=5 * weight), label="g")
    last = list(receptors)[-1]
    net.connect(noise, e, snn.FixedOutDegree(5), snn.Synapse(weight=0.3 * weight, delay=3 * dt),
                receptor=last, label="last")  # fmt: skip
    net.drive(cells[10:60], snn.PoissonInput(rate=rng.uniform(0, 3000, 50), weight=0.2 * weight))
    net.inject(e[:20], snn.DCSource(amplitude=rng.normal(0, 0.1, 20), start=2.0, stop=30.0))
    net.inject(i, snn.StepCurrentSource(times=[0.0, 10.0, 20.0], amplitudes=[0.1, -0.1, 0.0]))
    table = rng.normal(0, 0.2, (50, n))
    net.inject(cells, snn.NoiseTable(values=table, start=5.0, repeat=True))
    net.record(cells, "spikes")
    net.record(noise, "spikes")
    if record:
        net.record(cells[5:15], "v", every=3 * dt)
    return net


def _cond(kind: type, **own: Any) -> dict[str, Any]:
    return {"excitatory": kind(e_rev=0.0, **own), "inhibitory": kind(e_rev=-80.0, **own)}


_LEAKY = {"tau_m": 20.0, "cm": 1.0, "v_rest": -65.0, "v_thresh": -50.0, "v_reset": -60.0,
          "tau_refrac": 2.0}  # fmt: skip
_ADEX = {"tau_refrac": 2.0, "v_reset": -65.0}

NONLINEAR: dict[str, tuple[Any, float, tuple[float, float]]] = {
    # Cell without its current, weight, and the range of the currents.
    "LIF, exponential": (lambda i: snn.LIF(
        **_LEAKY, i_offset=i, receptors=_cond(snn.ConductanceExp)), 0.018, (0.5, 0.8)),
    "LIF, alpha": (lambda i: snn.LIF(
        **_LEAKY, i_offset=i, receptors=_cond(snn.ConductanceAlpha)), 0.008, (0.5, 0.8)),
    "LIF, beta": (lambda i: snn.LIF(
        **_LEAKY, i_offset=i, receptors=_cond(snn.ConductanceBeta, tau_rise=1.0, tau_decay=6.0)),
        0.015, (0.5, 0.8)),
    "AdEx, exponential": (lambda i: snn.AdEx(
        **_ADEX, i_offset=i, receptors=_cond(snn.ConductanceExp)), 0.01, (0.5, 0.9)),
    "AdEx, alpha": (lambda i: snn.AdEx(
        **_ADEX, i_offset=i, receptors=_cond(snn.ConductanceAlpha)), 0.006, (0.5, 0.9)),
    "AdEx, currents": (lambda i: snn.AdEx(
        **_ADEX, i_offset=i, receptors={"excitatory": snn.CurrentExp(),
                                        "inhibitory": snn.CurrentExp(sign=-1)}), 0.4, (0.5, 0.9)),
    "AdEx, delta": (lambda i: snn.AdEx(
        **_ADEX, i_offset=i, receptors={"excitatory": snn.CurrentDelta(),
                                        "inhibitory": snn.CurrentDelta(sign=-1)}), 2.0, (0.5, 0.9)),
    "adapting conductances": (lambda i: snn.ConductanceAdaptiveLIF(
        tau_m=20.0, tau_refrac=2.0, v_reset=-65.0, i_offset=i,
        receptors=_cond(snn.ConductanceExp)), 0.03, (0.7, 1.2)),
    "Izhikevich": (lambda i: snn.Izhikevich(
        d=8.0, i_offset=i, receptors={"excitatory": snn.CurrentDelta(),
                                      "inhibitory": snn.CurrentDelta(sign=-1)}), 1.0, (3.0, 9.0)),
}  # fmt: skip


def feed_forward(name: str, n: int = 100, dt: float = DT) -> snn.Network:
    """Return cells of a kind without synapses among them: a recurrent network amplifies one
    moved spike."""
    made, weight, (low, high) = NONLINEAR[name]
    rng = np.random.default_rng(8)
    net = snn.Network(dt=dt)
    cells = net.population(n, made(rng.uniform(low, high, n)), label="cells")
    for k, receptor in enumerate(("excitatory", "inhibitory")):
        noise = net.population(60, snn.Poisson(rate=40.0), label=f"noise{k}")
        spread = snn.Uniform(0.5 * weight, 1.5 * weight)
        synapse = snn.Synapse(weight=spread, delay=snn.Uniform(dt, 4.0))
        net.connect(noise, cells, snn.FixedProbability(0.1), synapse, receptor=receptor)
    net.record(cells, "spikes")
    return net


def unmatched(a: np.ndarray, b: np.ndarray, tolerance: int) -> int:
    """Return how many spikes of `a` have no partner of their own in `b`; both ascend."""
    k = missing = 0
    for step in a:
        while k < len(b) and b[k] < step - tolerance:
            k += 1
        if k < len(b) and b[k] <= step + tolerance:
            k += 1
        else:
            missing += 1
    return missing


def lost(ours: Any, theirs: Any, n: int, tolerance: int = 1) -> float:
    """Return the share of spikes without a partner of the same neuron within `tolerance` steps."""
    pairs = ((a.steps[a.neurons == i], b.steps[b.neurons == i]) for a, b in
             ((ours, theirs), (theirs, ours)) for i in range(n))  # fmt: skip
    missing = sum(unmatched(a, b, tolerance) for a, b in pairs)
    return missing / (len(ours.steps) + len(theirs.steps))
