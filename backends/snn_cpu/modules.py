"""Generated modules: written once under a name that hashes all their sources.

numba's cache knows the text of the cached function only; an edited callee would keep its
old code. The hash of everything a module calls is therefore part of its name.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from types import ModuleType

import numba
import numpy as np

log = logging.getLogger("snn")


@cache
def _engine_digest() -> str:
    """Hash the sources that generated modules import, and the compilers."""
    state = hashlib.sha256(f"{numba.__version__} {np.__version__} {sys.version}".encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        state.update(path.read_bytes())
    return state.hexdigest()


@cache
def folder() -> Path:
    """Return the folder of generated modules and their machine code.

    ``SNN_CACHE_DIR``, else ``NUMBA_CACHE_DIR``, else the user's cache folder; a
    temporary one when that cannot be written.
    """
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    wanted = os.environ.get("SNN_CACHE_DIR") or os.environ.get("NUMBA_CACHE_DIR") or home
    path = Path(wanted) / "snn"
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError:
        path = Path(tempfile.mkdtemp(prefix="snn-"))
    return path


@cache
def load(text: str, title: str) -> ModuleType:
    """Import the module with this text, compiling it unless it is cached.

    Parameters
    ----------
    text : str
        Source of the module.
    title : str
        What to call it while it compiles.
    """
    digest = hashlib.sha256((_engine_digest() + text).encode()).hexdigest()[:20]
    path = folder() / f"snn_{digest}.py"
    if not path.exists():
        log.info("compiling %s (once; cached in %s)", title, path.parent)
        _write(path, text)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot import the generated module {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def _write(path: Path, text: str) -> None:
    """Write atomically, so that two processes never read half a module."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "w") as file:
        file.write(text)
    os.replace(name, path)
