"""A user's own rule: what is wrong with it is said with the user's file and line."""

from __future__ import annotations

import linecache
import re
from pathlib import Path
from typing import Any

import pytest

import snn
from snn.errors import KernelError, NumericalError, ValidationError

RULE = """\
import math
import snn

@snn.model
class Mine(snn.EventRule):
    tau: float = snn.param(20.0, unit="ms", above=0, shared=True, doc="trace")
    w_max: float = snn.param(1.0, shared=True, doc="largest weight")
    x = snn.Trace("pre", tau="tau")
    tag = snn.SynapseVariable(0.0)

    @staticmethod
    def on_pre(w: float, tag: float) -> tuple[float, float]:
        return w, tag + 1.0

    @staticmethod
    def on_post(w: float, tag: float, x: float, w_max: float) -> tuple[float, float]:
        grown = w + x
        bounded = min(grown, w_max)
        return bounded, tag
"""


def module(text: str, path: Path) -> dict[str, Any]:
    """Run a script; its classes are found by file and line."""
    path.write_text(text, encoding="utf-8")
    names: dict[str, Any] = {"__name__": "script"}
    exec(compile(text, str(path), "exec", dont_inherit=True), names)
    return names


def run(rule: Any, receptor: Any = None, backend: str = "cpu", **options: Any) -> snn.Result:
    net = snn.Network(dt=1.0)
    receptors = {"excitatory": receptor or snn.CurrentExp()}
    source = net.population(3, snn.SpikeArray(times=[[5.0, 40.0]] * 3), label="source")
    cells = net.population(2, snn.LIF(i_offset=2.0, receptors=receptors), label="cells")
    synapse = snn.Synapse(weight=0.1, plasticity=rule)
    net.connect(source, cells, snn.AllToAll(), synapse, label="learned")
    return snn.run(net, 100.0, backend=backend, progress=False, **options)


def line_with(text: str) -> int:
    return next(k for k, line in enumerate(RULE.splitlines(), 1) if text in line)


def test_the_rule_itself_runs(tmp_path: Path) -> None:
    result = run(module(RULE, tmp_path / "mine.py")["Mine"]())
    assert 0.1 < result["learned"].weights.max() <= 1.0


UNREAD = ("x: float, w_max: float) -> tuple[float, float]:\n        grown = w + x",
          "w_max: float) -> tuple[float, float]:\n        grown = w")  # fmt: skip


@pytest.mark.parametrize(("old", "new", "error", "says", "line"), [
    (*UNREAD, ValidationError, "is a trace that no function", "x = snn"),
    ("+ 1.0", "+ y", KernelError, "unknown name.*`y`", "tag + 1.0"),
    ("tag + 1.0", "tag ** 2", KernelError, r"`\*\*` is not allowed", "tag + 1.0"),
    ("        return bounded, tag\n", "        return bounded\n", ValidationError,
     r"on_post: must return 2 values", "def on_post"),
    ('tau="tau"', 'tau="tua"', ValidationError, "unknown parameter 'tua'", "x = snn"),
    ("w: float, tag: float) ", "w: float, tag: float, speed: float) ", ValidationError,
     "on_pre: .*'speed'", "def on_pre"),
])  # fmt: skip
def test_mistakes_of_declaration(
    tmp_path: Path, old: str, new: str, error: type[Exception], says: str, line: str
) -> None:
    path = tmp_path / "mine.py"
    assert old in RULE
    with pytest.raises(error, match=says) as caught:
        run(module(RULE.replace(old, new, 1), path)["Mine"]())
    found = re.search(rf"{re.escape(str(path))}:(\d+)", str(caught.value))
    assert found, str(caught.value)
    # A function is named by its first line, which is its decorator's.
    assert 0 <= line_with(line) - int(found[1]) <= 1


@pytest.mark.parametrize("backend", ["cpu", "reference"])
@pytest.mark.parametrize(("old", "new", "says"), [
    ("min(grown, w_max)", "grown * 1.0", r"became \d+\.\d+; it must stay in \[0, 1\] nA"),
    ("min(grown, w_max)", "grown - 5.0", r"became -\d+\.\d+; it must stay in \[0, 1\] nA"),
    ("min(grown, w_max)", "(grown - grown) / (x - x)", r"became nan; it must stay in \[0, 1\]"),
])  # fmt: skip
def test_weights_that_must_not_be(
    tmp_path: Path, backend: str, old: str, new: str, says: str
) -> None:
    path = tmp_path / "mine.py"
    text = RULE.replace(old, new, 1).replace("grown = w + x", "grown = w + 0.3 + x")
    with pytest.raises(NumericalError, match=says) as caught:
        run(module(text, path)["Mine"](), backend=backend, precision="float64")
    message = str(caught.value)
    assert "learned.Mine: the weight of the synapse from 0 to 0" in message
    line = line_with("bounded = min")
    assert f"{path}:{line}: `bounded = {new}`" in message
    assert caught.value.result is not None


def test_a_signed_receptor_may_have_negative_weights(tmp_path: Path) -> None:
    text = RULE.replace("min(grown, w_max)", "w - 0.2").replace(
        "    x = snn.Tr",
        "    w_min: float = snn.param(-9.0, shared=True, doc='least')\n    x = snn.Tr",
    )
    rule = module(text, tmp_path / "mine.py")["Mine"]()
    signed = snn.CurrentExp(signed=True)
    assert run(rule, signed)["learned"].weights.min() < 0


def test_weights_set_by_hand_may_exceed_a_bound(tmp_path: Path) -> None:
    net = snn.Network(dt=1.0)
    source = net.population(1, snn.SpikeArray(times=[[50.0]]), label="source")
    cells = net.population(1, snn.LIF(), label="cells")
    synapse = snn.Synapse(weight=0.1, plasticity=module(RULE, tmp_path / "mine.py")["Mine"]())
    learned = net.connect(source, cells, snn.AllToAll(), synapse, label="learned")
    sim = snn.Simulation(net, progress=False)
    sim.set_weights(learned, 3.0)
    assert sim.run(10.0)["learned"].weights.max() == 3.0


def test_a_notebook_cell_is_named_like_a_file() -> None:
    """What IPython does: the cell's text is in `linecache` under its own name."""
    text, name = RULE.replace("tag + 1.0", "tag ** 2"), "<ipython-input-7>"
    linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name
    with pytest.raises(KernelError, match=rf"{name}:{line_with('tag + 1.0')}: on_pre"):
        exec(compile(text, name, "exec", dont_inherit=True), {"__name__": "__main__"})


def test_the_documented_rule_is_25_lines() -> None:
    page = (Path(__file__).parents[2] / "docs" / "extending.md").read_text(encoding="utf-8")
    section = page[page.index("## A learning rule") :]
    block = re.search(r"```python\n(.*?)```", section, re.S)
    assert block
    rule = block[1][: block[1].index("net = ")].strip().splitlines()
    assert len(rule) <= 25
