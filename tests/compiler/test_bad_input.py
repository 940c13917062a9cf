"""Bad input is refused before anything is compiled, all problems at once."""

from __future__ import annotations

import pytest
from compiler.bad_inputs import CASES, Bad, cell, joined, two

import snn
from snn.errors import ValidationError


def problems_of(net: snn.Network, **options: object) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        snn.compile_network(net, **options)  # type: ignore[arg-type]
    assert not net.frozen
    found: dict[str, str] = {}
    for p in caught.value.problems:
        where = f"{p.component}.{p.field}".rstrip(".")
        found[where] = f"{found.get(where, '')}{p}\n"
    return found


def test_table_is_long_enough_and_distinct() -> None:
    assert len(CASES) >= 45
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_is_refused(case: Bad) -> None:
    pytest.importorskip("quantities")
    found = problems_of(case.build(), **case.options)
    assert case.where in found, found
    assert case.says in found[case.where]


def test_all_problems_come_at_once() -> None:
    net, pre, post = two(tau_m=-1.0, cm=0.0)
    net.connect(pre, post, snn.FixedProbability(2.0), snn.Synapse(weight=-1.0, delay=0.01),
                receptor="none", label="syn")  # fmt: skip
    net.record(post, ["v", "u"], every=0.03)
    found = problems_of(net, precision="float16")
    assert set(found) == {
        "out.tau_m", "out.cm", "syn.connector", "syn.receptor", "syn.delay", "out.record",
        "out.every", "network.precision",
    }  # fmt: skip


def test_a_bad_step_does_not_hide_other_problems() -> None:
    net = cell(snn.LIF(tau_m=-1.0))
    assert set(problems_of(net, dt=0.0)) == {"network.dt", "out.tau_m"}


def test_problem_of_one_field_does_not_hide_its_neighbour() -> None:
    receptors = {"exc": snn.CurrentExp(tau_syn=-1.0), "inh": snn.CurrentExp(sign=3)}
    found = problems_of(cell(snn.LIF(tau_m=-1.0, receptors=receptors)))
    assert set(found) == {"out.tau_m", "out.exc.tau_syn", "out.inh.sign"}


def test_error_lists_every_problem_and_a_remedy() -> None:
    with pytest.raises(ValidationError, match="2 problems") as caught:
        snn.compile_network(joined(weight=-1.0, delay=0.25))
    text = str(caught.value)
    assert "syn.weight: must be in [0, inf) nA; got -1 (the receptor carries the sign" in text
    assert "pass round=True" in text


@pytest.mark.parametrize(
    "build",
    [
        lambda: joined(delay=0.25, round=True),
        lambda: joined(delay=snn.Uniform(0.0, 1.0)),
        lambda: joined(weight=snn.LogNormal(0.0, 1.0)),
        lambda: cell(snn.LIF(tau_m=snn.LogNormal(3.0, 0.1))),
        lambda: cell(snn.LIF(tau_m=snn.Normal(20.0, 2.0, low=1.0))),
        lambda: cell(snn.AdEx(v_reset=-45.0)),
        lambda: cell(snn.LIF(v_thresh=1e9)),
        lambda: cell(snn.LIF(), initial={"excitatory.i": 0.1, "inhibitory_i": 0.2}),
    ],
)
def test_legal_input_is_not_refused(build: object) -> None:
    snn.compile_network(build())  # type: ignore[operator]


def test_signed_receptor_takes_negative_weights() -> None:
    net, pre, post = two(receptors={"both": snn.CurrentExp(signed=True)})
    net.connect(pre, post, snn.AllToAll(), snn.Synapse(weight=-1.0), receptor="both")
    net.drive(post, snn.PoissonInput(rate=1.0, weight=-1.0), receptor="both")
    snn.compile_network(net)


def test_view_outside_the_population_is_refused_at_once() -> None:
    _, _, post = two()
    with pytest.raises(ValidationError, match=r"outside 0\.\.2"):
        post[[5]]


def test_a_compiled_network_is_frozen() -> None:
    net, pre, post = two()
    snn.compile_network(net)
    with pytest.raises(snn.errors.SnnError, match="frozen"):
        net.connect(pre, post, snn.AllToAll())
    net.copy().population(1, snn.LIF())
