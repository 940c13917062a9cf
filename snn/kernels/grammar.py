"""The kernel grammar: which Python a model function may contain.

Straight-line scalar code: assignments, arithmetic, comparisons, conditional
expressions, a listed set of functions, one return at the end. No loops, no arrays,
no attribute but `math.x`. Functions may call other functions of the same grammar.
"""

from __future__ import annotations

import ast
import inspect
import math
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

from snn.errors import KernelError

FUNCTIONS = frozenset({
    "exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tanh", "floor", "ceil", "fabs", "abs",
    "min", "max",
})  # fmt: skip
_OPERATORS = (
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod,
    ast.LShift, ast.RShift, ast.BitAnd, ast.BitOr, ast.BitXor,
)  # fmt: skip
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)


@dataclass(frozen=True)
class Kernel:
    """A checked model function.

    Parameters
    ----------
    name : str
        Name of the function.
    arguments : tuple of str
        Names of the values it needs.
    tree : ast.FunctionDef
        Its syntax, docstring and annotations removed.
    constants : dict
        Module-level numbers it reads.
    callees : tuple of Kernel
        Functions of the grammar that it calls.
    outputs : int
        Number of returned values.
    """

    name: str
    arguments: tuple[str, ...]
    tree: ast.FunctionDef
    constants: tuple[tuple[str, float], ...]
    callees: tuple[Kernel, ...]
    outputs: int
    function: Callable[..., Any]

    def __call__(self, *values: Any) -> Any:
        return self.function(*values)


@cache
def check(function: Callable[..., Any]) -> Kernel:
    """Check a function against the grammar.

    Raises
    ------
    KernelError
        With file and line of the user's source, what is not allowed and what is.
    """
    function = inspect.unwrap(function)
    path, first, tree = _parse(function)
    return _Checker(function, path, first, tree).kernel()


def _parse(function: Callable[..., Any]) -> tuple[str, int, ast.FunctionDef]:
    if not inspect.isfunction(function):
        raise KernelError(f"a kernel must be a Python function; got {function!r}")
    path = inspect.getsourcefile(function) or "<unknown>"
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError) as error:
        raise KernelError(
            f"the source of {function.__qualname__} is not available, so it cannot be compiled; "
            "define it in a file or a notebook cell"
        ) from error
    if function.__name__ == "<lambda>":
        raise _at(path, first, "a kernel must be written with def, not lambda")
    tree = ast.parse(textwrap.dedent("".join(lines))).body[0]
    if not isinstance(tree, ast.FunctionDef):
        raise _at(path, first, "a kernel must be written with def")
    return path, first, tree


def _at(path: str, line: int, message: str) -> KernelError:
    error = KernelError(f"{path}:{line}: {message}")
    error.filename, error.lineno = path, line
    return error


