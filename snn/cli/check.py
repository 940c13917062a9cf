"""`snn check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from snn.checking import check as checked
from snn.cli.failure import explained
from snn.cli.options import file_argument, script_options
from snn.cli.user_file import read


@click.command(epilog="Example: snn check balanced.py --backend spinnaker")
@file_argument
@script_options
@click.option("--backend", default="cpu", show_default=True, metavar="NAME",
              help="A backend, or a numerics profile such as spinnaker.")  # fmt: skip
@click.option("--dt", type=click.FloatRange(min=0, min_open=True), metavar="MS",
              help="Time step in ms; the network's own by default.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, help="Root of the seed tree.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def check(
    file: Path, arguments: tuple[str, ...], language: str | None, backend: str, dt: float | None,
    seed: int, as_json: bool,
) -> None:  # fmt: skip
    """Say what a backend would refuse in FILE.py's network, and what it does to its numbers.

    Of a script for PyNN that is the network which it declares up to its first run.
    """
    user = read(file, language, arguments)
    with explained(str(file)):
        report = checked(user.network, backend=backend, dt=dt, seed=seed)
    data: Any = report.to_dict()
    click.echo(json.dumps(data, indent=2) if as_json else str(report))
    if report.problems:
        raise click.exceptions.Exit(1)
