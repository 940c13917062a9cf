"""Put what an engine recorded into a `Result`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler import Compiled
from snn.engine import Recorded
from snn.fields import states_of
from snn.results.population import PopulationResult, Trace
from snn.results.provenance import Provenance
from snn.results.result import Result
from snn.results.spikes import Spikes
from snn.results.synapses import Synapses

Array = NDArray[Any]


def assemble(
    compiled: Compiled, recorded: Recorded, start: int, stop: int,
    weights: Mapping[str, Synapses], sampled: Mapping[str, tuple[Array, Array]],
    provenance: Provenance, notes: Sequence[str],
) -> Result:  # fmt: skip
    """Return the result of the steps from `start` (exclusive) to `stop`."""
    dt = compiled.dt
    named = sorted({r.population for r in compiled.recordings if r.population >= 0})
    populations = {
        compiled.populations[k].label: PopulationResult(
            label=compiled.populations[k].label, size=compiled.populations[k].size,
            start=start * dt, duration=(stop - start) * dt,
            spikes=_spikes(compiled, recorded, k), traces=_traces(compiled, recorded, k),
            observed=_observed(compiled, k),
        )
        for k in named
    }  # fmt: skip
    over_time = {label: (steps * dt, weights) for label, (steps, weights) in sampled.items()}
    return Result(
        dt=dt, start=start * dt, duration=(stop - start) * dt, populations=populations,
        final_weights=weights, weights_over_time=over_time, provenance=provenance,
        warnings=list(notes),
    )  # fmt: skip


def _spikes(compiled: Compiled, recorded: Recorded, k: int) -> Spikes | None:
    if not _wanted(compiled, k):
        return None
    empty = np.zeros(0, np.int64), np.zeros(0, np.int32)
    steps, neurons = recorded.spikes.get(k, empty)
    chosen = _observed(compiled, k)
    if chosen is not None:
        keep = np.isin(neurons, chosen)
        steps, neurons = steps[keep], neurons[keep]
    return Spikes(steps=steps, neurons=neurons, dt=compiled.dt)


def _observed(compiled: Compiled, k: int) -> Array | None:
    """Return whose spikes are recorded, or None for all."""
    wanted = _wanted(compiled, k)
    chosen = np.unique(np.concatenate(wanted)) if wanted else np.zeros(0, np.int32)
    return None if not wanted or len(chosen) == compiled.populations[k].size else chosen


def _wanted(compiled: Compiled, k: int) -> list[Array]:
    return [r.index for r in compiled.recordings if r.population == k and r.variable == "spikes"]


def _traces(compiled: Compiled, recorded: Recorded, k: int) -> dict[str, Trace]:
    found = {}
    for position, r in enumerate(compiled.recordings):
        if r.population == k and r.variable not in ("spikes", "weights"):
            empty = np.zeros(0, np.int64), np.zeros((0, len(r.index)))
            steps, values = recorded.samples.get(position, empty)
            name = _shown(compiled, k, r.variable)
            while name in found:
                name += "'"
            found[name] = Trace(
                times=steps * compiled.dt, neurons=r.index, values=values,
                unit=_unit(compiled, k, r.variable),
            )  # fmt: skip
    return found


def _shown(compiled: Compiled, k: int, variable: str) -> str:
    """Return ``receptor.state`` for a receptor's state, as the user wrote it."""
    return _table(compiled, k)[variable][0]


def _unit(compiled: Compiled, k: int, variable: str) -> str:
    return _table(compiled, k)[variable][1]


def _table(compiled: Compiled, k: int) -> dict[str, tuple[str, str]]:
    cell = compiled.populations[k].model
    if not isinstance(cell, Cell):
        return {}
    table = {name: (name, s.unit) for name, s in states_of(type(cell)).items()}
    for receptor, model in cell.receptors.items():
        for name, state in states_of(type(model)).items():
            table[f"{receptor}_{name}"] = (f"{receptor}.{name}", state.unit)
    return table
