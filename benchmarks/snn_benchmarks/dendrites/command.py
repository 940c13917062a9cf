"""``snn bench dendrites``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from snn.errors import SnnError
from snn_benchmarks import options, report
from snn_benchmarks.dendrites import monte_carlo, tables


@click.command("dendrites", epilog="Example: snn bench dendrites --save figures --json d.json")
@click.option("--probes", type=click.IntRange(1), default=2000, show_default=True,
              help=f"Patterns of each point, shown to {monte_carlo.CELLS} cells.")  # fmt: skip
@click.option("--points", type=click.IntRange(1), help="Simulate only the first so many points.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True,
              help="Of segments and patterns.")  # fmt: skip
@options.threads
@options.save
@options.json
def benchmark(
    probes: int, points: int | None, seed: int, threads: int, save: str | None, path: str | None
) -> None:
    """Compare dendritic segments with the closed forms of Ahmad and Hawkins.

    First every printed number of the paper and of its companion against the exact value,
    then the same formulae by spiking cells with segments, each point in its binomial interval.
    """
    cells = list(tables.cells())
    _print_tables(cells)
    found = []
    click.echo(f"\n{'by spikes':18s} {'setting':34s} {'exact':>10s} {'spikes':>10s}  interval")
    for design in list(monte_carlo.designs())[:points]:
        try:
            point = monte_carlo.measured(design, probes, seed, threads=threads)
        except SnnError as error:
            raise click.ClickException(str(error)) from error
        found.append(point)
        click.echo(line(point))
    numbers = metrics(cells, found)
    click.echo(
        f"\n{numbers['table_cells_equal']} of {numbers['table_cells']} printed numbers equal; "
        f"{numbers['monte_carlo_inside_interval']} of {numbers['monte_carlo_points']} points inside"
    )
    if save:
        click.echo(f"figure: {_saved(found, Path(save))}")
    if path:
        given = {"probes": probes, "points": points, "seed": seed, "threads": threads}
        report.write(path, "dendrites", given, numbers)


def metrics(cells: list[tables.Cell], found: list[monte_carlo.Point]) -> dict[str, Any]:
    """Return every number of the benchmark under its documented name."""
    return {
        "table_cells": len(cells),
        "table_cells_equal": sum(c.equal for c in cells),
        "different_cells": [vars(c) for c in cells if not c.equal],
        "monte_carlo_points": len(found),
        "monte_carlo_inside_interval": sum(p.inside for p in found),
        "outcomes_per_point": found[0].outcomes if found else 0,
        "points": [
            {**vars(p.design), "observed": p.observed, "interval": p.interval, "inside": p.inside}
            for p in found
        ],
        "union_estimate_error": {
            f"n {p.design.n} M {p.design.count}": monte_carlo.error_of_paper(p.design)
            for p in found if p.design.kind == "union"
        },
    }  # fmt: skip


def line(point: monte_carlo.Point) -> str:
    """Return a point as a line of the table."""
    d, (low, high) = point.design, point.interval
    extra = f" v {d.v}" if d.v else f" x {d.count}" if d.count > 1 else ""
    setting = f"n {d.n} a {d.a} s {d.s} theta {d.theta}{extra}"
    mark = "" if point.inside else "  OUTSIDE"
    return (f"{d.kind:18s} {setting:34s} {d.expected:10.4e} {point.observed:10.4e}  "
            f"[{low:.4e}, {high:.4e}]{mark}")  # fmt: skip


def _print_tables(cells: list[tables.Cell]) -> None:
    every = Counter(c.table for c in cells)
    same = Counter(c.table for c in cells if c.equal)
    click.echo(f"{'table':12s} {'printed':>8s} {'equal':>8s}")
    for table, count in every.items():
        click.echo(f"{table:12s} {count:8d} {same[table]:8d}")
    for c in cells:
        if not c.equal:
            click.echo(f"  {c.table} {c.setting}: printed {c.printed}, exact {c.ours}")


def _saved(found: list[monte_carlo.Point], folder: Path) -> Path:
    from snn_benchmarks.dendrites.figure import figure

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "dendrites.png"
    figure(found).savefig(path, dpi=300)
    return path
