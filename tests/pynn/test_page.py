"""The example of docs/pynn.md runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyNN", reason="PyNN is not installed")

PAGE = Path(__file__).parents[2] / "docs" / "pynn.md"


def test_example_runs() -> None:
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S):
        exec(compile(block, str(PAGE), "exec"), names)
    assert names["rate"] > 0
