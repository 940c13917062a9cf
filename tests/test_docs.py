"""The examples of the documentation run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGES = (
    "../README.md", "astrocytes.md", "dendrites.md", "deployment.md", "extending.md",
    "learning.md", "motifs.md", "pspm.md", "results.md",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_examples_run_from_top_to_bottom(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.S)
    assert blocks
    for number, block in enumerate(blocks):
        # Kernels are read from their source, so the block must be in a file.
        path = tmp_path / f"block{number}.py"
        path.write_text(block, encoding="utf-8")
        exec(compile(block, str(path), "exec"), names)
