"""Where compiled callbacks are kept between runs.

numba's cache looks only at the file of a function, not at what it calls, and so would keep old
code of an edited callee. The folder is therefore named after the sources of the whole package.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path


def sources_digest() -> str:
    """Return a short digest of this package's sources."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Return the folder for compiled code: beside the sources, or where temporary files go."""
    beside = Path(__file__).parent / "__pycache__"
    name = f"board-{sources_digest()}"
    if os.access(beside if beside.exists() else beside.parent, os.W_OK):
        return beside / name
    return Path(tempfile.gettempdir()) / f"snn-{os.getuid()}" / name


def use_cache() -> None:
    """Point numba at the folder; call before it is imported. A user's own setting stays."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder()))
