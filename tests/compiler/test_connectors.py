"""Structure of what connectors draw: rows, counts, self-connections, multapses."""

from __future__ import annotations

import numpy as np
import pytest
from compiler.rows import assert_valid, matrix, pairs, request
from hypothesis import given
from hypothesis import strategies as st

import snn
from snn.connectors import Connectivity
from snn.random import philox
from snn.space import Space

sizes = st.integers(1, 40)
keys = st.integers(0, 2**64 - 1)
switch = st.booleans()


@given(sizes, sizes, keys, st.floats(0, 1), switch, switch)
def test_fixed_probability(n: int, m: int, key: int, p: float, shared: bool, own: bool) -> None:
    made = snn.FixedProbability(p, self_connections=own).connect(request(n, m, key, shared))
    assert_valid(made, n, m)
    counts = matrix(made, m)
    assert counts.max(initial=0) <= 1
    if shared and not own:
        assert not np.diagonal(counts).any()


@pytest.mark.parametrize(("p", "every"), [(0.0, 0), (1.0, 1)])
@pytest.mark.parametrize("own", [True, False])
def test_certain_and_impossible(p: float, every: int, own: bool) -> None:
    made = snn.FixedProbability(p, self_connections=own).connect(request(7, 7, shared=True))
    expected = np.full((7, 7), every)
    if not own:
        np.fill_diagonal(expected, 0)
    assert (matrix(made, 7) == expected).all()


def test_probabilities_too_small_for_a_double_of_one_minus_p() -> None:
    assert len(snn.FixedProbability(1e-300).connect(request(50, 50)).targets) == 0


@given(sizes, sizes, keys, st.data(), switch, switch, switch)
def test_fixed_in_degree(
    n: int, m: int, key: int, data: st.DataObject, multapses: bool, shared: bool, own: bool
) -> None:
    room = n - (shared and not own)
    k = data.draw(st.integers(0, 3 * room if multapses else room))
    connector = snn.FixedInDegree(k, multapses=multapses, self_connections=own)
    made = connector.connect(request(n, m, key, shared))
    assert_valid(made, n, m)
    counts = matrix(made, m)
    assert (counts.sum(axis=0) == k).all()
    assert multapses or counts.max(initial=0) <= 1
    assert own or not shared or not np.diagonal(counts).any()


@given(sizes, sizes, keys, st.data(), switch, switch, switch)
def test_fixed_out_degree(
    n: int, m: int, key: int, data: st.DataObject, multapses: bool, shared: bool, own: bool
) -> None:
    room = m - (shared and not own)
    k = data.draw(st.integers(0, 3 * room if multapses else room))
    connector = snn.FixedOutDegree(k, multapses=multapses, self_connections=own)
    made = connector.connect(request(n, m, key, shared))
    assert_valid(made, n, m)
    counts = matrix(made, m)
    assert (counts.sum(axis=1) == k).all()
    assert multapses or counts.max(initial=0) <= 1
    assert own or not shared or not np.diagonal(counts).any()


def test_a_degree_for_each_neuron() -> None:
    made = snn.FixedInDegree([0, 3, 1]).connect(request(5, 3))
    assert matrix(made, 3).sum(axis=0).tolist() == [0, 3, 1]
    made = snn.FixedOutDegree([2, 0]).connect(request(2, 4))
    assert matrix(made, 4).sum(axis=1).tolist() == [2, 0]


@given(sizes, sizes, keys, st.data(), switch, switch, switch)
def test_fixed_total(
    n: int, m: int, key: int, data: st.DataObject, multapses: bool, shared: bool, own: bool
) -> None:
    room = n * m - (min(n, m) if shared and not own else 0)
    high = 3 * room if multapses else room
    k = data.draw(st.integers(0, high))
    connector = snn.FixedTotal(k, multapses=multapses, self_connections=own)
    made = connector.connect(request(n, m, key, shared))
    assert_valid(made, n, m)
    counts = matrix(made, m)
    assert counts.sum() == k
    assert multapses or counts.max(initial=0) <= 1
    assert own or not shared or not np.diagonal(counts).any()


@given(keys, st.permutations(range(12)), st.lists(st.integers(0, 11), unique=True))
def test_self_connections_between_views(key: int, pre: list[int], post: list[int]) -> None:
    more = {"pre_index": np.array(pre), "post_index": np.array(post, dtype=np.int64)}
    asked = request(12, len(post), key, **more)
    for connector in (
        snn.FixedProbability(0.9, self_connections=False),
        snn.FixedOutDegree(max(len(post) - 1, 0), self_connections=False),
        snn.FixedInDegree(11, self_connections=False),
        snn.FixedTotal(10 * len(post), self_connections=False),
    ):
        sources, targets = pairs(connector.connect(asked)).T
        assert (more["pre_index"][sources] != more["post_index"][targets]).all()


