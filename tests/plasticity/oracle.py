"""Learning rules by their definition: sums over spikes, event by event, nothing shared.

A rule is given as two functions of the weight and of the spike times that came before.
`expected` walks through time and calls them; an engine is asked after every step.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any

import numpy as np

import snn
from snn import engine as engines

Times = Sequence[int]
Act = Callable[..., float]
"""(weight, pre times before now, post times as seen before now, now) -> weight.

With an argument `gone` it is also told how many steps ago the synapse's last spike was.
"""

STEPS = 130
# A weight is the result of at most a few hundred operations on numbers below 10.
ROUNDING = 1e-12

PRE: dict[str, list[int]] = {
    "none": [], "one": [25], "two": [20, 40], "close": [20, 24], "repeated": [20, 20, 40, 40],
    "first steps": [1, 2, 3], "every step": list(range(20, 50)), "silence": [12, 120],
}  # fmt: skip
POST: dict[str, list[int]] = {
    "none": [], "one": [25], "before": [18], "after": [30], "both": [18, 25, 33],
    "early": [2, 3, 10], "every step": list(range(30, 60)), "silence": [14, 118, 121],
}  # fmt: skip
"""Made so that every order and every coincidence occurs for some pair and delay."""


def pre_trains() -> list[list[int]]:
    """Return hand-made and random trains of sources; a spike may be listed twice."""
    rng = np.random.default_rng(1)
    drawn = [np.sort(rng.integers(1, STEPS - 5, n)).tolist() for n in (3, 8, 20, 40)]
    return [*PRE.values(), *drawn]


def post_trains() -> list[list[int]]:
    """Return hand-made and random trains of neurons."""
    rng = np.random.default_rng(2)
    drawn = [np.unique(rng.integers(2, STEPS - 5, n)).tolist() for n in (3, 8, 20, 40)]
    return [*POST.values(), *drawn]


def expected(pre: Times, seen: Times, start: float, on_pre: Act, on_post: Act) -> list[float]:
    """Return the weight after every step, by definition."""
    w, weights = start, []
    for now in range(1, STEPS + 1):
        if now in pre or now in seen:
            earlier = [t for t in pre if t < now], [t for t in seen if t < now]
            gone = now - max([0, *earlier[0], *earlier[1]])
            acts = [on_post] * list(seen).count(now) + [on_pre] * list(pre).count(now)
            for k, act in enumerate(acts):
                told = {"gone": gone * (k == 0)} if "gone" in signature(act).parameters else {}
                w = act(w, *earlier, now, **told)
        weights.append(w)
    return weights


def circuit(
    rule: Any, joined: snn.Connector, delay: Any, start: float, **synapse: Any
) -> snn.Network:
    """Return sources and neurons whose trains are known, joined by a plastic projection.

    The neurons are moved over their threshold by delta synapses and are so large that the
    plastic synapses (projection 1) do not matter.
    """
    net = snn.Network(dt=1.0)
    pre, post = pre_trains(), post_trains()
    cell = snn.LIF(cm=1e9, tau_refrac=0.0, receptors={
        "force": snn.CurrentDelta(), "plastic": snn.CurrentPulse()})  # fmt: skip
    sources = net.population(len(pre), snn.SpikeArray(times=pre), label="sources")
    forced = [[t - 1 for t in train] for train in post]
    teachers = net.population(len(post), snn.SpikeArray(times=forced), label="teachers")
    neurons = net.population(len(post), cell, label="neurons")
    force = snn.Synapse(weight=1000.0, delay=1.0)
    net.connect(teachers, neurons, snn.OneToOne(), force, receptor="force")
    learned = snn.Synapse(weight=start, delay=delay, plasticity=rule, **synapse)
    net.connect(sources, neurons, joined, learned, receptor="plastic")
    net.record(neurons, "spikes")
    return net


def trajectory(
    net: snn.Network, backend: str, precision: str = "float64", **options: Any
) -> np.ndarray:
    """Return (steps, synapses) weights; a run in one piece must end alike."""
    compiled = snn.compile_network(net, precision=precision)
    engine = engines.backend(backend).prepare(compiled, **options)
    weights = []
    for _ in range(STEPS):
        engine.advance(1)
        weights.append(engine.read_weights(1))
    whole = engines.backend(backend).prepare(compiled, **options)
    whole.advance(STEPS)
    np.testing.assert_array_equal(whole.read_weights(1), weights[-1])
    steps, neurons = whole.take().spikes[2]
    for k, train in enumerate(post_trains()):
        assert steps[neurons == k].tolist() == train
    return np.array(weights)


def require(
    rule: Any, on_pre: Act, on_post: Act, *, start: float = 0.5, rounding: float = ROUNDING
) -> None:
    """Require the defined weight after every step, for every pair of trains, on both engines.

    All sources meet all neurons with one delay; then again in a list with a delay each.
    """
    pre, post = pre_trains(), post_trains()
    pairs = [(i, j) for i in range(len(pre)) for j in range(len(post))]
    own = 1 + np.arange(len(pairs)) % 7
    for joined, delays in ((snn.AllToAll(), np.full(len(pairs), 3)),
                           (snn.FromList(pairs=pairs), own)):  # fmt: skip
        delay = 3.0 if isinstance(joined, snn.AllToAll) else delays.astype(float)
        net = circuit(rule, joined, delay, start)
        reference, cpu = (trajectory(net, b) for b in ("reference", "cpu"))
        np.testing.assert_array_equal(reference, cpu)
        wanted = [
            expected(pre[i], [t + d for t in post[j]], start, on_pre, on_post)
            for (i, j), d in zip(pairs, delays.tolist(), strict=True)
        ]
        np.testing.assert_allclose(cpu, np.transpose(wanted), rtol=0, atol=rounding)


def summed(times: Times, now: int, tau: float) -> float:
    """Return an all-to-all trace: the sum over all earlier spikes."""
    return math.fsum(math.exp(-(now - t) / tau) for t in times)


def latest(times: Times, now: int, tau: float) -> float:
    """Return a nearest-neighbour trace: the last earlier spike."""
    return math.exp(-(now - max(times)) / tau) if times else 0.0


def clipped(w: float, low: float = 0.0, high: float = 1.0) -> float:
    return min(max(w, low), high)
