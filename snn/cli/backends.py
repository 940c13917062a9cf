"""`snn backends`."""

from __future__ import annotations

import json
from typing import Any

import click

from snn import engine
from snn.errors import SnnError


@click.command(epilog="Example: snn backends --json")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def backends(as_json: bool) -> None:
    """List the backends: what is installed, and what installs the others."""
    rows = [describe(name) for name in engine.names("snn.backends")]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        state = "ready" if row["ready"] else f"missing: {row['missing']}"
        click.echo(
            f"{row['name']:<{width}}  {state}  {row['summary'] if row['ready'] else ''}".rstrip()
        )


def describe(name: str) -> dict[str, Any]:
    """Return name, summary, whether it is ready, and what is missing."""
    try:
        backend = engine.load("snn.backends", name)
        missing = str(backend.missing())
        summary = (type(backend).__doc__ or "").strip().split("\n")[0]
    except SnnError as error:
        missing, summary = str(error), ""
    return {"name": name, "summary": summary, "ready": not missing, "missing": missing}
