"""Compile sources, drives and injected currents."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler.compiled import CompiledCurrent, CompiledDrive, CompiledPopulation
from snn.network import Drive, Population, index_of, population_of
from snn.random import count_thresholds, stream_key
from snn.sources import NoiseTable, Poisson, PoissonInput, SpikeArray

Index = NDArray[np.int32]


def compile_source(population: Population, index: int, dt: float, seed: int) -> CompiledPopulation:
    """Compile a population of sources."""
    head: dict[str, Any] = {"index": index, "label": population.label, "size": population.size,
            "model": population.model}  # fmt: skip
    source = population.model
    if isinstance(source, SpikeArray):
        steps, neurons = _sorted_spikes(source, population.size, dt)
        return CompiledPopulation(**head, spike_steps=steps, spike_index=neurons)
    if isinstance(source, Poisson):
        rate = np.broadcast_to(np.asarray(source.rate, dtype=float), population.size)
        key = stream_key(seed, population.label, "poisson")
        return CompiledPopulation(**head, rate=np.array(rate), key=key)
    raise TypeError(f"unknown source {type(source).__name__}")


def _sorted_spikes(
    source: SpikeArray, size: int, dt: float
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    trains = source.trains(size)
    counts = [len(t) for t in trains]
    steps = np.rint(np.concatenate([*trains, []]) / dt).astype(np.int64)
    neurons = np.repeat(np.arange(size, dtype=np.int32), counts)
    order = np.lexsort((neurons, steps))
    return steps[order], neurons[order]


def compile_drive(
    drive: Drive, order: dict[int, int], dt: float, seed: int
) -> CompiledDrive | CompiledCurrent:
    """Compile a private Poisson drive or an injected current."""
    population = population_of(drive.target)
    index = index_of(drive.target).astype(np.int32)
    if isinstance(drive.source, PoissonInput):
        return _poisson(drive, drive.source, order[id(population)], index, dt, seed)
    return _current(drive, order[id(population)], index, dt)


def _poisson(
    drive: Drive,
    source: PoissonInput,
    population: int,
    index: Index,
    dt: float,
    seed: int,
) -> CompiledDrive:
    rates = np.broadcast_to(np.asarray(source.rate, dtype=float), len(index))
    distinct, table = np.unique(rates, return_inverse=True)
    rows = [count_thresholds(rate * dt * 1e-3) for rate in distinct]
    longest = max((len(r) for r in rows), default=0)
    thresholds = np.full((len(rows), longest), 2**48, np.uint64)
    for k, row in enumerate(rows):
        thresholds[k, : len(row)] = row
    model = population_of(drive.target).model
    receptor = list(model.receptors).index(drive.receptor)  # type: ignore[union-attr]
    return CompiledDrive(
        label=drive.label, population=population, receptor=receptor,
        weight=float(source.weight), index=index, thresholds=thresholds,
        table=table.astype(np.int32), key=stream_key(seed, drive.label, "counts"),
    )  # fmt: skip


def _current(drive: Drive, population: int, index: Index, dt: float) -> CompiledCurrent:
    source = drive.source
    head: dict[str, Any] = {"label": drive.label, "population": population}
    if isinstance(source, NoiseTable):
        first = int(np.rint(source.start / dt)) + 1
        rows = np.broadcast_to(source.values, (len(source.values), len(index)))
        neurons, values = _added(index, rows)
        return CompiledCurrent(
            **head, index=neurons, steps=np.array([first]), values=values, every_step=True,
            repeat=source.repeat,
        )  # fmt: skip
    pieces = source.changes(dt)  # type: ignore[attr-defined]
    neurons, values = _added(index, [np.broadcast_to(a, len(index)) for _, a in pieces])
    steps = np.array([s for s, _ in pieces])
    return CompiledCurrent(**head, index=neurons, steps=steps, values=values)


def _added(index: Index, rows: Any) -> tuple[Index, NDArray[Any]]:
    """Return each neuron once and what it gets: a view may name it more than once."""
    values = np.array(rows, dtype=float)
    neurons, place = np.unique(index, return_inverse=True)
    if len(neurons) == len(index):
        return index, values
    total = np.zeros((len(neurons), len(values)))
    np.add.at(total, place, values.T)
    return neurons, np.ascontiguousarray(total.T)
