"""The closed forms by spikes: random segments, random patterns, cells that fire or do not.

One run gives cells x probes outcomes. Any two are independent (segments are drawn
uniformly and independently, so the overlap of a pattern with one says nothing about the
overlap with another), hence the variance of their count is that of the binomial.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn_models import ActiveDendrites
from snn_models import sparse_codes as codes

CELLS = 500
CONFIDENCE = 0.9999
"""Of the interval of one point: all of some 40 points miss none by chance in 99.6 % of runs."""

Rows = list[list[NDArray[np.int64]]]


@dataclass(frozen=True)
class Design:
    """One point: what is drawn, and what the closed form says.

    Parameters
    ----------
    kind : str
        "false positive", "false negative", "several segments", "union" or "threshold".
    n, a, s, theta : int
        Input cells, active ones, synapses of a segment, its threshold.
    expected : float
        Exact probability that a cell fires (false negatives: that it does not).
    v : int
        Active cells replaced.
    count : int
        Segments of a cell, or patterns of a union.
    """

    kind: str
    n: int
    a: int
    s: int
    theta: int
    expected: float
    v: int = 0
    count: int = 1


@dataclass(frozen=True)
class Point:
    """A design and how often it happened in how many outcomes."""

    design: Design
    hits: int
    outcomes: int

    @property
    def observed(self) -> float:
        """Share of outcomes."""
        return self.hits / self.outcomes

    @property
    def interval(self) -> tuple[float, float]:
        """Central binomial interval of the share around the closed form."""
        binom = scientific("stats").binom
        low, high = binom.interval(CONFIDENCE, self.outcomes, self.design.expected)
        return low / self.outcomes, high / self.outcomes

    @property
    def inside(self) -> bool:
        """Whether the share lies in the interval."""
        low, high = self.interval
        return bool(low <= self.observed <= high)


def scientific(module: str) -> Any:
    """Import a module of scipy.

    Raises
    ------
    BackendUnavailableError
        scipy is not installed.
    """
    from importlib import import_module

    from snn.errors import BackendUnavailableError

    try:
        return import_module(f"scipy.{module}")
    except ImportError as error:
        raise BackendUnavailableError(
            "this benchmark needs scipy: pip install 'snn-spinnaker[bench]'"
        ) from error


def designs() -> Iterator[Design]:
    """Yield every point of the paper's figures between 1e-4 and 1 - 1e-4, and more."""
    found: list[Design] = []
    for n in (300, 500, 700, 900, 1100, 1300, 1500):
        for a in (64, 128, 256):
            p = float(codes.false_positive(n, a, 24, 12))
            found.append(Design("false positive", n, a, 24, 12, p))
    for v in (32, 45, 64, 77, 96):
        for theta in (8, 12, 16):
            p = float(codes.false_negative(128, 30, theta, v))
            found.append(Design("false negative", 6000, 128, 30, theta, p, v=v))
    for count in (2, 5, 10, 20):
        p = float(codes.several(900, 256, 24, 12, count))
        found.append(Design("several segments", 900, 256, 24, 12, p, count=count))
    for n, count in ((1000, 2), (1000, 3), (1000, 5), (5000, 10), (5000, 15), (10_000, 15)):
        p = codes.union_false_positive_exact(n, 200, 25, 15, count)
        found.append(Design("union", n, 200, 25, 15, p, count=count))
    for theta in (1, 2, 3, 4, 5, 6, 7):
        p = float(codes.false_positive(1000, 30, 50, theta))
        found.append(Design("threshold", 1000, 30, 50, theta, p))
    yield from (d for d in found if 1e-4 <= d.expected <= 1 - 1e-4)


def measured(design: Design, probes: int, seed: int, **options: Any) -> Point:
    """Return how often the cells of a design fired (or failed to) on so many patterns."""
    rng = np.random.default_rng([seed, *map(ord, repr(design))])
    draw = {"false negative": _noisy, "union": _unions}.get(design.kind, _plain)
    segments, patterns = draw(rng, design, probes)
    model = ActiveDendrites(inputs=design.n, segments=segments, theta=design.theta)
    fired = model.detect(patterns, **options)
    hits = int(fired.sum())
    if design.kind == "false negative":
        hits = fired.size - hits
    return Point(design, hits, fired.size)


def _plain(rng: np.random.Generator, d: Design, probes: int) -> tuple[Rows, Any]:
    segments = [[_some(rng, d.n, d.s) for _ in range(d.count)] for _ in range(CELLS)]
    return segments, [_some(rng, d.n, d.a) for _ in range(probes)]


def _unions(rng: np.random.Generator, d: Design, probes: int) -> tuple[Rows, Any]:
    segments = [[np.unique(np.concatenate([_some(rng, d.n, d.s) for _ in range(d.count)]))]
                for _ in range(CELLS)]  # fmt: skip
    return segments, [_some(rng, d.n, d.a) for _ in range(probes)]


def _noisy(rng: np.random.Generator, d: Design, probes: int) -> tuple[Rows, Any]:
    """Cells know samples of the first `a` inputs; `v` of these are replaced in each probe."""
    segments = [[_some(rng, d.a, d.s)] for _ in range(CELLS)]
    patterns = [
        np.concatenate([_some(rng, d.a, d.a - d.v), d.a + _some(rng, d.n - d.a, d.v)])
        for _ in range(probes)
    ]
    return segments, patterns


def _some(rng: np.random.Generator, n: int, k: int) -> NDArray[np.int64]:
    return rng.choice(n, k, replace=False, shuffle=False)


def error_of_paper(design: Design) -> float:
    """Return how far the paper's estimate for unions is off, relative to the exact value."""
    estimate = codes.union_false_positive(design.n, design.a, design.s, design.theta, design.count)
    return float(estimate) / design.expected - 1.0 if design.expected else math.nan
