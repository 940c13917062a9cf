"""Letting scripts that import another simulator find this one."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType

import pyNN

UTILITIES = (
    "spynnaker", "spynnaker.pyNN", "spynnaker.pyNN.utilities",
    "spynnaker.pyNN.utilities.neo_convertor",
)  # fmt: skip


def install_as(name: str) -> ModuleType:
    """Put this front end under the name of another module; return it.

    Parameters
    ----------
    name : str
        ``"pyNN.spiNNaker"``, ``"spynnaker8"``, ``"pyNN.nest"`` and the like. Names of
        SpiNNaker get its dialect.

    Examples
    --------
    >>> import snn.pynn
    >>> sim = snn.pynn.install_as("pyNN.spiNNaker")
    >>> import pyNN.spiNNaker
    >>> pyNN.spiNNaker is sim
    True
    """
    dialect = ".spinnaker" if "spin" in name.lower() or "spynn" in name.lower() else ""
    module = importlib.import_module(f"snn.pynn{dialect}")
    sys.modules[name] = module
    package, _, last = name.rpartition(".")
    if package == "pyNN":
        setattr(pyNN, last, module)
    if dialect:
        sys.modules[f"{name}.extra_models"] = importlib.import_module("snn.pynn.extra_models")
        _install_utilities()
    return module


@contextmanager
def installed_as(*names: str) -> Iterator[None]:
    """Put this front end under other modules' names for as long as the context lasts."""
    taken = [alias for name in names for alias in (name, f"{name}.extra_models")]
    taken += [] if _spynnaker() else UTILITIES
    before = {alias: sys.modules.get(alias) for alias in taken}
    for name in names:
        install_as(name)
    try:
        yield
    finally:
        for alias, module in before.items():
            _put_back(alias, module)


def _put_back(name: str, module: ModuleType | None) -> None:
    """Give a name to the module that had it, or to none."""
    sys.modules.pop(name, None)
    package, _, last = name.rpartition(".")
    if package == "pyNN":
        vars(pyNN).pop(last, None)
    if module is not None:
        sys.modules[name] = module
        if package == "pyNN":
            setattr(pyNN, last, module)


def _install_utilities() -> None:
    """Let scripts import sPyNNaker's conversion of Neo data where sPyNNaker is missing."""
    if _spynnaker():
        return
    convertor = importlib.import_module("snn.pynn.neo_convertor")
    modules = [*map(_package, UTILITIES[:-1]), convertor]
    for name, inner, outer in zip(UTILITIES[1:], modules[1:], modules):
        setattr(outer, name.rpartition(".")[2], inner)
    sys.modules.update(zip(UTILITIES, modules))


def _package(name: str) -> ModuleType:
    """Return an empty package, with the specification that `find_spec` asks for."""
    made = ModuleType(name)
    made.__path__, made.__spec__ = [], ModuleSpec(name, None, is_package=True)
    return made


def _spynnaker() -> bool:
    """Say whether sPyNNaker is there, or what stands for it."""
    return "spynnaker" in sys.modules or importlib.util.find_spec("spynnaker") is not None
