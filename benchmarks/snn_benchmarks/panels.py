"""How the panels of the benchmarks' figures look."""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_lowercase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def letter(panels: Iterable[Axes]) -> None:
    """Letter panels from a on, in small print, without the frame's upper and right side."""
    for axes, name in zip(panels, ascii_lowercase, strict=False):
        axes.set_title(name, loc="left", fontweight="bold", fontsize=9)
        axes.tick_params(labelsize=7)
        axes.xaxis.label.set_size(8)
        axes.yaxis.label.set_size(8)
        axes.spines[["top", "right"]].set_visible(False)
