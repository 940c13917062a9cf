"""Reading result files: everything is checked before anything is returned."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snn.errors import ResultFileError
from snn.results.arrays import Array
from snn.results.population import PopulationResult, Trace
from snn.results.provenance import Duration, Provenance, Timing
from snn.results.result import Result
from snn.results.spikes import Spikes
from snn.results.storage import FORMAT, VERSION
from snn.results.synapses import Synapses

if TYPE_CHECKING:
    from h5py import Dataset, File, Group

_FAULTS = (OSError, KeyError, ValueError, TypeError, AttributeError, RuntimeError, MemoryError)


def load(path: str | os.PathLike[str]) -> Result:
    """Read a result from a file that `Result.save` wrote.

    Parameters
    ----------
    path : path

    Raises
    ------
    FileNotFoundError
        There is no such file.
    ResultFileError
        The file is truncated or damaged, of another program, or of a newer version.
    """
    import h5py

    source = Path(path)
    if not source.exists():
        raise FileNotFoundError(f"{source}: no such file")
    if not source.is_file() or not h5py.is_hdf5(source):
        raise ResultFileError(f"{source}: not a result file; pass a file made by result.save")
    try:
        with h5py.File(source, "r") as file:
            _require_known(file, source)
            result = _result(file)
        dict(result.projections)  # raises where final and sampled weights do not fit
        return result
    except ResultFileError:
        raise
    except _FAULTS as error:
        message = f"{source}: truncated or damaged ({error}); use another copy or run again"
        raise ResultFileError(message) from error


def _require_known(file: File, source: Path) -> None:
    if file.attrs.get("format") != FORMAT:
        raise ResultFileError(f"{source}: HDF5, but not a result of snn; pass a file made by "
                              "result.save")  # fmt: skip
    version = int(file.attrs["version"])
    if version > VERSION:
        message = f"version {version} of the format, this snn reads up to {VERSION}"
        raise ResultFileError(f"{source}: {message}; install a newer snn")


def _result(file: File) -> Result:
    populations = [_population(group) for group in _numbered(file, "populations")]
    final, sampled = {}, {}
    for group in _numbered(file, "projections"):
        label = _text(group, "label")
        if "final" in group:
            final[label] = _synapses(_group(group, "final"))
        if "sampled" in group:
            part = _group(group, "sampled")
            sampled[label] = (_array(part, "times"), _array(part, "values"))
    return Result(
        dt=float(file.attrs["dt"]),
        duration=float(file.attrs["duration"]),
        start=float(file.attrs["start"]),
        populations={p.label: p for p in populations},
        final_weights=final,
        weights_over_time=sampled,
        provenance=_provenance(_json(file, "provenance")),
        warnings=_warnings(_json(file, "warnings")),
    )


def _population(group: Group) -> PopulationResult:
    spikes = None
    if "spikes" in group:
        part = _group(group, "spikes")
        steps, neurons = _array(part, "steps"), _array(part, "neurons")
        spikes = Spikes(steps=steps, neurons=neurons, dt=float(part.attrs["dt"]))
    observed = _array(_group(group, "observed"), "neurons") if "observed" in group else None
    traces = {_text(part, "variable"): _trace(part) for part in _numbered(group, "traces")}
    return PopulationResult(
        label=_text(group, "label"),
        size=int(group.attrs["size"]),
        duration=float(group.attrs["duration"]),
        start=float(group.attrs["start"]),
        spikes=spikes,
        traces=traces,
        observed=observed,
    )


def _trace(group: Group) -> Trace:
    arrays = {name: _array(group, name) for name in ("times", "neurons", "values")}
    return Trace(**arrays, unit=_text(group, "unit"))


def _synapses(group: Group) -> Synapses:
    arrays = {name: _array(group, name) for name in ("pre", "post", "weight", "delay")}
    n_pre, n_post = int(group.attrs["n_pre"]), int(group.attrs["n_post"])
    return Synapses(**arrays, n_pre=n_pre, n_post=n_post, unit=_text(group, "unit"))


def _provenance(content: dict[str, Any]) -> Provenance:
    timing = Timing(**{name: Duration(**part) for name, part in content.pop("timing").items()})
    made = Provenance(**content, timing=timing)
    for name, usual in vars(Provenance()).items():
        kind = int | float if isinstance(usual, float) else type(usual)
        if not isinstance(getattr(made, name), kind):
            raise ValueError(f"provenance.{name} is no {kind}")
    return made


def _warnings(content: Any) -> list[str]:
    if not isinstance(content, list) or not all(isinstance(text, str) for text in content):
        raise ValueError("warnings are no list of texts")
    return content


def _numbered(parent: Group, name: str) -> Iterator[Group]:
    group = _group(parent, name)
    for k in range(len(group)):
        yield _group(group, str(k))


def _group(parent: Group, name: str) -> Group:
    import h5py

    found = _own(parent, name)
    if not isinstance(found, h5py.Group):
        raise ValueError(f"{name} is not a group")
    return found


def _array(parent: Group, name: str) -> Array:
    found = _dataset(parent, name)
    if found.dtype.kind not in "iuf":
        raise ValueError(f"{name} holds {found.dtype}, not numbers")
    values: Array = found[()]
    return values


def _json(parent: Group, name: str) -> Any:
    return json.loads(_dataset(parent, name).asstr()[()])


def _dataset(parent: Group, name: str) -> Dataset:
    import h5py

    found = _own(parent, name)
    if not isinstance(found, h5py.Dataset) or found.external or found.is_virtual:
        raise ValueError(f"{name} is not stored in the file")
    # What was never written reads as zeros, which would be half a result.
    if found.size and not found.id.get_storage_size():
        raise ValueError(f"{name} is empty")
    return found


def _own(parent: Group, name: str) -> Any:
    """Return a member; links that lead to other files are not followed."""
    import h5py

    if not isinstance(parent.get(name, getlink=True), h5py.HardLink):
        raise ValueError(f"{name} is missing or a link")
    return parent[name]


def _text(group: Group, name: str) -> str:
    value = group.attrs[name]
    if not isinstance(value, str):
        raise ValueError(f"{name} is not text")
    return value
