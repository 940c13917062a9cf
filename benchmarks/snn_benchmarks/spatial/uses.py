"""The use that the paper announces: classes of words, packets and small images."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.errors import SnnError
from snn.homeostasis import FactorSearch
from snn_benchmarks.spatial.words import BITS, Scores
from snn_models import SpatialPatterns

Array = NDArray[Any]
COUNTS = (1, 2, 3, 5, 10, 20)
"""Numbers of patterns that are trained."""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """How well detectors tell their class from the rest, against the number of patterns.

    Parameters
    ----------
    what : str
    patterns : tuple of int
    balanced : tuple of float
        Mean over detectors of the mean of sensitivity and specificity; 0.5 is chance.
    sensitivity, specificity : tuple of float
    detectors : int
        How many there are for each number of patterns.
    """

    what: str
    patterns: tuple[int, ...]
    balanced: tuple[float, ...]
    sensitivity: tuple[float, ...]
    specificity: tuple[float, ...]
    detectors: int


def random_words(rng: np.random.Generator, sets: int = 20) -> Curve:
    """Train random words of ten bits; every other word is to be rejected."""
    counts = tuple(n for n in COUNTS if n <= 10)
    chosen = [rng.choice(2**BITS, size=n, replace=False) for n in counts for _ in range(sets)]
    every = np.arange(2**BITS)
    wanted = [np.isin(every, words) for words in chosen]
    return _curve("random words, 10 bits", 10, counts, chosen, every, wanted)


def of_classes(
    what: str, train: Array, labels: Array, test: Array, test_labels: Array,
    rng: np.random.Generator,
) -> Curve:  # fmt: skip
    """Train one detector per class and number of patterns; test it on all classes.

    Parameters
    ----------
    train, test : (n, bits) array of 0 and 1
    labels, test_labels : (n,) array
    """
    chosen, wanted = [], []
    for n in COUNTS:
        for kind in np.unique(labels):
            own = np.flatnonzero(labels == kind)
            chosen.append(train[rng.choice(own, size=n, replace=False)])
            wanted.append(test_labels == kind)
    return _curve(what, train.shape[1], COUNTS, chosen, test, wanted)


def _curve(
    what: str, bits: int, counts: tuple[int, ...], chosen: list[Array], shown: Array,
    wanted: list[Array],
) -> Curve:  # fmt: skip
    model = SpatialPatterns(bits=bits)
    # Beyond, the product of current and resistance overflows the board's numbers for wide words.
    search = FactorSearch(largest=100.0 if bits <= BITS else 5.0)
    fired = model.test(detectors := model.fit(chosen, search=search), shown) > 0
    scores = [Scores.of(f, w) for f, w in zip(fired, wanted, strict=True)]
    each = len(detectors) // len(counts)

    def means(of: Callable[[Scores], float]) -> tuple[float, ...]:
        return tuple(float(np.mean([of(s) for s in scores[k * each : (k + 1) * each]]))
                     for k in range(len(counts)))  # fmt: skip

    return Curve(
        what=what, patterns=counts, detectors=each, balanced=means(lambda s: s.balanced),
        sensitivity=means(lambda s: s.to_dict()["sensitivity"]),
        specificity=means(lambda s: s.to_dict()["specificity"]),
    )  # fmt: skip


PACKETS = {"dns query": (17, 53, 0), "web": (6, 443, 0x18), "ssh": (6, 22, 0x18),
           "time": (17, 123, 0)}  # fmt: skip
"""Kinds of packet: protocol, destination port, TCP flags."""


def packets(rng: np.random.Generator, each: int) -> tuple[Array, Array]:
    """Return made-up packet headers of 48 bits, and their kinds.

    Protocol (8 bits), destination port (16) and TCP flags (8) are those of the kind; the source
    port (16) is ephemeral, drawn from 49152..65535.
    """
    rows, kinds = [], []
    for kind, (protocol, port, flags) in enumerate(PACKETS.values()):
        for source in rng.integers(49152, 65536, size=each):
            rows.append(protocol << 40 | port << 24 | flags << 16 | int(source))
            kinds.append(kind)
    bits = [[row >> k & 1 for k in reversed(range(48))] for row in rows]
    return np.array(bits), np.array(kinds)


def images(rng: np.random.Generator) -> tuple[Array, Array, Array, Array]:
    """Return the handwritten digits of scikit-learn as 64 bits: train, labels, test, labels.

    Raises
    ------
    BackendUnavailableError
        scikit-learn is not installed.
    """
    from snn_benchmarks.digits.data import scikit_learn

    pixels, labels = scikit_learn("datasets").load_digits(return_X_y=True)
    order = rng.permutation(len(pixels))
    bits, labels = (pixels[order] >= 8).astype(int), labels[order]
    return bits[:900], labels[:900], bits[900:1300], labels[900:1300]


def curves(seed: int = 0) -> Iterator[Curve | str]:
    """Yield each use, or why it is left out."""
    rng = np.random.default_rng(seed)
    yield random_words(rng)
    yield of_classes("packet headers, 48 bits, 4 kinds", *packets(rng, 25), *packets(rng, 100), rng)
    try:
        given = images(rng)
    except SnnError as error:
        yield str(error)
    else:
        yield of_classes("images of digits, 64 bits, 10 classes", *given, rng)


def as_dict(curve: Curve) -> dict[str, Any]:
    """Return a curve as plain data."""
    return asdict(curve)
