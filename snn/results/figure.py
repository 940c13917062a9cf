"""The look of figures: one column of a paper wide, legible in print, safe for the colour-blind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from io import BytesIO
from typing import Any, ParamSpec

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from snn.results.arrays import Array

COLUMN = 3.35
"""Width of a journal's column in inches (85 mm)."""

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#4D4D4D")
"""Okabe and Ito's palette, told apart by all common kinds of colour vision."""

STYLE: Any = {
    "font.size": 8.0,
    "axes.titlesize": 8.0,
    "axes.labelsize": 8.0,
    "xtick.labelsize": 7.0,
    "ytick.labelsize": 7.0,
    "legend.fontsize": 7.0,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
}

P = ParamSpec("P")


@contextmanager
def style() -> Iterator[None]:
    """Use the settings of `STYLE`, whatever the user's own are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        yield


class PaperFigure(Figure):
    """A figure that keeps its style and shows itself in a notebook without plotting state."""

    # Ticks are made when they are first drawn, and take their style then.
    def draw(self, renderer: Any) -> None:
        with style():
            super().draw(renderer)

    def savefig(self, *args: Any, **kwargs: Any) -> None:
        with style():
            super().savefig(*args, **kwargs)

    def _repr_png_(self) -> bytes:
        buffer = BytesIO()
        self.savefig(buffer, format="png", dpi=150)
        return buffer.getvalue()


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw within `style`."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with style():
            return draw(*args, **kwargs)

    return drawn


def page(height: float, width: float = COLUMN) -> Figure:
    """Return an empty figure of a size in inches."""
    return PaperFigure(figsize=(width, height), dpi=200, layout="constrained")


def colour(k: int) -> str:
    """Return the k-th colour."""
    return COLOURS[k % len(COLOURS)]


def time_axis(axes: Axes, start: float, stop: float) -> float:
    """Label a time axis in ms, or in s where that reads better; return its unit per ms."""
    scale, unit = (1e-3, "s") if stop - start > 10_000 else (1.0, "ms")
    axes.set_xlabel(f"time ({unit})")
    axes.set_xlim(start * scale, stop * scale)
    return scale


def name_right(axes: Axes, y: float, text: str, hue: str) -> None:
    """Write a name in the right margin at a height in data coordinates."""
    axes.annotate(
        text, (1.0, y), xycoords=axes.get_yaxis_transform(), xytext=(3, 0),
        textcoords="offset points", color=hue, va="center", ha="left", fontsize=7.0,
    )  # fmt: skip


def with_unit(name: str, unit: str) -> str:
    """Return ``name (unit)``, or the name of a pure number."""
    return f"{name} ({unit})" if unit else name


def thinned(count: int, limit: int) -> Array:
    """Return at most `limit` positions out of `count`, evenly spread."""
    return np.linspace(0, count - 1, min(count, limit)).round().astype(int)
