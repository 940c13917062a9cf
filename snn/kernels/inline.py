"""Kernels as straight-line assignments, for targets that call no functions of ours.

Called kernels are written out in place. Conditional expressions, `min` and `max` become calls of
``select(condition, a, b)``, which a target implements with both branches evaluated; chained
comparisons become conjunctions.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from snn.kernels.grammar import FUNCTIONS, Kernel, _called

Dialect = Literal["words", "signs"]
"""How conjunctions are written: ``a and b`` (Brian2) or ``a & b`` (NumPy)."""


class Inliner:
    """Collects assignments; every name that it introduces is new.

    Parameters
    ----------
    prefix : str
        Begins every introduced name.
    dialect : {"words", "signs"}
    """

    def __init__(self, prefix: str = "k", dialect: Dialect = "words") -> None:
        self.prefix, self.dialect = prefix, dialect
        self.lines: list[str] = []
        self.count = 0

    def call(self, kernel: Kernel, given: Sequence[ast.expr]) -> list[ast.expr]:
        """Write a kernel out; return its results, which hold no calls of kernels."""
        scope: dict[str, ast.expr] = dict(zip(kernel.arguments, given, strict=True))
        scope |= {name: ast.Constant(value) for name, value in kernel.constants}
        writer = _Writer(self, scope, {callee.name: callee for callee in kernel.callees})
        for statement in kernel.tree.body[:-1]:
            assert isinstance(statement, ast.Assign)
            writer.assign(statement)
        last = kernel.tree.body[-1]
        assert isinstance(last, ast.Return)
        assert last.value is not None
        return writer.values(last.value)

    def statement(self, text: str, kernels: Mapping[str, Kernel], prefix: str = "") -> None:
        """Write assignments that may call kernels, under the names they have in `text`.

        Parameters
        ----------
        text : str
        kernels : mapping
            By name.
        prefix : str
            Of the names of kernels in `text`.
        """
        known = {prefix + name: kernel for name, kernel in kernels.items()}
        for node in ast.parse(text).body:
            assert isinstance(node, ast.Assign)
            targets = node.targets[0]
            names = targets.elts if isinstance(targets, ast.Tuple) else [targets]
            self.bind([ast.unparse(n) for n in names], _Writer(self, {}, known).values(node.value))

    def bind(self, names: Sequence[str], values: Sequence[ast.expr]) -> None:
        """Assign all values at once: none of them sees what another one's name gets."""
        held = values if len(names) == 1 else [self.name(value, names) for value in values]
        self.lines += [f"{n} = {_text(v)}" for n, v in zip(names, held, strict=True)]

    def name(self, value: ast.expr, changing: Sequence[str] = ()) -> ast.expr:
        """Give a value a name, unless it is a number or has one that is not `changing`."""
        if isinstance(value, ast.Constant):
            return value
        if isinstance(value, ast.Name) and value.id not in changing:
            return value
        self.count += 1
        made = f"{self.prefix}{self.count}"
        self.lines.append(f"{made} = {_text(value)}")
        return ast.Name(made, ast.Load())


