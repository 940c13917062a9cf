"""Where a model is tested and documented: by convention, with the exceptions listed here."""

from __future__ import annotations

TESTS: dict[str, str] = {}
"""Tests that are not where the convention says, by name of the model."""


def test_of(module: str, name: str) -> str:
    """Return the path of the file that tests a model.

    The convention: ``snn.cells.lif`` is tested by ``tests/cells/test_lif.py``,
    ``snn_benchmarks.digits`` by ``tests/benchmarks/test_digits.py``.
    """
    root, *folders, stem = module.split(".")
    if root != "snn":
        folders = [root.removeprefix("snn_"), *folders]
    return TESTS.get(name, "/".join(["tests", *folders, f"test_{stem}.py"]))


def docs_of(name: str) -> str:
    """Return page and anchor of a model's documentation."""
    return f"docs/models.md#{name.lower()}"
