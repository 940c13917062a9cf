"""Every printed number of the paper and its companion, and the formula it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from functools import cache
from statistics import median
from typing import Any

from snn_models import sparse_codes as codes

THETAS = (3, 8, 9, 10, 12, 15, 20)
SHARES = [Fraction(k, 1000) for k in range(5, 35, 5)]
"""Shares of active cells of figure 6, 0.5 to 3 %."""


@dataclass(frozen=True)
class Cell:
    """One printed number.

    Parameters
    ----------
    table : str
    setting : str
    printed : str
        As published.
    ours : str
        The exact value, rounded to as many digits.
    """

    table: str
    setting: str
    printed: str
    ours: str

    @property
    def equal(self) -> bool:
        """Whether all printed digits agree."""
        return self.printed == self.ours


def rounded(value: Fraction, like: str) -> str:
    """Return a value with the digits and the notation of a printed one."""
    mantissa, e, _ = like.partition("e")
    digits = len(mantissa.partition(".")[2])
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        if not e:
            unit = Decimal(1).scaleb(-digits)
            return str(exact.quantize(unit, rounding=ROUND_HALF_EVEN))
        text = f"{exact:.{digits}e}"
    head, _, power = text.partition("e")
    return f"{head}e{int(power)}"


FIGURE_4A = {
    300: "1.0946e-3 0.29208 0.99999797", 500: "5.696e-6 7.368e-3 0.62937",
    700: "1.413e-7 3.201e-4 0.12109", 900: "8.301e-9 2.503e-5 0.019360",
    1100: "8.362e-10 2.996e-6 3.5055e-3", 1300: "1.217e-10 4.894e-7 7.490e-4",
    1500: "2.310e-11 1.010e-7 1.865e-4", 2100: "4.513e-13 2.291e-9 5.896e-6",
    4000: "2.23e-16 1.34e-12 4.98e-9",
}  # fmt: skip
"""False positives, s = 24, theta = 12; columns a = 64, 128, 256."""

FIGURE_4B = {
    32: "2.23e-12 2.163e-7 5.901e-4", 45: "1.207e-7 3.144e-4 0.04347",
    64: "7.354e-4 0.07170 0.58250", 77: "0.026866 0.42653 0.93388", 96: "0.50871 0.97034 0.999890",
}  # fmt: skip
"""False negatives, a = 128, s = 30, by cells replaced; columns theta = 8, 12, 16."""

FIGURE_5B = {
    (32, 2000): "0.0318 1.81e-7 3.90e-14 6.60e-17 3.27e-21",
    (32, 4000): "0.0159 5.80e-9 3.97e-17 1.68e-20 1.03e-25",
    (512, 16000): "0.0630 7.26e-6 1.43e-10 1.93e-12 3.08e-15",
    (4000, 16000): "0.438 0.0781 0.0138 0.00716 0.00273",
}  # fmt: skip
"""False positives with theta = s / 2, by (a, n); columns s = 2, 10, 20, 24, 30."""

FIGURE_6 = {
    "n 10,000 to 190,000":
        (range(10_000, 210_000, 20_000),
         "0.0182 4.83e-8 2.04e-9 7.40e-11 7.63e-14 1.03e-18 4.11e-28"),
    "n 1,000 to 17,000":
        (range(1000, 21_000, 4000), "0.0173 3.33e-8 1.35e-9 4.80e-11 3.41e-14 1.37e-19 3.90e-30"),
}  # fmt: skip
"""Median false positives over n, shares and s = 20, 25, ..., 50; columns theta."""

FIGURE_7B = {
    1000: "1.00e-5 0.0474 0.991 1 1", 10_000: "5.30e-20 2.36e-14 2.28e-8 1.27e-4 7.16e-3",
    20_000: "1.76e-24 9.74e-19 2.04e-12 3.32e-8 5.40e-6",
}  # fmt: skip
"""Unions, s = 25, theta = 15, a = 200, by n; columns M = 1, 2, 5, 10, 15."""

# What, value, printed: numbers in the text of the paper and of its companion on neurons.
TEXT: tuple[tuple[str, Callable[[], Fraction], str], ...] = (
    ("n 10000 a 300 s 30 theta 12", lambda: codes.false_positive(10_000, 300, 30, 12), "2.3e-11"),
    ("the same, 20 % replaced", lambda: codes.false_negative(300, 30, 12, 60), "3.9e-8"),
    ("theta 15, a million patterns", lambda: codes.several(10_000, 300, 30, 15, 10**6), "1.05e-9"),
    ("union n 20000 s 25 M 10", lambda: codes.union_size(20_000, 25, 10), "248.6"),
    ("its error, a 100 theta 15",
     lambda: codes.union_false_positive(20_000, 100, 25, 15, 10), "1.7e-12"),
    ("a = n / 4, n 300", lambda: codes.false_positive(300, 75, 24, 12), "0.005186"),
    ("a = n / 4, n 19900", lambda: codes.false_positive(19_900, 4975, 24, 12), "0.00717"),
    ("a = n / 2, n 300", lambda: codes.false_positive(300, 150, 24, 12), "0.58"),
)  # fmt: skip

COMPANION = (
    (6, 6, "6.35e-11"), (8, 8, "2.53e-14"), (10, 10, "1.00e-17"),
    (12, 6, "5.29e-8"), (16, 8, "2.82e-10"), (20, 10, "1.54e-12"), (24, 12, "8.59e-15"),
    (40, 10, "4.92e-9"), (80, 10, "4.63e-6"), (120, 10, "1.59e-4"), (240, 20, "1.08e-7"),
)  # fmt: skip
"""n = 100,000, a = 2000; s, theta, false positives."""


def cells() -> Iterator[Cell]:
    """Yield every printed number with ours."""
    yield from _grid("4A", FIGURE_4A, (64, 128, 256), "n {} a {}",
                     lambda n, a: codes.false_positive(n, a, 24, 12))  # fmt: skip
    yield from _grid("4B", FIGURE_4B, (8, 12, 16), "v {} theta {}",
                     lambda v, theta: codes.false_negative(128, 30, theta, v))  # fmt: skip
    yield from _grid("5B", FIGURE_5B, (2, 10, 20, 24, 30), "a, n {} s {}",
                     lambda an, s: codes.false_positive(an[1], an[0], s, s // 2))  # fmt: skip
    yield from _grid("6", {k: row for k, (_, row) in FIGURE_6.items()}, THETAS, "{} theta {}",
                     lambda name, theta: median_error(FIGURE_6[name][0], theta))  # fmt: skip
    yield from _grid("7B", FIGURE_7B, (1, 2, 5, 10, 15), "n {} M {}",
                     lambda n, m: codes.union_false_positive(n, 200, 25, 15, m))  # fmt: skip
    for setting, value, printed in TEXT:
        yield Cell("text", setting, printed, rounded(value(), printed))
    for s, theta, printed in COMPANION:
        value = codes.false_positive(100_000, 2000, s, theta)
        yield Cell("companion", f"s {s} theta {theta}", printed, rounded(value, printed))


def _grid(
    table: str, rows: Mapping[Any, str], columns: Sequence[int], setting: str,
    formula: Callable[[Any, int], Fraction],
) -> Iterator[Cell]:  # fmt: skip
    for row, text in rows.items():
        for column, printed in zip(columns, text.split(), strict=True):
            ours = rounded(formula(row, column), printed)
            yield Cell(table, setting.format(row, column), printed, ours)


@cache
def median_error(sizes: range, theta: int) -> Fraction:
    """Return the median of figure 6 over sizes, shares of active cells and synapses."""
    return median(
        codes.false_positive(n, round(share * n), s, theta)
        for n in sizes for share in SHARES for s in range(20, 51, 5)
    )  # fmt: skip
