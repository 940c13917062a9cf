"""One line of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter as the documentation shows it.

    Parameters
    ----------
    name : str
    default : str
        "required" where there is none.
    unit : str
        Empty for pure numbers and for what is no number.
    range : str
        Allowed values; empty where the model checks them itself.
    doc : str
    """

    name: str
    default: str
    unit: str = ""
    range: str = ""
    doc: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A model, a published network or a benchmark.

    Parameters
    ----------
    kind, name, summary : str
    text : str
        The rest of the docstring, without its parameters, as Markdown.
    parameters, states : tuple of Parameter
    test : str
        Path of the file that tests it.
    docs : str
        Page and anchor.
    backends : mapping of str to str
        "exact", "tolerance: ..." or "refused: ..." by backend.
    """

    kind: str
    name: str
    summary: str
    text: str = ""
    parameters: tuple[Parameter, ...] = ()
    states: tuple[Parameter, ...] = ()
    test: str
    docs: str
    backends: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return plain dictionaries and lists."""
        return asdict(self)

    def gaps(self) -> Iterator[str]:
        """Yield the name of every field that must not be empty and is."""
        for name in ("kind", "name", "summary", "test", "docs", "backends"):
            if not getattr(self, name):
                yield name
        for backend, support in self.backends.items():
            if not support.startswith(("exact", "tolerance: ", "refused: ")):
                yield f"backends[{backend}]"
        for parameter in (*self.parameters, *self.states):
            if not parameter.doc:
                yield f"documentation of {parameter.name}"
