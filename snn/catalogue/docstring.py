"""Reading numpydoc docstrings."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field
from itertools import pairwise

_RULE = re.compile(r"^-{3,}$")
_UNITS = {"ms", "mV", "nA", "nF", "uS", "nS", "Hz", "s", "1/ms", "mV/ms", "um"}


@dataclass
class Docstring:
    """A docstring in parts.

    Parameters
    ----------
    summary : str
        First line.
    body : str
        What follows, up to the first section.
    sections : dict of str to str
        By title.
    """

    summary: str = ""
    body: str = ""
    sections: dict[str, str] = field(default_factory=dict)


def parse(text: str | None) -> Docstring:
    """Return a docstring in parts."""
    lines = inspect.cleandoc(text or "").split("\n")
    starts = [k for k in range(len(lines) - 1) if lines[k] and _RULE.match(lines[k + 1])]
    first = starts[0] if starts else len(lines)
    parsed = Docstring(lines[0], "\n".join(lines[1:first]).strip())
    for start, end in pairwise([*starts, len(lines)]):
        parsed.sections[lines[start]] = "\n".join(lines[start + 2 : end]).strip()
    return parsed


@dataclass(frozen=True)
class Described:
    """What a *Parameters* section says of one parameter."""

    unit: str
    doc: str


def described(section: str) -> dict[str, Described]:
    """Return what a *Parameters* section says, by name."""
    found: dict[str, Described] = {}
    for block in re.split(r"\n(?=\S)", section):
        head, _, rest = block.partition("\n")
        names, _, kind = head.partition(" : ")
        parts = [part.strip() for part in kind.split(",")]
        unit = next((part for part in parts if part in _UNITS), "")
        text = " ".join(rest.split()) or kind
        found.update({name.strip(): Described(unit, text) for name in names.split(",")})
    return found
