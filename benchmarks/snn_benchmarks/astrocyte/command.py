"""``snn bench astrocyte``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from snn.errors import SnnError
from snn_benchmarks import report
from snn_benchmarks.astrocyte import documented
from snn_benchmarks.astrocyte.retention import CONFIDENCE, DELAYS, Retention, interval, measured
from snn_models.astrocyte_memory import MECHANISMS

NAMES = {"none": "without astrocytes", "unit": "calcium raises gain, lowers threshold",
         "synapse": "gliotransmission raises release"}  # fmt: skip


@click.command("astrocyte", epilog="Example: snn bench astrocyte --save figures --json a.json")
@click.option("--seeds", type=click.IntRange(1), default=10, show_default=True,
              help="How many networks.")  # fmt: skip
@click.option("--items", type=click.IntRange(2), default=8, show_default=True,
              help="Items that can be stored; one group of neurons each.")  # fmt: skip
@click.option("--group", type=click.IntRange(2), default=20, show_default=True,
              help="Neurons of a group.")  # fmt: skip
@click.option("--threads", type=click.IntRange(0), default=1, show_default=True,
              help="Number of threads; 0: all cores.")  # fmt: skip
@click.option("--save", type=click.Path(file_okay=False), help="Save the figure in this folder.")
@click.option("--json", "path", type=click.Path(dir_okay=False), help="Write every number here.")
def benchmark(
    seeds: int, items: int, group: int, threads: int, save: str | None, path: str | None
) -> None:
    """Compare memory over seconds with astrocytes and without, on the same networks.

    First the astrocyte itself beside a documented example of Brian2. Then an item is stored
    and, after a delay, asked for by an input that is the same for all items.
    """
    trajectory = documented.trajectory()
    found: dict[str, Retention] = {}
    try:
        for mechanism in MECHANISMS:
            found[mechanism] = measured(mechanism, seeds, items, group, threads)
    except SnnError as error:
        raise click.ClickException(str(error)) from error
    numbers = metrics(found, documented.gaps(trajectory), items)
    _print(numbers)
    if save:
        click.echo(f"\nfigure: {_saved(found, trajectory, group, Path(save))}")
    if path:
        given = {"seeds": seeds, "items": items, "group": group, "threads": threads}
        report.write(path, "astrocyte", given, numbers)


def metrics(found: dict[str, Retention], gaps: dict[str, float], items: int) -> dict[str, Any]:
    """Return every number of the benchmark under its documented name."""
    numbers: dict[str, Any] = {
        "seeds": len(found["none"].shares), "delays_ms": list(DELAYS), "chance": 1.0 / items,
        "confidence": CONFIDENCE, "documented_gaps": gaps,
    }  # fmt: skip
    keys = {"none": "without", "unit": "with", "synapse": "with_gliotransmission"}
    without = found["none"].shares.mean(axis=1)
    for mechanism, key in keys.items():
        own = found[mechanism]
        numbers |= {
            f"retention_{key}": own.mean,
            f"retention_{key}_interval": interval(own.shares.mean(axis=1)),
            f"retention_{key}_by_delay": own.shares.mean(axis=0).tolist(),
            f"retention_{key}_by_delay_interval": [interval(x) for x in own.shares.T],
            f"rate_before_probe_{key}_hz": float(own.rates.mean()),
        }
        if mechanism != "none":
            gained = own.shares.mean(axis=1) - without
            numbers[f"difference_{key}"] = float(gained.mean())
            numbers[f"difference_{key}_interval"] = interval(gained)
    return numbers


def _print(numbers: dict[str, Any]) -> None:
    gaps = numbers["documented_gaps"]
    click.echo("Brian2's example 2 of Stimberg et al., largest difference: "
               f"C {gaps['c']:.4f} uM, IP3 {gaps['ip3']:.3f} uM, h {gaps['h']:.4f}")  # fmt: skip
    delays = "".join(f"{delay / 1000:7.0f} s" for delay in numbers["delays_ms"])
    click.echo(f"\nitems recalled after     {delays}     mean of {numbers['seeds']} seeds, "
               f"{numbers['confidence']:.0%} interval; chance {numbers['chance']:.1%}")  # fmt: skip
    for key in ("without", "with", "with_gliotransmission"):
        shares = "".join(f"{x:9.1%}" for x in numbers[f"retention_{key}_by_delay"])
        low, high = numbers[f"retention_{key}_interval"]
        click.echo(f"  {key.replace('_', ' '):22s} {shares}    "
                   f"{numbers[f'retention_{key}']:.1%} [{low:.1%}, {high:.1%}]; stored group "
                   f"{numbers[f'rate_before_probe_{key}_hz']:.1f} Hz before the probe")  # fmt: skip
    for key in ("with", "with_gliotransmission"):
        low, high = numbers[f"difference_{key}_interval"]
        click.echo(f"  {key.replace('_', ' ')} minus without, same seeds: "
                   f"{numbers[f'difference_{key}']:+.1%} [{low:+.1%}, {high:+.1%}]")  # fmt: skip


def _saved(found: dict[str, Retention], trajectory: Any, group: int, folder: Path) -> Path:
    from snn_benchmarks.astrocyte.figure import figure

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "astrocyte.png"
    figure(found, trajectory, group).savefig(path, dpi=300)
    return path
