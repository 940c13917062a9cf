"""Made-up entries of entry-point groups."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from snn import engine


def register(monkeypatch: pytest.MonkeyPatch, group: str, objects: dict[str, Any]) -> None:
    """Register objects under an entry-point group; None stands for a failing import."""
    entries = {}
    for name, value in objects.items():
        place = f"{__name__}:made_up_{name}" if value is not None else "no_such_module:x"
        monkeypatch.setattr(sys.modules[__name__], f"made_up_{name}", value, raising=False)
        entries[name] = EntryPoint(name, place, group)
    found = engine._entries
    monkeypatch.setattr(engine, "_entries", lambda g: entries if g == group else found(g))