def test_all_to_all_and_all_but_self() -> None:
    assert (matrix(snn.AllToAll().connect(request(3, 5)), 5) == 1).all()
    made = snn.AllButSelf().connect(request(4, 4))
    assert_valid(made, 4, 4)
    assert (matrix(made, 4) == 1 - np.eye(4)).all()
    assert len(snn.AllButSelf().connect(request(1, 1)).targets) == 0


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=30))
def test_list_keeps_pairs_and_the_order_of_multapses(listed: list[tuple[int, int]]) -> None:
    made = snn.FromList(listed).connect(request(6, 4))
    assert_valid(made, 6, 4)
    assert made.listed is not None
    expected = sorted(range(len(listed)), key=lambda s: (*listed[s], s))
    assert made.listed.tolist() == expected
    assert [tuple(p) for p in pairs(made)] == [listed[s] for s in expected]


@given(st.lists(st.lists(st.integers(0, 6), max_size=8), min_size=1, max_size=5))
def test_compressed_rows(rows: list[list[int]]) -> None:
    indptr = np.cumsum([0, *map(len, rows)])
    targets = np.array([t for row in rows for t in row], dtype=np.int64)
    numbered = np.arange(len(targets), dtype=float)
    connector = snn.CSR(indptr, targets, weights=numbered, delays=numbered + 1)
    assert connector.problems("syn", len(rows), 7, False) == []
    made = connector.connect(request(len(rows), 7))
    assert_valid(made, len(rows), 7)
    spans = [range(a, b) for a, b in zip(indptr[:-1], indptr[1:], strict=True)]
    expected = [s for span in spans for s in sorted(span, key=lambda s: targets[s])]
    assert made.weights is not None
    assert made.delays is not None
    assert made.weights.tolist() == expected
    assert (made.delays == made.weights + 1).all()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=20), st.randoms())
def test_rows_from_pairs(listed: list[tuple[int, int]], random: object) -> None:
    pre, post = (np.array([p[side] for p in listed], dtype=np.int64) for side in (0, 1))
    connector = snn.CSR.from_pairs(4, pre, post, weights=np.arange(len(listed)))
    by_list = snn.FromList(listed).connect(request(4, 5))
    by_rows = connector.connect(request(4, 5))
    assert (by_list.targets == by_rows.targets).all()
    assert (by_list.indptr == by_rows.indptr).all()
    assert by_rows.weights is not None
    assert (by_rows.weights == by_list.listed).all()


def test_a_sparse_matrix_fits_as_it_is() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    given_matrix = sparse.random(9, 5, 0.4, format="csr", rng=np.random.default_rng(1))
    connector = snn.CSR(given_matrix.indptr, given_matrix.indices, weights=given_matrix.data)
    made = connector.connect(request(9, 5))
    dense = np.zeros((9, 5))
    dense[tuple(pairs(made).T)] = made.weights
    assert (dense == given_matrix.toarray()).all()


def on_grids(connector: snn.Connector, shape: tuple[int, ...], **more: object) -> Connectivity:
    where = snn.grid(*shape)
    asked = request(len(where), len(where), shared=True, pre_positions=where,
                    post_positions=where, **more)  # fmt: skip
    return connector.connect(asked)


def test_certain_within_a_distance() -> None:
    near = snn.DistanceProbability(lambda d: (d <= 1.0).astype(float))
    made = on_grids(near, (4, 5))
    assert_valid(made, 20, 20)
    where = snn.grid(4, 5)
    distance = np.abs(where[:, None] - where[None]).sum(axis=-1)
    assert (matrix(made, 20) == (distance <= 1)).all()
    same = on_grids(snn.DistanceProbability(np.ones_like, max_distance=1.0), (4, 5))
    assert (same.targets == made.targets).all()


def test_distance_on_a_torus_and_without_self() -> None:
    ring = snn.DistanceProbability(lambda d: 1.0, max_distance=1.0, self_connections=False)
    made = on_grids(ring, (6,), space=Space(period=(6.0,)))
    assert (matrix(made, 6).sum(axis=1) == 2).all()
    assert matrix(made, 6)[0, 5] == 1


