"""What the authors recorded on a board, and the comparison with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import snn
from snn.results import Result
from snn_benchmarks.folder import DataError, DataSet
from snn_benchmarks.spatial.words import BITS
from snn_models import SpatialPatterns

DATA = DataSet(
    name="spatial-patterns",
    origin="convert output_metrics_1.csv and output_metrics_2.csv (as metrics_one_pattern.csv and "
    "metrics_two_patterns.csv) and saved_data (as training_trace_992.csv) of github "
    "sergiodavies/SpiNNakerSpatialLearningCodeAndDataset",
)
FILES = ("metrics_one_pattern.csv", "metrics_two_patterns.csv", "metrics_three_patterns.csv")
WORDS = ("Code Word 0", "Code Word 1", "Code Word 2")
FACTOR_TOLERANCE = 1e-4
"""Tolerance of the authors' own search."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """Factor and number of positives of a recorded network."""

    factor: float
    positives: int


def published(folder: Path) -> tuple[dict[tuple[int, ...], Row], list[str]]:
    """Return the recorded networks by their words, and which files are missing.

    Raises
    ------
    DataError
        A file is damaged.
    """
    found: dict[tuple[int, ...], Row] = {}
    notes = []
    for count, name in enumerate(FILES, start=1):
        path = folder / name
        if not path.is_file():
            notes.append(f"no recorded networks of {count} words: expected the file {path}")
            continue
        columns = [*WORDS[:count], "Homeostasis factor", "Positives"]
        for row in DATA.rows(path, columns):
            try:
                words = tuple(int(row[column]) for column in WORDS[:count])
                made = Row(factor=float(row[columns[-2]]), positives=int(row["Positives"]))
            except ValueError as error:
                raise DataError(f"{path} is damaged: {error}; {DATA.origin}") from error
            found[words] = made
    return found, notes


def trained(backend: str = "cpu") -> Result:
    """Return the training of word 992 with everything recorded."""
    net = SpatialPatterns(bits=BITS).training([992], record=True)
    return snn.run(net, 75.0, backend=backend, numerics="spinnaker", progress=False)


def trace_differences(result: Result, folder: Path) -> tuple[int, int]:
    """Return how many recorded voltages, currents and weights differ, and how many there are.

    Raises
    ------
    DataError
        The file is missing or damaged.
    """
    quantities = ("v_{}_mV", "i_{}_nA", *(f"w_{{}}_{k}_nA" for k in range(BITS)))
    columns = [q.format(name) for name in ("exc", "inh") for q in quantities]
    path = folder / "training_trace_992.csv"
    rows = DATA.rows(path, ["time_ms", *columns])
    differ = 0
    for name in ("exc", "inh"):
        traces, weights = result[name].traces, result[f"w_{name}"].over_time
        for t, row in enumerate(rows):
            ours = [traces["v"].values[t, 0], traces["excitatory.i"].values[t, 0],
                    *weights.values[t]]  # fmt: skip
            wanted = (row[q.format(name)] for q in quantities)
            differ += sum(float(a) != float(b) for a, b in zip(ours, wanted, strict=True))
    return differ, len(rows) * len(columns)