class _Writer(ast.NodeTransformer):
    """Rewrites the expressions of one kernel, whose names mean what `scope` says."""

    def __init__(
        self, owner: Inliner, scope: dict[str, ast.expr], callees: Mapping[str, Kernel]
    ) -> None:
        self.owner, self.scope, self.callees = owner, scope, callees

    def assign(self, node: ast.Assign) -> None:
        target, results = node.targets[0], self.values(node.value)
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        for name, value in zip(names, results, strict=True):
            assert isinstance(name, ast.Name)
            self.scope[name.id] = self.owner.name(value)

    def values(self, node: ast.expr) -> list[ast.expr]:
        """Return the values of an expression, several where it is a tuple or such a call."""
        if isinstance(node, ast.Tuple):
            return [self.visit(copy.deepcopy(part)) for part in node.elts]
        if isinstance(node, ast.Call) and _called(node.func) in self.callees:
            return self._inlined(node)
        return [self.visit(copy.deepcopy(node))]

    def _inlined(self, node: ast.Call) -> list[ast.expr]:
        given = [self.owner.name(self.visit(copy.deepcopy(a))) for a in node.args]
        return self.owner.call(self.callees[_called(node.func)], given)

    def visit_Name(self, node: ast.Name) -> ast.expr:  # noqa: N802
        return self.scope.get(node.id, node)

    def visit_Call(self, node: ast.Call) -> ast.expr:  # noqa: N802
        name = _called(node.func)
        if name in self.callees:
            return self._inlined(node)[0]
        given = [self.visit(argument) for argument in node.args]
        if name in ("min", "max"):
            return self._extremum(name, given)
        assert name in FUNCTIONS, name
        return _apply("abs" if name == "fabs" else name, given)

    def _extremum(self, name: str, given: list[ast.expr]) -> ast.expr:
        """Return ``select(b < a, b, a)`` (or >): Python's own rule for ties."""
        operator: ast.cmpop = ast.Lt() if name == "min" else ast.Gt()
        best, *others = [self.owner.name(value) for value in given]
        for other in others:
            chosen = _apply("select", [ast.Compare(other, [operator], [best]), other, best])
            best = self.owner.name(chosen)
        return best

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:  # noqa: N802
        return _apply("select", [self.visit(part) for part in (node.test, node.body, node.orelse)])

    def visit_Compare(self, node: ast.Compare) -> ast.expr:  # noqa: N802
        values = [self.visit(part) for part in (node.left, *node.comparators)]
        if len(values) > 2:
            values = [self.owner.name(value) for value in values]
        pairs = zip(values, node.ops, values[1:], strict=False)
        tests: list[ast.expr] = [ast.Compare(a, [op], [b]) for a, op, b in pairs]
        return tests[0] if len(tests) == 1 else self._joined(ast.And(), tests)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:  # noqa: N802
        return self._joined(node.op, [self.visit(value) for value in node.values])

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:  # noqa: N802
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.BitAnd | ast.BitOr):
            word = ast.And() if isinstance(node.op, ast.BitAnd) else ast.Or()
            return self._joined(word, [left, right])
        return ast.BinOp(left, node.op, right)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:  # noqa: N802
        value = self.visit(node.operand)
        if isinstance(node.op, ast.Not) and self.owner.dialect == "signs":
            return _apply("negated", [value])
        return ast.UnaryOp(node.op, value)

    def _joined(self, op: ast.boolop, tests: list[ast.expr]) -> ast.expr:
        if self.owner.dialect == "words":
            return ast.BoolOp(op, tests)
        sign = ast.BitAnd() if isinstance(op, ast.And) else ast.BitOr()
        joined = tests[0]
        for test in tests[1:]:
            joined = ast.BinOp(joined, sign, test)
        return joined


def inlined(kernel: Kernel, results: Sequence[str], prefix: str = "k") -> list[str]:
    """Return a kernel as assignments to `results`, in words, its arguments by their names."""
    writer = Inliner(prefix)
    writer.bind(results, writer.call(kernel, _own(kernel)))
    return writer.lines


def vectorised(kernel: Kernel) -> Callable[..., tuple[Any, ...]]:
    """Return a kernel as a function of arrays; it returns a tuple.

    Both branches of conditionals are computed, so callers silence NumPy's warnings.
    """
    writer = Inliner("k", "signs")
    values = writer.call(kernel, _own(kernel))
    lines = [*writer.lines, f"return ({', '.join(_text(v) for v in values)},)"]
    text = f"def kernel({', '.join(kernel.arguments)}):\n" + "\n".join(f"    {x}" for x in lines)
    scope: dict[str, Any] = {name: getattr(np, name) for name in FUNCTIONS - {"min", "max"}}
    scope |= {"select": np.where, "negated": np.logical_not}
    exec(compile(text, f"<{kernel.name}>", "exec"), scope)  # noqa: S102
    made: Callable[..., tuple[Any, ...]] = scope["kernel"]
    return made


def _own(kernel: Kernel) -> list[ast.expr]:
    return [ast.Name(argument, ast.Load()) for argument in kernel.arguments]


def _apply(name: str, given: list[ast.expr]) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), given, [])


def _text(node: ast.expr) -> str:
    return ast.unparse(ast.fix_missing_locations(node))
