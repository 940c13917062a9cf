"""Where the memory ends, drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE = "cues and contents"
PANELS = (
    ("spacing, ms", "time between operations (ms)", ("spacing, ms",)),
    ("overlap", "overlap of two contents", ("overlap",)),
    ("bits of a fragment", "bits asked at once", ("bits of a fragment",)),
    (SIZE, SIZE, (SIZE, f"{SIZE}, recalled once learned")),
)
COLOURS = {"published": "C3", "exact": "C0"}


def figure(points: Sequence[dict[str, Any]]) -> Figure:
    """Return a figure of the points of the study, two columns wide."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(7.1, 2.2), layout="constrained")
    for axes, (_, label, sweeps) in zip(drawn.subplots(1, 4, sharey=True), PANELS, strict=True):
        for sweep in sweeps:
            _curves(axes, [p for p in points if p["sweep"] == sweep], sweep)
        axes.set_xlabel(label, fontsize=7)
        axes.tick_params(labelsize=7)
        if label == SIZE:
            axes.set_xscale("log")
    drawn.axes[0].set_ylabel("wrong recalls by content", fontsize=7)
    drawn.axes[3].set_ylabel("by cue", fontsize=7)
    lines, labels = drawn.axes[3].get_legend_handles_labels()
    drawn.legend(lines, labels, loc="outside upper center", ncols=4, fontsize=7, frameon=False)
    return drawn


def _curves(axes: Axes, points: Sequence[dict[str, Any]], sweep: str) -> None:
    """Draw recalls by content; for size, recalls by cue, which are those that fail."""
    kind = "by_cue" if sweep.startswith(SIZE) else "by_content"
    for constants, colour in COLOURS.items():
        own = [p for p in points if p["constants"] == constants]
        again = "recalled once" in sweep
        axes.plot(
            [p["value"] for p in own], [p[f"wrong_{kind}"] / p[kind] for p in own],
            "o--" if again else "o-", color=colour, linewidth=1, markersize=3,
            label=f"{constants}, each cue recalled once learned" if again else constants,
        )  # fmt: skip