def test_pairs_by_distance_do_not_depend_on_the_cut_off_or_the_chunk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fades(d: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        return np.where(d <= 2.0, 0.5, 0.0)

    whole = on_grids(snn.DistanceProbability(fades), (8, 8))
    cut = on_grids(snn.DistanceProbability(fades, max_distance=2.0), (8, 8))
    monkeypatch.setattr("snn.connectors.distance_probability.PAIRS_AT_ONCE", 100)
    chunked = on_grids(snn.DistanceProbability(fades), (8, 8))
    assert (whole.targets == cut.targets).all()
    assert (whole.targets == chunked.targets).all()
    assert (whole.indptr == chunked.indptr).all()


def test_probability_out_of_range_at_a_distance_that_occurs() -> None:
    with pytest.raises(snn.errors.ValidationError, match=r"\[0, 1\]; got -1 at distance 2"):
        on_grids(snn.DistanceProbability(lambda d: 1.0 - d), (5,))


@given(
    st.tuples(st.integers(1, 6), st.integers(1, 6)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
    keys,
)
def test_convolution_is_the_sliding_product(
    shape: tuple[int, int], kernel: tuple[int, int], strides: tuple[int, int],
    padding: tuple[int, int], key: int,
) -> None:  # fmt: skip
    random = np.random.default_rng(key)
    taps = random.integers(0, 3, kernel).astype(float)
    connector = snn.Convolution(
        taps, shape=shape, strides=strides, padding=padding, delays=taps + 1
    )
    n, post = int(np.prod(shape)), connector.post_shape()
    if min(post) < 1:
        assert connector.problems("syn", n, 1, False)
        return
    assert connector.problems("syn", n, int(np.prod(post)), False) == []
    made = connector.connect(request(n, int(np.prod(post))))
    assert_valid(made, n, int(np.prod(post)))
    assert matrix(made, int(np.prod(post))).max(initial=0) <= 1
    image = random.normal(size=shape)
    sources, targets = pairs(made).T
    total = np.zeros(int(np.prod(post)))
    assert made.weights is not None
    assert made.delays is not None
    np.add.at(total, targets, made.weights * image.ravel()[sources])
    assert (made.weights != 0).all()
    assert (made.delays == made.weights + 1).all()
    padded = np.pad(image, [(p, p) for p in padding])
    expected = [
        [(padded[r * strides[0] :, c * strides[1] :][: kernel[0], : kernel[1]] * taps).sum()
         for c in range(post[1])] for r in range(post[0])
    ]  # fmt: skip
    assert np.allclose(total.reshape(post), expected, atol=1e-12)


def test_same_padding_keeps_the_grid() -> None:
    connector = snn.Convolution(np.ones((3, 5)), shape=(7, 9), padding="same")
    assert connector.post_shape() == (7, 9)
    made = connector.connect(request(63, 63))
    assert matrix(made, 63)[31, 31] == 1
    assert matrix(made, 63)[:, 31].sum() == 15


def test_a_kernel_of_zeros_makes_nothing() -> None:
    made = snn.Convolution(np.zeros((2, 2)), shape=(3, 3)).connect(request(9, 4))
    assert_valid(made, 9, 4)
    assert len(made.targets) == 0


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), keys)
def test_compiled_words_are_those_of_the_written_down_generator(
    row: int, column: int, key: int
) -> None:
    from snn.connectors import draws

    drawn = draws.uniforms(np.uint64(key), np.array([row]), np.array([column]))[0]
    high, low, _, _ = philox((row, column, int(draws.DISTANCE), 0), key)
    assert drawn == (((high << 21) | (low >> 11)) + 1) * 2.0**-53


@pytest.mark.parametrize(
    "connector",
    [snn.FixedProbability(0.3), snn.FixedInDegree(4), snn.FixedOutDegree(4), snn.FixedTotal(40),
     snn.FixedTotal(40, multapses=True)],
    ids=lambda c: type(c).__name__,
)  # fmt: skip
def test_draws_depend_on_the_key_alone(connector: snn.Connector) -> None:
    first, again, other = (connector.connect(request(20, 20, key)) for key in (5, 5, 6))
    assert (first.targets == again.targets).all()
    assert first.targets.tolist() != other.targets.tolist()


def test_rows_do_not_depend_on_how_many_there_are() -> None:
    few = snn.FixedProbability(0.3).connect(request(5, 50))
    many = snn.FixedProbability(0.3).connect(request(50, 50))
    assert (many.targets[: len(few.targets)] == few.targets).all()
