"""Where the user's own source says what an error is about."""

from __future__ import annotations

import ast
import inspect
import linecache
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from snn.errors import Problem


def located(problems: Iterable[Problem], cls: type) -> list[Problem]:
    """Add to problems of a user's class the line that declares what they are about."""
    if cls.__module__.startswith("snn."):
        return list(problems)
    return [_located(problem, cls) for problem in problems]


def _located(problem: Problem, cls: type) -> Problem:
    place = line_of(cls, problem.field)
    return replace(problem, message=f"{problem.message}, at {place}") if place else problem


def line_of(cls: type, name: str) -> str:
    """Return ``FILE:LINE`` of the line of a class that defines a name, or of its first.

    The file is that of the class's functions, so that cells of notebooks are found, too.
    Empty where there are none.
    """
    codes = [f.__func__.__code__ for f in vars(cls).values() if isinstance(f, staticmethod)]
    if not codes:
        return ""
    path = codes[0].co_filename
    lines = linecache.getlines(path)
    start = _last(rf"\s*class {cls.__name__}\b", lines[: codes[0].co_firstlineno])
    found = _last(rf"\s+(def {name}\(|{name}\s*[:=])", lines[start : codes[-1].co_firstlineno + 1])
    return f"{path}:{start + found}"


def _last(pattern: str, lines: Sequence[str]) -> int:
    """Return the number of the last line that begins like this, from 1; 1 if none does."""
    return max((k for k, line in enumerate(lines, 1) if re.match(pattern, line)), default=1)


def first_result(function: Callable[..., Any]) -> str:
    """Return ``FILE:LINE: `SOURCE` `` of the line that gives a function's first result.

    That is its return, or where the returned name was last assigned; empty where it returns
    an argument as it came.
    """
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError):
        return ""
    body = ast.parse(textwrap.dedent("".join(lines))).body[0].body  # type: ignore[attr-defined]
    node, result = body[-1], body[-1].value
    result = result.elts[0] if isinstance(result, ast.Tuple) else result
    if isinstance(result, ast.Name):
        made = [s for s in body if isinstance(s, ast.Assign) and _assigns(s, result.id)]
        if not made:
            return ""
        node = made[-1]
    at = first + node.lineno - 1
    return f"{inspect.getsourcefile(function)}:{at}: `{ast.unparse(node).splitlines()[0]}`"


def _assigns(statement: ast.Assign, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name
               for target in statement.targets for n in ast.walk(target))  # fmt: skip
