"""SpatialPatterns against networks declared one by one, and against the closed form."""

from __future__ import annotations

import numpy as np
import pytest
from numerics.recordings import detector as plain_detector
from numerics.recordings import training as plain_training

import snn
from snn.errors import ValidationError
from snn_models import Detector, SpatialPatterns

TEN = SpatialPatterns(bits=10)


def test_a_word_gives_its_lines_exactly_the_published_weight() -> None:
    ones, zeros = TEN.train([992, 0])
    assert ones.tolist() == [[0.3671875] * 5 + [0.0] * 5, [0.0] * 10]
    assert zeros.tolist() == [[0.0] * 5 + [0.3671875] * 5, [0.3671875] * 10]


@pytest.mark.parametrize("backend", ["cpu", "reference"])
def test_copies_are_trained_as_networks_of_their_own(backend: str) -> None:
    words = [992, 7, 513]
    given = {"backend": backend, "numerics": "spinnaker"}
    found = snn.run(TEN.training(words, record=True), 75.0, **given)
    for k, word in enumerate(words):
        alone = snn.run(plain_training(word), 75.0, **given)
        for name in ("exc", "inh"):
            np.testing.assert_array_equal(found[name].v[:, k], alone[name].v[:, 0])
            np.testing.assert_array_equal(
                found[f"w_{name}"].over_time.values[:, 10 * k : 10 * k + 10],
                alone[f"w_{name}"].over_time.values,
            )


@pytest.mark.parametrize("words", [[992, 1008], [0, 7, 57]])
def test_shared_populations_give_the_spikes_of_single_networks(words: list[int]) -> None:
    """Beside others, around its factor: rounding of weights must not change."""
    fitted = TEN.fit([words, [992], [0, 31, 227]])
    for step in (-2e-4, -3e-5, 0.0, 3e-5, 2e-4):
        factor = fitted[0].factor + step
        cases = [Detector(words=d.words, ones=d.ones, zeros=d.zeros, factor=f)
                 for d, f in zip(fitted, (factor, 3.9, 5.1), strict=True)]  # fmt: skip
        counts = TEN.test(cases, words)[0]
        for word, count in zip(words, counts, strict=True):
            alone = snn.run(plain_detector(words, factor, word), 20.0, numerics="spinnaker")
            assert len(alone["out"].spikes.steps) == count


@pytest.mark.parametrize(("other", "apart"), [(1008, 1), (896, 2), (512, 4), (24, 7)])
def test_two_words_at_distance_h_give_2_to_the_h_positives(other: int, apart: int) -> None:
    [found] = TEN.fit([[992, other]])
    fired = TEN.test([found], np.arange(1024))[0] > 0
    assert fired.sum() == 2**apart
    assert fired[[992, other]].all()
    # The closed form: threshold of the output over the weakest trained word.
    score = 2 * (10 - apart) * 0.3671875
    assert found.factor == pytest.approx(15.3792 / score, rel=2e-4)


def test_complementary_words_cancel_and_are_dropped() -> None:
    pair, single = TEN.fit([[992, 31], [992]])
    assert np.isnan(pair.factor)
    assert pair.dropped.all()
    assert not TEN.test([pair], [992, 31]).any()
    assert TEN.test([pair, single], [992, 31]).tolist() == [[0, 0], [1, 0]]


@pytest.mark.parametrize("backend", ["cpu", "reference"])
def test_both_engines_and_both_profiles(backend: str) -> None:
    small = SpatialPatterns(bits=4)
    ones, zeros = small.train([0b1100], backend=backend)
    # All four lines move v by 17.2 mV of the 15 to threshold, a wrong one halves that.
    case = Detector(words=small.as_bits([12]), ones=ones[0], zeros=zeros[0], factor=12.0)
    for numerics in ("spinnaker", "exact"):
        fired = small.test([case], range(16), backend=backend, numerics=numerics)[0]
        assert np.flatnonzero(fired).tolist() == [12]


def test_words_as_numbers_and_as_rows() -> None:
    small = SpatialPatterns(bits=3)
    rows = small.as_bits(np.array([[1, 0, 0], [0, 1, 1]]))
    np.testing.assert_array_equal(rows, small.as_bits([4, 3]))
    np.testing.assert_array_equal(rows, small.as_bits(range(4, 2, -1)))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([8], r"must be in 0..7 for 3 bits; got \[8\]"),
        ([-1], r"must be in 0..7 for 3 bits; got \[-1\]"),
        ([], "needs at least one word"),
        (np.zeros((2, 0)), "needs at least one word of at least one bit"),
        (np.zeros((2, 4)), "must have 3 bits; got rows of 4"),
        (np.full((1, 3), 2), "must hold 0 and 1 only"),
        ([1.5], "must be whole numbers, or rows of 0 and 1"),
    ],
)
def test_bad_words_are_refused(words: object, message: str) -> None:
    for use in (SpatialPatterns(bits=3).training, lambda w: SpatialPatterns(bits=3).fit([w])):
        with pytest.raises(ValidationError, match=message):
            use(words)


def test_a_model_needs_bits() -> None:
    with pytest.raises(ValidationError, match="whole number of at least 1; got 0"):
        SpatialPatterns(bits=0)
