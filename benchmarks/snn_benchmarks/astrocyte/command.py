"""``snn bench astrocyte``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from snn.errors import SnnError
from snn_benchmarks import options, report
from snn_benchmarks.astrocyte import documented, example4
from snn_benchmarks.astrocyte.retention import (
    CONFIDENCE,
    DELAYS,
    Matches,
    Retention,
    interval,
    matched,
    measured,
)
from snn_models.astrocyte_memory import MECHANISMS

KEYS = {"none": "without", "unit": "with", "synapse": "with_gliotransmission"}
"""How the metrics call a mechanism."""

SYNAPSES = 200
"""Of each kind in example 4 (the documented one has 500)."""


@click.command("astrocyte", epilog="Example: snn bench astrocyte --save figures --json a.json")
@click.option("--seeds", type=click.IntRange(1), default=10, show_default=True,
              help="How many networks.")  # fmt: skip
@click.option("--items", type=click.IntRange(2), default=8, show_default=True,
              help="Items that can be stored; one group of neurons each.")  # fmt: skip
@click.option("--group", type=click.IntRange(2), default=20, show_default=True,
              help="Neurons of a group.")  # fmt: skip
@click.option("--brian2", "peer", is_flag=True,
              help="Also run example 4 of Brian2's documentation, there and here.")  # fmt: skip
@options.threads
@options.save
@options.json
def benchmark(
    seeds: int, items: int, group: int, peer: bool, threads: int, save: str | None,
    path: str | None,
) -> None:  # fmt: skip
    """Compare memory over seconds with astrocytes and without, on the same networks.

    First the astrocyte itself beside a documented example of Brian2. Then an item is stored
    and, after a delay, asked for by an input that is the same for all items (recall), or by one
    for a single item that is the stored one or another (delayed match).
    """
    trajectory = documented.trajectory()
    found: dict[str, Retention] = {}
    matches: dict[str, Matches] = {}
    try:
        table = example4.table(SYNAPSES) if peer else {}
        for mechanism in MECHANISMS:
            found[mechanism] = measured(mechanism, seeds, items, group, threads)
            matches[mechanism] = matched(mechanism, seeds, items, group, threads)
    except SnnError as error:
        raise click.ClickException(str(error)) from error
    numbers = metrics(found, documented.gaps(trajectory), items) | match_metrics(matches)
    numbers["documented_example4"] = table
    _print(numbers)
    if save:
        click.echo(f"\nfigure: {_saved(found, trajectory, group, Path(save))}")
    if path:
        given = {"seeds": seeds, "items": items, "group": group, "brian2": peer, "threads": threads}
        report.write(path, "astrocyte", given, numbers)


def metrics(found: dict[str, Retention], gaps: dict[str, float], items: int) -> dict[str, Any]:
    """Return every number of the benchmark under its documented name."""
    numbers: dict[str, Any] = {
        "seeds": len(found["none"].shares), "delays_ms": list(DELAYS), "chance": 1.0 / items,
        "confidence": CONFIDENCE, "documented_gaps": gaps,
    }  # fmt: skip
    for mechanism, key in KEYS.items():
        own = found[mechanism]
        numbers |= _shares("retention", key, own.shares)
        numbers[f"rate_before_probe_{key}_hz"] = float(own.rates.mean())
    shares = {mechanism: own.shares for mechanism, own in found.items()}
    return numbers | _differences("difference", shares)


def match_metrics(found: dict[str, Matches]) -> dict[str, Any]:
    """Return the numbers of the delayed match under their documented names."""
    numbers: dict[str, Any] = {}
    for mechanism, key in KEYS.items():
        own = found[mechanism]
        numbers |= _shares("match", key, own.shares)
        numbers |= {
            f"match_{key}_hits": float(own.hits.mean()),
            f"match_{key}_false_alarms": float(own.alarms.mean()),
            f"match_{key}_criterion": own.criterion,
        }
    shares = {mechanism: own.shares for mechanism, own in found.items()}
    return numbers | _differences("match_difference", shares)


def _shares(name: str, key: str, shares: NDArray[np.float64]) -> dict[str, Any]:
    """Return mean and interval over seeds, all delays and each; `shares` are (seeds, delays)."""
    return {
        f"{name}_{key}": float(shares.mean()),
        f"{name}_{key}_interval": interval(shares.mean(axis=1)),
        f"{name}_{key}_by_delay": shares.mean(axis=0).tolist(),
        f"{name}_{key}_by_delay_interval": [interval(x) for x in shares.T],
    }


def _differences(name: str, shares: dict[str, NDArray[np.float64]]) -> dict[str, Any]:
    """Return what each mechanism gains, paired by seed."""
    numbers: dict[str, Any] = {}
    for mechanism in ("unit", "synapse"):
        gained = (shares[mechanism] - shares["none"]).mean(axis=1)
        numbers[f"{name}_{KEYS[mechanism]}"] = float(gained.mean())
        numbers[f"{name}_{KEYS[mechanism]}_interval"] = interval(gained)
    return numbers


def _print(numbers: dict[str, Any]) -> None:
    gaps = numbers["documented_gaps"]
    click.echo("Brian2's example 2 of Stimberg et al., largest difference: "
               f"C {gaps['c']:.4f} uM, IP3 {gaps['ip3']:.3f} uM, h {gaps['h']:.4f}")  # fmt: skip
    _print_example4(numbers["documented_example4"])
    _print_task(numbers, "items recalled after", "retention", numbers["chance"], "difference")
    for key in KEYS.values():
        click.echo(f"  {key.replace('_', ' '):22s} stored group "
                   f"{numbers[f'rate_before_probe_{key}_hz']:.1f} Hz before the probe")  # fmt: skip
    _print_task(numbers, "matches told after", "match", 0.5, "match_difference")
    for key in KEYS.values():
        click.echo(f"  {key.replace('_', ' '):22s} hits {numbers[f'match_{key}_hits']:.1%}, "
                   f"false alarms {numbers[f'match_{key}_false_alarms']:.1%}, from "
                   f"{numbers[f'match_{key}_criterion']:g} spikes on")  # fmt: skip


def _print_example4(table: dict[str, dict[str, list[float]]]) -> None:
    if not table:
        return
    rates = "".join(f"{rate:>18g} Hz" for rate in example4.RATES)
    click.echo(f"\nexample 4, neurotransmitter in the cleft (uM), Brian2 / ours\n  {'':20s}{rates}")
    for kind, found in table.items():
        pairs = zip(found["brian2"], found["ours"], strict=True)
        cells = "".join(f"{f'{a:.4g} / {b:.4g}':>21s}" for a, b in pairs)
        click.echo(f"  {kind:20s}{cells}")


def _print_task(
    numbers: dict[str, Any], title: str, name: str, chance: float, difference: str
) -> None:
    delays = "".join(f"{delay / 1000:7.0f} s" for delay in numbers["delays_ms"])
    click.echo(f"\n{title:24s} {delays}     mean of {numbers['seeds']} seeds, "
               f"{numbers['confidence']:.0%} interval; chance {chance:.1%}")  # fmt: skip
    for key in KEYS.values():
        shares = "".join(f"{x:9.1%}" for x in numbers[f"{name}_{key}_by_delay"])
        low, high = numbers[f"{name}_{key}_interval"]
        click.echo(f"  {key.replace('_', ' '):22s} {shares}    "
                   f"{numbers[f'{name}_{key}']:.1%} [{low:.1%}, {high:.1%}]")  # fmt: skip
    for key in ("with", "with_gliotransmission"):
        low, high = numbers[f"{difference}_{key}_interval"]
        click.echo(f"  {key.replace('_', ' ')} minus without, same seeds: "
                   f"{numbers[f'{difference}_{key}']:+.1%} [{low:+.1%}, {high:+.1%}]")  # fmt: skip


def _saved(found: dict[str, Retention], trajectory: Any, group: int, folder: Path) -> Path:
    from snn_benchmarks.astrocyte.figure import figure

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "astrocyte.png"
    figure(found, trajectory, group).savefig(path, dpi=300)
    return path
