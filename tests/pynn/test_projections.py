"""Connectors in bulk, weights and delays in and out."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

sim = pytest.importorskip("snn.pynn", reason="PyNN is not installed")
bulk = pytest.importorskip("snn.pynn.bulk")


def pair(n: int = 6, m: int = 4) -> tuple[Any, Any]:
    sim.setup(timestep=0.1)
    return sim.Population(n, sim.IF_cond_exp()), sim.Population(m, sim.IF_cond_exp())


def addresses(projection: Any) -> list[tuple[int, int]]:
    return [(i, j) for i, j, *_ in projection.get("weight", format="list")]


@pytest.mark.parametrize(
    "make",
    [
        lambda: sim.AllToAllConnector(),
        lambda: sim.OneToOneConnector(),
        lambda: sim.FixedProbabilityConnector(0.4, rng=sim.NumpyRNG(3)),
        lambda: sim.ArrayConnector(np.arange(24).reshape(6, 4) % 3 == 0),
    ],
)
def test_bulk_equals_pynn_column_by_column(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also the random weights, which PyNN draws column by column from one stream."""
    weight = sim.RandomDistribution("uniform", low=0.1, high=0.2, rng=sim.NumpyRNG(5))
    pre, post = pair()
    found = []
    for ours in (True, False):
        if not ours:
            monkeypatch.setattr(bulk, "connect", lambda *_: None)
        synapse = sim.StaticSynapse(weight=weight, delay=0.5)
        connector, made = make(), []
        for side in (post, post, pre):
            if side.size == post.size or not isinstance(connector, sim.ArrayConnector):
                projection = sim.Projection(pre, side, connector, synapse)
                made.append(projection.get(["weight", "delay"], format="list"))
        found.append(made)
    assert len(found[0][0])
    assert found[0] == found[1]


def test_one_cell_to_one_cell() -> None:
    pre, post = pair(1, 1)
    assert addresses(sim.Projection(pre, post, sim.OneToOneConnector())) == [(0, 0)]


def test_no_cell_is_connected_to_itself() -> None:
    pre, _ = pair()
    for make in (sim.AllToAllConnector, lambda **k: sim.FixedProbabilityConnector(0.9, **k),
                 lambda **k: sim.FixedTotalNumberConnector(40, **k)):  # fmt: skip
        projection = sim.Projection(pre[1:5], pre, make(allow_self_connections=False))
        assert len(projection)
        assert all(i + 1 != j for i, j in addresses(projection))


def test_listed_pairs_keep_their_own_values() -> None:
    pre, post = pair()
    rows = [(0, 1, 0.3, 1.5), (5, 0, 0.1, 0.2), (2, 1, 0.2, 0.7)]
    projection = sim.Projection(pre, post, sim.FromListConnector(rows))
    assert sorted(projection.get(["weight", "delay"], format="list")) == sorted(rows)
    with pytest.raises(sim.errors.ConnectionError, match="out of range"):
        sim.Projection(pre, post, sim.FromListConnector([(0, 4, 0.1, 1.0)]))


def test_fixed_numbers() -> None:
    pre, post = pair(20, 30)
    into = sim.Projection(pre, post, sim.FixedNumberPreConnector(5))
    out = sim.Projection(pre, post, sim.FixedNumberPostConnector(7))
    total = sim.Projection(pre, post, sim.FixedTotalNumberConnector(123))
    assert (np.bincount([j for _, j in addresses(into)], minlength=30) == 5).all()
    assert (np.bincount([i for i, _ in addresses(out)], minlength=20) == 7).all()
    assert len(total) == 123


def test_weights_in_every_format() -> None:
    pre, post = pair(3, 2)
    rows = [(0, 0, 0.1, 0.5), (0, 0, 0.2, 0.5), (1, 1, 0.4, 0.5)]
    projection = sim.Projection(pre, post, sim.FromListConnector(rows))
    operations = {"sum": 0.3, "min": 0.1, "max": 0.2, "first": 0.1, "last": 0.2}
    for operation, expected in operations.items():
        matrix = projection.get("weight", format="array", multiple_synapses=operation)
        assert matrix[0, 0] == pytest.approx(expected)
        assert np.isnan(matrix[2]).all()
    assert projection.get("weight", format="list", with_address=False) == [0.1, 0.2, 0.4]


def test_weights_set_as_number_matrix_list_and_distribution() -> None:
    pre, post = pair(3, 2)
    projection = sim.Projection(pre, post, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.1))
    projection.set(weight=0.5)
    assert (projection.get("weight", format="array") == 0.5).all()
    matrix = np.arange(6.0).reshape(3, 2)
    projection.set(weight=matrix)
    assert np.array_equal(projection.get("weight", format="array"), matrix)
    projection.set(weight=list(range(6)))
    assert np.array_equal(projection.get("weight", format="array"), matrix)
    projection.set(weight=sim.RandomDistribution("uniform", low=1.0, high=2.0))
    drawn = projection.get("weight", format="array")
    assert ((drawn >= 1) & (drawn < 2)).all()
    assert len(np.unique(drawn)) == 6


