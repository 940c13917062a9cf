"""Compile what is to be recorded."""

from __future__ import annotations

import numpy as np

from snn.compiler.compiled import CompiledRecording
from snn.network import Network, Projection, Recording, index_of, population_of


def compile_recordings(
    network: Network, order: dict[int, int], dt: float
) -> tuple[CompiledRecording, ...]:
    """Return one entry per recorded variable, in order of declaration."""
    return tuple(_compiled(network, r, order, dt) for r in network.recordings)


def _compiled(
    network: Network, recording: Recording, order: dict[int, int], dt: float
) -> CompiledRecording:
    every = 1 if recording.every is None else round(recording.every / dt)
    target = recording.target
    if isinstance(target, Projection):
        position = network.projections.index(target)
        return CompiledRecording(
            label=target.label, population=-1, projection=position, variable="weights",
            index=np.zeros(0, np.int32), every=0 if recording.every is None else every,
        )  # fmt: skip
    population = population_of(target)
    return CompiledRecording(
        label=population.label, population=order[id(population)], projection=-1,
        variable=recording.variable.replace(".", "_"),
        index=np.unique(index_of(target)).astype(np.int32), every=every,
    )  # fmt: skip
