"""The user's FILE.py: what it may leave, and how its mistakes are shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from snn.cli import main

NETWORK = """
import snn
net = snn.Network(dt=1.0)
src = net.population(2, snn.SpikeArray(times=[[1.0, 5.0], [2.0]]), label="src")
cell = snn.LIF(receptors={"excitatory": snn.CurrentExp(tau_syn=5.0)})
exc = net.population(2, cell, label="exc")
net.connect(src, exc, snn.OneToOne(), snn.Synapse(weight=1.0, delay=1.0))
net.record(src, "spikes")
net.record(exc, "v")
"""


def snn(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def written(folder: Path, text: str, name: str = "net.py") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path, *arguments: object) -> str:
    outcome = snn("info", path, *arguments)
    assert outcome.exit_code == 2
    assert "Traceback" not in outcome.output
    return outcome.output


def test_info_says_what_the_network_holds_and_where_it_runs(tmp_path: Path) -> None:
    outcome = snn("info", written(tmp_path, NETWORK + "duration = 20"))
    assert outcome.exit_code == 0, outcome.output
    assert "4 neurons, 2 synapses" in outcome.output
    assert "duration 20 ms, 20 steps" in outcome.output
    assert "backend reference: runs this network" in outcome.output


def test_a_network_may_come_from_build(tmp_path: Path) -> None:
    body = "\n".join(f"    {line}" for line in NETWORK.strip().split("\n"))
    path = written(tmp_path, f"def build():\n{body}\n    return net\n")
    assert snn("info", path).exit_code == 0


def test_a_file_may_import_its_neighbour(tmp_path: Path) -> None:
    written(tmp_path, "WEIGHT = 1.0\n", "constants_beside.py")
    path = written(tmp_path, "from constants_beside import WEIGHT\n" + NETWORK)
    assert snn("info", path).exit_code == 0


def test_a_cell_defined_in_the_file_compiles(tmp_path: Path) -> None:
    cell = '''
from __future__ import annotations
import snn
from collections.abc import Mapping
from dataclasses import field

@snn.model
class Leak(snn.Cell):
    """A leak."""
    tau: float = snn.param(default=10.0, unit="ms", above=0, doc="time constant")
    receptors: Mapping[str, object] = field(default_factory=dict)
    v = snn.State(1.0, unit="mV")

    @staticmethod
    def step(v, tau, i_syn, g_syn, dt):
        return v + dt * (i_syn - v) / tau

    @staticmethod
    def fires(v):
        return v >= 2.0

    @staticmethod
    def reset(v):
        return 0.0

net = snn.Network(dt=1.0)
net.population(3, Leak(), label="leak")
'''
    outcome = snn("info", written(tmp_path, cell))
    assert outcome.exit_code == 0, outcome.output
    assert "leak: 3 x Leak" in outcome.output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import snn\nx = 1\ny = x / 0\n", "net.py, line 3: ZeroDivisionError: division by zero"),
        ("import snn\n\nif True\n", "net.py, line 3: SyntaxError: expected ':'"),
        ("import nothing_of_that_name\n", "net.py, line 1: ModuleNotFoundError: No module named"),
        ("open('no_such_file')\n", "net.py, line 1: FileNotFoundError"),
        ("x = 1\n", "leaves no network: end it with `net = snn.Network(...)`"),
        ("net = 3\n", "leaves no network; `net` is int"),
        ("def build():\n    return 1 / 0\n", "net.py, line 2: ZeroDivisionError"),
        ("def build():\n    pass\n", "leaves no network"),
        (NETWORK + "duration = -1\n", "`duration` must be a positive number of ms; got -1"),
    ],
)
def test_a_mistake_is_one_line_with_file_and_number(
    tmp_path: Path, text: str, message: str
) -> None:
    assert message in refused(written(tmp_path, text))


def test_a_mistake_inside_snn_names_the_users_line(tmp_path: Path) -> None:
    output = refused(written(tmp_path, NETWORK + "exc[7]\n"))
    assert "net.py, line 10: ValidationError: 1 problem" in output


def test_all_problems_of_a_network_are_listed(tmp_path: Path) -> None:
    bad = NETWORK.replace("weight=1.0", "weight=-1.0").replace("delay=1.0", "delay=0.25")
    output = refused(written(tmp_path, bad))
    assert "2 problems" in output
    assert output.count("\n  - ") == 2


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path / "none.py")
