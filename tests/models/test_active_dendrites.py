"""ActiveDendrites and the closed forms: brute force, counting by hand, both engines."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

import snn
from snn.errors import ValidationError
from snn_models import ActiveDendrites
from snn_models import sparse_codes as codes


@pytest.mark.parametrize(("n", "a", "s", "theta"), [(9, 4, 3, 2), (10, 3, 5, 2), (7, 7, 4, 4)])
def test_false_positives_are_those_of_all_patterns(n: int, a: int, s: int, theta: int) -> None:
    patterns = list(combinations(range(n), a))
    hits = sum(len({*p} & {*range(s)}) >= theta for p in patterns)
    assert codes.false_positive(n, a, s, theta) == Fraction(hits, len(patterns))


def test_false_negatives_are_those_of_all_replacements() -> None:
    a, s, theta = 9, 5, 3
    for v in range(a + 1):
        dropped = list(combinations(range(a), v))
        misses = sum(s - len({*d} & {*range(s)}) < theta for d in dropped)
        assert codes.false_negative(a, s, theta, v) == Fraction(misses, len(dropped))


def test_unions_are_those_of_all_pairs_of_samples() -> None:
    n, s, a, theta = 7, 3, 3, 2
    samples = list(combinations(range(n), s))
    total = sum(codes.false_positive(n, a, len({*x} | {*y}), theta)
                for x in samples for y in samples)  # fmt: skip
    exact = codes.union_false_positive_exact(n, a, s, theta, 2)
    assert exact == pytest.approx(float(total / len(samples) ** 2), rel=1e-13)
    sizes = sum(len({*x} | {*y}) for x in samples for y in samples)
    assert codes.union_size(n, s, 2) == Fraction(sizes, len(samples) ** 2)


def test_several_segments_are_independent() -> None:
    p = codes.false_positive(100, 20, 10, 4)
    assert float(codes.several(100, 20, 10, 4, 3)) == pytest.approx(float(1 - (1 - p) ** 3))


@pytest.mark.parametrize(
    ("given", "text"),
    [((0, 1, 1, 1), "n: must be at least 1"), ((9, 10, 3, 2), "a: must be in [1, 9]"),
     ((9, 4, 12, 2), "s: must be in [1, 9]"), ((9, 4, 3, 4), "theta: must be in [1, 3]")],
)  # fmt: skip
def test_impossible_segments_are_refused(given: tuple[int, ...], text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        codes.false_positive(*given)
    assert text in str(caught.value)


def drawn(seed: int = 3) -> tuple[list[list[np.ndarray]], list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    segments = [[rng.choice(60, 12, replace=False) for _ in range(2)] for _ in range(25)]
    return segments, [rng.choice(60, 20, replace=False) for _ in range(40)]


@pytest.mark.parametrize("backend", ["cpu", "reference"])
def test_cells_fire_where_a_segment_counts_enough(backend: str) -> None:
    segments, patterns = drawn()
    patterns, theta = (patterns, 6) if backend == "cpu" else (patterns[:8], 6)
    counted = np.array([[max(len({*p} & {*x}) for x in own) >= theta for own in segments]
                        for p in patterns])  # fmt: skip
    assert 0.1 < counted.mean() < 0.9
    model = ActiveDendrites(inputs=60, segments=segments, theta=theta)
    np.testing.assert_array_equal(model.detect(patterns, backend=backend), counted)


def test_a_small_plateau_only_makes_the_cell_ready() -> None:
    given = {"inputs": 20, "segments": [[np.arange(12)]], "theta": 10, "duration": 50.0}
    assert not ActiveDendrites(**given, plateau=0.5).detect([np.arange(12)]).any()
    model = ActiveDendrites(**given, plateau=0.5)
    net = model.build(snn.SpikeArray(times=model.times([np.arange(12)])))
    net.record(net.populations[1], "v")
    v = snn.run(net, 40.0, progress=False)["cells"].traces["v"].values
    # 0.5 nA into 10 MOhm is 5 mV, approached with 10 ms for more than 37 ms: 5 (1 - e^-3.7).
    assert v.max() == pytest.approx(5.0 * -np.expm1(-3.8), abs=0.01)


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"theta": 13}, "theta: must be in [1, 12]"),
        ({"segments": [[[0, 60]]]}, "segments[0][0]: must be in [0, 59]; got 0 to 60"),
        ({"segments": [[[]]]}, "segments[0][0]: must be a list of one or more input cells"),
        ({"segments": [[[1, 1]]]}, "segments[0][0]: names a cell twice"),
        ({"segments": [[[1]], []]}, "equally many per cell; got [0, 1]"),
        ({"spacing": 5.0}, "spacing: must be at least 20 tau_syn = 20 ms; got 5"),
    ],
)
def test_bad_input_is_refused(changed: dict, text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ActiveDendrites(**{"inputs": 60, "segments": drawn()[0], "theta": 6} | changed)
    assert text in str(caught.value)


def test_patterns_out_of_range_are_refused() -> None:
    model = ActiveDendrites(inputs=60, segments=drawn()[0], theta=6)
    with pytest.raises(ValidationError, match=r"patterns\[1\]: must be in \[0, 59\]"):
        model.detect([[1], [60]])
