"""Result files: complete round trips, and everything else refused."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from results.samples import balanced, results

from snn.errors import ResultFileError
from snn.results import PopulationResult, Result, load


def arrays(population: PopulationResult) -> list[Any]:
    spikes = population.spikes
    found: list[Any] = [] if spikes is None else [spikes.steps, spikes.neurons, spikes.times]
    for trace in population.traces.values():
        found += [trace.times, trace.neurons, trace.values]
    return found


def same(a: Any, b: Any) -> None:
    assert np.array_equal(a, b)
    assert np.asarray(a).dtype == np.asarray(b).dtype


def assert_equal(a: Result, b: Result) -> None:
    assert (a.dt, a.duration, a.start) == (b.dt, b.duration, b.start)
    assert asdict(a.provenance) == asdict(b.provenance)
    assert list(a.warnings) == list(b.warnings)
    assert list(a) == list(b)
    for label, population in a.populations.items():
        twin = b.populations[label]
        assert (population.size, population.duration) == (twin.size, twin.duration)
        assert population.seen().tolist() == twin.seen().tolist()
        assert (population.observed is None) == (twin.observed is None)
        assert (population.spikes is None) == (twin.spikes is None)
        units = {name: trace.unit for name, trace in population.traces.items()}
        assert units == {name: trace.unit for name, trace in twin.traces.items()}
        for x, y in zip(arrays(population), arrays(twin), strict=True):
            same(x, y)
    for label, s in a.final_weights.items():
        t = b.final_weights[label]
        assert (s.n_pre, s.n_post, s.unit) == (t.n_pre, t.n_post, t.unit)
        for name in ("pre", "post", "weight", "delay"):
            same(getattr(s, name), getattr(t, name))
    assert a.weights_over_time.keys() == b.weights_over_time.keys()
    for label, (times, values) in a.weights_over_time.items():
        same(times, b.weights_over_time[label][0])
        same(values, b.weights_over_time[label][1])


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "run.h5"
    balanced(200.0).save(path)
    return path


@settings(max_examples=40)
@given(result=results())
def test_everything_comes_back(tmp_path_factory: pytest.TempPathFactory, result: Result) -> None:
    path = tmp_path_factory.mktemp("round") / "run.h5"
    result.save(path)
    assert_equal(result, load(path))


def test_saving_twice_replaces_the_file_and_leaves_no_other(saved: Path) -> None:
    balanced(100.0).save(str(saved))
    assert load(saved).duration == 100.0
    assert [p.name for p in saved.parent.iterdir()] == ["run.h5"]


def test_a_failed_save_keeps_the_old_file(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("snn.results.storage._write_projection", full)
    with pytest.raises(ResultFileError, match="cannot be written.*no space left"):
        balanced(100.0).save(saved)
    assert load(saved).duration == 200.0
    assert [p.name for p in saved.parent.iterdir()] == ["run.h5"]


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResultFileError, match="cannot be written"):
        balanced(100.0).save(tmp_path / "nowhere" / "run.h5")


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(saved: Path, share: float) -> None:
    content = saved.read_bytes()
    saved.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ResultFileError, match=r"run.h5: (not a result file|truncated or damaged)"):
        load(saved)


def test_a_file_without_its_last_byte_is_refused(saved: Path) -> None:
    saved.write_bytes(saved.read_bytes()[:-1])
    with pytest.raises(ResultFileError, match="truncated"):
        load(saved)


def test_flipped_bits_are_refused_or_harmless(saved: Path) -> None:
    """Checksums cover arrays and tables; what they do not cover must not change a number."""
    content, reference = saved.read_bytes(), load(saved)
    rng = np.random.default_rng(0)
    refused = 0
    for position in rng.integers(0, len(content), 60):
        damaged = bytearray(content)
        damaged[position] ^= 0x10
        saved.write_bytes(bytes(damaged))
        try:
            again = load(saved)
        except ResultFileError:
            refused += 1
            continue
        assert np.array_equal(again["exc"].steps, reference["exc"].steps)
        assert np.array_equal(again["learned"].weights, reference["learned"].weights)
    assert refused > 30


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="none.h5: no such file"):
        load(tmp_path / "none.h5")


@pytest.mark.parametrize("content", [b"", b"time,neuron\n0.1,3\n", b"\x89HDF\r\n\x1a\n"])
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "run.h5"
    path.write_bytes(content)
    with pytest.raises(ResultFileError, match=r"run.h5: (not a result file|truncated)"):
        load(path)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultFileError, match="not a result file"):
        load(tmp_path)


def test_hdf5_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.h5"
    with h5py.File(path, "w") as file:
        file["spikes"] = np.arange(3)
    with pytest.raises(ResultFileError, match="not a result of snn"):
        load(path)


def test_a_newer_version_names_the_remedy(saved: Path) -> None:
    with h5py.File(saved, "r+") as file:
        file.attrs["version"] = 2
    with pytest.raises(ResultFileError, match="version 2.*reads up to 1; install a newer snn"):
        load(saved)


def edit_missing(file: Any) -> None:
    del file["populations/0/spikes/neurons"]


def edit_lengths(file: Any) -> None:
    steps = file["populations/0/spikes/steps"][:-1]
    del file["populations/0/spikes/steps"]
    file["populations/0/spikes/steps"] = steps


def edit_text_array(file: Any) -> None:
    del file["projections/0/final/weight"]
    file["projections/0/final/weight"] = "import os"


def edit_link(file: Any) -> None:
    del file["projections/0/final/weight"]
    file["projections/0/final/weight"] = h5py.ExternalLink("other.h5", "/secret")


def edit_unwritten(file: Any) -> None:
    count = file["populations/0/spikes/steps"].shape[0]
    del file["populations/0/spikes/steps"]
    file.create_dataset("populations/0/spikes/steps", (count,), "i8", chunks=True)


def edit_enormous(file: Any) -> None:
    for name in ("steps", "neurons"):
        del file[f"populations/0/spikes/{name}"]
        file.create_dataset(f"populations/0/spikes/{name}", (2**45,), "i8", chunks=(1024,))


def edit_provenance(file: Any) -> None:
    del file["provenance"]
    file["provenance"] = "{not json"


def edit_extra_field(file: Any) -> None:
    del file["provenance"]
    file["provenance"] = '{"timing": {}, "colour": "red"}'


def edit_neuron(file: Any) -> None:
    file["populations/0/spikes/neurons"][0] = 400


def edit_target(file: Any) -> None:
    file["projections/0/final/post"][0] = -1


def edit_sampled(file: Any) -> None:
    values = file["projections/0/sampled/values"][:, :-1]
    del file["projections/0/sampled/values"]
    file["projections/0/sampled/values"] = values


def edit_warnings(file: Any) -> None:
    del file["warnings"]
    file["warnings"] = "[3]"


def edit_seed(file: Any) -> None:
    content = json.loads(file["provenance"].asstr()[()])
    del file["provenance"]
    file["provenance"] = json.dumps({**content, "seed": "one"})


def edit_label(file: Any) -> None:
    file["populations/0"].attrs["label"] = 7


def edit_group(file: Any) -> None:
    del file["populations"]
    file["populations"] = np.arange(3)


@pytest.mark.parametrize(
    "edit",
    [
        edit_missing, edit_lengths, edit_text_array, edit_link, edit_unwritten, edit_enormous,
        edit_provenance, edit_extra_field, edit_label, edit_group, edit_neuron, edit_target,
        edit_sampled, edit_warnings, edit_seed,
    ],
)  # fmt: skip
def test_an_inconsistent_file_is_refused(saved: Path, edit: Any) -> None:
    with h5py.File(saved, "r+") as file:
        edit(file)
    with pytest.raises(ResultFileError, match="run.h5: truncated or damaged"):
        load(saved)


def test_options_without_a_plain_form_are_kept_as_text(tmp_path: Path) -> None:
    from snn.results import Provenance

    options = {"array": np.arange(2), "number": np.float32(0.5), "path": Path("here")}
    result = Result(dt=0.1, duration=1.0, provenance=Provenance(options=options))
    result.save(tmp_path / "run.h5")
    loaded = load(tmp_path / "run.h5")
    assert loaded.provenance.options == {"array": [0, 1], "number": 0.5, "path": "here"}
