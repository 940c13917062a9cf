"""What every benchmark writes: one JSON object with every number it prints."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from snn.results.provenance import versions


def machine() -> dict[str, Any]:
    """Return what the numbers were measured on."""
    return {
        "system": platform.system(), "architecture": platform.machine(),
        "processor": _processor(), "cores": os.cpu_count(),
    }  # fmt: skip


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def write(
    path: str | Path, name: str, parameters: Mapping[str, Any], metrics: Mapping[str, Any]
) -> None:
    """Write ``{"benchmark", "version", "machine", "parameters", "metrics"}``."""
    content = {
        "benchmark": name, "version": versions(), "machine": machine(),
        "parameters": dict(parameters), "metrics": dict(metrics),
    }  # fmt: skip
    Path(path).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
