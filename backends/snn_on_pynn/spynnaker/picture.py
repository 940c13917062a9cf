"""A picture of the boards: chips coloured by the load of their cores."""

from __future__ import annotations

from typing import Any

from snn_on_pynn.spynnaker.mapping import BoardMapping, by_chip


def board_figure(mapping: BoardMapping) -> Any:
    """Return a figure: one square per chip, coloured by its fullest core, with its core count."""
    from matplotlib.figure import Figure

    cores = by_chip(mapping.cores)
    shares = {at: max(c.cycles for c in own) / mapping.budget for at, own in cores.items()}
    places = list(mapping.machine) or list(cores)
    width, height = (max(p[k] for p in places) + 1 for k in (0, 1))
    figure = Figure(figsize=(1.6 + 0.55 * width, 1.2 + 0.55 * height), layout="constrained")
    axes = figure.add_subplot()
    limit = max(1.0, *shares.values()) if shares else 1.0
    scale = axes.scatter([], [], c=[], cmap="viridis_r", vmin=0.0, vmax=limit)
    for at in places:
        _draw_chip(axes, at, shares.get(at), len(cores.get(at, ())), scale)
    axes.set(xlim=(-0.6, width - 0.4), ylim=(-0.6, height - 0.4), aspect="equal")
    axes.set(xlabel="chip x", ylabel="chip y", xticks=range(width), yticks=range(height))
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.colorbar(scale, ax=axes, label="fullest core: share of a tick")
    return figure


def _draw_chip(axes: Any, at: tuple[int, int], share: float | None, cores: int, scale: Any) -> None:
    from matplotlib.patches import Rectangle

    used = share is not None
    colour = scale.to_rgba(share) if used else "white"
    axes.add_patch(Rectangle((at[0] - 0.45, at[1] - 0.45), 0.9, 0.9, facecolor=colour,
                             edgecolor="0.6", linewidth=0.6))  # fmt: skip
    if used:
        dark = share is not None and share > 0.5 * scale.norm.vmax
        axes.text(*at, str(cores), ha="center", va="center", fontsize=8,
                  color="white" if dark else "black")  # fmt: skip
