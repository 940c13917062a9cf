"""Delay learning against a walk over spikes, and what it is for."""

from __future__ import annotations

import math
from typing import Any

import networks
import numpy as np
import pytest
from agreement.equality import history, prepared, require_same_after_restore, require_same_in_pieces
from plasticity.oracle import STEPS, circuit, post_trains, pre_trains

import snn
from snn import engine as engines
from snn.errors import ValidationError


def walked(pre: list[int], post: list[int], delay: int, period: int, rate: float, window: int,
           low: int, high: int) -> list[int]:  # fmt: skip
    """Return the delay after every period, spike by spike."""
    drift, found = 0.0, []
    for now in range(period, STEPS + 1, period):
        for spike in (p for p in post if now - period - window < p <= now - window):
            gaps = [spike - (t + delay) for t in pre if t <= now]
            near = [g for g in gaps if abs(g) <= window]
            if near:
                drift += rate * min(near, key=lambda g: (abs(g), g))
        whole = math.floor(drift + 0.5)
        new = min(max(delay + whole, low), high)
        drift = drift - whole if new == delay + whole else 0.0
        delay = new
        found.append(delay)
    return found


@pytest.mark.parametrize(("period", "rate", "window"), [(10, 0.5, 6), (7, 1.0, 20), (40, 0.3, 9)])
def test_delays_after_every_period(period: int, rate: float, window: int) -> None:
    pre, post = pre_trains(), post_trains()
    pairs = [(i, j) for i in range(len(pre)) for j in range(len(post))]
    start = 1 + np.arange(len(pairs)) % 9
    rule = snn.DelayLearning(period=float(period), rate=rate, window=float(window),
                             delay_min=2.0, delay_max=12.0)  # fmt: skip
    net = circuit(rule, snn.FromList(pairs), start.astype(float), 0.1)
    compiled = snn.compile_network(net, precision="float64")
    wanted = [walked(pre[i], post[j], int(d), period, rate, window, 2, 12)
              for (i, j), d in zip(pairs, start, strict=True)]  # fmt: skip
    for backend in ("reference", "cpu"):
        engine = engines.backend(backend).prepare(compiled)
        found = []
        for _ in range(STEPS // period):
            engine.advance(period)
            sources, targets, delays = engine.read_synapses(1)
            assert list(zip(sources, targets, strict=True)) == pairs
            found.append(delays)
        np.testing.assert_array_equal(np.transpose(found), wanted)
        assert (engine.read_weights(1) == 0.1).all()


def test_arrivals_become_coincident_with_the_spikes() -> None:
    """Sources that fire at different times before a spike end with arrivals at one time."""
    net = snn.Network(dt=0.5)
    lead = np.array([2.0, 5.0, 9.0, 14.0])
    spikes = 40.0 * np.arange(1, 100)
    pre = net.population(4, snn.SpikeArray(times=[spikes - x for x in lead]), label="pre")
    teacher = net.population(1, snn.SpikeArray(times=[spikes - 0.5]), label="teacher")
    cell = snn.LIF(receptors={"force": snn.CurrentDelta(), "learned": snn.CurrentPulse()})
    post = net.population(1, cell, label="post")
    net.connect(teacher, post, snn.AllToAll(), snn.Synapse(weight=1000.0), receptor="force")
    rule = snn.DelayLearning(rate=0.2, window=12.0, delay_min=0.5, delay_max=20.0)
    learned = net.connect(pre, post, snn.AllToAll(), snn.Synapse(
        weight=0.01, delay=7.0, plasticity=rule), receptor="learned")  # fmt: skip
    sim = snn.Simulation(net)
    sim.run(4000.0)
    # Within the rounding of a wanted delay to whole steps.
    np.testing.assert_allclose(sim.weights(learned).delay, lead, atol=0.5)


def crowd(size: int = 70) -> Any:
    net = snn.Network(dt=0.5)
    rng = np.random.default_rng(9)
    pre = net.population(size, snn.Poisson(rate=40.0), label="pre")
    post = net.population(size, networks.cell("lif own", rng, size), label="post")
    rule = snn.DelayLearning(period=6.0, rate=0.8, window=5.0, delay_min=1.0, delay_max=9.0)
    decay = snn.WeightDecay(tau=300.0)
    for label, source, rules, axonal in (
        ("pair", pre, [networks.RULES["pair"](0.4), rule], 0.0),
        ("timed", post, [decay, rule, networks.RULES["short term"](0.1)[0]], 0.0),
        ("axonal", pre, [rule, networks.RULES["two"](0.1)[1],
                         snn.SynapticScaling(target=0.5, trigger=3.0)], 0.5),
    ):  # fmt: skip
        synapse = snn.Synapse(weight=snn.Uniform(0, 0.5), delay=snn.Uniform(2.0, 6.0),
                              axonal_delay=axonal, plasticity=rules)  # fmt: skip
        view = post[10:60] if label == "axonal" else post
        net.connect(source, view, snn.FixedProbability(0.1), synapse, label=label)
    networks.record_all(net)
    return snn.compile_network(net, precision="float64", seed=2)


@pytest.fixture(scope="module")
def compiled() -> Any:
    return crowd()


@pytest.fixture(scope="module")
def wanted(compiled: Any) -> Any:
    return history(prepared(compiled, "reference"), compiled, [150])


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("pieces", [[150], [1, 11, 12, 13, 50, 63]])
def test_cuts_and_threads(compiled: Any, wanted: Any, threads: int, pieces: list[int]) -> None:
    require_same_in_pieces(compiled, wanted, pieces, threads=threads)
    assert wanted["spikes of post"].shape[1] > 60
    assert sum(name.startswith("synapses of") for name in wanted) == 3


@pytest.mark.parametrize("backend", ["reference", "cpu"])
@pytest.mark.parametrize("at", [60, 73])
def test_snapshot(compiled: Any, wanted: Any, backend: str, at: int) -> None:
    require_same_after_restore(compiled, backend, wanted, at=at, steps=150)


@pytest.mark.parametrize(("given", "says"), [
    ({"period": 2.5}, "multiple of 1 ms"), ({"delay_min": 5.0, "delay_max": 2.0}, "delay_max"),
    ({"window": -1.0}, "window"), ({"rate": 1.5}, "rate"),
])  # fmt: skip
def test_refused(given: dict[str, Any], says: str) -> None:
    net = snn.Network(dt=1.0)
    pre, post = net.population(2, snn.Poisson(rate=5.0)), net.population(2, snn.LIF())
    rule = snn.DelayLearning(**given)
    net.connect(pre, post, snn.AllToAll(), snn.Synapse(plasticity=rule))
    with pytest.raises(ValidationError, match=says):
        snn.compile_network(net)


def test_axonal_part_below_the_shortest_delay() -> None:
    net = snn.Network(dt=1.0)
    pre, post = net.population(2, snn.Poisson(rate=5.0)), net.population(2, snn.LIF())
    rules = [snn.PairSTDP(), snn.DelayLearning(delay_min=2.0)]
    synapse = snn.Synapse(delay=5.0, axonal_delay=2.0, plasticity=rules)
    net.connect(pre, post, snn.AllToAll(), synapse)
    with pytest.raises(ValidationError, match="leaves no step to the dendrite"):
        snn.compile_network(net)
