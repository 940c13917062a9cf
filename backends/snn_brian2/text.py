"""Our kernels and plans as Brian2's abstract code.

Every name of ours gets a prefix, because Brian2 keeps some for itself (`i`, `t`, `dt`, `N`, units).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from snn.kernels import FUNCTIONS, Inliner, Kernel

PREFIX = "q_"
WEIGHT = "syn_w"
"""Weight of a synapse; a cell may have a state called w."""
_KEPT = {*FUNCTIONS, "select", "int"}


class _Renamed(ast.NodeTransformer):
    """Prefixes names and writes numbers as floats."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:  # noqa: N802
        if node.id in self.given:
            return ast.parse(self.given[node.id], mode="eval").body
        return ast.Name(PREFIX + node.id, node.ctx)

    def visit_Call(self, node: ast.Call) -> ast.expr:  # noqa: N802
        assert isinstance(node.func, ast.Name)
        assert node.func.id in _KEPT, node.func.id
        given = [self.visit(a) for a in node.args]
        if node.func.id == "select" and (known := _decided(given[0])) is not None:
            # Brian2 computes with constants beforehand, and what divides by 0 is no name to it.
            return given[1 if known else 2]
        return ast.Call(node.func, given, [])

    def visit_Constant(self, node: ast.Constant) -> ast.expr:  # noqa: N802
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            return node
        return ast.Constant(float(node.value))


def _decided(test: ast.expr) -> bool | None:
    """Return the value of a comparison of two numbers; None for anything else."""
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1):
        return None
    sides = (test.left, test.comparators[0])
    if not all(isinstance(side, ast.Constant) for side in sides):
        return None
    whole = ast.fix_missing_locations(ast.Expression(test))
    return bool(eval(compile(whole, "<comparison>", "eval")))  # noqa: S307


def renamed(lines: Iterable[str], given: Mapping[str, str] | None = None) -> list[str]:
    """Return assignments with every name prefixed, but for those that `given` replaces."""
    visitor = _Renamed(given or {})
    trees = [ast.parse(line) for line in lines]
    return [ast.unparse(ast.fix_missing_locations(visitor.visit(tree))) for tree in trees]


def step_code(statements: Iterable[str], kernels: Iterable[Kernel]) -> list[str]:
    """Return one step of a plan: kernels written out, names prefixed."""
    writer, known = Inliner("k"), {kernel.name: kernel for kernel in kernels}
    for text in statements:
        writer.statement(text, known, "k_")
    return renamed(writer.lines)


def kernel_code(
    kernel: Kernel, results: Iterable[str], given: Mapping[str, str], prefix: str
) -> list[str]:
    """Return a kernel as assignments to `results`, which are names of Brian2 already.

    Parameters
    ----------
    kernel : Kernel
    results : iterable of str
    given : mapping
        What each argument is in Brian2.
    prefix : str
        Of the names that are introduced, unlike those of any other kernel in the same code.
    """
    writer = Inliner(prefix)
    values = writer.call(kernel, [ast.Name(a, ast.Load()) for a in kernel.arguments])
    names = list(results)
    held = [f"{prefix}r{k}" for k in range(len(names))]
    writer.bind(held, values[: len(names)])
    lines = renamed(writer.lines, given)
    return [*lines, *(f"{n} = {PREFIX}{h}" for n, h in zip(names, held, strict=True))]
