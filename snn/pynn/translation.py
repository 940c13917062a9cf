"""Parameters keep their PyNN names and units: nothing is translated."""

from __future__ import annotations

from typing import Any

from pyNN.standardmodels import build_translations


def unchanged(model: Any) -> dict[str, Any]:
    """Return the translations of a model whose parameters keep their names."""
    return names_unchanged(*model.default_parameters)


def names_unchanged(*names: str) -> dict[str, Any]:
    """Return translations that keep these names."""
    found: dict[str, Any] = build_translations(*((name, name) for name in names))
    return found
