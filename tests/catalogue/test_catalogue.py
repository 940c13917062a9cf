"""The catalogue: nothing is named that is not there, documented, tested and exported."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from registry import register

import snn
from snn.catalogue import Entry, entries, page, places
from snn.catalogue.docstring import described, parse
from snn.catalogue.walk import _ABSTRACT, _KINDS, support
from snn.cli import main

ROOT = Path(__file__).parents[2]
EVERY = entries()
MODELS = [e for e in EVERY if e.kind not in ("network", "benchmark")]


def named(found: list[Entry]) -> list[pytest.param]:
    return [pytest.param(e, id=f"{e.kind}-{e.name}") for e in found]


@pytest.mark.parametrize("entry", named(EVERY))
def test_no_field_is_empty(entry: Entry) -> None:
    assert not list(entry.gaps())


@pytest.mark.parametrize("entry", named(EVERY))
def test_the_test_is_there(entry: Entry) -> None:
    path = ROOT / entry.test
    assert path.is_file(), f"{entry.name}: {entry.test} does not exist; see snn/catalogue/places.py"
    text = path.read_text(encoding="utf-8")
    assert entry.name in text, f"{entry.test} never names {entry.name}"


@pytest.mark.parametrize("entry", named(EVERY))
def test_the_documentation_is_there(entry: Entry) -> None:
    name, anchor = entry.docs.split("#")
    text = (ROOT / name).read_text(encoding="utf-8").lower()
    assert f"\n### {anchor}\n" in text


@pytest.mark.parametrize("entry", named(MODELS))
def test_models_are_exported(entry: Entry) -> None:
    assert hasattr(snn, entry.name), f"snn.{entry.name} is not exported"


def test_public_models_are_listed() -> None:
    """A model class that a package does not export would escape the catalogue."""
    listed = {e.name for e in EVERY}
    for package, base in _KINDS.values():
        for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for name, cls in inspect.getmembers(
                importlib.import_module(info.name), inspect.isclass
            ):
                public = cls.__module__ == info.name and not name.startswith("_")
                final = not cls.__subclasses__() and cls not in _ABSTRACT
                if public and final and issubclass(cls, base):
                    assert name in listed, f"{info.name}.{name} is in no list"


def test_the_page_is_up_to_date() -> None:
    written = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    assert written == page(EVERY), "run: snn models --markdown > docs/models.md"


def test_models_as_json() -> None:
    outcome = CliRunner().invoke(main, ["models", "--json", "--kind", "cell"])
    rows = {row["name"]: row for row in json.loads(outcome.output)}
    tau = next(p for p in rows["LIF"]["parameters"] if p["name"] == "tau_m")
    assert (tau["unit"], tau["range"]) == ("ms", "(0, inf]")
    assert rows["LIF"]["backends"]["cpu"] == "exact"


def test_models_as_text_and_unknown_kinds() -> None:
    text = CliRunner().invoke(main, ["models"]).output
    assert "LIF: " in text
    outcome = CliRunner().invoke(main, ["models", "--kind", "glia"])
    assert outcome.exit_code == 2
    assert "no kind 'glia'; known: cell, receptor" in outcome.output


def test_an_old_page_is_noticed(tmp_path: Path) -> None:
    old = tmp_path / "models.md"
    old.write_text("# Models\n", encoding="utf-8")
    outcome = CliRunner().invoke(main, ["models", "--check", str(old)])
    assert outcome.exit_code == 2
    assert "out of date; run: snn models --markdown" in outcome.output
    old.write_text(page(EVERY), encoding="utf-8")
    assert CliRunner().invoke(main, ["models", "--check", str(old)]).exit_code == 0


def test_gaps_are_found() -> None:
    entry = Entry(kind="cell", name="X", summary="", test="", docs="d", backends={"cpu": "maybe"})
    assert list(entry.gaps()) == ["summary", "test", "backends[cpu]"]


def test_docstrings_are_read_in_parts() -> None:
    doc = parse("""Do it.

    At length.

    Parameters
    ----------
    start, stop : float, ms
        Where the
        interval is.
    rate : float
    """)
    assert (doc.summary, doc.body) == ("Do it.", "At length.")
    found = described(doc.sections["Parameters"])
    assert (found["stop"].unit, found["stop"].doc) == ("ms", "Where the interval is.")
    assert found["rate"].doc == "float"


@dataclass(frozen=True)
class Ring:
    """Neurons in a ring.

    Parameters
    ----------
    size : int
        How many.

    Notes
    -----
    Round.
    """

    size: int = 7


@click.command()
@click.option("--seeds", default=3, help="How many runs.")
def lap() -> None:
    """Measure a lap."""


def test_networks_and_benchmarks_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, "snn.networks", {"ring": Ring, "gone": None})
    register(monkeypatch, "snn.benchmarks", {"lap": lap, "lost": None})
    found = {e.name: e for e in entries()}
    ring, lapped = found["Ring"], found["lap"]
    assert (ring.kind, ring.summary, ring.text) == (
        "network",
        "Neurons in a ring.",
        "*Notes.* Round.",
    )
    assert [(p.name, p.default, p.doc) for p in ring.parameters] == [("size", "7", "How many.")]
    assert (lapped.kind, lapped.summary) == ("benchmark", "Measure a lap.")
    assert ("--seeds", "3", "How many runs.") in [
        (p.name, p.default, p.doc) for p in lapped.parameters
    ]
    for broken in ("gone", "lost"):
        assert "no_such_module" in found[broken].summary
        assert {"test", "docs"} <= set(found[broken].gaps())


def test_a_backend_that_lists_nothing_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, "snn.backends", {"mute": object(), "gone": None})
    assert support(snn.LIF)["mute"] == "refused: not listed"
    assert support(snn.LIF)["gone"].startswith("refused: gone: No module named")


def test_tests_of_other_packages_follow_the_convention() -> None:
    assert (
        places.test_of("snn_benchmarks.letters.run", "letters")
        == "tests/benchmarks/letters/test_run.py"
    )
