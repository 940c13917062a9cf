"""Spike tables as the board's recordings have them, and the recordings."""

from __future__ import annotations

import csv
from pathlib import Path

from snn.results import Result
from snn_benchmarks.folder import DataError, DataSet

DATA = DataSet(
    name="ca3-cam",
    origin="convert results/*/spikes.xlsx of github dancasmor/An-aproach-to-a-spike-based-Content-"
    "Addressable-Memory-bio-inspired-in-the-Hippocampus to experiment1.csv, experiment2.csv, "
    "experiment3.csv: a row per ms, a column per population, a cell of neuron indices",
)
COLUMNS = (
    "INcue", "INcont", "CA3cueCueRecall", "CA3contCueRecall", "CA3contCond", "CA3contCondInt",
    "CA3cueContRecall", "CA3contContRecall", "CA3MergeCue", "CA3MergeCont", "OUTcue", "OUTcont",
)  # fmt: skip

Table = dict[str, list[frozenset[int]]]
"""Column -> the neurons that fired, ms by ms."""


def recorded(folder: Path, experiment: int) -> Table:
    """Return a recorded table.

    Raises
    ------
    DataError
        The file is missing or damaged.
    """
    path = folder / f"experiment{experiment}.csv"
    rows = DATA.rows(path, ["time_ms", *COLUMNS])
    try:
        table = {c: [frozenset(map(int, row[c].split())) for row in rows] for c in COLUMNS}
        times = [int(row["time_ms"]) for row in rows]
    except ValueError as error:
        raise DataError(f"{path} is damaged: {error}; {DATA.origin}") from error
    if times != list(range(len(times))):
        raise DataError(f"{path} is damaged: expected a row for each ms from 0; {DATA.origin}")
    return table


def table_of(result: Result, cues: int, duration: int) -> Table:
    """Return the spikes of a run; those off the grid of 1 ms count for the ms they are in."""
    found: dict[str, list[set[int]]] = {c: [set() for _ in range(duration)] for c in COLUMNS}
    for label, population in result.populations.items():
        for time, neuron in zip(population.times, population.neurons, strict=True):
            column, index = _place(label, int(neuron), cues)
            if column in found and time < duration:
                found[column][int(time + 1e-6)].add(index)
    return {column: list(map(frozenset, cells)) for column, cells in found.items()}


def _place(label: str, neuron: int, cues: int) -> tuple[str, int]:
    if label not in ("IN", "OUT"):
        return label, neuron
    return (f"{label}cue", neuron) if neuron < cues else (f"{label}cont", neuron - cues)


def mismatched(mine: Table, wanted: Table) -> int:
    """Return how many cells differ; a millisecond that one table lacks differs in each cell."""
    count = 0
    for column in COLUMNS:
        a, b = mine[column], wanted[column]
        count += abs(len(a) - len(b)) + sum(x != y for x, y in zip(a, b, strict=False))
    return count


def write(table: Table, path: Path) -> None:
    """Write a table in the format of the recordings."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["time_ms", *COLUMNS])
        for t, cells in enumerate(zip(*(table[c] for c in COLUMNS), strict=True)):
            writer.writerow([t, *(" ".join(map(str, sorted(cell))) for cell in cells)])
