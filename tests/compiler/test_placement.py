"""From rows between views to blocks of rows between populations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from compiler.rows import compiled, synapses
from hypothesis import given
from hypothesis import strategies as st

import snn
from snn.compiler.placement import BLOCK, place
from snn.connectors import Connectivity


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[int], list[int], int, int, list[tuple[int, int]]]:
    """Draw two views (any order, with repeats) and pairs of their indices."""
    n_pre = draw(st.integers(1, 6))
    n_post = draw(st.sampled_from([1, 5, BLOCK, BLOCK + 1, 2 * BLOCK + 3]))
    edge = st.sampled_from([0, n_post - 1, n_post // 2, min(BLOCK, n_post - 1)])
    pre = draw(st.lists(st.integers(0, n_pre - 1), min_size=1, max_size=6))
    post = draw(st.lists(edge | st.integers(0, n_post - 1), min_size=1, max_size=6))
    if draw(st.booleans()):
        pre = sorted(set(pre))
    if draw(st.booleans()):
        post.sort()
    pair = st.tuples(st.integers(0, len(pre) - 1), st.integers(0, len(post) - 1))
    return pre, post, n_pre, n_post, draw(st.lists(pair, max_size=25))


@given(cases())
def test_place_is_a_stable_sort(case: Any) -> None:
    pre, post, n_pre, n_post, listed = case
    listed.sort()
    indptr = np.searchsorted([p for p, _ in listed], np.arange(len(pre) + 1))
    rows = Connectivity(indptr=indptr, targets=np.array([q for _, q in listed], dtype=np.uint32))
    made = place(rows, np.array(pre), np.array(post), n_pre, n_post)
    numbers = made.values(np.arange(len(listed)), np.int64, True)
    found = [
        (block, source, int(made.targets[s]) + block * BLOCK, int(numbers[s]))
        for block, starts in enumerate(made.indptr)
        for source in range(n_pre) for s in range(starts[source], starts[source + 1])
    ]  # fmt: skip
    assert found == sorted(
        (post[q] // BLOCK, pre[p], post[q], s) for s, (p, q) in enumerate(listed)
    )
    assert made.indptr.shape == (-(-n_post // BLOCK), n_pre + 1)
    assert made.targets.dtype == np.uint16


def test_rows_already_in_order_are_not_copied_in_another_order() -> None:
    rows = snn.AllToAll().connect(snn.connectors.Request(n_pre=2, n_post=3, same=False, key=0))
    made = place(rows, np.array([1, 4]), np.array([0, 5, 7]), 5, 8)
    assert made.order is None
    assert made.indptr.tolist() == [[0, 0, 3, 3, 3, 6]]
    assert made.targets.tolist() == [0, 5, 7] * 2


@pytest.mark.parametrize(
    ("pre", "post"),
    [([0, 2, 5], [1, 3]), ([5, 0, 2], [3, 1]), (slice(None, None, -1), [4, 4, 0]),
     ([1, 1, 0], slice(None))],
)  # fmt: skip
def test_views_keep_weights_with_their_pairs(pre: Any, post: Any) -> None:
    i, j = np.arange(6)[pre], np.arange(5)[post]
    weight = np.arange(1.0, 1 + len(i) * len(j)).reshape(len(i), len(j))
    delay = np.rint(weight) % 7 + 1
    made = compiled(snn.AllToAll(), 6, 5, pre=pre, post=post, weight=weight, delay=delay, dt=1.0)
    expected = [(i[a], j[b], weight[a, b], delay[a, b])
                for a in range(len(i)) for b in range(len(j))]  # fmt: skip
    found = synapses(made.projections[0])
    assert sorted(found) == sorted(expected)
    assert [f[:2] for f in found] == sorted(f[:2] for f in found)


CONNECTORS = {
    "all_to_all": snn.AllToAll(), "all_but_self": snn.AllButSelf(), "one_to_one": snn.OneToOne(),
    "probability": snn.FixedProbability(0.5), "in_degree": snn.FixedInDegree(3),
    "multapses": snn.FixedOutDegree(9, multapses=True), "total": snn.FixedTotal(17),
    "list": snn.FromList([[0, 1], [5, 2], [0, 0], [0, 1]]),
    "rows": snn.CSR([0, 2, 2, 3, 3, 3, 4], [4, 1, 0, 5]),
}  # fmt: skip


@pytest.mark.parametrize("name", CONNECTORS)
def test_matrices_of_weights_and_delays_go_by_pair(name: str) -> None:
    weight = np.arange(1.0, 37.0).reshape(6, 6)
    delay = np.arange(36.0).reshape(6, 6) % 11 + 1
    made = compiled(CONNECTORS[name], 6, 6, weight=weight, delay=delay, dt=1.0).projections[0]
    found = synapses(made)
    assert found
    for source, target, w, d in found:
        assert (w, d) == (weight[source, target], delay[source, target])


@pytest.mark.parametrize("name", ["list", "rows", "one_to_one"])
def test_lists_of_weights_go_by_entry(name: str) -> None:
    entries = CONNECTORS[name].entries(6, 6)
    weight = np.arange(1.0, entries + 1)
    made = compiled(CONNECTORS[name], 6, 6, weight=weight, delay=weight, dt=1.0).projections[0]
    listed = {
        "list": [(0, 1), (5, 2), (0, 0), (0, 1)], "rows": [(0, 4), (0, 1), (2, 0), (5, 5)],
        "one_to_one": [(k, k) for k in range(6)],
    }[name]  # fmt: skip
    expected = sorted((*pair, w, int(w)) for pair, w in zip(listed, weight, strict=True))
    assert synapses(made) == expected


def test_implicit_forms_store_no_index() -> None:
    for name in ("all_to_all", "all_but_self", "one_to_one"):
        made = compiled(CONNECTORS[name], 6, 6, weight=2.0, delay=0.3).projections[0]
        assert made.form == name
        assert made.targets.size == made.indptr.size == 0
        assert made.weight.shape == ()


def test_implicit_weights_are_a_matrix() -> None:
    weight = np.arange(18.0).reshape(3, 6)
    made = compiled(snn.AllToAll(), 6, 6, pre=slice(2, 5), weight=weight).projections[0]
    assert made.form == "all_to_all"
    assert (made.pre_start, made.pre_size) == (2, 3)
    assert made.weight.tolist() == weight.ravel().tolist()


def test_constants_are_stored_once_unless_they_are_learnt() -> None:
    rule = snn.PairSTDP()
    same = np.full((6, 6), 0.25)
    fixed = compiled(CONNECTORS["probability"], 6, 6, weight=same, delay=np.full((6, 6), 0.2))
    learnt = compiled(CONNECTORS["probability"], 6, 6, weight=same, plasticity=rule)
    assert fixed.projections[0].weight.shape == fixed.projections[0].delay.shape == ()
    assert learnt.projections[0].weight.shape == (learnt.projections[0].synapses,)
    assert learnt.projections[0].delay.shape == ()


def test_more_targets_than_a_block_holds() -> None:
    n = BLOCK + 10
    made = compiled(snn.FixedProbability(1.0), 2, n, weight=0.5).projections[0]
    assert made.indptr.shape == (2, 3)
    assert made.indptr.tolist() == [[0, BLOCK, 2 * BLOCK],
                                    [2 * BLOCK, 2 * BLOCK + 10, 2 * BLOCK + 20]]  # fmt: skip
    assert made.targets[2 * BLOCK :].tolist() == [*range(10), *range(10)]
    assert made.synapses == 2 * n


def test_empty_views_and_empty_lists() -> None:
    assert compiled(snn.FromList([]), 3, 3).projections[0].synapses == 0
    assert compiled(snn.FixedProbability(0.5), 3, 3, pre=[]).projections[0].synapses == 0
