"""Error probabilities of a dendritic segment that reads a sparse binary code, exactly.

Of `n` cells `a` are active; a segment has synapses with `s` of them and matches where at
least `theta` of its synapses are active. Results are fractions of integers, without
rounding where nothing else is said.

References
----------
Ahmad and Hawkins, arXiv 1601.00720 (2016): eqs. 4 (false positives), 6 (false negatives),
8 and 9 (several segments), 11 to 14 (unions).
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from math import comb

from snn.errors import Problem, ValidationError


def overlap(n: int, a: int, s: int, b: int) -> Fraction:
    """Return the probability that exactly `b` of `s` synapses are among `a` of `n` cells."""
    # Symmetric in a and s: the smaller one makes the smaller binomials.
    few, many = sorted((a, s))
    if not max(0, few + many - n) <= b <= few:
        return Fraction(0)
    return Fraction(comb(many, b) * comb(n - many, few - b), comb(n, few))


def false_positive(n: int, a: int, s: int, theta: int) -> Fraction:
    """Return the probability that a random pattern matches (eq. 4).

    Raises
    ------
    ValidationError
        The numbers describe no segment.
    """
    _check(n, a, s, theta)
    return sum((overlap(n, a, s, b) for b in range(theta, min(a, s) + 1)), Fraction(0))


def false_negative(a: int, s: int, theta: int, v: int) -> Fraction:
    """Return the probability of a miss when `v` of the pattern's cells are replaced (eq. 6).

    The segment's synapses are all with cells of the pattern. Independent of n.
    """
    _check(a, a, s, theta)
    _require(0 <= v <= a, "v", f"must be in [0, {a}], the active cells; got {v}")
    return sum((overlap(a, v, s, b) for b in range(s - theta + 1, s + 1)), Fraction(0))


def several(n: int, a: int, s: int, theta: int, segments: int) -> Fraction:
    """Return the probability that any of several independent segments matches (eq. 8).

    The power is taken with 100 digits: as a fraction it would have millions.
    """
    p = false_positive(n, a, s, theta)
    with localcontext() as context:
        context.prec = 100
        none = (1 - Decimal(p.numerator) / Decimal(p.denominator)) ** segments
        return Fraction(1 - none)


def union_size(n: int, s: int, patterns: int) -> Fraction:
    """Return the mean number of synapses that hold samples of several patterns (eq. 12)."""
    return n * (1 - Fraction(n - s, n) ** patterns)


def union_false_positive(n: int, a: int, s: int, theta: int, patterns: int) -> Fraction:
    """Return the paper's estimate: eq. 4 with the mean size of the union, rounded."""
    size = union_size(n, s, patterns)
    return false_positive(n, a, int(size + Fraction(1, 2)), theta)


def union_false_positive_exact(n: int, a: int, s: int, theta: int, patterns: int) -> float:
    """Return eq. 4 averaged over the distribution of the union's size, in floating point."""
    sizes = {s: 1.0}
    for _ in range(patterns - 1):
        grown: dict[int, float] = {}
        for size, p in sizes.items():
            for new in range(max(0, s - size), min(s, n - size) + 1):
                share = p * float(overlap(n, size, s, s - new))
                grown[size + new] = grown.get(size + new, 0.0) + share
        sizes = grown
    return sum(p * float(false_positive(n, a, k, theta)) for k, p in sizes.items())


def _check(n: int, a: int, s: int, theta: int) -> None:
    _require(n >= 1, "n", f"must be at least 1 cell; got {n}")
    _require(1 <= a <= n, "a", f"must be in [1, {n}] cells; got {a}")
    _require(1 <= s <= n, "s", f"must be in [1, {n}] synapses; got {s}")
    _require(1 <= theta <= s, "theta", f"must be in [1, {s}], the synapses; got {theta}")


def _require(ok: bool, field: str, message: str) -> None:
    if not ok:
        raise ValidationError([Problem("segment", field, message)])