class _Checker:
    def __init__(
        self, function: Callable[..., Any], path: str, first: int, tree: ast.FunctionDef
    ) -> None:
        self.function, self.path, self.first, self.tree = function, path, first, tree
        self.known = {argument.arg for argument in tree.args.args}
        self.constants: dict[str, float] = {}
        self.callees: dict[str, Kernel] = {}
        self.scope = inspect.getclosurevars(function)

    def fail(self, node: ast.AST, message: str) -> NoReturn:
        line = self.first + getattr(node, "lineno", 1) - 1
        source = ast.unparse(node).splitlines()[0]
        raise _at(self.path, line, f"{self.tree.name}: {message}: `{source}`")

    def kernel(self) -> Kernel:
        extra = self.tree.args
        if extra.vararg or extra.kwarg or extra.kwonlyargs or extra.defaults:
            self.fail(self.tree, "takes plain positional arguments only")
        body = [node for node in self.tree.body if not _is_docstring(node)]
        if not body or not isinstance(body[-1], ast.Return):
            self.fail(self.tree, "must end with a return")
        for node in body[:-1]:
            self.statement(node)
        outputs = self.returned(body[-1])
        arguments = [ast.arg(a.arg) for a in extra.args]
        clean = ast.FunctionDef(
            name=self.tree.name,
            args=ast.arguments([], arguments, None, [], [], None, []),
            body=list(body), decorator_list=[], returns=None,
        )  # fmt: skip
        return Kernel(
            self.tree.name, tuple(a.arg for a in extra.args), ast.fix_missing_locations(clean),
            tuple(sorted(self.constants.items())), tuple(self.callees.values()), outputs,
            self.function,
        )  # fmt: skip

    def statement(self, node: ast.stmt) -> None:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            self.fail(node, "only assignments and one final return are allowed")
        target = node.targets[0]
        if isinstance(target, ast.Tuple):
            if not isinstance(node.value, ast.Call):
                self.fail(node.value, "only the results of a kernel can be unpacked")
            self.call(node.value, len(target.elts))
        else:
            self.expression(node.value)
        self.bind(target)

    def bind(self, target: ast.expr) -> None:
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        for name in names:
            if not isinstance(name, ast.Name):
                self.fail(target, "only plain names can be assigned")
            self.known.add(name.id)

    def returned(self, node: ast.stmt) -> int:
        value = node.value if isinstance(node, ast.Return) else None
        if value is None:
            self.fail(node, "must return a value")
        if isinstance(value, ast.Call):
            return self.call(value, None)
        parts = value.elts if isinstance(value, ast.Tuple) else [value]
        self.all(*parts)
        return len(parts)

    def expression(self, node: ast.expr) -> None:
        match node:
            case ast.Constant(value=bool() | int() | float()):
                return
            case ast.Name():
                self.name(node)
            case ast.BinOp(left=left, op=op, right=right):
                self.operator(node, op)
                self.all(left, right)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Not(), operand=operand):
                self.expression(operand)
            case ast.BoolOp(values=values):
                self.all(*values)
            case ast.Compare(left=left, ops=tests, comparators=others):
                if not all(isinstance(test, _COMPARISONS) for test in tests):
                    self.fail(node, "only <, <=, >, >=, == and != compare")
                self.all(left, *others)
            case ast.IfExp(test=test, body=body, orelse=other):
                self.all(test, body, other)
            case ast.Call():
                self.call(node, 1)
            case ast.Tuple():
                self.fail(node, "a tuple may only be returned")
            case _:
                self.fail(node, "this expression is outside the kernel grammar (scalar arithmetic, "
                                "comparisons, `a if c else b` and math functions)")  # fmt: skip

    def all(self, *nodes: ast.expr) -> None:
        for node in nodes:
            self.expression(node)

    def operator(self, node: ast.expr, op: ast.operator) -> None:
        if isinstance(op, ast.Pow):
            self.fail(node, "`**` is not allowed; multiply, or use exp and log")
        if not isinstance(op, _OPERATORS):
            self.fail(node, "operator is not allowed")

    def name(self, node: ast.Name) -> None:
        if node.id in self.known:
            return
        value = self.lookup(node.id)
        if isinstance(value, bool | int | float):
            self.constants[node.id] = value
            return
        self.fail(node, "unknown name; a kernel sees its arguments, what it assigned and "
                        "module-level numbers")  # fmt: skip

    def lookup(self, name: str) -> Any:
        return {**self.scope.globals, **self.scope.nonlocals}.get(name)

    def call(self, node: ast.Call, used: int | None) -> int:
        """Check a call of which so many values are used (None: whatever there are)."""
        if node.keywords:
            self.fail(node, "calls take positional arguments only")
        self.all(*node.args)
        name, outputs = _called(node.func), 1
        if name in FUNCTIONS:
            self.arity(node, name in ("min", "max"), 1)
        else:
            outputs = self.callee(node, name).outputs
        if used not in (None, outputs):
            self.fail(node, f"returns {outputs} values, of which {used} are used")
        return outputs

    def callee(self, node: ast.Call, name: str) -> Kernel:
        callee = self.lookup(name) if isinstance(node.func, ast.Name) else None
        if not inspect.isfunction(inspect.unwrap(callee)) if callee else True:
            self.fail(node, f"only {', '.join(sorted(FUNCTIONS))} and other kernels can be called")
        self.callees[name] = made = check(callee)
        self.arity(node, False, len(made.arguments))
        return made

    def arity(self, node: ast.Call, several: bool, wanted: int) -> None:
        count = len(node.args)
        if several and count < 2:
            self.fail(node, "needs at least 2 arguments")
        if not several and count != wanted:
            self.fail(node, f"takes {wanted} argument{'s' * (wanted != 1)}; got {count}")


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _called(func: ast.expr) -> str:
    """Name of a called function; `math.exp` and `exp` are the same."""
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
        return func.attr if func.value.id == "math" and hasattr(math, func.attr) else ""
    return func.id if isinstance(func, ast.Name) else ""
