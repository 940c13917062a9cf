"""Letting scripts that import another simulator find this one."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType

import pyNN


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


def _install_utilities() -> None:
    """Let scripts import sPyNNaker's conversion of Neo data where sPyNNaker is missing."""
    if "spynnaker" in sys.modules or importlib.util.find_spec("spynnaker"):
        return
    path = ("spynnaker", "pyNN", "utilities", "neo_convertor")
    convertor = importlib.import_module("snn.pynn.neo_convertor")
    modules = [*(ModuleType(".".join(path[:k])) for k in (1, 2, 3)), convertor]
    for k, (inner, outer) in enumerate(zip(modules[1:], modules)):
        setattr(outer, path[k + 1], inner)
        outer.__path__ = []
    for k, module in enumerate(modules):
        sys.modules[".".join(path[: k + 1])] = module
