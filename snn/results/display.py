"""How a result prints."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snn.results.result import Result


def headline(result: Result) -> str:
    """Return what ran, where and how fast, in one line."""
    p = result.provenance
    span = f"{result.duration:g} ms"
    if result.start:
        span = f"{result.start:g} to {result.start + result.duration:g} ms"
    text = f"{span}, dt {result.dt:g} ms"
    if p.backend:
        text += f", backend {p.backend}, numerics {p.numerics}, {p.precision}, seed {p.seed}"
    wall = p.timing.run.wall
    if wall > 0:
        text += f", ran in {wall:.3g} s ({result.duration / 1000 / wall:.3g} x real time)"
    return text


def as_text(result: Result) -> str:
    """Return a result as a few lines of text."""
    lines = [f"result: {headline(result)}"]
    lines += [f"  {label}: {part.summary()}" for label, part in result.populations.items()]
    lines += [f"  {label}: {repr(part).split(': ', 1)[-1][:-1]}"
              for label, part in result.projections.items()]  # fmt: skip
    lines += [f"  warning: {text}" for text in result.warnings]
    return "\n".join(lines)


def as_html(result: Result) -> str:
    """Return a result as a table for a notebook."""
    rows = [(label, part.summary()) for label, part in result.populations.items()]
    rows += [(label, repr(part).split(": ", 1)[-1][:-1])
             for label, part in result.projections.items()]  # fmt: skip
    rows += [("warning", text) for text in result.warnings]
    cells = "".join(
        f"<tr><th style='text-align:left'>{escape(name)}</th>"
        f"<td style='text-align:left'>{escape(text)}</td></tr>"
        for name, text in rows
    )
    return f"<table><caption>{escape(headline(result))}</caption>{cells}</table>"
