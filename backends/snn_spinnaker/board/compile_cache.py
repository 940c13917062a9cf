"""Where compiled callbacks are kept between runs.

numba's cache looks only at the file of a function, not at what it calls, and so would keep old
code of an edited callee. The folder is therefore named after the sources of the whole package.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numba

#: numba's settings, which have no type information.
_SETTINGS: Any = numba.config


def sources_digest(folder: Path) -> str:
    """Return a short digest of the Python sources in a folder."""
    digest = hashlib.sha256()
    for source in sorted(folder.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:16]


@cache
def cache_folder(chosen: str) -> Path:
    """Return the folder for compiled code.

    It lies in the folder that the user chose (``NUMBA_CACHE_DIR``), else beside the sources, or
    where temporary files go if nothing can be written there.
    """
    here = Path(__file__).parent
    name = f"board-{sources_digest(here)}"
    if chosen:
        return Path(chosen) / name
    beside = here / "__pycache__"
    if os.access(beside if beside.exists() else here, os.W_OK):
        return beside / name
    return Path(tempfile.gettempdir()) / f"snn-{os.getuid()}" / name


@contextmanager
def own_cache() -> Iterator[None]:
    """Let functions that are declared in the block be cached in this package's folder."""
    before = _SETTINGS.CACHE_DIR
    _SETTINGS.CACHE_DIR = str(cache_folder(before))
    try:
        yield
    finally:
        _SETTINGS.CACHE_DIR = before
