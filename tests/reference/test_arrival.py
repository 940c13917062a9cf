"""When things happen (docs/numerics.md, section 1)."""

from __future__ import annotations

import numpy as np
import pytest
from reference.circuits import driven, fired, passive, prepared, trace

import snn

DT = 0.1
RECEPTORS = {
    "exp": (snn.CurrentExp(), "i", 1),
    "alpha": (snn.CurrentAlpha(), "y", 1),
    "pulse": (snn.CurrentPulse(), "i", 1),
    "delta": (snn.CurrentDelta(), "", 0),
    "conductance": (snn.ConductanceExp(e_rev=10.0), "g", 1),
}


@pytest.mark.parametrize("name", RECEPTORS)
@pytest.mark.parametrize("delay", [1, 2, 13])
@pytest.mark.parametrize("emitted", [0, 1, 10])
def test_first_step_in_which_v_moves(name: str, delay: int, emitted: int) -> None:
    receptor, state, later = RECEPTORS[name]
    cell = passive(receptors={"r": receptor})
    options = {"weight": 0.1, "delay": delay * DT, "at": [emitted * DT]}
    v = trace(driven(cell, **options), 40)
    assert np.flatnonzero(v)[0] == emitted + delay + later
    if state:
        inside = trace(driven(cell, record=[f"r.{state}"], **options), 40)
        assert np.flatnonzero(inside)[0] == emitted + delay


def test_pulse_lasts_one_step() -> None:
    cell = passive(receptors={"r": snn.CurrentPulse()})
    found = trace(driven(cell, weight=0.1, delay=0.3, record=["r.i"]), 40)
    assert np.flatnonzero(found).tolist() == [13]


def test_delta_is_added_before_the_threshold_test() -> None:
    cell = snn.LIF(receptors={"r": snn.CurrentDelta()})
    assert fired(driven(cell, weight=20.0, delay=0.3), 40, 1) == [13]


def test_current_moves_v_one_step_after_its_arrival() -> None:
    cell = snn.LIF(receptors={"r": snn.CurrentExp()})
    assert fired(driven(cell, weight=1e4, delay=0.3), 15, 1) == [14]


def test_spikes_of_a_chain() -> None:
    """A spike stamped t with delay d makes a delta target fire at t + d, link by link."""
    net = snn.Network(dt=DT)
    chain = net.population(5, snn.LIF(receptors={"r": snn.CurrentDelta()}), label="chain")
    first = net.population(1, snn.SpikeArray(times=[[0.0]]), label="first")
    net.connect(first, chain[:1], snn.AllToAll(), snn.Synapse(weight=20.0), receptor="r")
    pairs = [(k, k + 1) for k in range(4)]
    delays = np.array([0.1, 0.2, 0.3, 0.4])
    link = snn.Synapse(weight=20.0, delay=delays)
    net.connect(chain, chain, snn.FromList(pairs=pairs), link, receptor="r")
    net.record(chain, "spikes")
    engine = prepared(net)
    engine.advance(20)
    steps, neurons = engine.take().spikes[0]
    assert neurons.tolist() == [0, 1, 2, 3, 4]
    assert steps.tolist() == [1, 2, 4, 7, 11]


def test_initial_state_and_spikes_of_step_0_are_recorded() -> None:
    net = driven(passive(), weight=1.0, delay=DT, at=[0.0, 0.0, 0.3], initial={"v": 3.0})
    net.record(net.populations[0], "spikes")
    engine = prepared(net)
    engine.advance(4)
    taken = engine.take()
    assert taken.spikes[0][0].tolist() == [0, 0, 3]
    steps, values = taken.samples[0]
    assert steps.tolist() == [0, 1, 2, 3, 4]
    assert values[0, 0] == 3.0


def test_order_of_delta_receptors_is_that_of_declaration() -> None:
    """Sums of different order differ in the last bit, so the order can be seen."""
    a, b, c = 0.1, 0.7, 1e-17
    receptors = {"plus": snn.CurrentDelta(), "minus": snn.CurrentDelta(sign=-1),
                 "again": snn.CurrentDelta()}  # fmt: skip
    net = snn.Network(dt=1.0)
    source = net.population(1, snn.SpikeArray(times=[[0.0]]))
    target = net.population(1, passive(receptors=receptors))
    for name, weight in zip(("again", "minus", "plus"), (c, b, a), strict=True):
        net.connect(source, target, snn.AllToAll(), snn.Synapse(weight=weight), receptor=name)
    engine = prepared(net)
    engine.advance(1)
    assert engine.read_state(1, "v")[0] == ((0.0 + a) - b) + c


def test_canonical_order_of_additions() -> None:
    """Emission step, then projection, then source, then place in the row; drives last."""
    weights = iter([1.0, 2.0**-53, 2.0**-53, 3.0**-30, 0.1, 0.7, 5.0**-20])
    net = snn.Network(dt=1.0)
    late = net.population(1, snn.SpikeArray(times=[[1.0]]), label="late")
    early = net.population(2, snn.SpikeArray(times=[[0.0], [0.0]]), label="early")
    target = net.population(1, passive(receptors={"r": snn.CurrentPulse()}), label="target")
    terms: list[tuple[tuple[int, int, int], float]] = []

    def connect(source: snn.network.Population, delay: float, emission: int, rank: int) -> None:
        for i in range(len(source)):
            for repeat in range(2):
                weight = next(weights, 0.3)
                terms.append(((emission, rank, i), weight))
                listed[rank].append((i, repeat, weight))
        pairs = [(i, 0) for i, _, _ in listed[rank]]
        synapse = snn.Synapse(weight=np.array([w for *_, w in listed[rank]]), delay=delay)
        net.connect(source, target, snn.FromList(pairs=pairs), synapse, receptor="r")

    listed: dict[int, list[tuple[int, int, float]]] = {0: [], 1: []}
    connect(late, 1.0, 1, 0)
    connect(early, 2.0, 0, 1)
    engine = prepared(net)
    engine.advance(2)
    total = 0.0
    for _, weight in sorted(terms, key=lambda term: term[0]):
        total += weight
    assert engine.read_state(2, "r_i")[0] == total
    assert total != sum(weight for _, weight in terms)  # the order is visible


def test_a_source_that_emits_twice_counts_twice() -> None:
    cell = passive(receptors={"r": snn.CurrentDelta()})
    twice = trace(driven(cell, weight=0.25, delay=DT, at=(1.0, 1.0)), 12)
    assert twice[11] == 0.5
