"""The documentation page of all models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from snn.catalogue.entry import Entry, Parameter

_HEAD = """\
# Models

Everything that a network can be made of, and what each backend makes of it. This page is
written by `snn models --markdown > docs/models.md`; do not edit it by hand.

*exact*: as `docs/numerics.md` says, to the last bit. *tolerance*: within the stated bound,
which a test checks. *refused*: the backend raises an error that says why.
"""
_TITLES = {
    "cell": "Cells", "receptor": "Receptors", "source": "Sources", "input": "Inputs",
    "connector": "Connectors", "rule": "Learning rules", "trial rule": "Trial rules",
    "topology rule": "Topology rules", "dependence": "Weight dependence",
    "homeostasis": "Homeostasis", "host homeostasis": "Homeostasis by the host",
    "network": "Published networks", "benchmark": "Benchmarks",
}  # fmt: skip


def page(entries: Sequence[Entry]) -> str:
    """Return the page as Markdown."""
    parts = [_HEAD]
    for kind, members in groupby(entries, key=lambda entry: entry.kind):
        of_kind = list(members)
        parts.append(f"\n## {_TITLES[kind]}\n\n{_overview(of_kind)}")
        parts += [_section(entry) for entry in of_kind]
    return "".join(parts)


def _overview(entries: Sequence[Entry]) -> str:
    backends = list(entries[0].backends)
    rows = [
        (f"[{e.name}](#{e.name.lower()})", e.summary, *e.backends.values(), f"`{e.test}`")
        for e in entries
    ]
    return _table(["", "", *backends, "test"], rows)


def _section(entry: Entry) -> str:
    parts = [f"\n### {entry.name}\n\n{entry.summary}\n"]
    if entry.text:
        parts.append(f"\n{entry.text}\n")
    if entry.parameters:
        units = any(p.unit or p.range for p in entry.parameters)
        head = ["parameter", "default", *(["unit", "range"] if units else []), "meaning"]
        parts.append("\n" + _table(head, (_row(p, units) for p in entry.parameters)))
    if entry.states:
        rows = ((f"`{s.name}`", s.default, s.unit, s.doc) for s in entry.states)
        parts.append("\n" + _table(["state", "initial", "unit", "meaning"], rows))
    return "".join(parts)


def _row(p: Parameter, units: bool) -> tuple[str, ...]:
    return (f"`{p.name}`", p.default, *((p.unit, p.range) if units else ()), p.doc)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join(_lines(head, rows))


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |\n"
    yield f"|{'---|' * len(head)}\n"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |\n"
