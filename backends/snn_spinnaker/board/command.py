"""The command ``snn board``: start a virtual board, or run a script on one."""

from __future__ import annotations

from typing import Any

import click

from snn_spinnaker.board.errors import BoardError
from snn_spinnaker.board.load import load_table
from snn_spinnaker.board.options import PACINGS
from snn_spinnaker.board.process import VirtualBoard
from snn_spinnaker.board.script import run_script

_VERSION = click.option(
    "--version", "version", type=click.Choice(["3", "5"]), default="3", show_default=True,
    help="SpiNN-3 (four chips) or SpiNN-5 (48 chips).",
)  # fmt: skip
_PACING = click.option(
    "--pacing", type=click.Choice(PACINGS), default="auto", show_default=True,
    help="Real time, as fast as possible, or real time only for live input and output.",
)  # fmt: skip


@click.group(invoke_without_command=True, epilog="Example: snn board --version 5")
@_VERSION
@_PACING
@click.option("--address", default="", help="Loopback address; a free one by default.")
@click.option("--expose", is_flag=True, help="Allow an address that other computers can reach.")
@click.option("--cold", is_flag=True, help="Start unbooted: wait for boot messages.")
@click.option(
    "--watchdog", type=float, default=60.0, show_default=True,
    help="Seconds of computing without a pause until a core counts as looping.",
)  # fmt: skip
@click.pass_context
def command(context: click.Context, /, cold: bool, version: str, **options: Any) -> None:
    """Start a SpiNNaker board in software and print the configuration that scripts need.

    The board answers until the command is interrupted; then its load is printed.
    """
    if context.invoked_subcommand is not None:
        return
    try:
        board = VirtualBoard(int(version), booted=not cold, configure=False, **options)
        board.start()
    except BoardError as error:
        raise click.ClickException(str(error)) from error
    try:
        click.echo("# put these lines into spynnaker.cfg beside the script; ~/.spynnaker.cfg must")
        click.echo("# exist, empty will do; or without any file: snn board run SCRIPT.py")
        click.echo(board.configuration)
        board.wait()
    except KeyboardInterrupt:
        _tell_load(board)
    finally:
        board.stop()


def _tell_load(board: VirtualBoard) -> None:
    try:
        loads = board.load()
    except BoardError as error:
        raise click.ClickException(str(error)) from error
    if loads:
        click.echo(load_table(loads))


@command.command("run", epilog="Example: snn board run script.py",
                 context_settings={"ignore_unknown_options": True})  # fmt: skip
@_VERSION
@_PACING
@click.argument("script", type=click.Path(exists=True, dir_okay=False))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run(version: str, pacing: Any, script: str, arguments: tuple[str, ...]) -> None:
    """Run a PyNN SCRIPT for SpiNNaker, unchanged, and print the load of its cores."""
    try:
        loads = run_script(script, arguments, int(version), pacing)
    except BoardError as error:
        raise click.ClickException(str(error)) from error
    click.echo(load_table(loads))


@command.command("speed", epilog="Example: snn board speed")
def speed() -> None:
    """Time the emulation of two networks, sPyNNaker's own time left out."""
    from snn_spinnaker.board.speed import NETWORKS, measure

    for name in NETWORKS:
        click.echo(str(measure(name)))


if __name__ == "__main__":
    command()
