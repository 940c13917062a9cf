"""``snn bench pynn-scripts``: public scripts, unmodified, here and on a simulator of PyNN."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from snn_benchmarks import report

FETCH = """No scripts. Fetch PyNN's and SpiNNaker's:
    python -m pip download --no-binary :all: --no-deps --dest FOLDER PyNN==0.13.0
    tar -xf FOLDER/pynn-0.13.0.tar.gz -C FOLDER
    git clone --depth 1 https://github.com/SpiNNakerManchester/PyNNExamples FOLDER/PyNNExamples
and name them: snn bench pynn-scripts FOLDER/pynn-0.13.0/examples FOLDER/PyNNExamples/examples"""


@click.command(
    "pynn-scripts",
    epilog="Example: snn bench pynn-scripts pynn-0.13.0/examples --against nest --json s.json",
)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--against", default="nest", show_default=True,
              type=click.Choice(["nest", "neuron", "none"]), help="Simulator of PyNN.")  # fmt: skip
@click.option("--limit", default=300.0, show_default=True, help="Seconds for each run.")
@click.option("--json", "path", type=click.Path(dir_okay=False), help="Write every number here.")
def benchmark(paths: tuple[Path, ...], against: str, limit: float, path: str | None) -> None:
    """Run PyNN scripts of others and compare spikes, potentials and learned weights.

    PATHS are scripts or folders of scripts. Each runs in a process of its own, here as
    `snn run SCRIPT --as pynn` runs it. Scripts draw random numbers of their own: where they
    do, only means can agree.
    """
    scripts = [s for p in paths for s in ([p] if p.is_file() else sorted(p.glob("*.py")))]
    scripts = [s for s in scripts if not s.name.startswith("_")]
    if not scripts:
        raise click.UsageError(FETCH)
    engines = ["snn", *([against] if against != "none" else [])]
    click.echo("| script | | spikes | mean v | learned weight | CPU s |\n|---|---|---|---|---|---|")
    rows = []
    for script in scripts:
        for engine in engines:
            found = observed(engine, script, limit)
            rows.append({"script": script.name, "engine": engine, **found})
            click.echo(line(script.name if engine == "snn" else "", engine, found))
    ended = sum(not r["error"] for r in rows if r["engine"] == "snn")
    click.echo(f"{ended} of {len(scripts)} scripts ran to their end here")
    if path:
        report.write(path, "pynn-scripts", {"against": against, "limit": limit}, {"rows": rows})


def observed(engine: str, script: Path, limit: float) -> dict[str, Any]:
    """Run a script in a process and a folder of its own; return what it recorded."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Results").mkdir()
        out = Path(folder) / "observed.json"
        command = [sys.executable, "-m", "snn_benchmarks.pynn.observe", engine,
                   str(script.resolve()), str(out)]  # fmt: skip
        environment = {**os.environ, "MPLBACKEND": "Agg"}
        try:
            subprocess.run(command, cwd=folder, env=environment, capture_output=True,
                           timeout=limit, check=False)  # fmt: skip
        except subprocess.TimeoutExpired:
            return failure(f"took more than {limit:g} s")
        if not out.exists():
            return failure("the process ended without a word")
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return found


def failure(why: str) -> dict[str, Any]:
    """Return the observation of a script that did not end."""
    return {"error": why, "spikes": 0, "v": None, "weight": None, "wall_s": None, "cpu_s": None}


def line(name: str, engine: str, found: dict[str, Any]) -> str:
    """Return a row of the table."""
    reason = found["error"].replace("|", "/")[:100]
    if reason and not found["spikes"]:
        return f"| {name} | {engine} | {reason} | | | |"
    cells = [f"{found['spikes']:,}", *(_number(found[k]) for k in ("v", "weight")),
             f"{found['cpu_s']:.1f}"]  # fmt: skip
    mark = f" (then {reason})" if reason else ""
    return f"| {name} | {engine}{mark} | {' | '.join(cells)} |"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.5g}"
