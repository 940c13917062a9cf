"""The benchmark of learning rules, on a small network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import snn
import snn.plasticity
from snn.catalogue.walk import classes
from snn.plasticity.rule import variables_of
from snn_benchmarks.plasticity import (
    NEURONS,
    PERIODIC,
    RULES,
    benchmark,
    learning_bytes,
    network,
)


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


def test_homeostasis_and_topology_rules_are_timed(tmp_path: Path) -> None:
    """All but what moves no synapse: `IntrinsicPlasticity` acts on neurons."""
    public = [*classes("homeostasis"), *classes("topology rule")]
    assert {cls.__name__ for cls in public} - {"IntrinsicPlasticity"} == set(PERIODIC)
    path = tmp_path / "plasticity.json"
    given = ["--only", "RowScaling,DelayLearning", "--form", "sparse", "--synapses", "40000",
             "--duration", "50", "--json", str(path)]  # fmt: skip
    result = CliRunner().invoke(benchmark, given)
    assert result.exit_code == 0, result.output
    scaling, delays = json.loads(path.read_text())["metrics"]["rows"]
    assert scaling["events"] == delays["events"] == 40_000 * 5
    # A weight; a weight, a drift and a delay of at least one byte.
    assert scaling["bytes_per_synapse"] >= 4
    assert delays["bytes_per_synapse"] >= 9


def held(name: str, synapses: int, dense: bool) -> int:
    sim = snn.Simulation(network(RULES[name](), synapses, dense), progress=False)
    return learning_bytes(sim)


@pytest.mark.parametrize("name", list(RULES))
def test_a_synapse_holds_its_weight_and_its_variables(name: str) -> None:
    """Four bytes each, beyond the index; all else belongs to neurons, not to synapses."""
    few, many = (held(name, degree * NEURONS, False) for degree in (2, 12))
    each = (many - few) / (10 * NEURONS)
    assert each == 4 * (1 + len(variables_of(type(RULES[name]()))))


@pytest.mark.parametrize("dense", [False, True])
def test_a_pair_rule_takes_at_most_twelve_bytes(dense: bool) -> None:
    """Histories and traces of neurons included, at a hundred synapses a neuron or more."""
    synapses = 100 * NEURONS
    assert held("PairSTDP", synapses, dense) <= 12 * synapses
