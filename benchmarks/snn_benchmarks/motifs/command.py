"""``snn bench motifs``."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from snn.errors import SnnError
from snn_benchmarks import options, report
from snn_benchmarks.motifs.delays import with_learned_delays
from snn_benchmarks.motifs.training import Array, Rasters, Split, known, score, split, trained
from snn_models import MotifDetector, SpikingMotifs

PAPER = {144: 0.988, 1364: 0.80}
"""Shares of events detected with the true kernels; "above" for the larger number."""


@dataclass(frozen=True)
class Outcome:
    """A detector, what it was tested on, and its scores by numerics.

    Parameters
    ----------
    detector : MotifDetector
    test : Rasters
    found : (k, 2) int array
        Detections of the exact profile.
    scores : dict
        Numerics -> (share of events detected, share of detections without event).
    """

    detector: MotifDetector
    test: Rasters
    found: Array
    scores: dict[str, tuple[float, float]]


@click.command("motifs", epilog="Example: snn bench motifs --save figures --json motifs.json")
@click.option("--motifs", type=click.IntRange(1), default=144, show_default=True,
              help="Motifs, one detector each.")  # fmt: skip
@click.option("--train", "training", type=click.IntRange(1), default=200, show_default=True,
              help="Rasters of 1,000 steps to learn from.")  # fmt: skip
@click.option("--test", "tested", type=click.IntRange(1), default=50, show_default=True,
              help="Rasters to test on.")  # fmt: skip
@click.option("--capacity", type=click.IntRange(0), default=1364, show_default=True,
              help="Test the true kernels of so many motifs, too; 0: do not.")  # fmt: skip
@click.option("--capacity-train", "capacity_training", type=click.IntRange(0), default=0,
              show_default=True,
              help="Rasters to learn so many motifs from, too (200: minutes).")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True,
              help="Of motifs and rasters.")  # fmt: skip
@options.threads
@options.save
@options.json
def benchmark(
    motifs: int, training: int, tested: int, capacity: int, capacity_training: int, seed: int,
    threads: int, save: str | None, path: str | None,
) -> None:  # fmt: skip
    """Detect spiking motifs by a layer of heterogeneous delays, in the right place and step.

    A detection counts only with the right motif and the right step. Weights come from
    logistic regression and, beside it, from the true kernels; delays also from
    `DelayLearning`; the layer runs as spikes, under the exact numerics and under those of
    SpiNNaker.
    """
    world = SpikingMotifs(motifs=motifs, seed=seed)
    began = time.process_time()
    try:
        drawn = split(world, world.kernels(), (training, max(1, tested // 2), tested))
        learned, true = compared(world, drawn, threads)
        delays = delayed(world, drawn, learned, threads)
        numbers = metrics(learned, true) | delays | {"cpu_s": time.process_time() - began}
        if capacity:
            counts = (capacity_training, max(1, tested // 10), max(1, tested // 10))
            numbers |= many(replace(world, motifs=capacity), counts, threads)
    except SnnError as error:
        raise click.ClickException(str(error)) from error
    _print(numbers, motifs)
    if save:
        click.echo(f"\nfigure: {_saved(world, learned, true, Path(save))}")
    if path:
        given = {"motifs": motifs, "train": training, "test": tested, "capacity": capacity,
                 "capacity_train": capacity_training, "seed": seed, "threads": threads}  # fmt: skip
        report.write(path, "motifs", given, numbers)


def compared(world: SpikingMotifs, drawn: Split, threads: int) -> tuple[Outcome, Outcome]:
    """Return the outcomes of learned weights and of the true kernels on the same rasters."""
    true = known(world, world.kernels(), drawn.held)
    learned = trained(world, drawn.seen, drawn.held)
    return played(learned, drawn.test, threads), played(true, drawn.test, threads)


def delayed(world: SpikingMotifs, drawn: Split, learned: Outcome, threads: int) -> dict[str, float]:
    """Return the scores of the same inputs and weights with delays found by learning."""
    own, found = with_learned_delays(world, drawn.seen, drawn.held, learned.detector)
    outcome = played(own, drawn.test, threads)
    return {
        "accuracy_learned_delays": outcome.scores["exact"][0],
        "accuracy_learned_delays_spinnaker": outcome.scores["spinnaker"][0],
        "false_share_learned_delays": outcome.scores["exact"][1],
        "synapses_per_motif_learned_delays": own.synapses / world.motifs,
        "delays_found_share": found,
    }


def played(detector: MotifDetector, test: Rasters, threads: int) -> Outcome:
    """Run a detector as spikes under both numerics."""
    found, scores = {}, {}
    for numerics in ("exact", "spinnaker"):
        found[numerics], _ = detector.detect(test.spikes, test.steps, numerics, threads=threads)
        scores[numerics] = score(found[numerics], test.events)
    return Outcome(detector, test, found["exact"], scores)


def many(world: SpikingMotifs, counts: tuple[int, int, int], threads: int) -> dict[str, Any]:
    """Return the scores of a larger number of motifs: true kernels, and learned if asked for."""
    kernels = world.kernels()
    drawn = split(world, kernels, (max(1, counts[0]), *counts[1:]))
    detectors = {"_known": known(world, kernels, drawn.held)}
    if counts[0]:
        detectors[""] = trained(world, drawn.seen, drawn.held)
    numbers: dict[str, Any] = {
        "capacity_motifs": world.motifs, "capacity_events": len(drawn.test.events),
    }  # fmt: skip
    for name, detector in detectors.items():
        scores = played(detector, drawn.test, threads).scores
        numbers |= {
            f"capacity_accuracy{name}": scores["exact"][0],
            f"capacity_accuracy{name}_spinnaker": scores["spinnaker"][0],
            f"capacity_synapses_per_motif{name}": detector.synapses / world.motifs,
        }
    return numbers


def metrics(learned: Outcome, true: Outcome) -> dict[str, Any]:
    """Return every number of the benchmark under its documented name."""
    events, motifs = len(learned.test.events), len(np.asarray(learned.detector.thresholds))
    return {
        "accuracy": learned.scores["exact"][0],
        "accuracy_spinnaker": learned.scores["spinnaker"][0],
        "accuracy_known": true.scores["exact"][0],
        "accuracy_known_spinnaker": true.scores["spinnaker"][0],
        "false_share": learned.scores["exact"][1],
        "false_share_known": true.scores["exact"][1],
        "test_events": events,
        "standard_error": float(np.sqrt(learned.scores["exact"][0]
                                        * (1 - learned.scores["exact"][0]) / events)),
        "synapses_per_motif": learned.detector.synapses / motifs,
        "synapses_per_motif_known": true.detector.synapses / motifs,
        "spikes_per_input_and_raster": len(learned.test.spikes) / learned.test.steps * 1000
                                       / np.shape(learned.detector.weights)[1],
    }  # fmt: skip


def _print(numbers: dict[str, Any], motifs: int) -> None:
    paper = f"{PAPER[motifs]:.1%}" if motifs in PAPER else "-"
    click.echo(f"{motifs} motifs, {numbers['test_events']} events: right motif in the right step")
    click.echo(f"  {'':24s} {'exact':>8s} {'spinnaker':>10s} {'paper':>8s} {'false':>7s} synapses")
    rows = (("logistic regression", ""), ("its delays learned", "_learned_delays"),
            ("true kernels", "_known"))  # fmt: skip
    for name, key in rows:
        click.echo(
            f"  {name:24s} {numbers[f'accuracy{key}']:8.2%} "
            f"{numbers[f'accuracy{key}_spinnaker']:10.2%} {paper if key == '_known' else '-':>8s} "
            f"{numbers[f'false_share{key}']:7.2%} {numbers[f'synapses_per_motif{key}']:8.1f}"
        )
    click.echo(f"  delays learned as regression has them: {numbers['delays_found_share']:.1%}")
    if "capacity_motifs" in numbers:
        _print_many(numbers)


def _print_many(numbers: dict[str, Any]) -> None:
    motifs = numbers["capacity_motifs"]
    above = f"> {PAPER[motifs]:.0%}" if motifs in PAPER else "-"
    click.echo(f"{motifs} motifs, {numbers['capacity_events']} events")
    for name, key in (("logistic regression", ""), ("true kernels", "_known")):
        if f"capacity_accuracy{key}" in numbers:
            click.echo(
                f"  {name:24s} {numbers[f'capacity_accuracy{key}']:8.2%} "
                f"{numbers[f'capacity_accuracy{key}_spinnaker']:10.2%} "
                f"{above if key else '-':>8s} {'':7s} "
                f"{numbers[f'capacity_synapses_per_motif{key}']:8.1f}"
            )


def _saved(world: SpikingMotifs, learned: Outcome, true: Outcome, folder: Path) -> Path:
    from snn_benchmarks.motifs.figure import figure

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "motifs.png"
    figure(world, learned, true).savefig(path, dpi=300)
    return path
