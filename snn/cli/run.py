"""`snn run`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from snn.cli.failure import Failure, explained
from snn.cli.options import file_argument, network_options, script_options
from snn.cli.pynn_script import recorded, run_script
from snn.cli.user_file import read
from snn.errors import NotRecordedError, NumericalError, SimulatorError
from snn.network import Network
from snn.results import Result


@click.command(
    epilog="Example: snn run balanced.py --ms 1000 --seed 1 --save run.h5 --plot raster.pdf"
)
@file_argument
@script_options
@click.option("--ms", type=click.FloatRange(min=0, min_open=True), metavar="MS",
              help="How long to run; the file's `duration` by default.")  # fmt: skip
@click.option("--backend", metavar="NAME", help="Where to run; see `snn backends`.")
@click.option("--threads", type=click.IntRange(min=0), help="Number of threads; 0: all cores.")
@click.option("--host", metavar="ADDRESS", help="SpiNNaker board to run on.")
@click.option("--virtual", is_flag=True, default=None,
              help="Run SpiNNaker's binaries on a board in software.")  # fmt: skip
@click.option("--spalloc", metavar="URL", help="Server that lends SpiNNaker boards.")
@click.option("--logs", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
              help="Where SpiNNaker's tool chain writes.")  # fmt: skip
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write the result (HDF5); `snn.load` reads it.")  # fmt: skip
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Draw spikes, or else traces (.pdf, .png, .svg).")  # fmt: skip
@network_options
def run(
    file: Path,
    arguments: tuple[str, ...] = (),
    language: str | None = None,
    ms: float | None = None,
    save: Path | None = None,
    plot: Path | None = None,
    **options: Any,
) -> None:
    """Run the network that FILE.py leaves, and print what was recorded.

    FILE.py leaves `net` (or `build()` that returns one) and maybe `duration` in ms. A script for
    PyNN runs as it is; backend, numerics, precision and seed stand before those of its `setup`.
    """
    _expect_board(options)
    if language:
        _run_script(file, arguments, ms, save, plot, options)
        return
    user = read(file, arguments=arguments)
    duration = ms or user.duration
    if duration is None:
        raise Failure(f"{file} leaves no `duration`; pass --ms 1000, for example")
    result = _result(file, user.network, duration, save, options)
    if _rank():
        return
    _keep(result, save, plot)
    click.echo(repr(result))


def _run_script(
    file: Path, arguments: tuple[str, ...], ms: float | None, save: Path | None,
    plot: Path | None, options: dict[str, Any],
) -> None:  # fmt: skip
    """Run a script for PyNN; keep what it recorded where that is asked for."""
    if ms is not None or "dt" in options:
        raise Failure(f"{file} says itself how long it runs and in what steps: leave out "
                      f"{'--ms' if ms is not None else '--dt'}")  # fmt: skip
    with explained(str(file)):
        run_script(file, arguments, options)
        result = recorded() if save or plot else None
    if result:
        _keep(result, save, plot)


def _keep(result: Result, save: Path | None, plot: Path | None) -> None:
    with explained():
        if save:
            result.save(save)
        if plot:
            _draw(result, plot)


def _result(
    file: Path, network: Network, duration: float, save: Path | None, options: dict[str, Any]
) -> Result:
    from snn.simulation import run as simulate

    with explained(str(file)):
        try:
            return simulate(network, duration, **options)
        except (NumericalError, SimulatorError) as error:
            raise Failure(f"{file}: {error}{_rescued(error.result, save)}") from error


def _rank() -> int:
    """Return which of several MPI processes this is; the first has the result."""
    names = ("OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK")
    return next((int(os.environ[name]) for name in names if name in os.environ), 0)


def _expect_board(options: dict[str, Any]) -> None:
    """Refuse options of a board for backends that have none."""
    given = [f"--{name}" for name in ("host", "virtual", "spalloc", "logs") if name in options]
    if given and options.get("backend") != "spinnaker":
        raise Failure(f"{given[0]} goes with --backend spinnaker")


def _rescued(result: object, save: Path | None) -> str:
    """Save what was recorded before the run failed, and say so."""
    if save is None or not isinstance(result, Result):
        return ""
    result.save(save)
    return f"\nWhat was recorded before is in {save}."


def _draw(result: Result, path: Path) -> None:
    try:
        figure = result.plot.raster()
    except NotRecordedError:
        figure = result.plot.traces()
    try:
        figure.savefig(path)
    except ValueError as error:
        raise Failure(f"{path}: {error}") from error
