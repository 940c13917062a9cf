"""The suite for backends, run on our own, and on backends that are wrong on purpose."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

import numpy as np
import pytest

from snn.catalogue.walk import classes
from snn.conformance import CLOSE, Case, Outcome, cases, compared, contradiction, outcome

CASES = cases()
NEEDS = {"nest": "nest-simulator", "brian2": "brian2"}
OPTIONS: dict[str, dict[str, Any]] = {"brian2": {"target": "numpy"}}


def require(backend: str) -> None:
    if backend in NEEDS:
        try:
            distribution(NEEDS[backend])
        except PackageNotFoundError:
            pytest.skip(f"not installed: pip install 'snn-spinnaker[{backend}]'")


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("backend", [
    "reference", pytest.param("cpu", marks=pytest.mark.slow),
    pytest.param("nest", marks=pytest.mark.peers),
    pytest.param("brian2", marks=[pytest.mark.peers, pytest.mark.slow]),
])  # fmt: skip
def test_what_a_backend_says_is_what_it_does(case: Case, backend: str) -> None:
    require(backend)
    found = outcome(case, backend, **OPTIONS.get(backend, {}))
    assert not contradiction(case, found, backend)
    if found.verdict != "refused":
        assert found.spikes > 5, "a silent network proves nothing"
    if backend in ("reference", "cpu"):
        assert found.verdict == "exact"


def test_no_model_is_left_out() -> None:
    """Every model that a network is made of has a case; what has none is named here."""
    named = {(case.kind, case.name) for case in CASES}
    kinds = ("cell", "receptor", "source", "input", "connector", "rule", "homeostasis")
    left = {cls.__name__ for kind in kinds for cls in classes(kind)
            if (kind, cls.__name__) not in named}  # fmt: skip
    # An astrocyte's receptor takes no current; the rule Gliotransmission runs it.
    assert left <= {"Astrocyte"}


def test_a_refusal_and_a_promise_contradict_each_other() -> None:
    case = next(c for c in CASES if str(c) == "cell LIF")
    assert contradiction(case, Outcome(verdict="refused", detail="why"), "cpu")
    moved = Outcome(verdict="tolerance", missing=0.01)
    assert contradiction(case, moved, "cpu")
    assert contradiction(case, Outcome(verdict="tolerance", largest=2 * CLOSE), "nest")
    assert not contradiction(case, Outcome(verdict="tolerance", largest=1e-12), "nest")


def test_a_moved_spike_is_seen() -> None:
    from snn.conformance import _Run

    steps, neurons, none = np.array([3, 8, 20]), np.array([0, 1, 0]), np.zeros((0, 1))
    ours = _Run(steps=steps, neurons=neurons, values=none, weights=np.zeros(1))
    late = _Run(steps=steps + [0, 1, 5], neurons=neurons, values=none, weights=np.zeros(1))
    assert compared(ours, ours).verdict == "exact"
    found = compared(ours, late)
    assert found.verdict == "tolerance"
    assert found.missing == pytest.approx(2 / 6)
