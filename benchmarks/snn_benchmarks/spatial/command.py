"""``snn bench spatial``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click
import numpy as np

from snn_benchmarks import options, report
from snn_benchmarks.folder import DataError
from snn_benchmarks.spatial import recordings
from snn_benchmarks.spatial.recordings import FACTOR_TOLERANCE, Row
from snn_benchmarks.spatial.words import BITS, Scores, word_sets
from snn_models import SpatialPatterns


@click.command(
    "spatial", epilog="Example: snn bench spatial --data DIR --save figures --json s.json"
)
@click.option("--data", type=click.Path(),
              help="Folder that holds spatial-patterns; default SNN_DATA.")  # fmt: skip
@click.option("--backend", default="cpu", show_default=True, help="Where the networks run.")
@click.option("--uses/--no-uses", default=True, show_default=True,
              help="Also classify random words, packets and images.")  # fmt: skip
@options.save
@options.json
def benchmark(
    data: str | None, backend: str, uses: bool, save: str | None, path: str | None
) -> None:
    """Teach all detectors of spatial patterns of the paper, and test them on all 1,024 words."""
    try:
        folder = recordings.DATA.folder(data)
        recorded, notes = recordings.published(folder)
    except DataError as error:
        folder, recorded, notes = None, {}, [f"no recordings: {error}"]
    metrics: dict[str, Any] = {}
    result = recordings.trained(backend)
    _trace(result, folder, metrics, notes)
    _networks(backend, recorded, metrics)
    for note in notes:
        click.echo(note)
    metrics["notes"] = notes
    metrics["uses"] = _uses() if uses else []
    if save:
        click.echo(f"figure: {_saved(Path(save), result, metrics)}")
    if path:
        report.write(path, "spatial", {"backend": backend, "uses": uses}, metrics)


def _trace(result: Any, folder: Path | None, metrics: dict[str, Any], notes: list[str]) -> None:
    metrics |= {"trace_values": None, "trace_values_different": None}
    metrics["weights"] = sorted(set(result["w_exc"].weights.tolist()))
    shown = ", ".join(f"{w:g}" for w in metrics["weights"])
    click.echo(f"training of word 992: weights {shown} nA; paper 0, 0.3671875 nA")
    if folder is None:
        return
    try:
        differ, total = recordings.trace_differences(result, folder)
    except DataError as error:
        notes.append(str(error))
        return
    metrics |= {"trace_values": total, "trace_values_different": differ}
    click.echo(f"  voltages, currents, weights every ms: {differ} of {total} differ from the board")


def _networks(backend: str, recorded: dict[tuple[int, ...], Row], metrics: dict[str, Any]) -> None:
    """Train, search and test every network; print and count what agrees."""
    began, cpu = time.perf_counter(), time.process_time()
    sets, model = word_sets(), SpatialPatterns(bits=BITS)
    every = np.arange(2**BITS)
    detectors = model.fit(sets, backend=backend)
    fired = model.test(detectors, every, backend=backend) > 0
    metrics["wall_s"], metrics["cpu_s"] = time.perf_counter() - began, time.process_time() - cpu
    rows = []
    for words, detector, own in zip(sets, detectors, fired, strict=True):
        scores = Scores.of(own, np.isin(every, words)).to_dict()
        rows.append(_row(words, detector, scores, recorded.get(tuple(words))))
    metrics["impossible"] = [row["words"] for row in rows if not np.isfinite(row["factor"])]
    metrics["networks"] = rows = [row for row in rows if np.isfinite(row["factor"])]
    compared = [row for row in rows if row["recorded_factor"] is not None]
    metrics["rows"] = len(compared)
    metrics["rows_factor_equal"] = sum(row["factor_equal"] for row in compared)
    metrics["rows_positives_equal"] = sum(row["positives_equal"] for row in compared)
    _print(metrics)


def _row(
    words: list[int], detector: Any, scores: dict[str, Any], row: Row | None
) -> dict[str, Any]:
    return {
        "words": words, "factor": detector.factor, "recorded_factor": row and row.factor,
        "factor_equal": row and abs(row.factor - detector.factor) <= FACTOR_TOLERANCE,
        "recorded_positives": row and row.positives,
        "positives_equal": row and row.positives == scores["positives"],
        "dropped": [w for w, gone in zip(words, detector.dropped, strict=True) if gone], **scores,
    }  # fmt: skip


def _print(metrics: dict[str, Any]) -> None:
    head = (
        f"{'words':>16s} {'factor paper':>13s} {'ours':>9s} {'positives paper':>16s} {'ours':>5s}"
    )
    click.echo(f"\n{head} {'accuracy':>9s} {'precision':>9s} {'missed':>6s}")
    for row in metrics["networks"]:
        theirs = row["recorded_factor"], row["recorded_positives"]
        factor, positives = ("-" if x is None else f"{x:.6g}" for x in theirs)
        words = " ".join(map(str, row["words"]))
        precision = "-" if row["precision"] is None else f"{row['precision']:.5f}"
        click.echo(
            f"{words:>16s} {factor:>13s} {row['factor']:9.5f} {positives:>16s} "
            f"{row['positives']:5d} {row['accuracy']:9.5f} {precision:>9s} {row['fn']:6d}"
        )
    for words in metrics["impossible"]:
        click.echo(f"{' '.join(map(str, words)):>16s}: no factor makes it fire (nor in the paper)")
    click.echo(
        f"\n{len(metrics['networks'])} networks trained, searched and tested on all words in "
        f"{metrics['wall_s']:.1f} s ({metrics['cpu_s']:.1f} s of CPU)\n"
        f"recorded rows {metrics['rows']}: factor equal in {metrics['rows_factor_equal']}, "
        f"positives in {metrics['rows_positives_equal']}"
    )


def _uses() -> list[dict[str, Any]]:
    """Print how well classes are told apart, by the number of patterns."""
    from snn_benchmarks.spatial import uses

    click.echo("\nmean of sensitivity and specificity (chance 0.5) by number of patterns trained")
    found = []
    for curve in uses.curves():
        if isinstance(curve, str):
            click.echo(f"  {curve}")
            continue
        points = "  ".join(
            f"{n}: {b:.3f}" for n, b in zip(curve.patterns, curve.balanced, strict=True)
        )
        click.echo(f"  {curve.what:40s} {points}")
        found.append(uses.as_dict(curve))
    return found


def _saved(folder: Path, result: Any, metrics: dict[str, Any]) -> Path:
    from snn_benchmarks.spatial.figure import figure

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "spatial.png"
    figure(result, metrics).savefig(path, dpi=300)
    return path
