"""Trainings of one condition, and what is measured of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn_models.pspm import PSPMNetwork, Trained, avalanches, distances, exponent, isi_distance

Array = NDArray[Any]

NAMES = ("naive", "trained", "control")

RECORDED: dict[str, list[dict[str, float]]] = {
    "uniform": [
        {"reference_rate_hz": 3.80, "d_p_naive": 79.9, "d_p_trained": 14.1, "d_p_control": 58.6,
         "d_a_naive": 42.0, "d_a_trained": 3.49, "d_a_control": 28.2, "spikes_reference": 57.0,
         "spikes_naive": 59.3, "spikes_trained": 56.6, "spikes_control": 52.2,
         "weight_correlation": 0.018, "weight_correlation_naive": -0.001,
         "weight_correlation_all": 0.639, "weight_correlation_all_naive": 0.657},
        {"reference_rate_hz": 3.61, "d_p_naive": 55.0, "d_p_trained": 21.1, "d_p_control": 58.0,
         "d_a_naive": 24.4, "d_a_trained": 6.36, "d_a_control": 24.5, "spikes_reference": 54.2,
         "spikes_naive": 52.7, "spikes_trained": 54.3, "spikes_control": 54.9},
    ],
    "naive_half_max": [
        {"reference_rate_hz": 3.75, "d_p_naive": 158, "d_p_trained": 12.1, "d_p_control": 88.8,
         "d_a_naive": 113, "d_a_trained": 2.38, "d_a_control": 49.6, "spikes_reference": 56.3,
         "spikes_naive": 19.3, "spikes_trained": 56.2, "spikes_control": 51.1},
    ],
    "sparse": [
        {"reference_rate_hz": 1.28, "d_p_naive": 160, "d_p_trained": 0.83, "d_p_control": 15.4,
         "d_a_naive": 117, "d_a_trained": 0.011, "d_a_control": 0.97, "spikes_reference": 19.2,
         "spikes_naive": 57.4, "spikes_trained": 19.4, "spikes_control": 22.8},
    ],
    "gaussian": [],
}  # fmt: skip
"""Measured with the author's program, single runs; the paper prints no numbers."""


def measures(done: Trained, dt: float) -> dict[str, float]:
    """Return the measures of one training by name; `dt` is a step in ms."""
    target = done.target
    found = {
        "reference_rate_hz": float(target.mean() / dt * 1e3),
        "spikes_reference": float(target.sum() / len(target)),
        "spikes_sd_reference": float(target.sum(axis=1).std()),
        "avalanche_exponent_reference": exponent(avalanches(target)),
    }
    for name in NAMES:
        raster = getattr(done, name)
        found[f"d_p_{name}"], found[f"d_a_{name}"] = distances(raster, target)
        found[f"isi_{name}"] = isi_distance(raster, target)
        found[f"spikes_{name}"] = float(raster.sum() / len(raster))
        found[f"spikes_sd_{name}"] = float(raster.sum(axis=1).std())
        found[f"avalanche_exponent_{name}"] = exponent(avalanches(raster))
    for suffix, name in (("", "trained"), ("_naive", "naive")):
        found[f"weight_correlation{suffix}"] = done.correlation(name)
        found[f"weight_correlation_all{suffix}"] = done.correlation(name, excitatory=False)
    for k, side in enumerate(("outputs", "targets")):
        found[f"unmatched_{side}_first"] = float(done.unmatched[k, 0])
        found[f"unmatched_{side}_last"] = float(done.unmatched[k, -1])
    return found


def trial(given: dict[str, Any]) -> tuple[dict[str, float], Trained]:
    """Train once; return measures, with the times that training took, and the rasters."""
    network = PSPMNetwork(**given)
    wall, cpu = time.perf_counter(), time.process_time()
    done = network.train()
    found = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    return measures(done, 3.0) | found, done


def summary(trials: Sequence[dict[str, float]]) -> dict[str, Any]:
    """Return the mean of every measure, ``NAME_std`` where there are several, and all trials."""
    found: dict[str, Any] = {}
    for name in trials[0]:
        values = np.array([t[name] for t in trials])
        found[name] = _number(values.mean())
        if len(trials) > 1:
            found[f"{name}_std"] = _number(values.std(ddof=1))
    rows = [{name: _number(value) for name, value in t.items()} for t in trials]
    return found | {"trials": rows}


def _number(value: Any) -> float | None:
    """Return a number, or None where there is none (no avalanche to fit)."""
    return float(value) if np.isfinite(value) else None
