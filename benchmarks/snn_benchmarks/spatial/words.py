"""The word sets of the paper, and how well a detector tells words apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BITS = 10
FIRST = 992
OTHERS = (1008, 1016, 1020, 1022, 1023, 960, 896, 768, 512, 0, 16, 24, 28, 30, 31)
"""What is trained beside 992 in the networks of two words."""


def distance(a: int, b: int) -> int:
    """Return the Hamming distance of two words."""
    return (a ^ b).bit_count()


def triples() -> list[tuple[int, int, int]]:
    """Return the first three words, the first 0, for each possible triple of distances.

    Distances ascend: first to second, first to third, second to third.
    """
    found: dict[tuple[int, int, int], tuple[int, int, int]] = {}
    for second in range(2**BITS):
        for third in range(second, 2**BITS):
            key = (distance(0, second), distance(0, third), distance(second, third))
            if key == tuple(sorted(key)):
                found.setdefault(key, (0, second, third))
    return [found[key] for key in sorted(found)]


def word_sets() -> list[list[int]]:
    """Return the words of the paper's networks, and of the one that it could not make."""
    pairs = [[FIRST, other] for other in OTHERS]
    return [[FIRST], *pairs, *map(list, triples())]


@dataclass(frozen=True, kw_only=True)
class Scores:
    """How well words are told apart.

    Parameters
    ----------
    tp, tn, fp, fn : int
        True and false positives and negatives.
    """

    tp: int
    tn: int
    fp: int
    fn: int

    @classmethod
    def of(cls, fired: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> Scores:
        """Return the scores of one detector over words."""
        return cls(tp=int((fired & wanted).sum()), tn=int((~fired & ~wanted).sum()),
                   fp=int((fired & ~wanted).sum()), fn=int((~fired & wanted).sum()))  # fmt: skip

    @property
    def positives(self) -> int:
        """How many words the detector fires for."""
        return self.tp + self.fp

    def to_dict(self) -> dict[str, Any]:
        """Return counts and rates; a rate of nothing is None."""
        total = self.tp + self.tn + self.fp + self.fn
        return {
            "positives": self.positives, "tp": self.tp, "tn": self.tn, "fp": self.fp,
            "fn": self.fn, "accuracy": (self.tp + self.tn) / total,
            "precision": _share(self.tp, self.fp), "negative_prediction": _share(self.tn, self.fn),
            "sensitivity": _share(self.tp, self.fn), "specificity": _share(self.tn, self.fp),
        }  # fmt: skip

    @property
    def balanced(self) -> float:
        """Mean of sensitivity and specificity."""
        return ((_share(self.tp, self.fn) or 0.0) + (_share(self.tn, self.fp) or 0.0)) / 2


def _share(part: int, rest: int) -> float | None:
    return part / (part + rest) if part + rest else None
