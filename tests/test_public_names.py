"""Every public name is documented; models have units, ranges and meanings."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import snn
from snn.fields import Model

PACKAGE = Path(snn.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_public_names_have_docstrings(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if path.name != "__init__.py" or tree.body:
        assert ast.get_docstring(tree), "the module has no docstring"
    bare = [name for name, node in public(tree) if not ast.get_docstring(node)]
    assert not bare


Definition = ast.FunctionDef | ast.ClassDef


def public(tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    """Yield public functions, classes and methods, without kernels and overriding methods."""
    for node in tree.body:
        if not isinstance(node, Definition) or node.name.startswith("_"):
            continue
        yield node.name, node
        if isinstance(node, ast.ClassDef):
            yield from methods(node)


def methods(owner: ast.ClassDef) -> Iterator[tuple[str, Definition]]:
    for node in owner.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        decorators = {d.id for d in node.decorator_list if isinstance(d, ast.Name)}
        # Kernels and derived constants are explained by their class; a method that a parent
        # class documents says the same thing here.
        inherited = owner.bases and not decorators & {"property", "cached_property"}
        if not inherited and not decorators & {"staticmethod", "derived"}:
            yield f"{owner.name}.{node.name}", node


@pytest.mark.parametrize("name", sorted(snn.__all__))
def test_exported_names_exist_and_are_documented(name: str) -> None:
    value = getattr(snn, name)
    assert value.__doc__
    if isinstance(value, type) and issubclass(value, Model):
        assert value.__doc__.split("\n")[0].endswith("."), "the summary is one line with a stop"
