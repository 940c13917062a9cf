"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

file_argument: Decorator = click.argument(
    "file", metavar="FILE.py", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


def script_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let FILE.py be a script for PyNN: ARGUMENTS and --as."""
    language = click.option(
        "--as", "language", type=click.Choice(["pynn"]),
        help="FILE.py is a script written for PyNN; ARGUMENTS are passed to it.",
    )  # fmt: skip
    arguments: Decorator = click.argument("arguments", nargs=-1)
    return arguments(language(command))


def network_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what a network is compiled with: --dt, --seed, --numerics, --precision."""
    options: list[Decorator] = [
        click.option("--dt", type=click.FloatRange(min=0, min_open=True), metavar="MS",
                     help="Time step in ms; the network's own by default."),
        click.option("--seed", type=click.IntRange(min=0), help="Root of the seed tree."),
        click.option("--numerics", metavar="PROFILE", help="Numerics profile."),
        click.option("--precision", type=click.Choice(["float32", "float64"]),
                     help="Type of states and weights."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return _given_only(command)


def _given_only(command: Callable[..., Any]) -> Callable[..., Any]:
    """Leave out the options that were not given, so that defaults live in one place."""

    @wraps(command)
    def called(**values: Any) -> Any:
        return command(**{name: value for name, value in values.items() if value is not None})

    return called
