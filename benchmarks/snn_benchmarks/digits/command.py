"""``snn bench digits``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import numpy as np

from snn.errors import SnnError
from snn_benchmarks import options, report
from snn_benchmarks.digits.data import logistic, nearest_mean, split

EPOCHS, CLASS_EPOCHS = 6, 2


@click.command("digits", epilog="Example: snn bench digits --seeds 3 --save figures --json d.json")
@click.option("--seeds", type=click.IntRange(1), default=1, show_default=True,
              help="How many splits and networks.")  # fmt: skip
@click.option("--hidden", type=click.IntRange(10), default=400, show_default=True,
              help="Neurons of the hidden layer.")  # fmt: skip
@click.option("--epochs", type=click.IntRange(1), default=EPOCHS, show_default=True,
              help="Passes over the training images for the hidden layer.")  # fmt: skip
@click.option("--images", type=click.IntRange(100), help="Use only the first so many images.")
@options.threads
@options.save
@options.json
def benchmark(
    seeds: int, hidden: int, epochs: int, images: int | None, threads: int, save: str | None,
    path: str | None,
) -> None:  # fmt: skip
    """Recognise real handwritten digits with a network that learns by symmetric STDP."""
    from snn_benchmarks.digits.training import run

    rows = []
    for seed in range(seeds):
        try:
            data = split(seed, images)
        except SnnError as error:
            raise click.ClickException(str(error)) from error
        found = run(data, seed, hidden=hidden, epochs=epochs, class_epochs=CLASS_EPOCHS,
                    threads=threads)  # fmt: skip
        rows.append((found, nearest_mean(data), logistic(data)))
        click.echo(
            f"seed {seed}: test accuracy {found.accuracy:.2%} "
            f"({found.wall_s:.0f} s, {found.cpu_s:.0f} s of CPU)"
        )
    numbers = metrics(rows)
    _print(numbers)
    click.echo("\nconfusion, last seed (rows: digit, columns: answer)")
    for digit, row in enumerate(rows[-1][0].confusion):
        click.echo(f"  {digit}  " + " ".join(f"{count:3d}" for count in row))
    if save:
        click.echo(f"\nfigure: {_saved(rows[-1][0], Path(save))}")
    if path:
        given = {"seeds": seeds, "hidden": hidden, "epochs": epochs, "images": images,
                 "threads": threads}  # fmt: skip
        report.write(path, "digits", given, numbers)


def metrics(rows: list[tuple[Any, float, float]]) -> dict[str, Any]:
    """Return every number of the benchmark under its documented name."""
    from snn_benchmarks.digits.training import REST, STIMULUS

    outcomes = [row[0] for row in rows]
    accuracy = [o.accuracy for o in outcomes]
    per_image = float(np.mean([o.wall_per_image_s for o in outcomes]))
    return {
        "test_accuracy_mean": float(np.mean(accuracy)),
        "test_accuracy_std": float(np.std(accuracy)),
        "test_accuracy": accuracy,
        "untrained_accuracy_mean": float(np.mean([o.untrained for o in outcomes])),
        "nearest_mean_accuracy": float(np.mean([row[1] for row in rows])),
        "logistic_accuracy": float(np.mean([row[2] for row in rows])),
        "spikes_per_inference": float(np.mean([o.spikes_per_inference for o in outcomes])),
        "wall_s": float(np.mean([o.wall_s for o in outcomes])),
        "cpu_s": float(np.mean([o.cpu_s for o in outcomes])),
        "wall_per_image_s": per_image,
        "times_real_time": (STIMULUS + REST) * 1e-3 / per_image,
        "confusion": [o.confusion.tolist() for o in outcomes],
    }


def _print(numbers: dict[str, Any]) -> None:
    lines = (
        ("class layer, symmetric STDP",
         f"{numbers['test_accuracy_mean']:.2%} +- {numbers['test_accuracy_std']:.2%}"),
        ("untrained hidden layer, assigned labels", f"{numbers['untrained_accuracy_mean']:.2%}"),
        ("nearest class mean", f"{numbers['nearest_mean_accuracy']:.2%}"),
        ("logistic regression", f"{numbers['logistic_accuracy']:.2%}"),
        ("spikes per inference", f"{numbers['spikes_per_inference']:.0f}"),
        ("time per test image", f"{numbers['wall_per_image_s'] * 1e3:.2f} ms, "
                                f"{numbers['times_real_time']:.0f} x real time"),
        ("time per seed", f"{numbers['wall_s']:.0f} s, {numbers['cpu_s']:.0f} s of CPU"),
    )  # fmt: skip
    click.echo("")
    for name, value in lines:
        click.echo(f"  {name:40s} {value}")


def _saved(outcome: Any, folder: Path) -> Path:
    from snn_benchmarks.digits.figure import figure

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "digits.png"
    figure(outcome).savefig(path, dpi=300)
    return path
