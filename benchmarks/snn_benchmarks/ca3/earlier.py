"""What the two earlier auto-associative memories do with three patterns."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.results import Result
from snn_models.ca3 import OscillatoryMemory, RegulatedMemory

FIVES = [range(5), range(10, 15), range(5, 10)]
FOURS = [range(4), range(4, 8), range(8, 12)]
RUN: dict[str, Any] = {"numerics": "spinnaker", "progress": False}


def measured(backend: str = "cpu") -> dict[str, Any]:
    """Return how many patterns are completed, and the learned weights."""
    return {**_oscillatory(backend), **_regulated(backend)}


def completed(result: Result, pattern: range, start: float, end: float) -> bool:
    """Return whether PC fired the whole pattern and nothing else in [start, end) ms."""
    spikes = result["PC"]
    inside = (spikes.times >= start) & (spikes.times < end)
    return set(spikes.neurons[inside].tolist()) == set(pattern)


def _oscillatory(backend: str) -> dict[str, Any]:
    """Learn three patterns of five, then show four of each."""
    learned = list(zip((1.0, 15.0, 29.0), FIVES, strict=True))
    cues = [(t, p[1:] if p[0] == 0 else p[:-1])
            for t, p in zip((43.0, 57.0, 71.0), FIVES, strict=True)]  # fmt: skip
    net = OscillatoryMemory().network(learned + cues)
    found = snn.run(net, 85.0, backend=backend, **RUN)
    # The pattern before is gone three steps after a cue.
    whole = [completed(found, p, t + 3.0, t + 14.0)
             for (t, _), p in zip(cues, FIVES, strict=True)]  # fmt: skip
    return {"oscillatory: patterns completed, of 3": sum(whole)}


def _regulated(backend: str) -> dict[str, Any]:
    """Learn three patterns of four; then, anew, one of nine, of which eight are shown.

    A mate brings 11.4 - 11 nA, so a missing neuron needs about eight of them.
    """
    weights = _learned(FOURS, backend)["learned"].synapses.matrix()
    inside = np.concatenate([weights[np.ix_(p, p)][~np.eye(4, dtype=bool)] for p in FOURS])
    return {
        "regulated: smallest weight within a pattern, nA": float(inside.min()),
        "regulated: largest weight within a pattern, nA": float(inside.max()),
        "regulated: largest other weight, nA": _other(weights),
        "regulated: pattern of nine completed from eight": _recalled(range(9), 8, backend),
        "regulated: pattern of four completed from three": _recalled(range(4), 3, backend),
    }


def _learned(patterns: list[range], backend: str) -> Result:
    """Show each pattern four times, 10 ms apart; 50 ms for each."""
    shown = [(1.0 + 50.0 * k + 10.0 * again, pattern)
             for k, pattern in enumerate(patterns) for again in range(4)]  # fmt: skip
    net = RegulatedMemory().learning(shown)
    return snn.run(net, 50.0 * len(patterns) + 1.0, backend=backend, **RUN)


def _recalled(pattern: range, shown: int, backend: str) -> bool:
    learned = _learned([pattern], backend)
    net = RegulatedMemory().recalling(learned, [(1.0, pattern[len(pattern) - shown :])])
    found = snn.run(net, 30.0, backend=backend, **RUN)
    return completed(found, pattern, 0.0, 30.0)


def _other(weights: NDArray[np.float64]) -> float:
    rest = np.nan_to_num(weights).copy()
    for p in FOURS:
        rest[np.ix_(p, p)] = 0.0
    return float(rest.max())