def response(before: bool, dense: bool) -> Any:
    """The v of three cells whose weights are set before or after the first step."""
    sim.setup(timestep=0.1)
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[[5.0], [6.0]]))
    cells = sim.Population(3, sim.IF_curr_exp())
    connector = sim.AllToAllConnector() if dense else sim.FromListConnector(
        [(1, 2), (0, 0), (1, 0), (0, 1), (0, 2)])  # fmt: skip
    synapse = sim.StaticSynapse(weight=0.5, delay=1.0)
    projection = sim.Projection(source, cells, connector, synapse)
    cells.record("v")
    sim.run(0.0 if before else 2.0)
    projection.set(weight=np.array([[1.0, 2.0, 3.0], [0.5, 0.6, 0.7]]))
    sim.run_until(20.0)
    return cells.get_data().segments[0].analogsignals[0].magnitude


@pytest.mark.parametrize("dense", [True, False])
def test_weights_set_between_runs_act(dense: bool) -> None:
    late = response(before=False, dense=dense)
    assert np.array_equal(late, response(before=True, dense=dense))
    assert late[-1, 0] < late[-1, 1] < late[-1, 2] if dense else True


def test_assemblies_are_connected_part_by_part() -> None:
    sim.setup(timestep=0.1)
    a, b = (sim.Population(n, sim.SpikeSourceArray(spike_times=[1.0])) for n in (2, 3))
    c = sim.Population(2, sim.IF_curr_exp())
    d = sim.Population(3, sim.IF_curr_exp(tau_m=10.0))
    rows = [(0, 4, 1.0, 0.5), (4, 0, 1.0, 0.5), (2, 2, 2.0, 0.5)]
    sim.Projection(a + b, c + d[1:3], sim.FromListConnector([(i, j - 1 if j > 1 else j, w, t)
                                                            for i, j, w, t in rows]))  # fmt: skip
    cells = c + d
    cells.record("v")
    sim.run(5.0)
    signals = [p.get_data().segments[0].analogsignals[0].magnitude for p in (c, d)]
    risen = [(v[-1] > -65).tolist() for v in signals]
    assert risen == [[True, True], [False, False, True]]


def test_inhibitory_weights_are_negative_for_currents_and_positive_for_conductances() -> None:
    sim.setup(timestep=0.1)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0]))
    by_current = sim.Population(1, sim.IF_curr_exp())
    by_conductance = sim.Population(1, sim.IF_cond_exp(e_rev_I=-80.0))
    for cell, weight in ((by_current, -1.0), (by_conductance, 0.05)):
        cell.record("v")
        connector, right = sim.AllToAllConnector(), sim.StaticSynapse(weight=weight)
        sim.Projection(source, cell, connector, right, receptor_type="inhibitory")
        wrong = sim.StaticSynapse(weight=-weight)
        with pytest.raises(sim.errors.ConnectionError, match="[Ww]eights must be"):
            sim.Projection(source, cell, connector, wrong, receptor_type="inhibitory")
    sim.run(10.0)
    for cell in (by_current, by_conductance):
        assert cell.get_data().segments[0].analogsignals[0].magnitude[-1] < -65.5


@pytest.mark.parametrize("p", [1.0, 0.25])
def test_a_million_synapses_in_two_seconds(p: float) -> None:
    n = int(1000 / np.sqrt(p))
    sim.setup(timestep=0.1)
    cells = sim.Population(n, sim.IF_curr_exp())
    weight = sim.RandomDistribution("uniform", low=0.0, high=0.1)
    connector = sim.AllToAllConnector() if p == 1.0 else sim.FixedProbabilityConnector(p)
    synapse = sim.StaticSynapse(weight=weight, delay=1.0)
    start = time.process_time()
    projection = sim.Projection(cells, cells, connector, synapse)
    spent = time.process_time() - start
    assert len(projection) == pytest.approx(1e6, rel=0.01)
    assert spent < 2.0


def test_declared_order_is_compiled_order_in_large_populations() -> None:
    """Targets are stored in blocks of 65,536: weights must not be mixed up."""
    sim.setup(timestep=0.1)
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[1.0]))
    cells = sim.Population(65_540, sim.IF_curr_exp())
    rows = [(1, 65_539, 3.0, 0.5), (0, 7, 1.0, 0.5), (0, 65_538, 2.0, 0.5), (1, 3, 4.0, 0.5)]
    projection = sim.Projection(source, cells, sim.FromListConnector(rows))
    cells[[3, 7, 65_538, 65_539]].record("v")
    sim.run(1.0)
    projection.set(weight=[2.0, 4.0, 8.0, 6.0])
    sim.run(4.0)
    v = cells.get_data().segments[0].analogsignals[0].magnitude[-1] + 65
    assert v / v[1] == pytest.approx([4.0, 1.0, 2.0, 3.0], rel=1e-6)
