"""``snn bench speed``."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Mapping
from itertools import product
from typing import Any

import click
from matplotlib.figure import Figure

from snn.results.figure import styled
from snn_benchmarks import report
from snn_benchmarks.speed.workloads import WORKLOADS

PEERS = {
    "nest": ("nest", "pip install 'snn-spinnaker[nest]'"),
    "brian2": ("brian2", "pip install 'snn-spinnaker[brian2]', and a C++ compiler"),
    "genn": ("pygenn", "see docs/performance.md"),
}
COLUMNS = (
    ("workload", "workload", "{:<8s}"), ("backend", "backend", "{:<8s}"),
    ("numerics", "numerics", "{:<9s}"),
    ("threads", "threads", "{:>7d}"), ("cpu_s_per_bio_s", "CPU s/bio s", "{:>11.4f}"),
    ("wall_s_per_bio_s", "wall", "{:>8.4f}"), ("rate_hz", "Hz", "{:>7.3f}"),
    ("events_per_cpu_s", "events/CPU s", "{:>12.3g}"),
    ("updates_per_cpu_s", "updates/CPU s", "{:>13.3g}"), ("build_s", "build s", "{:>7.2f}"),
    ("compile_s", "compile s", "{:>9.2f}"), ("peak_rss_mb", "peak MB", "{:>7.0f}"),
    ("bytes_per_synapse", "B/synapse", "{:>9.2f}"),
)  # fmt: skip


@click.command(
    "speed", epilog="Example: snn bench speed --only W1a,W2dc --against nest --json speed.json"
)
@click.option("--only", metavar="W,...", help="Workloads; all by default.")
@click.option("--against", metavar="PEER,...", default="",
              help="Peers to run beside: nest, brian2, genn.")  # fmt: skip
@click.option("--python", "pythons", metavar="PEER=FILE", multiple=True,
              help="Interpreter of an environment that has a peer, and snn.")  # fmt: skip
@click.option("--threads", metavar="N,...", default="1", show_default=True,
              help="Numbers of threads, each timed by itself.")  # fmt: skip
@click.option(
    "--numerics",
    default="exact",
    show_default=True,
    help="Profile to run beside the exact one; by default the workloads that it has.",
)
@click.option("--save", metavar="PNG", type=click.Path(dir_okay=False), help="Save a figure.")
@click.option("--json", "path", type=click.Path(dir_okay=False), help="Write every number here.")
def benchmark(
    only: str | None, against: str, pythons: tuple[str, ...], threads: str, numerics: str,
    save: str | None, path: str | None,
) -> None:  # fmt: skip
    """Time the standard workloads, one process each; CPU seconds per biological second."""
    names = _chosen(only, numerics)
    where = dict(entry.split("=", 1) for entry in pythons)
    backends = {"cpu": sys.executable, **_installed([p for p in against.split(",") if p], where)}
    click.echo("  ".join(_padded(title, form) for _, title, form in COLUMNS))
    rows = []
    for name in names:
        for backend, python in backends.items():
            if backend != "cpu" and backend not in WORKLOADS[name].peers:
                click.echo(f"{name:<8s}  {backend}: not written for this workload")
                continue
            profiles = dict.fromkeys(("exact", numerics)) if backend == "cpu" else ("exact",)
            for count, profile in product(map(int, threads.split(",")), profiles):
                rows.append(_measured(python, backend, name, count, profile))
                click.echo(_line(rows[-1]))
                _compare(rows[-1], WORKLOADS[name].published)
    for line in ratios(rows):
        click.echo(line)
    if save:
        styled(figure)(rows).savefig(save, dpi=100)
    if path:
        given = {"workloads": names, "threads": threads, "numerics": numerics}
        report.write(path, "speed", given, {"rows": rows, "numerics_ratio": profile_ratios(rows)})


def _chosen(only: str | None, numerics: str) -> list[str]:
    """Return the names of the workloads, by default all that the profile has."""
    there = [name for name, w in WORKLOADS.items() if numerics == "exact" or w.on_board]
    names = only.split(",") if only else there
    unknown = [name for name in names if name not in there]
    if unknown:
        raise click.UsageError(f"unknown workloads {unknown}; known: {', '.join(there)}")
    return names


def _installed(peers: list[str], where: dict[str, str]) -> dict[str, str]:
    """Return the interpreters of the peers that are there; say which are missing."""
    found = {}
    for peer in peers:
        if peer not in PEERS:
            raise click.UsageError(f"unknown peer {peer!r}; known: {', '.join(PEERS)}")
        module, install = PEERS[peer]
        python = where.get(peer, sys.executable)
        look = f"from importlib.util import find_spec; raise SystemExit(not find_spec({module!r}))"
        if subprocess.run([python, "-c", look], check=False).returncode == 0:
            found[peer] = python
        else:
            click.echo(f"{peer} is not installed: {install}")
    return found


def _measured(python: str, backend: str, name: str, threads: int, numerics: str) -> dict[str, Any]:
    command = [python, "-m", "snn_benchmarks.speed.measure", backend, name, str(threads), numerics]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(f"{name} on {backend} failed:\n{done.stderr}")
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return row


def _line(row: dict[str, Any]) -> str:
    cells = [_blank(form) if row[name] is None else form.format(row[name])
             for name, _, form in COLUMNS]  # fmt: skip
    return "  ".join(cells) + ("" if row["agrees"] else "  WRONG RATE")


def _compare(row: dict[str, Any], published: Mapping[str, float]) -> None:
    """Print what each population does beside what is published of it."""
    for label, hz in published.items() if row["populations"] else ():
        found = row["populations"][label]
        click.echo(f"{'':8s}  {label}: {found['rate_hz']:.3f} Hz (published {hz:g}), "
                   f"CV of intervals {found['cv']:.2f}")  # fmt: skip


def _blank(form: str) -> str:
    return "-".rjust(_width(form))


def _width(form: str) -> int:
    return len(form.format("" if "s}" in form else 0))


def _padded(title: str, form: str) -> str:
    return title.ljust(_width(form)) if "<" in form else title.rjust(_width(form))


def ratios(rows: list[dict[str, Any]]) -> list[str]:
    """Return one line per workload and peer or profile: its CPU time over ours."""
    single = [r for r in rows if r["threads"] == 1 and r["numerics"] == "exact"]
    ours = {r["workload"]: r["cpu_s_per_bio_s"] for r in single if r["backend"] == "cpu"}
    lines = [f"{x['workload']}, {x['threads']} threads: numerics {x['numerics']} take "
             f"{x['ratio']:.2f} times the CPU time of exact ones"
             for x in profile_ratios(rows)]  # fmt: skip
    for row in single:
        mine = ours.get(row["workload"], math.nan)
        if row["backend"] != "cpu" and mine == mine:
            times = row["cpu_s_per_bio_s"] / mine
            label = f"{row['workload']}: {row['backend']}"
            lines.append(f"{label} takes {times:.1f} times our CPU time")
    return lines


def figure(rows: list[dict[str, Any]]) -> Figure:
    """Draw the CPU time of every workload, a colour for each backend, one thread each."""
    single = [r for r in rows if r["threads"] == min(x["threads"] for x in rows)]
    names = list(dict.fromkeys(r["workload"] for r in single))
    kinds = list(dict.fromkeys((r["backend"], r["numerics"]) for r in single))
    drawn = Figure(figsize=(1.5 + 0.7 * len(names), 2.8), layout="constrained")
    place = drawn.subplots()
    width = 0.8 / len(kinds)
    for k, kind in enumerate(kinds):
        own = [r for r in single if (r["backend"], r["numerics"]) == kind]
        where = [names.index(r["workload"]) + (k - (len(kinds) - 1) / 2) * width for r in own]
        label = "snn" if kind[0] == "cpu" else kind[0]
        label += "" if kind[1] == "exact" else f", {kind[1]}"
        place.bar(where, [r["cpu_s_per_bio_s"] for r in own], width, label=label)
    place.set(yscale="log", ylabel="CPU s per biological s", xticks=range(len(names)))
    place.set_xticklabels(names)
    place.legend()
    return drawn


def profile_ratios(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the CPU time of a profile over that of the exact one, by workload and threads."""
    exact = {(r["workload"], r["threads"]): r["cpu_s_per_bio_s"] for r in rows
             if r["backend"] == "cpu" and r["numerics"] == "exact"}  # fmt: skip
    return [{"workload": r["workload"], "threads": r["threads"], "numerics": r["numerics"],
             "ratio": r["cpu_s_per_bio_s"] / exact[r["workload"], r["threads"]]}
            for r in rows if r["numerics"] != "exact"]  # fmt: skip
