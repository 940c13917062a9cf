"""`snn info`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from snn import engine
from snn.cli.failure import explained
from snn.cli.options import file_argument, network_options
from snn.cli.user_file import read
from snn.errors import SnnError
from snn.network import Network


@click.command(epilog="Example: snn info balanced.py --dt 1.0")
@file_argument
@network_options
def info(file: Path, **options: Any) -> None:
    """Compile the network that FILE.py leaves, and print what it holds and where it runs."""
    from snn.compiler import compile_network

    user = read(file)
    with explained(str(file)):
        compiled = compile_network(user.network, **options)
    click.echo(repr(compiled))
    if user.duration:
        click.echo(f"duration {user.duration:g} ms, {round(user.duration / compiled.dt):,} steps")
    for line in _where(user.network):
        click.echo(line)


def _where(network: Network) -> Iterator[str]:
    for name in engine.names("snn.backends"):
        try:
            problems = engine.backend(name).check(network)
        except SnnError as error:
            yield f"backend {name}: {error}"
            continue
        yield f"backend {name}: {'; '.join(map(str, problems)) or 'runs this network'}"
