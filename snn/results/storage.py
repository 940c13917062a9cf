"""Results in HDF5 files.

A file holds numbers and plain text only; nothing in it is ever executed or unpickled.
Labels are attributes, not group names, because a label may contain a slash.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np

from snn.errors import ResultFileError
from snn.results.arrays import Array

if TYPE_CHECKING:
    from h5py import Group

    from snn.results.population import PopulationResult
    from snn.results.result import Result
    from snn.results.synapses import ProjectionResult

FORMAT = "snn-result"
VERSION = 1


def save(result: Result, path: str | os.PathLike[str]) -> None:
    """Write a result to a file, completely or not at all.

    Parameters
    ----------
    result : Result
    path : path
        An existing file is replaced.

    Raises
    ------
    ResultFileError
        The file cannot be written.
    """
    import h5py

    target = Path(path)
    part = target.with_name(f".{target.name}.{uuid4().hex}.part")
    try:
        # From this version of the format on, HDF5 keeps checksums of its own tables.
        with h5py.File(part, "x", libver=("v110", "v110")) as file:
            _write(result, file)
        part.replace(target)
    except OSError as error:
        raise ResultFileError(f"{target}: cannot be written ({error})") from error
    finally:
        part.unlink(missing_ok=True)


def _write(result: Result, file: Group) -> None:
    file.attrs.update(format=FORMAT, version=VERSION)
    file.attrs.update(dt=result.dt, duration=result.duration, start=result.start)
    _write_text(file, "provenance", asdict(result.provenance))
    _write_text(file, "warnings", [str(text) for text in result.warnings])
    populations = file.create_group("populations")
    for k, population in enumerate(result.populations.values()):
        _write_population(populations.create_group(str(k)), population)
    projections = file.create_group("projections")
    for k, projection in enumerate(result.projections.values()):
        _write_projection(projections.create_group(str(k)), projection)


def _write_population(group: Group, population: PopulationResult) -> None:
    group.attrs.update(label=population.label, size=population.size)
    group.attrs.update(duration=population.duration, start=population.start)
    spikes = population.spikes
    if spikes is not None:
        _write_arrays(group, "spikes", steps=spikes.steps, neurons=spikes.neurons)
        group["spikes"].attrs["dt"] = spikes.dt
    if population.observed is not None:
        _write_arrays(group, "observed", neurons=population.observed)
    traces = group.create_group("traces")
    for k, (variable, trace) in enumerate(population.traces.items()):
        arrays = {"times": trace.times, "neurons": trace.neurons, "values": trace.values}
        _write_arrays(traces, str(k), **arrays)
        traces[str(k)].attrs.update(variable=variable, unit=trace.unit)


def _write_projection(group: Group, projection: ProjectionResult) -> None:
    group.attrs["label"] = projection.label
    s = projection.final
    if s is not None:
        _write_arrays(group, "final", pre=s.pre, post=s.post, weight=s.weight, delay=s.delay)
        group["final"].attrs.update(n_pre=s.n_pre, n_post=s.n_post, unit=s.unit)
    if projection.sampled is not None:
        sampled = projection.sampled
        _write_arrays(group, "sampled", times=sampled.times, values=sampled.values)


def _write_arrays(parent: Group, name: str, **arrays: Array) -> None:
    group = parent.create_group(name)
    for key, values in arrays.items():
        # Checksums need chunks, and an array without elements cannot have any.
        layout = {"compression": "gzip", "compression_opts": 1, "shuffle": True,
                  "fletcher32": True} if values.size else {}  # fmt: skip
        group.create_dataset(key, data=values, **layout)


def _write_text(group: Group, name: str, content: Any) -> None:
    group[name] = json.dumps(content, default=_plain)


def _plain(value: object) -> Any:
    """Return what JSON has no form for: mappings, numpy numbers and arrays, else text."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    return str(value)
