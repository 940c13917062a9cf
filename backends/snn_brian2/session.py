"""Brian2 itself: imported when it is needed, quiet, with a compiler that was looked for."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sysconfig
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from snn.errors import BackendUnavailableError, SnnError

INSTALL = "pip install 'snn-spinnaker[brian2]'"
STANDALONE = "cpp_standalone"
TARGETS = ("numpy", "cython", STANDALONE)
LARGEST_NUMPY = (2, 1)
"""Brian2 2.9 does not import with numpy 2.4, PyNN 0.13 breaks from here on: the extra pins it."""


class BrianError(SnnError, RuntimeError):
    """Brian2 refused or failed; says at which component of the network."""


def missing() -> str:
    """Return what is not installed, with the line that installs it; empty when ready."""
    try:
        found = version("brian2")
    except PackageNotFoundError:
        return f"Brian2 is not installed: {INSTALL}"
    if importlib.util.find_spec("brian2") is None:
        return f"Brian2 is not installed: {INSTALL}"
    try:
        load()
    except Exception as error:
        # Not only ImportError: with numpy 2.4 it is an AttributeError.
        numbers = tuple(map(int, re.findall(r"\d+", np.__version__)[:2]))
        if numbers >= LARGEST_NUMPY:
            return (f"Brian2 {found} does not run with numpy {np.__version__}: "
                    "pip install 'numpy>=2.0,<2.1'")  # fmt: skip
        lines = str(error).strip().splitlines() or [type(error).__name__]
        return f"Brian2 {found} does not start ({lines[0]}): {INSTALL}"
    return ""


def load() -> Any:
    """Return the module."""
    with quietly():
        import brian2

        brian2.BrianLogger.log_level_error()
    return brian2


@contextmanager
def quietly() -> Iterator[None]:
    """Keep warnings about Brian2's own code away."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def compiler() -> str:
    """Return the C++ compiler that Cython and standalone code need; empty where none is."""
    named = str(sysconfig.get_config_var("CXX") or "").split()[:1]
    return next((found for name in (*named, "g++", "clang++", "cl")
                 if (found := shutil.which(name))), "")  # fmt: skip


def require_target(target: str) -> None:
    """Refuse a target that there is no compiler for, before anything is built.

    Raises
    ------
    BackendUnavailableError
        There is none.
    """
    if target not in TARGETS:
        message = f"backend 'brian2' has no target {target!r}; known: {', '.join(TARGETS)}"
        raise BackendUnavailableError(message)
    if target != "numpy" and not compiler():
        message = (f"backend 'brian2': target {target!r} needs a C++ compiler and none is on "
                   "PATH; install g++, or pass target='numpy'")  # fmt: skip
        raise BackendUnavailableError(message)


@contextmanager
def blamed(component: str) -> Iterator[None]:
    """Turn an error of Brian2 into one that names a component of the network."""
    try:
        with quietly():
            yield
    except (SnnError, KeyboardInterrupt):
        raise
    except Exception as error:
        causes = [error, error.__cause__] if error.__cause__ else [error]
        lines = [str(e).strip().splitlines()[-1:] or [type(e).__name__] for e in causes]
        said = "; ".join(line[0].strip() for line in lines)
        raise BrianError(f"{component}: Brian2: {said}") from error


def select_function(b2: Any) -> Any:
    """Return ``select(condition, a, b)``, which Brian2's language lacks, for every target."""

    def select(condition: Any, a: Any, b: Any) -> Any:
        return np.where(condition, a, b)

    made = b2.Function(select, arg_units=[None, None, None], arg_types=["any", "any", "any"],
                       return_unit=1, return_type="float")  # fmt: skip
    made.implementations.add_numpy_implementation(select)
    cpp = ("inline double _snn_select(bool condition, double a, double b)\n"
           "{ return condition ? a : b; }\n")  # fmt: skip
    made.implementations.add_implementation("cpp", cpp, name="_snn_select")
    cython = ("cdef inline double _snn_select(bint condition, double a, double b):\n"
              "    return a if condition else b\n")  # fmt: skip
    made.implementations.add_implementation("cython", cython, name="_snn_select")
    return made


class Preferences:
    """Brian2's target and device while this engine works; the user's own come back."""

    def __init__(self, b2: Any, target: str, folder: str) -> None:
        self.b2, self.target, self.folder = b2, target, folder

    def __enter__(self) -> None:
        self.kept = self.b2.prefs.codegen.target
        if self.target == STANDALONE:
            current = self.b2.get_device()
            if getattr(current, "snn_folder", None) != self.folder:
                self.b2.set_device(STANDALONE, build_on_run=False, directory=self.folder)
                self.b2.get_device().reinit()
                self.b2.get_device().activate(build_on_run=False, directory=self.folder)
                self.b2.get_device().snn_folder = self.folder
        else:
            self.b2.set_device("runtime")
            self.b2.prefs.codegen.target = self.target

    def __exit__(self, *_: object) -> None:
        self.b2.prefs.codegen.target = self.kept
