"""`snn models`."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path

import click

from snn.cli.failure import Failure


@click.command(
    epilog="Examples: snn models; snn models --kind cell --json; "
    "snn models --markdown > docs/models.md"
)
@click.option("--kind", help="List one kind only: cell, receptor, source, ...")
@click.option("--json", "as_json", is_flag=True, help="Print everything as a list of objects.")
@click.option("--markdown", is_flag=True, help="Print the documentation page.")
@click.option("--check", type=click.Path(path_type=Path), metavar="FILE",
              help="Compare with a page that was written before.")  # fmt: skip
def models(kind: str | None, as_json: bool, markdown: bool, check: Path | None) -> None:
    """List every model, with its test, its documentation and its row per backend."""
    from snn.catalogue import entries, page

    rows = [row for row in entries() if kind in (None, row.kind)]
    if not rows:
        known = ", ".join(dict.fromkeys(row.kind for row in entries()))
        raise Failure(f"no kind {kind!r}; known: {known}")
    if check:
        _compare(page(rows), check)
    elif markdown:
        click.echo(page(rows), nl=False)
    elif as_json:
        click.echo(json.dumps([row.as_dict() for row in rows], indent=2))
    else:
        for name, members in groupby(rows, key=lambda row: row.kind):
            click.secho(name, bold=True)
            for row in members:
                support = ", ".join(f"{k}: {v}" for k, v in row.backends.items())
                click.echo(f"  {row.name}: {row.summary}\n    {support}; {row.test}")


def _compare(expected: str, path: Path) -> None:
    found = path.read_text(encoding="utf-8") if path.exists() else ""
    if found != expected:
        raise Failure(f"{path} is out of date; run: snn models --markdown > {path}")
