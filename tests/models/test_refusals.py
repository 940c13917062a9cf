"""Every model class refuses bad parameters when it is made, all of them at once."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest

import snn_models
from snn.errors import ValidationError
from snn_models import (
    ActiveDendrites,
    AstrocyteMemory,
    CA3Memory,
    MotifDetector,
    OscillatoryMemory,
    PSPMNetwork,
    RegulatedMemory,
    SpatialPatterns,
    SpikingMotifs,
    SymmetricClassifier,
)
from snn_models.ca3 import CA3Constants

NEEDED: dict[type, dict[str, Any]] = {
    ActiveDendrites: {"inputs": 20, "segments": [[range(10)]], "theta": 8},
    AstrocyteMemory: {}, CA3Constants: {}, CA3Memory: {"cues": 2, "contents": 3},
    MotifDetector: {"weights": [[[1.0]]], "thresholds": [1.0]},
    OscillatoryMemory: {}, PSPMNetwork: {}, RegulatedMemory: {}, SpatialPatterns: {},
    SpikingMotifs: {}, SymmetricClassifier: {"inputs": 4},
}  # fmt: skip
FREE = {"shift"}
"""Numbers of which all finite ones are meaningful."""


def numbers(owner: object) -> list[str]:
    """Return the names of the fields that hold a plain number."""
    values = {f.name: getattr(owner, f.name) for f in dataclasses.fields(owner)}  # type: ignore[arg-type]
    return [name for name, value in values.items() if isinstance(value, int | float)]


def test_the_table_names_every_class_with_parameters() -> None:
    made = {getattr(snn_models, name) for name in snn_models.__all__}
    results = {snn_models.CA3Session, snn_models.Detector, snn_models.sparse_codes}
    assert made - results <= NEEDED.keys()


@pytest.mark.parametrize("cls", NEEDED, ids=lambda c: c.__name__)
@pytest.mark.parametrize("bad", [math.nan, -5.0, "many"])
def test_all_bad_numbers_are_named_at_once(cls: type, bad: object) -> None:
    names = [n for n in numbers(cls(**NEEDED[cls])) if n not in FREE]
    if not names:
        pytest.skip("has arrays only")
    with pytest.raises(ValidationError) as caught:
        cls(**NEEDED[cls] | dict.fromkeys(names, bad))
    assert {p.component for p in caught.value.problems} == {cls.__name__}
    assert {p.field for p in caught.value.problems} >= set(names)
    assert str(bad) in str(caught.value)


@pytest.mark.parametrize("cls", NEEDED, ids=lambda c: c.__name__)
def test_one_bad_number_is_the_only_problem(cls: type) -> None:
    for name in numbers(cls(**NEEDED[cls])):
        if name in FREE:
            continue
        with pytest.raises(ValidationError) as caught:
            cls(**NEEDED[cls] | {name: math.nan})
        assert [p.field for p in caught.value.problems] == [name]


def test_a_motif_must_end_within_the_raster() -> None:
    with pytest.raises(ValidationError, match="steps: must be more than depth = 31"):
        SpikingMotifs(steps=31)


def test_patterns_of_the_earlier_memories() -> None:
    shown = [(-1.0, [0]), (1.0, []), (2.0, [15])]
    for made in (OscillatoryMemory().network, RegulatedMemory().learning):
        with pytest.raises(ValidationError) as caught:
            made(shown)
        fields = [p.field for p in caught.value.problems]
        assert fields == ["shown[0]", "shown[1]", "shown[2]"]
        assert "must be one or more neurons in 0..14; got [15]" in str(caught.value)
