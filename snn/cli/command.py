"""The commands of `snn`."""

from __future__ import annotations

import click

from snn.cli.backends import backends
from snn.cli.failure import plain_warnings
from snn.cli.groups import EntryPointGroup
from snn.cli.info import info
from snn.cli.models import models
from snn.cli.run import run
from snn.results.provenance import versions

SETTINGS = {"help_option_names": ["-h", "--help"], "show_default": True}


@click.group(
    cls=EntryPointGroup,
    entry_points="snn.commands",
    context_settings=SETTINGS,
    epilog="Example: snn run balanced.py --ms 1000 --plot raster.pdf",
)
@click.version_option(versions()["snn"], prog_name="snn")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Simulate spiking neural networks: declared once, run on the CPU or on SpiNNaker."""
    ctx.with_resource(plain_warnings())


@click.group(
    cls=EntryPointGroup,
    entry_points="snn.benchmarks",
    epilog="Example: snn bench digits --seeds 3 --json digits.json",
)
def bench() -> None:
    """Run a benchmark by name.

    Each takes --json FILE and writes every number that it prints.
    """


for command in (run, info, bench, models, backends):
    main.add_command(command)
