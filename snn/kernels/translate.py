"""Turn checked kernels into source text for a target."""

from __future__ import annotations

import ast
import copy

from snn.kernels.grammar import FUNCTIONS, Kernel, _called


class NumbaText(ast.NodeTransformer):
    """Rewrite a kernel for numba.

    Literals are cast to the state type, because a float64 literal turns a float32
    step into a float64 one; `min` and `max` become conditional expressions with
    Python's own rule for ties, so that both run times agree bit for bit.

    Parameters
    ----------
    cast : str
        Name of the type that literals are wrapped in; empty leaves them alone.
    prefix : str
        Put before the names of called kernels.
    """

    def __init__(self, cast: str, prefix: str = "") -> None:
        self.cast, self.prefix = cast, prefix

    def visit_Constant(self, node: ast.Constant) -> ast.expr:  # noqa: N802
        if not self.cast or isinstance(node.value, bool) or not isinstance(node.value, int | float):
            return node
        return _call(self.cast, [ast.Constant(float(node.value))])

    def visit_Call(self, node: ast.Call) -> ast.expr:  # noqa: N802
        name = _called(node.func)
        arguments = [self.visit(argument) for argument in node.args]
        if name in ("min", "max"):
            return _extremum(name, arguments)
        if name == "abs":
            return _call("abs", arguments)
        if name in ("floor", "ceil"):
            return _call(f"np.{name}", arguments)  # those of math return integers
        if name in FUNCTIONS:
            return _call(f"math.{name}", arguments)
        return _call(self.prefix + name, arguments)


def _call(name: str, arguments: list[ast.expr]) -> ast.expr:
    return ast.Call(ast.parse(name, mode="eval").body, arguments, [])


def _extremum(name: str, arguments: list[ast.expr]) -> ast.expr:
    """Return `b if b < a else a` (or >), which is what Python's min and max do."""
    operator: ast.cmpop = ast.Lt() if name == "min" else ast.Gt()
    best = arguments[0]
    for other in arguments[1:]:
        best = ast.IfExp(ast.Compare(other, [operator], [best]), other, best)
    return best


def numba_source(kernel: Kernel, cast: str, prefix: str = "") -> str:
    """Return the text of `kernel` and of everything it calls, callees first."""
    parts: dict[str, str] = {}
    _collect(kernel, cast, prefix, parts)
    return "\n\n".join(parts.values())


def _collect(kernel: Kernel, cast: str, prefix: str, parts: dict[str, str]) -> None:
    for callee in kernel.callees:
        _collect(callee, cast, prefix, parts)
    tree = NumbaText(cast, prefix).visit(copy.deepcopy(kernel.tree))
    tree.name = prefix + kernel.name
    constants = [_constant(name, value, cast) for name, value in kernel.constants]
    tree.body = [*constants, *tree.body]
    parts[tree.name] = ast.unparse(ast.fix_missing_locations(tree))


def _constant(name: str, value: float, cast: str) -> ast.stmt:
    literal: ast.expr = ast.Constant(value)
    if cast and not isinstance(value, bool):
        literal = _call(cast, [ast.Constant(float(value))])
    return ast.Assign([ast.Name(name, ast.Store())], literal)
