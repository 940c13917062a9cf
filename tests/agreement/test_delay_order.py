"""Spikes delivered just before they arrive, through rows sorted by delay, change nothing."""

from __future__ import annotations

from typing import Any

import networks
import numpy as np
import pytest
from agreement.equality import History, history, prepared, require_equal
from networks import DT

import snn
from snn.compiler import Compiled, delay_order
from snn.compiler.endpoints import endpoints

STEPS = 260


@pytest.fixture(autouse=True)
def everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sort rows in networks that are too small for it to pay."""
    monkeypatch.setattr(delay_order, "CACHE", -1)
    monkeypatch.setattr(delay_order, "SEGMENT", 0.0)


def network(weight: str = "drawn") -> snn.Network:
    """Return a recurrent network whose receptors hear several projections at once."""
    rng = np.random.default_rng(7)
    net = snn.Network(dt=DT)
    cells = [net.population(n, networks.cell("lif mixed", rng, n), label=f"cells {n}",
                            initial={"v": snn.Uniform(-65, -50)}) for n in (150, 70)]  # fmt: skip
    sizes = {"drawn": snn.Uniform(0.0, 0.4), "one": 0.2}
    delays = [snn.Uniform(2 * DT, 25 * DT), 4 * DT, snn.Uniform(3 * DT, 9 * DT)]
    connectors = [snn.FixedProbability(0.2), snn.FixedTotal(900, multapses=True),
                  snn.FixedOutDegree(9)]  # fmt: skip
    for k, (pre, post) in enumerate((a, b) for a in cells for b in cells):
        synapse = snn.Synapse(weight=sizes[weight], delay=delays[k % 3])
        net.connect(pre, post, connectors[k % 3], synapse, label=f"{k}")
        inhibition = snn.Synapse(weight=0.05, delay=delays[(k + 1) % 3])
        net.connect(pre[5:60], post[::-1], connectors[0], inhibition, receptor="inhibitory")
    for each in cells:
        net.drive(each, snn.PoissonInput(rate=900.0, weight=0.25))
    networks.record_all(net)
    return net


def compiled(precision: str = "float64", weight: str = "drawn") -> Compiled:
    return snn.compile_network(network(weight), precision=precision, seed=2)


def outcome(made: Compiled, backend: str, pieces: list[int], **options: Any) -> History:
    return history(prepared(made, backend, **options), made, pieces)


def test_rows_are_sorted_by_delay_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    made = compiled()
    monkeypatch.setattr(delay_order, "CACHE", 1 << 40)
    plain = compiled()
    sorted_ = 0
    for q, old in zip(made.projections, plain.projections):
        assert not old.segments.size
        pre, post = endpoints(q)
        delay, weight = (np.broadcast_to(x, q.synapses) for x in (q.delay, q.weight))
        own = list(zip(pre, delay, post, weight))
        old_delay, old_weight = (np.broadcast_to(x, q.synapses) for x in (old.delay, old.weight))
        # Sources, delays and targets ascend; synapses alike in these keep their order.
        wanted = sorted(zip(*endpoints(old), old_delay, old_weight),
                        key=lambda s: (s[0], s[2], s[1]))  # fmt: skip
        assert own == [(i, d, j, w) for i, j, d, w in wanted]
        sorted_ += q.delay.ndim > 0
        rows = np.repeat(np.arange(len(q.segments)), q.segments.shape[1] - 1)
        lengths = np.diff(q.segments.astype(int), axis=1).ravel()
        first = q.delay.min() + np.tile(np.arange(q.segments.shape[1] - 1), len(q.segments))
        assert list(zip(np.repeat(rows, lengths), np.repeat(first, lengths))) == [
            (i, d) for i, d, _, _ in own
        ]
    assert sorted_ >= 5


@pytest.mark.parametrize("weight", ["drawn", "one"])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_both_engines_agree(weight: str, threads: int) -> None:
    made = compiled(weight=weight)
    assert all(q.segments.size for q in made.projections)
    wanted = outcome(made, "reference", [STEPS])
    require_equal(wanted, outcome(made, "cpu", [STEPS], threads=threads))
    require_equal(wanted, outcome(made, "cpu", [1, 7, 2, 60, 0, 90, 100], threads=threads))
    assert wanted["spikes of cells 150"].shape[1] > 400


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_sorting_changes_no_bit(monkeypatch: pytest.MonkeyPatch, precision: str) -> None:
    found = outcome(compiled(precision), "cpu", [STEPS])
    monkeypatch.setattr(delay_order, "CACHE", 1 << 40)
    wanted = outcome(compiled(precision), "cpu", [STEPS])
    for name in wanted:
        if not name.startswith("weights of"):
            np.testing.assert_array_equal(found[name], wanted[name], err_msg=name)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_snapshot_has_the_spikes_on_their_way(threads: int) -> None:
    made = compiled()
    wanted = outcome(made, "cpu", [STEPS], threads=threads)
    engine = prepared(made, "cpu", threads=threads)
    engine.write_weights(0, engine.read_weights(0))
    engine.advance(130)
    state = engine.snapshot()
    engine.advance(STEPS - 130)
    require_equal(wanted, history(engine, made))
    other = prepared(made, "cpu", threads=threads)
    other.write_weights(0, np.zeros(made.projections[0].synapses))
    other.advance(35)
    other.restore(state)  # weights too
    other.take()
    other.advance(STEPS - 130)
    for name, values in history(other, made).items():
        if name.endswith(" now"):
            np.testing.assert_array_equal(values, wanted[name], err_msg=name)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_spike_brings_the_weight_of_its_own_time(threads: int) -> None:
    found = []
    options: dict[str, dict[str, Any]] = {"reference": {}, "cpu": {"threads": threads}}
    for backend in options:
        made = compiled()
        engine = prepared(made, backend, **options[backend])
        for k in range(4):
            engine.advance(60)
            engine.write_weights(0, engine.read_weights(0) * (0.5 + 0.4 * k))
        found.append(history(engine, made, [20]))
    require_equal(*found)


def test_what_learns_or_comes_from_a_source_is_left_alone() -> None:
    net = network()
    cells = net.populations[0]
    net.connect(cells, cells, snn.FixedProbability(0.1), snn.Synapse(
        weight=0.1, delay=snn.Uniform(DT, 9 * DT), plasticity=snn.PairSTDP(w_max=0.3)),
        label="learned")  # fmt: skip
    made = snn.compile_network(net, seed=2)
    learned = next(q for q in made.projections if q.label == "learned")
    beside = [q for q in made.projections if (q.post, q.receptor) == (0, learned.receptor)]
    assert len(beside) > 1
    assert not any(q.segments.size for q in beside)
    assert any(q.segments.size for q in made.projections)
