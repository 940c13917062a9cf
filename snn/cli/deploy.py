"""`snn deploy`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from snn.cli.failure import Failure, explained
from snn.cli.options import file_argument, script_options
from snn.cli.user_file import read
from snn.deployment import deploy as deployed


@click.command(epilog="Example: snn deploy balanced.py --dry-run --plot board.png")
# fmt: off
@file_argument
@script_options
@click.option("--dry-run", is_flag=True, help="Map only: no board is needed, nothing runs.")
@click.option(
    "--ms",
    type=click.FloatRange(min=0, min_open=True),
    metavar="MS",
    help="How long recordings last; by default the file's `duration`, or 1000.",
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0),
    default=10.0,
    metavar="HZ",
    show_default=True,
    help="What neurons are expected to fire.",
)
@click.option(
    "--version",
    type=click.Choice(["3", "5"]),
    default="5",
    show_default=True,
    help="3: one board of four chips; 5: boards of 48 chips.",
)
@click.option(
    "--neurons-per-core",
    type=click.IntRange(min=1),
    metavar="N",
    help="At most so many; sPyNNaker's limits by default.",
)
@click.option(
    "--dt",
    type=click.FloatRange(min=0, min_open=True),
    metavar="MS",
    help="Time step in ms; the network's own by default.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, help="Root of the seed tree.")
@click.option(
    "--logs",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where the tool chain's reports go.",
)
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Draw the board, chips coloured by load (.pdf, .png, .svg).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
# fmt: on
def deploy(
    file: Path, arguments: tuple[str, ...], language: str | None, dry_run: bool, ms: float | None,
    rate: float, version: str, dt: float | None, seed: int, plot: Path | None, as_json: bool,
    **options: Any,
) -> None:  # fmt: skip
    """Say what FILE.py's network takes of SpiNNaker, and what does not fit.

    The real tool chain maps it onto its own virtual machine: boards, chips, cores, memory,
    routing entries, and the expected load of the cores. Of a script for PyNN that is the
    network which it declares up to its first run, with what it tells the machine.
    """
    user = read(file, language, arguments)
    given = user.machine | {name: value for name, value in options.items() if value is not None}
    with explained(str(file)):
        found = deployed(
            user.network, dry_run=dry_run, duration=ms or user.duration or 1000.0, rates=rate,
            version=int(version), dt=dt, seed=seed, **given,
        )  # fmt: skip
    if plot:
        _draw(found, plot)
    click.echo(json.dumps(found.to_dict(), indent=2) if as_json else str(found))
    if not found.fits:
        raise click.exceptions.Exit(1)


def _draw(found: Any, path: Path) -> None:
    try:
        found.plot().savefig(path, dpi=150)
    except (ValueError, OSError) as error:
        raise Failure(f"{path}: {error}") from error
