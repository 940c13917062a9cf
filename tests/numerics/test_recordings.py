"""The profile "spinnaker" against recordings of real boards. Tolerance: none."""

import numpy as np
import pytest
from numerics.recordings import ca3, ca3_table, detector, folder, rows, training
from numerics.test_engines import BOARD

import snn

pytestmark = pytest.mark.data
EXPERIMENTS = {1: (5, 10, 90), 3: (16, 6, 140)}


@pytest.mark.parametrize("backend", ["cpu", "reference"])
@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_ca3_memory(experiment, backend):
    cues, contents, duration = EXPERIMENTS[experiment]
    recorded = rows(folder("ca3-cam") / f"experiment{experiment}.csv")
    table = {name: [set(map(int, row[name].split())) for row in recorded]
             for name in recorded[0] if name != "time_ms"}  # fmt: skip
    spikes = [(float(t), i) for t, row in enumerate(table["INcue"]) for i in row]
    spikes += [(float(t), i + cues) for t, row in enumerate(table["INcont"]) for i in row]
    result = snn.run(ca3(cues, contents, spikes), float(duration), backend=backend, numerics=BOARD)
    mine = ca3_table(result, cues, duration)
    assert set(mine) == set(table)
    different_cells = sum(
        mine[name][t] != table[name][t] for name in table for t in range(len(recorded))
    )
    assert different_cells == 0


@pytest.mark.parametrize("backend", ["cpu", "reference"])
def test_training_trace_voltage_by_voltage_and_weight_by_weight(backend):
    recorded = rows(folder("spatial-patterns") / "training_trace_992.csv")
    result = snn.run(training(992), 75.0, backend=backend, numerics=BOARD)
    for name in ("exc", "inh"):
        traces = result[name].traces
        for column, trace in ((f"v_{name}_mV", traces["v"]),
                              (f"i_{name}_nA", traces["excitatory.i"])):  # fmt: skip
            wanted = [float(row[column]) for row in recorded]
            assert trace.values[: len(wanted), 0].tolist() == wanted, column
        over_time = result[f"w_{name}"].over_time
        at = {int(round(t)): w for t, w in zip(over_time.times, over_time.values, strict=True)}
        for t, row in enumerate(recorded):
            wanted = [float(row[f"w_{name}_{k}_nA"]) for k in range(10)]
            assert at[t].tolist() == wanted, (name, t)
        assert result[name].spikes.steps.tolist() == [31]


def fires(words, factor, shown):
    return len(snn.run(detector(words, factor, shown), 20.0, numerics=BOARD)["out"].spikes.steps)


def factor_of(words):
    """Search the homeostatic factor of the trained words as the authors' script does."""
    found = 0.0
    for word in words:
        if not fires(words, 100.0, word):
            continue
        low, high = 0.0001, 100.0
        while high - low > 1e-4:
            middle = (low + high) / 2
            low, high = (low, middle) if fires(words, middle, word) else (middle, high)
        steps = np.arange(low - 1e-5, high + 2e-5, 1e-5)
        found = max(found, next(f for f in steps if fires(words, f, word) == 1))
    return found


@pytest.mark.slow
def test_homeostatic_factors():
    place = folder("spatial-patterns")
    one = [([int(r["Code Word 0"])], float(r["Homeostasis factor"]))
           for r in rows(place / "metrics_one_pattern.csv")]  # fmt: skip
    two = [([int(r["Code Word 0"]), int(r["Code Word 1"])], float(r["Homeostasis factor"]))
           for r in rows(place / "metrics_two_patterns.csv")]  # fmt: skip
    assert len(one) == 1
    assert len(two) == 14
    for words, wanted in one + two:
        # The authors' own step of the search.
        assert factor_of(words) == pytest.approx(wanted, abs=1e-4), words
