"""`snn compare`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from snn.cli.failure import explained
from snn.comparison import compare as compared
from snn.results import load

_RESULT = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(epilog="Example: snn compare exact.h5 spinnaker.h5 --json")
@click.argument("one", type=_RESULT)
@click.argument("other", type=_RESULT)
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def compare(one: Path, other: Path, as_json: bool) -> None:
    """Say where two results of one network first differ, in spikes, states and weights."""
    with explained(f"{one} and {other}"):
        found = compared(load(one), load(other))
    click.echo(json.dumps(found.to_dict(), indent=2) if as_json else str(found))
