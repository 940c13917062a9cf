"""``snn bench pynn``: the time that a PyNN script takes here and on NEST."""

from __future__ import annotations

import importlib
import time
from dataclasses import asdict
from importlib.util import find_spec
from typing import Any

import click

from snn_benchmarks import report
from snn_benchmarks.pynn.vogels_abbott import KINDS, Outcome, measure

OURS, PEER = "snn.pynn", "pyNN.nest"
MISSING = "{} is not installed: pip install 'snn-spinnaker[{}]'"


@click.command("pynn", epilog="Example: snn bench pynn --json pynn.json")
@click.option("--cells", default=4000, show_default=True, help="Cells of the network.")
@click.option("--ms", default=1000.0, show_default=True, help="Biological time.")
@click.option("--synapses", default=1_000_000, show_default=True,
              help="Of the projections that are only built.")  # fmt: skip
@click.option("--json", "path", type=click.Path(dir_okay=False), help="Write every number here.")
def benchmark(cells: int, ms: float, synapses: int, path: str | None) -> None:
    """Time a PyNN script here and on NEST: Vogels and Abbott's network, and building synapses.

    Construction, run and reading back are timed in this process, here after a small run
    that compiles. NEST runs on its grid: its off-grid cells, PyNN's default, are slower.
    """
    if not find_spec("pyNN"):
        raise click.ClickException(MISSING.format("PyNN", "pynn"))
    modules = [OURS, *([PEER] if find_spec("nest") else [])]
    if PEER not in modules:
        click.echo(MISSING.format("NEST", "nest"))
    rows = []
    for kind in KINDS:
        measure(OURS, kind, 400, 10.0)
        outcomes = {module: measure(module, kind, cells, ms) for module in modules}
        rows += [_told(kind, module, outcome) for module, outcome in outcomes.items()]
        _compare(kind, outcomes)
    built = [_building(name, synapses) for name in ("AllToAll", "FixedProbability")]
    if path:
        given = {"cells": cells, "ms": ms, "synapses": synapses}
        report.write(path, "pynn", given, {"runs": rows, "building": built})


def _told(kind: str, module: str, o: Outcome) -> dict[str, Any]:
    click.echo(
        f"{kind} {module:10} build {o.build:6.2f} s  run {o.run:6.2f} s  total {o.total:6.2f} s  "
        f"CPU {o.processor:6.2f} s  rates {o.rates[0]:.2f} {o.rates[1]:.2f} Hz"
    )
    return {"network": kind, "module": module, **asdict(o)}


def _compare(kind: str, outcomes: dict[str, Outcome]) -> None:
    if PEER in outcomes:
        ours, peer = outcomes[OURS], outcomes[PEER]
        click.echo(f"{kind}: {PEER} takes {peer.processor / ours.processor:.1f} times our CPU "
                   f"time, {peer.total / ours.total:.1f} times our wall time, construction "
                   "included")  # fmt: skip


def _building(name: str, synapses: int) -> dict[str, Any]:
    """Time a projection with random weights, nothing else."""
    sim: Any = importlib.import_module(OURS)
    p = 1.0 if name == "AllToAll" else 0.1
    sim.setup(timestep=0.1)
    population = sim.Population(round((synapses / p) ** 0.5), sim.IF_curr_exp())
    weight = sim.RandomDistribution("uniform", low=0.0, high=0.1)
    connector = sim.AllToAllConnector() if p == 1.0 else sim.FixedProbabilityConnector(p)
    start, worked = time.perf_counter(), time.process_time()
    synapse = sim.StaticSynapse(weight=weight, delay=1.0)
    projection = sim.Projection(population, population, connector, synapse)
    spent = {"wall_s": time.perf_counter() - start, "cpu_s": time.process_time() - worked}
    click.echo(f"{name}: {len(projection):,} synapses with random weights in "
               f"{spent['cpu_s']:.2f} s of CPU, {spent['wall_s']:.2f} s of wall")  # fmt: skip
    sim.end()
    return {"connector": name, "synapses": len(projection), **spent}
