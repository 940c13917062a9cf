"""The command: train, print beside what was recorded, draw, write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from snn_benchmarks import options, report
from snn_benchmarks.pspm.trials import RECORDED, summary, trial
from snn_models.pspm import CONDITIONS, Trained

SHOWN = (
    "reference_rate_hz", "d_p_naive", "d_p_trained", "d_p_control", "d_a_naive", "d_a_trained",
    "d_a_control", "isi_naive", "isi_trained", "isi_control", "spikes_reference", "spikes_naive",
    "spikes_trained", "spikes_control", "spikes_sd_reference", "spikes_sd_trained",
    "weight_correlation", "weight_correlation_naive", "weight_correlation_all",
    "avalanche_exponent_reference", "avalanche_exponent_naive", "avalanche_exponent_trained",
    "unmatched_outputs_first", "unmatched_outputs_last", "unmatched_targets_first",
    "unmatched_targets_last", "wall_s", "cpu_s",
)  # fmt: skip


def _wanted(_: click.Context, __: click.Parameter, text: str) -> list[str]:
    names = list(CONDITIONS) if text == "all" else text.split(",")
    unknown = [name for name in names if name not in CONDITIONS]
    if unknown:
        raise click.BadParameter(f"unknown {unknown}; known: all, {', '.join(CONDITIONS)}")
    return names


@click.command("pspm", epilog="Example: snn bench pspm --condition all --trials 30 --json p.json")
@click.option("--condition", "names", default="uniform", show_default=True, callback=_wanted,
              metavar="NAME,...", help="One of four (see the page), or all.")  # fmt: skip
@click.option("--trials", default=1, show_default=True, type=click.IntRange(1),
              help="Trainings of each condition, seeds from --seed on.")  # fmt: skip
@click.option("--neurons", default=400, show_default=True, type=click.IntRange(5),
              help="A fifth is inhibitory.")  # fmt: skip
@click.option("--steps", default=5000, show_default=True, type=click.IntRange(16),
              help="Length of the trains, 3 ms each.")  # fmt: skip
@click.option("--iterations", default=150, show_default=True, type=click.IntRange(1),
              help="Trials of a training.")  # fmt: skip
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0),
              help="Of weights, noise and draws.")  # fmt: skip
@click.option("--save", metavar="DIR", type=click.Path(file_okay=False),
              help="Save the figure pspm.png here.")  # fmt: skip
@options.json
def benchmark(
    names: list[str], trials: int, neurons: int, steps: int, iterations: int, seed: int,
    save: str | None, path: str | None,
) -> None:  # fmt: skip
    """Learn a recurrent network's spike trains by pre-synaptic pool modification.

    D_P and D_A are distances to the target trains, of single neurons and of the
    population; the control network had equal changes at random places. Beside ours stand
    single runs of the authors' program, where there are; the paper prints no numbers.
    ``metrics`` has an object per condition: means, ``NAME_std`` and every trial.
    """
    given = {"neurons": neurons, "steps": steps, "iterations": iterations}
    metrics: dict[str, Any] = {}
    first: Trained | None = None
    for name in names:
        rows = []
        for k in range(trials):
            row, done = trial({**given, "condition": name, "seed": seed + k})
            rows.append(row)
            first = first or done
        metrics[name] = summary(rows)
        _show(name, metrics[name])
    if save and first is not None:
        from snn_benchmarks.pspm.figure import figure

        Path(save).mkdir(parents=True, exist_ok=True)
        figure(first, metrics).savefig(Path(save) / "pspm.png", dpi=84)
    if path:
        report.write(path, "pspm", {**given, "trials": trials, "seed": seed}, metrics)


def _show(name: str, found: dict[str, Any]) -> None:
    """Print ours, with its spread, beside what was recorded."""
    click.echo(f"{name} ({len(found['trials'])} trials)")
    click.echo(f"  {'':30s} {'ours':>20s}   recorded")
    for key in SHOWN:
        known = ", ".join(f"{row[key]:g}" for row in RECORDED[name] if key in row)
        click.echo(f"  {key:30s} {_text(found[key], found.get(f'{key}_std')):>20s}   {known}")


def _text(mean: float | None, spread: float | None) -> str:
    if mean is None:
        return "none"
    return f"{mean:.4g}" if spread is None else f"{mean:.4g} +- {spread:.3g}"
