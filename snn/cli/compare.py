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
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Draw spikes, rates and weights of both (.pdf, .png, .svg).")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def compare(one: Path, other: Path, plot: Path | None, as_json: bool) -> None:
    """Say where two results of one network first differ, in spikes, states and weights.

    Also compared are rates, irregularity and pairwise correlations of the spikes.
    """
    with explained(f"{one} and {other}"):
        found = compared(load(one), load(other))
        if plot:
            found.plot().savefig(plot, dpi=200)
    click.echo(json.dumps(found.to_dict(), indent=2) if as_json else str(found))
