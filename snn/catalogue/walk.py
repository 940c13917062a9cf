"""Finding everything that the catalogue lists."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import snn.cells
import snn.connectors
import snn.homeostasis
import snn.plasticity
import snn.receptors
import snn.sources
from snn import engine
from snn.catalogue.docstring import Described, Docstring, described, parse
from snn.catalogue.entry import Entry, Parameter
from snn.catalogue.networks import support_of
from snn.catalogue.places import docs_of, test_of
from snn.errors import SnnError
from snn.fields import Range, params_of, states_of

# kind: (package, the class that all of its kind descend from)
_KINDS: dict[str, tuple[ModuleType, type]] = {
    "cell": (snn.cells, snn.cells.Cell),
    "receptor": (snn.receptors, snn.receptors.Receptor),
    "source": (snn.sources, snn.sources.Source),
    "input": (snn.sources, snn.sources.Input),
    "connector": (snn.connectors, snn.connectors.Connector),
    "rule": (snn.plasticity, snn.plasticity.EventRule),
    "trial rule": (snn.plasticity, snn.plasticity.TrialRule),
    "topology rule": (snn.plasticity, snn.plasticity.TopologyRule),
    "dependence": (snn.plasticity, snn.plasticity.Dependence),
    "homeostasis": (snn.homeostasis, snn.homeostasis.Reduction),
    "host homeostasis": (snn.homeostasis, snn.homeostasis.HostHomeostasis),
}
_ABSTRACT = {base for _, base in _KINDS.values()} | {
    snn.sources.Current, snn.plasticity.ChangeRule,
}  # fmt: skip


def entries() -> list[Entry]:
    """Return every model, published network and benchmark, kind by kind, sorted by name."""
    found = [_model(kind, cls) for kind in _KINDS for cls in classes(kind)]
    found += [_network(name) for name in engine.names("snn.networks")]
    found += [_benchmark(name) for name in engine.names("snn.benchmarks")]
    return found


def classes(kind: str) -> list[type]:
    """Return the public model classes of a kind, sorted by name."""
    package, base = _KINDS[kind]
    public = [getattr(package, name) for name in package.__all__]
    return sorted(
        (c for c in public
         if isinstance(c, type) and issubclass(c, base) and c not in _ABSTRACT),
        key=lambda c: c.__name__.lower(),
    )  # fmt: skip


def _model(kind: str, cls: type) -> Entry:
    doc = parse(cls.__doc__)
    if issubclass(cls, snn.cells.Cell):
        doc.sections["Scheme"] = f"{cls.scheme}."
    return Entry(
        kind=kind, name=cls.__name__, summary=doc.summary, text=_prose(doc),
        parameters=tuple(_parameters(cls)), states=tuple(_states(cls)),
        test=test_of(cls.__module__, cls.__name__), docs=docs_of(cls.__name__),
        backends=support(cls),
    )  # fmt: skip


def support(model: object) -> dict[str, str]:
    """Return what each registered backend says of a model."""
    if getattr(model, "on_host", False):
        return dict.fromkeys(engine.names("snn.backends"), "exact")
    return {name: _support(name, model) for name in engine.names("snn.backends")}


def _support(name: str, model: object) -> str:
    try:
        backend = engine.load("snn.backends", name)
    except SnnError as error:
        return f"refused: {error}"
    says = getattr(backend, "support", None)
    return str(says(model)) if says else "refused: not listed"


def _parameters(cls: type) -> Iterator[Parameter]:
    specs, texts = params_of(cls), _texts(cls)
    for f in dataclasses.fields(cls):
        spec, text = specs.get(f.name), texts.get(f.name)
        if spec is not None:
            yield Parameter(name=f.name, default=_default(f), unit=spec.unit,
                            range=_range(spec.range), doc=spec.doc)  # fmt: skip
        else:
            known = text.doc if text else _COMMON.get(f.name, "")
            yield Parameter(name=f.name, default=_default(f), unit=text.unit if text else "",
                            doc=known)  # fmt: skip


def _texts(cls: type) -> dict[str, Described]:
    """Return what the docstrings of a class and its parents say of parameters."""
    found: dict[str, Described] = {}
    for parent in reversed(cls.__mro__):
        found.update(described(parse(vars(parent).get("__doc__")).sections.get("Parameters", "")))
    return found


_COMMON = {
    "sign": "1: excites, -1: inhibits",
    "signed": "weights may have either sign",
    "receptors": "receptors by name",
}


def _range(allowed: Range) -> str:
    return "" if allowed == Range() else str(allowed)


def _default(f: dataclasses.Field[Any]) -> str:
    if f.default_factory is not dataclasses.MISSING:
        made = f.default_factory()
        shown = made.items() if isinstance(made, Mapping) else ()
        return ", ".join(f"{k}: {type(v).__name__}" for k, v in shown) or "none"
    if f.default is dataclasses.MISSING:
        return "required"
    if isinstance(f.default, float):
        return f"{f.default:g}"
    return "none" if f.default is None or f.default == () else str(f.default)


def _states(cls: type) -> Iterator[Parameter]:
    for name, state in states_of(cls).items():
        initial = state.initial
        shown = initial if isinstance(initial, str) else f"{initial:g}"
        yield Parameter(name=name, default=shown, unit=state.unit, doc=state.doc)


def _prose(doc: Docstring) -> str:
    parts = [doc.body]
    parts += [f"*{title}.* {text}" for title, text in doc.sections.items()
              if title in ("Scheme", "Notes", "References")]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def _network(name: str) -> Entry:
    try:
        network = engine.load("snn.networks", name)
    except SnnError as error:
        return Entry(kind="network", name=name, summary=str(error), test="", docs="")
    doc = parse(network.__doc__)
    is_model = dataclasses.is_dataclass(network) and isinstance(network, type)
    return Entry(
        kind="network", name=network.__name__, summary=doc.summary, text=_prose(doc),
        parameters=tuple(_parameters(network)) if is_model else (),
        test=test_of(network.__module__, network.__name__), docs=docs_of(network.__name__),
        backends=_support_of_network(network),
    )  # fmt: skip


def _support_of_network(network: Any) -> dict[str, str]:
    example = getattr(network, "example", None)
    return support_of(example, support) if example else support(network)


def _shown(default: Any) -> str:
    return "none" if default is None else str(default)


def _benchmark(name: str) -> Entry:
    try:
        command = engine.load("snn.benchmarks", name)
    except (SnnError, AttributeError) as error:
        return Entry(kind="benchmark", name=name, summary=str(error), test="", docs="")
    doc = parse(command.help)
    options = (
        Parameter(name=p.opts[0], doc=p.help or "", default=_shown(p.to_info_dict()["default"]))
        for p in command.params
        if getattr(p, "help", "")
    )  # fmt: skip
    module = getattr(command.callback, "__module__", "")
    return Entry(
        kind="benchmark", name=name, summary=doc.summary, text=_prose(doc),
        parameters=tuple(options), test=test_of(module, name), docs=docs_of(name),
        backends=support(command),
    )  # fmt: skip
