"""``snn bench ca3``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from snn.errors import SnnError
from snn.results import Result
from snn_benchmarks import options, report
from snn_benchmarks.ca3 import tables
from snn_benchmarks.ca3.experiments import EXPERIMENTS, Experiment
from snn_benchmarks.ca3.tables import Table
from snn_benchmarks.folder import DataError
from snn_models.ca3 import Answer, Operation
from snn_models.ca3.constants import NAMED
from snn_models.ca3.operations import expected

CASES = (("published", "spinnaker"), ("published", "exact"), ("exact", "exact"))
"""Constants and numerics that are compared."""


@click.command("ca3", epilog="Example: snn bench ca3 --data DIR --save figures --json ca3.json")
@click.option("--data", type=click.Path(), help="Folder that holds ca3-cam; default SNN_DATA.")
@click.option("--backend", default="cpu", show_default=True, help="Where the memory runs.")
@click.option("--against", multiple=True, metavar="BACKEND",
              help="Also try both sets of constants there, as nest; may be repeated.")  # fmt: skip
@click.option("--virtual", is_flag=True,
              help="Also compare every cell with the virtual board.")  # fmt: skip
@click.option("--study", is_flag=True, help="Also measure spacing, overlap and size (minutes).")
@click.option("--save", type=click.Path(file_okay=False),
              help="Save the figures and our tables of spikes in this folder.")  # fmt: skip
@options.json
def benchmark(
    data: str | None, backend: str, against: tuple[str, ...], virtual: bool, study: bool,
    save: str | None, path: str | None,
) -> None:  # fmt: skip
    """Reproduce the CA3 content-addressable memory, cell by cell of its recorded tables."""
    began = time.process_time()
    runs = {k: e.run(backend=backend) for k, e in EXPERIMENTS.items()}
    mine = {k: tables.table_of(runs[k], e.cues, int(e.duration)) for k, e in EXPERIMENTS.items()}
    recordings, notes = _recordings(data)
    metrics: dict[str, Any] = {
        "mismatched_cells": {}, "cells": {}, "recalls": {}, "wrong_recalls": {}, "notes": notes,
    }  # fmt: skip
    for k, experiment in EXPERIMENTS.items():
        _compare(k, experiment, runs[k], mine[k], recordings.get(k), metrics)
    for note in notes:
        click.echo(f"\n{note}")
    if virtual:
        metrics["different_cells"] = _on_board(mine)
    metrics["wrong_recalls_by_constants"] = _orders(backend, against)
    metrics["earlier"] = _earlier(backend)
    metrics["cpu_s"] = time.process_time() - began
    if study:
        from snn_benchmarks.ca3.study import print_study

        metrics["study"] = print_study()
    if save:
        _save(Path(save), runs, mine, metrics.get("study", []))
    if path:
        given = {"backend": backend, "against": against, "virtual": virtual, "study": study}
        report.write(path, "ca3", given, metrics)


def _recordings(data: str | None) -> tuple[dict[int, Table], list[str]]:
    """Return the recorded tables that there are, and what is missing."""
    try:
        folder = tables.DATA.folder(data)
    except DataError as error:
        return {}, [f"no recordings: {error}"]
    found, notes = {}, []
    for k in EXPERIMENTS:
        try:
            found[k] = tables.recorded(folder, k)
        except DataError as error:
            notes.append(f"experiment {k}: {error}")
    return found, notes


def _compare(
    k: int, experiment: Experiment, result: Result, mine: Table, wanted: Table | None,
    metrics: dict[str, Any],
) -> None:  # fmt: skip
    """Print paper, recorded and ours of one experiment; add its numbers."""
    wrong = experiment.wrong(result)
    cells = len(tables.COLUMNS) * int(experiment.duration)
    differ = None if wanted is None else tables.mismatched(mine, wanted)
    name = f"experiment{k}"
    metrics["mismatched_cells"][name], metrics["cells"][name] = differ, cells
    metrics["recalls"][name], metrics["wrong_recalls"][name] = experiment.recalls, wrong
    click.echo(f"\nexperiment {k}, {experiment.title}: {len(experiment.operations)} operations, "
               f"{experiment.duration:g} ms")  # fmt: skip
    if experiment.recalls < 10:
        _print_answers(experiment, experiment.answers(result), wanted)
    compared = "no recording" if differ is None else f"{differ} of {cells} cells differ"
    click.echo(f"  wrong recalls: {wrong} of {experiment.recalls}; recording: {compared}")


def _print_answers(experiment: Experiment, ours: list[Answer], wanted: Table | None) -> None:
    click.echo(f"  {'recall':24s} {'paper':24s} {'recorded':24s} ours")
    theirs = read_answers(wanted, experiment) if wanted else [None] * len(ours)
    columns = zip(experiment.operations, expected(experiment.operations), theirs, ours, strict=True)
    for operation, *found in columns:
        if operation.name == "recall":
            asked = _shown(operation.cue is not None, operation)
            cells = [_shown(operation.cue is None, a) if a else "-" for a in found]
            click.echo(f"  {asked:24s} {cells[0]:24s} {cells[1]:24s} {cells[2]}")


def _shown(cues: bool, what: Answer | Operation) -> str:
    if isinstance(what, Operation):
        return f"cue {what.cue}" if cues else f"content {_list(what.content)}"
    return f"cues {_list(what.cues)}" if cues else f"content {_list(what.content)}"


def _list(members: tuple[int, ...]) -> str:
    return " ".join(map(str, members)) or "none"


def read_answers(table: Table, experiment: Experiment) -> list[Answer]:
    """Return the answers in a table of spikes."""
    from snn_models.ca3.operations import ANSWER_MS

    starts = [int(o.time + ANSWER_MS) for o in experiment.operations] + [len(table["OUTcue"])]
    return [
        Answer(cues=_seen(table["OUTcue"][a:b]), content=_seen(table["OUTcont"][a:b]))
        for a, b in zip(starts, starts[1:], strict=False)
    ]


def _seen(cells: list[frozenset[int]]) -> tuple[int, ...]:
    return tuple(sorted(frozenset().union(*cells)))


def _orders(backend: str, against: tuple[str, ...]) -> dict[str, dict[str, int]]:
    """Print how each set of constants does in each order within a step."""
    click.echo("\nwrong recalls by constants and order within a step (experiments 1, 2, 3)")
    found = {}
    cases = [(constants, numerics, backend, numerics) for constants, numerics in CASES]
    cases += [(constants, "exact", peer, peer) for peer in against for constants in NAMED]
    for constants, numerics, place, name in cases:
        wrong = {f"experiment{k}": e.wrong(e.run(constants, numerics, place))
                 for k, e in EXPERIMENTS.items()}  # fmt: skip
        found[f"{constants} on {name}"] = wrong
        counts = ", ".join(
            f"{n} of {e.recalls}" for n, e in zip(wrong.values(), EXPERIMENTS.values(), strict=True)
        )
        click.echo(f"  constants {constants!r:12s} on {name:12s} {counts}")
    return found


def _on_board(mine: dict[int, Table]) -> dict[str, int]:
    """Print how many cells differ from what SpiNNaker's own binaries do; return them."""
    click.echo("\nbeside the board's own binaries, on the virtual board")
    found = {}
    for k, experiment in EXPERIMENTS.items():
        try:
            # The board makes integers of the declared numbers itself.
            result = experiment.run(numerics="exact", backend="spinnaker", virtual=True)
        except SnnError as error:
            raise click.ClickException(str(error)) from error
        theirs = tables.table_of(result, experiment.cues, int(experiment.duration))
        found[f"experiment{k}"] = differ = tables.mismatched(mine[k], theirs)
        cells = len(tables.COLUMNS) * int(experiment.duration)
        filled = sum(bool(cell) for column in theirs.values() for cell in column)
        click.echo(f"  experiment {k}: {differ} of {cells} cells differ; in {filled} neurons fire")
    return found


def _earlier(backend: str) -> dict[str, Any]:
    """Print the two earlier auto-associative memories."""
    from snn_benchmarks.ca3.earlier import measured

    found = measured(backend)
    click.echo("\nearlier auto-associative memories (no recordings were published)")
    for name, value in found.items():
        click.echo(f"  {name:50s} {value}")
    return found


def _save(
    folder: Path, runs: dict[int, Result], mine: dict[int, Table], study: list[dict[str, Any]]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in _saved(folder, runs, mine, study):
        click.echo(f"saved {path}")


def _saved(
    folder: Path, runs: dict[int, Result], mine: dict[int, Table], study: list[dict[str, Any]]
) -> Iterator[Path]:
    from snn_benchmarks.ca3 import figure, study_figure

    for k, table in mine.items():
        path = folder / f"ca3_experiment{k}.csv"
        tables.write(table, path)
        yield path
    drawn = {"ca3.png": figure.figure(EXPERIMENTS[1], runs[1])}
    if study:
        drawn["ca3_study.png"] = study_figure.figure(study)
    for name, made in drawn.items():
        made.savefig(folder / name, dpi=300)
        yield folder / name
