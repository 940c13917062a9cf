"""The command: measure the curves, draw them, write them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import click

from snn.results.figure import styled
from snn_benchmarks import report
from snn_benchmarks.curves import (
    dependence,
    frequency,
    homeostasis,
    layers,
    rates,
    release,
    reward,
    scaling,
    short_term,
    spike_driven,
    tempotron,
    topology,
    windows,
)

FIGURES: dict[str, ModuleType] = {
    "windows": windows, "frequency": frequency, "dependence": dependence,
    "short_term": short_term, "release": release, "spike_driven": spike_driven, "reward": reward,
    "scaling": scaling, "homeostasis": homeostasis, "rates": rates, "tempotron": tempotron,
    "bp_stdp": layers, "topology": topology,
}  # fmt: skip


@click.command("curves", epilog="Example: snn bench curves --save docs/images/learning")
@click.option("--only", metavar="NAME,...", help="Figures; all by default.")
@click.option("--save", metavar="DIR", type=click.Path(file_okay=False),
              help="Save the figures as PNG files here.")  # fmt: skip
@click.option("--json", "path", type=click.Path(dir_okay=False), help="Write every number here.")
def benchmark(only: str | None, save: str | None, path: str | None) -> None:
    """Measure and draw the published windows and curves of the learning rules.

    Each figure is one entry of ``metrics`` with its arrays by name: what a pair of spikes
    does against the time between them (windows), sixty pairs against their frequency, a
    pair against the weight (dependence), short-term plasticity, synapses that fail at
    random (release), spike-driven plasticity, reward, sums and norms of weights (scaling),
    homeostasis, thresholds and read-outs (rates), tempotron, BP-STDP, delays and
    connections (topology). `snn bench pspm --save DIR` draws PSPM's.
    """
    names = only.split(",") if only else list(FIGURES)
    unknown = [name for name in names if name not in FIGURES]
    if unknown:
        raise click.UsageError(f"unknown figures {unknown}; known: {', '.join(FIGURES)}")
    metrics = {}
    for name in names:
        found = FIGURES[name].measured()
        metrics[name] = {key: values.tolist() for key, values in found.items()}
        click.echo(f"{name:14s} {', '.join(found)}")
        if save:
            Path(save).mkdir(parents=True, exist_ok=True)
            styled(FIGURES[name].drawn)(found).savefig(Path(save) / f"{name}.png", dpi=100)
    if path:
        report.write(path, "curves", {"figures": names}, metrics)
