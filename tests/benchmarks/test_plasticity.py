"""The benchmark of learning rules, on a small network."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

import snn.plasticity
from snn_benchmarks.plasticity import RULES, benchmark


def test_every_event_rule_is_timed() -> None:
    public = {name for name in snn.plasticity.__all__
              if isinstance(cls := getattr(snn.plasticity, name), type)
              and issubclass(cls, snn.EventRule)}  # fmt: skip
    assert public - {"EventRule", "ChangeRule"} <= set(RULES)


def test_the_command_writes_a_row_per_rule_and_form(tmp_path: Path) -> None:
    path = tmp_path / "plasticity.json"
    given = ["--only", "PairSTDP", "--synapses", "40000", "--duration", "50", "--json", str(path)]
    result = CliRunner().invoke(benchmark, given)
    assert result.exit_code == 0, result.output
    rows = json.loads(path.read_text())["metrics"]["rows"]
    assert [(row["rule"], row["form"]) for row in rows] == [
        ("PairSTDP", "sparse"), ("PairSTDP", "dense"),
    ]  # fmt: skip
    assert all(row["events_per_cpu_s"] > 0 and row["bytes_per_synapse"] > 4 for row in rows)
