"""The profile "spinnaker" against recordings of real boards. Tolerance: none."""

import numpy as np
import pytest
from numerics.recordings import (
    CA3Experiment,
    detector,
    folder,
    rows,
    training,
    training_trace,
)
from numerics.test_engines import BOARD

import snn

pytestmark = pytest.mark.data


@pytest.mark.parametrize("backend", ["cpu", "reference"])
@pytest.mark.parametrize("number", CA3Experiment.sizes)
def test_ca3_memory(number, backend):
    experiment = CA3Experiment(number)
    result = snn.run(experiment.network, float(experiment.duration), backend=backend,
                     numerics=BOARD)  # fmt: skip
    spikes = {label: list(zip(p.spikes.steps, p.spikes.neurons, strict=True))
              for label, p in result.populations.items()}  # fmt: skip
    assert experiment.different_cells(spikes) == 0


@pytest.mark.parametrize("backend", ["cpu", "reference"])
def test_training_trace_voltage_by_voltage_and_weight_by_weight(backend):
    recorded = training_trace()
    result = snn.run(training(992), 75.0, backend=backend, numerics=BOARD)
    for name in ("exc", "inh"):
        traces = result[name].traces
        for column, trace in ((f"v_{name}_mV", traces["v"]),
                              (f"i_{name}_nA", traces["excitatory.i"])):  # fmt: skip
            wanted = recorded[column]
            assert trace.values[: len(wanted), 0].tolist() == wanted, column
        over_time = result[f"w_{name}"].over_time
        at = {int(round(t)): w for t, w in zip(over_time.times, over_time.values, strict=True)}
        for k in range(10):
            wanted = recorded[f"w_{name}_{k}_nA"]
            assert [at[t][k] for t in range(len(wanted))] == wanted, (name, k)
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
