"""What an engine promises besides its arithmetic."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from reference.circuits import driven, passive, prepared, zoo

import snn
from snn.compiler.cells import with_parameters
from snn.compiler.compiled import CompiledProjection, CompiledRule
from snn.errors import NumericalError, Problem, SnnError, UnsupportedModelError
from snn.kernels import check
from snn.plasticity.rule import Rule
from snn_reference import backend
from snn_reference.kernels import Function
from snn_reference.synapses import rows_of


def test_a_state_that_is_not_finite_is_reported_and_the_past_kept() -> None:
    net = driven(snn.LIF(), weight=0.5, delay=0.1)
    engine = prepared(net)
    engine.advance(50)
    engine.write_state(1, "excitatory_i", np.array([np.inf]))
    message = r"cell\[0\]\.\w+ became \S+ between 5 and 5.1 ms"
    with pytest.raises(NumericalError, match=message):
        engine.advance(100)
    steps, values = engine.take().samples[0]
    assert steps.tolist() == list(range(51))
    assert np.isfinite(values).all()


def test_overflow_in_a_kernel_is_found_like_any_other() -> None:
    """Python's exp raises where arithmetic gives infinity; the engine sees infinity."""
    cell = snn.LIF(receptors={"g": snn.ConductanceExp()})
    engine = prepared(driven(cell, weight=0.1, delay=0.1))
    engine.write_state(1, "g_g", np.array([-1e6]))
    with pytest.raises(NumericalError, match=r"cell\[0\]\.v became -inf"):
        engine.advance(3)


def quotient(x: float, y: float) -> float:
    return min(x / y, 3)


def test_kernels_follow_ieee_754() -> None:
    with np.errstate(all="ignore"):
        for real in (np.float32, np.float64):
            divide = Function(check(quotient), real)
            (found,) = divide({"x": -1.0, "y": 0.0})
            assert found == -np.inf
            (found,) = divide({"x": 5.0, "y": 1.0})
            assert type(found) is real


def scaled_by_a_tenth(x: float) -> float:
    return 0.1 * x


def test_literals_have_the_type_of_the_run() -> None:
    (found,) = Function(check(scaled_by_a_tenth), np.float32)({"x": 3.0})
    assert found == np.float32(0.1) * np.float32(3.0)
    assert type(found) is np.float32


def test_new_parameters_act_from_the_next_step_and_states_stay() -> None:
    net = snn.Network(dt=0.1)
    target = net.population(3, passive(i_offset=np.array([0.1, 0.2, 0.3]), receptors={}))
    engine = prepared(net)
    engine.advance(10)
    before = engine.read_state(0, "v")
    made = engine.compiled.populations[0]
    changed = {**made.parameters, "i_offset": np.zeros(3)}
    engine.replace_population(with_parameters(target, 0, 0.1, 0, False, changed))
    np.testing.assert_array_equal(engine.read_state(0, "v"), before)
    engine.advance(1)
    np.testing.assert_allclose(engine.read_state(0, "v"), before * np.exp(-0.005), rtol=1e-15)


def test_states_and_weights_can_be_read_and_written() -> None:
    engine = prepared(zoo())
    values = np.array([-61.0, -62.0, -63.0, -64.0])
    engine.write_state(2, "v", values)
    np.testing.assert_array_equal(engine.read_state(2, "v"), values)
    weights = np.linspace(0, 1, engine.compiled.projections[1].synapses)
    engine.write_weights(1, weights)
    np.testing.assert_array_equal(engine.read_weights(1), weights)
    assert engine.read_weights(0).shape == (24,)  # stored as one number, read one by one


def test_a_written_initial_state_is_recorded_at_step_0() -> None:
    engine = prepared(driven(passive(), weight=0.1, delay=0.1))
    engine.write_state(1, "v", np.array([7.0]))
    engine.advance(1)
    assert engine.take().samples[0][1][0, 0] == 7.0


def test_reading_what_is_not_there() -> None:
    engine = prepared(zoo())
    with pytest.raises(SnnError, match="adaptive: no state 'w'; there are v, theta"):
        engine.read_state(2, "w")
    with pytest.raises(SnnError, match="poisson: a source has no state"):
        engine.read_state(0, "v")
    with pytest.raises(SnnError, match="listed: rates can be set for Poisson sources only"):
        engine.write_rate(1, np.zeros(2))


