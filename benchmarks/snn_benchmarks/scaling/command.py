"""``snn bench scaling``."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import click
from matplotlib.figure import Figure

from snn.results.figure import styled
from snn_benchmarks import report

USUAL = {"neurons": 100_000, "fan_out": 100, "rate_hz": 10.0}
AXES: dict[str, tuple[float, ...]] = {
    "neurons": (1_000, 10_000, 100_000, 1_000_000),
    "fan_out": (10, 100, 1_000, 10_000),
    "rate_hz": (0.01, 0.1, 1.0, 10.0, 100.0),
}
SMALLER = {"fan_out": 10_000}
"""Neurons where 100,000 would need more memory than a laptop has."""

UNITS = {"neurons": "neurons", "fan_out": "synapses a neuron", "rate_hz": "activity (Hz)"}


@click.command("scaling", epilog="Example: snn bench scaling --threads 1,2 --save scaling.png")
@click.option("--only", metavar="AXIS,...", help="Of neurons, fan_out, rate_hz; all by default.")
@click.option("--threads", metavar="N,...", default="1", show_default=True,
              help="Numbers of threads, each timed by itself.")  # fmt: skip
@click.option("--save", metavar="PNG", type=click.Path(dir_okay=False), help="Save the figure.")
@click.option("--json", "path", type=click.Path(dir_okay=False), help="Write every number here.")
def benchmark(only: str | None, threads: str, save: str | None, path: str | None) -> None:
    """Time an event while neurons, fan-out or activity grow and the rest stays.

    Sources send random spikes to as many neurons that hear but do not fire: 100,000 each (10,000
    where fan-out grows), 100 synapses a source, 10 Hz. An event's cost is the CPU time beyond
    that of the same sources and neurons without synapses. Neurons may sleep where activity
    grows, so that the cost at low activity is that of waking them.
    """
    axes = only.split(",") if only else list(AXES)
    if unknown := [axis for axis in axes if axis not in AXES]:
        raise click.UsageError(f"unknown axes {unknown}; known: {', '.join(AXES)}")
    click.echo("   neurons  fan-out      Hz  threads  ns/event  ns/neuron step  events/CPU s  wall")
    rows = [_measured(axis, value, count) for count in map(int, threads.split(","))
            for axis in axes for value in AXES[axis]]  # fmt: skip
    if path:
        report.write(path, "scaling", {"axes": axes, "threads": threads}, {"rows": rows})
    if save:
        styled(figure)(rows).savefig(save, dpi=100)


def _measured(axis: str, value: float, threads: int) -> dict[str, Any]:
    given = {**USUAL, "neurons": SMALLER.get(axis, USUAL["neurons"]), axis: value}
    values = [str(given[name]) for name in USUAL]
    command = [sys.executable, "-m", "snn_benchmarks.scaling.measure", *values, str(threads),
               "auto" if axis == "rate_hz" else "never"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(f"{given} failed:\n{done.stderr}")
    row: dict[str, Any] = {"axis": axis, **json.loads(done.stdout.splitlines()[-1])}
    form = ("{neurons:>10d}  {fan_out:>7d}  {rate_hz:>6g}  {threads:>7d}  {ns_per_event:>8.2f}"
            "  {ns_per_step:>14.2f}  {events_per_cpu_s:>12.3g}  {wall_s:.3f}")  # fmt: skip
    click.echo(form.format(**row))
    return row


def figure(rows: list[dict[str, Any]]) -> Figure:
    """Draw the cost of an event along each axis, one line per number of threads."""
    axes = list(dict.fromkeys(row["axis"] for row in rows))
    drawn = Figure(figsize=(3.0 * len(axes), 2.6), layout="constrained")
    for place, axis in zip(drawn.subplots(1, len(axes), squeeze=False, sharey=True)[0], axes):
        for threads in dict.fromkeys(row["threads"] for row in rows):
            own = [r for r in rows if r["axis"] == axis and r["threads"] == threads]
            label = f"{threads} thread{'s' * (threads > 1)}"
            place.plot([r[axis] for r in own], [r["ns_per_event"] for r in own], "o-", label=label)
        place.set(xscale="log", xlabel=UNITS[axis])
        place.set_yscale("symlog", linthresh=0.1)  # A difference of two times may be negative.
    drawn.axes[0].set_ylabel("CPU ns per event")
    drawn.axes[0].legend()
    return drawn
