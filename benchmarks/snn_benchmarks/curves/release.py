"""Synapses that fail at random: how many spikes pass, and what many sites deliver together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.results.figure import COLOURS, page
from snn_benchmarks.curves.short_term import KINDS, TRAIN, delivered

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]

SYNAPSES, SPIKES = 4000, 30
P = (0.1, 0.5, 0.8)


def binomial(p: float) -> Array:
    """Return the probability of each number of transmitted spikes, from none to all."""
    return np.array([math.comb(SPIKES, k) * p**k * (1 - p) ** (SPIKES - k)
                     for k in range(SPIKES + 1)])  # fmt: skip


def transmitted(p: float) -> Array:
    """Return the share of synapses that transmit 0, 1, ... of the spikes."""
    train = np.arange(10.0, 10.0 * (SPIKES + 1), 10.0).tolist()
    counts = np.sum(delivered(snn.StochasticRelease(p=p), [train] * SYNAPSES), axis=1)
    return np.bincount(counts.astype(int), minlength=SPIKES + 1) / SYNAPSES


def sites(kind: snn.TsodyksMarkram) -> Array:
    """Return the share of release sites that each spike of the train makes release."""
    rule = snn.StochasticTsodyksMarkram(U=kind.U, tau_rec=kind.tau_rec, tau_fac=kind.tau_fac)
    return np.mean(delivered(rule, [TRAIN] * SYNAPSES), axis=0)


def measured() -> dict[str, Array]:
    """Return the shares of both panels, and what is expected of each."""
    found: dict[str, Array] = {"time_ms": np.array(TRAIN)}
    for p in P:
        found[f"p {p}"], found[f"p {p} expected"] = transmitted(p), binomial(p)
    for name, kind in KINDS.items():
        found[name], found[f"{name} expected"] = sites(kind), delivered(kind, [TRAIN])[0]
    return found


def drawn(found: dict[str, Array]) -> Figure:
    """Return two panels: dots are measured, lines expected."""
    figure = page(2.2, 6.9)
    left, right = figure.subplots(1, 2)
    for p, colour in zip(P, COLOURS):
        left.plot(found[f"p {p}"], ".", color=colour, label=f"p = {p}")
        left.plot(found[f"p {p} expected"], color=colour)
    left.set(title="StochasticRelease", xlabel=f"transmitted of {SPIKES} spikes",
             ylabel="share of synapses")  # fmt: skip
    for name, colour in zip(KINDS, COLOURS):
        right.plot(found["time_ms"], found[name], ".", color=colour, label=name)
        right.plot(found["time_ms"], found[f"{name} expected"], color=colour)
    right.set(title="StochasticTsodyksMarkram", xlabel="time (ms)", ylabel="share that releases")
    left.legend()
    right.legend()
    return figure