def test_recording_of_views_and_intervals() -> None:
    net = snn.Network(dt=0.1)
    cells = net.population(4, snn.LIF(i_offset=2.0, receptors={}))
    net.record(cells[[3, 1]], ["spikes", "v"], every=0.5)
    engine = prepared(net)
    engine.advance(12)
    assert engine.take().samples[1][0].tolist() == [0, 5, 10]
    engine.advance(500)
    taken = engine.take()
    assert taken.samples[1][1].shape[1] == 2
    assert set(taken.spikes[0][1].tolist()) == {1, 3}
    assert engine.take().samples[1][1].shape == (0, 2)


def test_recording_of_weights() -> None:
    net = zoo()
    net.record(net.projections[1], "weights", every=10.0)
    engine = prepared(net)
    engine.advance(60)
    position = len(net.recordings) - 1
    steps, values = engine.take().samples[position]
    assert steps.tolist() == [0, 20, 40, 60]
    np.testing.assert_array_equal(values[-1], engine.read_weights(1))


@pytest.mark.parametrize("connector", [snn.AllToAll(), snn.AllButSelf(), snn.OneToOne()])
@pytest.mark.parametrize("whole", [True, False])
def test_implicit_forms_join_the_same_neurons_as_lists(connector: Any, whole: bool) -> None:
    def arrivals(explicit: bool) -> np.ndarray:
        net = snn.Network(dt=1.0)
        times = [[0.0], [2.0], [4.0], [6.0], [8.0]]
        source = net.population(5, snn.SpikeArray(times=times))
        target = net.population(5, passive(receptors={"r": snn.CurrentPulse()}))
        pre, post = (source, target) if whole else (source[1:4], target[2:5])
        request = snn.connectors.Request(n_pre=len(pre), n_post=len(post), same=False, key=0)
        made = connector.connect(request)
        rows = np.repeat(np.arange(len(pre)), np.diff(made.indptr))
        pairs = np.stack([rows, made.targets], axis=1)
        used = snn.FromList(pairs=pairs) if explicit else connector
        net.connect(pre, post, used, snn.Synapse(weight=0.5, delay=2.0), receptor="r")
        net.record(target, "r.i")
        engine = prepared(net)
        assert engine.compiled.projections[0].form == ("csr" if explicit else connector.implicit)
        engine.advance(12)
        return engine.take().samples[0][1]

    listed = arrivals(explicit=True)
    np.testing.assert_array_equal(arrivals(explicit=False), listed)
    assert listed.any()


def test_rows_are_read_across_blocks_of_targets() -> None:
    """Two sources, blocks of four targets: {0: 1, 5, 6; 1: 3, 3, 4}."""
    head = {"label": "", "receptor": 0, "pre_start": 0, "pre_size": 2, "post_start": 0}
    made = CompiledProjection(
        index=0, pre=0, post=0, **head, post_size=8, form="csr", block=4,
        indptr=np.array([[0, 1, 3], [3, 5, 6]]), targets=np.array([1, 3, 3, 1, 2, 0], np.uint16),
        weight=np.array(1.0), delay=np.array(1),
    )  # fmt: skip
    assert rows_of(made, 2) == [[(1, 0), (5, 3), (6, 4)], [(3, 1), (3, 2), (4, 5)]]


def test_the_backend_is_found_and_needs_nothing() -> None:
    assert backend.name == "reference"
    assert backend.missing() == ""
    assert snn.engine.backend("reference") is backend
    assert backend.check(zoo()) == []


@snn.model
class Unheard(Rule):
    """A kind of rule that no engine knows."""


def test_an_unknown_kind_of_rule_is_refused() -> None:
    net = driven(snn.LIF(), weight=0.1, delay=0.1)
    compiled = snn.compile_network(net)
    twin = net.copy()
    synapse = snn.Synapse(plasticity=Unheard())
    twin.connect(*twin.populations, snn.AllToAll(), synapse, label="odd")
    message = "backend 'reference' has no form of the rule Unheard"
    assert backend.check(twin) == [Problem("odd", "plasticity", message)]
    rules = (CompiledRule(rule=Unheard(), values={}),)
    odd = replace(compiled.projections[0], label="odd", rules=rules)
    with pytest.raises(UnsupportedModelError, match=f"odd: {message}"):
        backend.prepare(replace(compiled, projections=(odd,)))


def test_unknown_options_are_refused_and_those_of_speed_ignored() -> None:
    compiled = snn.compile_network(zoo())
    backend.prepare(compiled, sleep="never", threads=2)
    with pytest.raises(TypeError, match="no option 'speed'"):
        backend.prepare(compiled, speed=9)
