"""Command groups whose members are found through entry points."""

from __future__ import annotations

from typing import Any

import click

from snn import engine
from snn.cli.failure import Failure
from snn.errors import SnnError


class EntryPointGroup(click.Group):
    """A group that holds its own commands and those registered under an entry-point group.

    Parameters
    ----------
    entry_points : str
        Name of the entry-point group; each entry is a `click.Command`.

    Notes
    -----
    A registered command is imported when it is asked for. One that cannot be imported is
    listed with the reason instead of breaking the others.
    """

    def __init__(self, *args: Any, entry_points: str, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.entry_points = entry_points

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *engine.names(self.entry_points)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None or cmd_name not in engine.names(self.entry_points):
            return own
        try:
            found = engine.load(self.entry_points, cmd_name)
        except (SnnError, AttributeError) as error:
            return _broken(cmd_name, str(error))
        if not isinstance(found, click.Command):
            return _broken(cmd_name, f"{found!r} is not a click command")
        return found


def _broken(name: str, reason: str) -> click.Command:
    """Return a command that says why the real one is not there."""

    def fail(**_: object) -> None:
        raise Failure(f"{name} cannot be loaded: {reason}")

    anything: dict[str, Any] = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(
        name, callback=fail, help=f"Not available: {reason}", context_settings=anything,
        add_help_option=False,
    )  # fmt: skip
