"""PSPM: the update against plain Python, both engines, and the authors' default problem."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import snn
from snn import engine as engines
from snn.compiler.schedules import compile_schedule
from snn.errors import SnnError, ValidationError

STEPS, DT = 200, 3.0
INHIBITORY = [1, 4]


class Draws:
    """Whole numbers below a limit, as the rule's page defines them."""

    def __init__(self, seed: int) -> None:
        self.state = seed % 2147483646 + 1

    def __call__(self, choices: int) -> int:
        self.state = self.state * 48271 % (2**31 - 1)
        return self.state * choices // (2**31 - 1)


def aligned(output: list[int], target: list[int], m: int) -> tuple[set[int], set[int]]:
    """Return the positions left out on each side: the recursion of the recipe, memoised."""
    c = m + 1
    table = {(p, 0): c * p for p in range(len(output) + 1)}
    table |= {(0, q): c * q for q in range(len(target) + 1)}

    def pair(p: int, q: int) -> int:
        d = abs(output[p - 1] - target[q - 1])
        return d if d <= m else 3 * c

    for p in range(1, len(output) + 1):
        for q in range(1, len(target) + 1):
            table[p, q] = min(table[p - 1, q - 1] + pair(p, q), table[p - 1, q] + c,
                              table[p, q - 1] + c, table[p - 1, q - 1] + 2 * c)  # fmt: skip
    p, q, alone = len(output), len(target), (set[int](), set[int]())
    while p or q:
        if p and q and pair(p, q) <= m and table[p, q] == table[p - 1, q - 1] + pair(p, q):
            p, q = p - 1, q - 1
        elif p and table[p, q] == table[p - 1, q] + c:
            p -= 1
            alone[0].add(p)
        else:
            q -= 1
            alone[1].add(q)
    return alone


def learned(
    w: np.ndarray, control: np.ndarray, spikes: list[list[int]], targets: list[list[int]],
    trial: int, draw: Draws, rule: snn.PSPM,
) -> None:  # fmt: skip
    """Apply one trial's changes in place."""
    sign = [-1.0 if x in INHIBITORY else 1.0 for x in range(len(spikes))]

    def clip(value: float, x: int) -> float:
        return max(value, 0.0) if sign[x] > 0 else min(value, 0.0)

    def change(i: int, at: int, q: float) -> None:
        if at <= 15:
            return
        active = sorted(
            (t, x) for x, train in enumerate(spikes) for t in train if at - 15 <= t < at
        )
        for x in dict.fromkeys(x for _, x in active):
            step = q * draw(10)
            w[x, i] = clip(w[x, i] + step, x)
            a, b = draw(len(w)), draw(len(w))
            control[a, b] = clip(control[a, b] + step, a)

    m = max(15 - trial // 15 - 1, 0)
    for i, (output, target) in enumerate(zip(spikes, targets, strict=True)):
        surplus, missing = aligned(output, target, m)
        for k in sorted(surplus):
            change(i, output[k], -rule.q)
        for k in sorted(missing):
            change(i, target[k], rule.q)
    growth = rule.rescale * (sum(map(len, targets)) - sum(map(len, spikes)))
    for x in range(len(w)):
        for i in range(len(w)):
            w[x, i] = clip(w[x, i] + growth, x)
            control[x, i] = clip(control[x, i] + growth, x)


def small(n: int = 8) -> tuple[snn.Network, snn.PSPM, np.ndarray, list[list[int]]]:
    rng = np.random.default_rng(3)
    targets = [np.unique(rng.integers(2, STEPS, rng.integers(0, 14))).tolist() for _ in range(n)]
    rule = snn.PSPM(targets=[[t * DT for t in train] for train in targets], seed=7,
                    inhibitory=INHIBITORY, q=0.05, rescale=0.002)  # fmt: skip
    weight = rng.uniform(0, 2.0, (n, n))
    weight[INHIBITORY] *= -1
    net = snn.Network(dt=DT)
    cell = snn.LIF(tau_m=30.0, tau_refrac=0.0, v_rest=0.0, v_reset=0.0, v_thresh=30.0,
                   receptors={"excitatory": snn.CurrentDelta(signed=True)})  # fmt: skip
    cells = net.population(n, cell, label="cells")
    net.inject(cells, snn.NoiseTable(values=rng.normal(0.9, 1.2, (STEPS, n)), repeat=True))
    net.connect(cells, cells, snn.AllToAll(), snn.Synapse(weight=weight, plasticity=rule),
                label="learned")  # fmt: skip
    net.record(cells, "spikes")
    return net, rule, weight, targets


def shown(net: snn.Network, backend: str, trials: int) -> tuple[np.ndarray, list[list[list[int]]]]:
    """Return the weights after a schedule and each trial's trains."""
    compiled = snn.compile_network(net, precision="float64")
    engine = engines.backend(backend).prepare(compiled)
    schedule = snn.Schedule(trials=trials, phases=[snn.Phase(duration=STEPS * DT)])
    engine.present(compile_schedule(schedule, compiled))
    steps, neurons = engine.take().spikes[0]
    trains = [
        [(steps[(neurons == i) & (steps > a) & (steps <= b)] - a).tolist() for i in range(8)]
        for a, b in pairwise(range(0, (trials + 1) * STEPS, STEPS))
    ]
    return engine.read_weights(0).reshape(8, 8), trains


def test_weights_against_plain_python() -> None:
    net, rule, weight, targets = small()
    (reference, _), (cpu, trains) = (shown(net, b, 18) for b in ("reference", "cpu"))
    np.testing.assert_array_equal(reference, cpu)
    control, draw = weight.copy(), Draws(7)
    for trial, spikes in enumerate(trains):
        learned(weight, control, spikes, targets, trial, draw, rule)
    np.testing.assert_allclose(cpu, weight, rtol=0, atol=1e-12)
    assert sum(len(train) for train in trains[0]) > 20


def test_trials_begin_alike() -> None:
    """Neurons restart, so that a rule that changes nothing sees the same spikes again."""
    net, rule, _, _ = small()
    object.__setattr__(rule, "q", 0.0)
    object.__setattr__(rule, "rescale", 0.0)
    _, trains = shown(net, "cpu", 3)
    assert trains[0] == trains[1] == trains[2]


def test_outside_a_schedule_it_is_refused() -> None:
    net, *_ = small()
    for backend in ("reference", "cpu"):
        engine = engines.backend(backend).prepare(snn.compile_network(net))
        with pytest.raises(SnnError, match="Schedule"):
            engine.advance(10)
        engine.learn(0, False)
        engine.advance(10)


def test_a_list_of_synapses_is_refused() -> None:
    net = snn.Network(dt=DT)
    source, target = net.population(2, snn.Poisson(rate=5.0)), net.population(2, snn.LIF())
    rule = snn.PSPM(targets=[[3.0], [6.0]])
    net.connect(source, target, snn.FixedProbability(0.5), snn.Synapse(plasticity=rule))
    with pytest.raises(ValidationError, match="AllToAll"):
        snn.compile_network(net)
