"""Axonal and dendritic parts of the delay: when a synapse sees which spike."""

from __future__ import annotations

from typing import Any

import networks
import numpy as np
import pytest
from agreement.equality import history, prepared, require_same_after_restore, require_same_in_pieces
from plasticity.oracle import (
    circuit,
    clipped,
    expected,
    post_trains,
    pre_trains,
    summed,
    trajectory,
)

import snn
from snn.errors import ValidationError

PAIR = snn.PairSTDP(A_plus=0.03, A_minus=0.02, tau_plus=17.0, tau_minus=34.0, w_max=1.0)


def on_pre(w: float, arrived: Any, seen: Any, now: int) -> float:
    return clipped(w - 0.02 * summed(seen, now, 34.0))


def on_post(w: float, arrived: Any, seen: Any, now: int) -> float:
    return clipped(w + 0.03 * summed(arrived, now, 17.0))


@pytest.mark.parametrize("axonal", [0, 1, 2, 6])
@pytest.mark.parametrize("listed", [False, True])
def test_weights_after_every_step(axonal: int, listed: bool) -> None:
    """Presynaptic spikes are seen `axonal` steps late, postsynaptic ones the rest."""
    pre, post = pre_trains(), post_trains()
    pairs = [(i, j) for i in range(len(pre)) for j in range(len(post))]
    delays = axonal + 1 + np.arange(len(pairs)) % 4 if listed else np.full(len(pairs), 7)
    joined = snn.FromList(pairs) if listed else snn.AllToAll()
    net = circuit(PAIR, joined, delays.astype(float) if listed else 7.0, 0.5,
                  axonal_delay=float(axonal))  # fmt: skip
    reference, cpu = (trajectory(net, backend) for backend in ("reference", "cpu"))
    np.testing.assert_array_equal(reference, cpu)
    wanted = [expected([t + axonal for t in pre[i]], [t + d - axonal for t in post[j]], 0.5,
                       on_pre, on_post)
              for (i, j), d in zip(pairs, delays.tolist(), strict=True)]  # fmt: skip
    # A few hundred operations on numbers below 1.
    np.testing.assert_allclose(cpu, np.transpose(wanted), rtol=0, atol=1e-12)


def test_pynn_convention() -> None:
    """A pair counts by (post + f d) - (pre + (1 - f) d), f being the dendritic fraction.

    So a synapse whose source is as much later, and whose delay is all dendritic and as much
    shorter, learns the same and delivers at the same time.
    """
    trains = [np.sort(np.random.default_rng(k).choice(np.arange(1, 400), 30, replace=False))
              for k in range(6)]  # fmt: skip
    found = []
    for axonal in (0.0, 3.5):
        net = snn.Network(dt=0.5)
        late = 3.5 - axonal
        pre = net.population(6, snn.SpikeArray(times=[0.5 * t + late for t in trains]), label="pre")
        post = net.population(4, snn.LIF(i_offset=0.9), label="post")
        synapse = snn.Synapse(weight=snn.Uniform(0.2, 0.8), delay=2.0 + axonal,
                              axonal_delay=axonal, plasticity=PAIR)  # fmt: skip
        learned = net.connect(pre, post, snn.AllToAll(), synapse, label="learned")
        net.record(post, ["spikes", "v"])
        sim = snn.Simulation(net, precision="float64")
        result = sim.run(230.0)
        assert sim.weights(learned).delay == pytest.approx(2.0 + axonal)
        found.append((result["post"].steps, result["post"].trace("v").values,
                      sim.weights(learned).weight))  # fmt: skip
    for a, b in zip(*found, strict=True):
        np.testing.assert_array_equal(a, b)
    assert len(found[0][0]) > 20


def crowd(size: int = 70) -> Any:
    net = snn.Network(dt=0.5)
    rng = np.random.default_rng(7)
    pre = net.population(size, snn.Poisson(rate=30.0), label="pre")
    dense = net.population(9, snn.Poisson(rate=3000.0), label="dense")
    post = net.population(size, networks.cell("lif own", rng, size), label="post")
    few = snn.FixedProbability(0.1)
    for source, connector, rules, axonal in (
        (pre, few, networks.RULES["pair"](0.4), 1.5), (post, few, networks.RULES["two"](0.1), 4.0),
        (dense, snn.AllToAll(), networks.RULES["pair"](0.05), 2.5),
        (post, few, networks.RULES["short term"](0.1), 0.5),
    ):  # fmt: skip
        late = 6.0 if isinstance(connector, snn.AllToAll) else snn.Uniform(5.0, 9.0)
        net.connect(source, post, connector, snn.Synapse(
            weight=snn.Uniform(0, 0.05 if source is dense else 0.3), delay=late,
            axonal_delay=axonal, plasticity=rules))  # fmt: skip
    networks.record_all(net)
    return snn.compile_network(net, precision="float64", seed=2)


@pytest.fixture(scope="module")
def compiled() -> Any:
    return crowd()


@pytest.fixture(scope="module")
def wanted(compiled: Any) -> Any:
    return history(prepared(compiled, "reference"), compiled, [140])


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("pieces", [[140], [1, 2, 3, 1, 63, 70]])
def test_cuts_and_threads(compiled: Any, wanted: Any, threads: int, pieces: list[int]) -> None:
    require_same_in_pieces(compiled, wanted, pieces, threads=threads)
    assert wanted["spikes of post"].shape[1] > 100


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_snapshot(compiled: Any, wanted: Any, backend: str) -> None:
    """Spikes on their way along axons are part of what the future depends on."""
    require_same_after_restore(compiled, backend, wanted, at=71, steps=140)


def test_rates_that_need_larger_buffers() -> None:
    """Spikes that wait are kept when a source's buffers grow."""
    found = []
    for backend in ("reference", "cpu"):
        net = snn.Network(dt=1.0)
        pre = net.population(3, snn.Poisson(rate=50.0), label="pre")
        post = net.population(3, snn.LIF(), label="post")
        synapse = snn.Synapse(weight=0.2, delay=5.0, axonal_delay=4.0, plasticity=PAIR)
        learned = net.connect(pre, post, snn.AllToAll(), synapse)
        sim = snn.Simulation(net, backend=backend, precision="float64", seed=3)
        sim.run(30.0)
        sim.set(pre, rate=20_000.0)
        sim.run(30.0)
        found.append((sim.weights(learned).weight, sim.read(post, "v")))
    np.testing.assert_array_equal(*(f[0] for f in found))
    np.testing.assert_array_equal(*(f[1] for f in found))


@pytest.mark.parametrize(("axonal", "delay", "says"), [
    (5.0, 5.0, r"\[0, 4\] ms"), (-1.0, 5.0, "got -1"), (1.5, 5.0, "grid"),
    (3.0, snn.Uniform(2.0, 9.0), r"\[0, 1\] ms"), ([1.0, 2.0], 5.0, "axonal_delay"),
    (1.0, None, r"\[0, 0\] ms"), (float("nan"), 5.0, "axonal_delay"),
])  # fmt: skip
def test_refused(axonal: Any, delay: Any, says: str) -> None:
    net = snn.Network(dt=1.0)
    pre, post = net.population(2, snn.Poisson(rate=5.0)), net.population(2, snn.LIF())
    synapse = snn.Synapse(delay=delay, axonal_delay=axonal, plasticity=PAIR)
    net.connect(pre, post, snn.AllToAll(), synapse)
    with pytest.raises(ValidationError, match=says):
        snn.compile_network(net)
