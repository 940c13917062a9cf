"""The seed tree, delays on the grid, printing, and networks that go on with learned weights."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from compiler.rows import compiled, synapses
from hypothesis import given
from hypothesis import strategies as st

import snn
from snn.compiler import Compiled, arrays_of


def network(*, more: bool = False, first: bool = False) -> snn.Network:
    """Return a network that draws everything; `more` adds what must change nothing."""
    net = snn.Network(dt=0.1)
    if more and first:
        net.population(5, snn.LIF(tau_m=snn.Uniform(10.0, 20.0)), label="extra")
    cell = snn.LIF(tau_m=snn.Uniform(10.0, 20.0), i_offset=snn.Normal(0.0, 1.0))
    noise = net.population(20, snn.Poisson(rate=10.0), label="noise")
    cells = net.population(30, cell, label="cells", initial={"v": snn.Uniform(-60.0, -55.0)})
    synapse = snn.Synapse(weight=snn.Uniform(0.0, 1.0), delay=snn.Uniform(0.1, 2.0))
    if more:
        late = net.population(7, cell, label="late")
        net.connect(late, cells, snn.FixedProbability(0.5), synapse, label="late synapses")
    net.connect(noise, cells, snn.FixedProbability(0.3), synapse, label="drawn")
    net.connect(cells, cells, snn.FixedInDegree(4), synapse, label="recurrent")
    net.drive(cells, snn.PoissonInput(rate=100.0, weight=0.1), label="drive")
    return net


def parts(made: Compiled) -> dict[str, list[Any]]:
    """Return the arrays and keys of each component by label."""
    every = [*made.populations, *made.projections, *made.drives]
    return {p.label: [[a.tolist() for a in arrays_of(p)], getattr(p, "key", 0)] for p in every}


@pytest.mark.parametrize("first", [True, False])
def test_adding_a_component_does_not_change_the_others(first: bool) -> None:
    before = parts(snn.compile_network(network(), seed=5))
    after = parts(snn.compile_network(network(more=True, first=first), seed=5))
    assert set(after) > set(before)
    assert {label: after[label] for label in before} == before


def test_equal_seeds_give_equal_networks_and_others_do_not() -> None:
    digests = [snn.compile_network(network(), seed=seed).digest() for seed in (1, 1, 2)]
    assert digests[0] == digests[1] != digests[2]


def test_two_components_do_not_draw_alike() -> None:
    net = snn.Network()
    cells = net.population(50, snn.LIF(), label="cells")
    for label in ("one", "two"):
        net.connect(cells, cells, snn.FixedProbability(0.2),
                    snn.Synapse(weight=snn.Uniform(0.0, 1.0)), label=label)  # fmt: skip
    one, two = snn.compile_network(net).projections
    assert one.targets.tolist() != two.targets.tolist()
    assert one.weight[:5].tolist() != two.weight[:5].tolist()


def test_compiled_arrays_are_read_only() -> None:
    made = snn.compile_network(network())
    assert all(not array.flags.writeable for array in arrays_of(made))
    with pytest.raises(ValueError, match="read-only"):
        made.projections[0].weight[0] = 1.0


@given(
    st.lists(st.integers(1, 3000), min_size=1, max_size=8), st.sampled_from([0.05, 0.1, 0.3, 1.0])
)
def test_delays_on_the_grid_become_whole_steps(steps: list[int], dt: float) -> None:
    count = len(steps)
    pairs = [[k, k] for k in range(count)]
    delay = np.array([s * dt for s in steps])
    made = compiled(snn.FromList(pairs), count, count, delay=delay, dt=dt)
    assert [s[3] for s in synapses(made.projections[0])] == steps
    assert made.projections[0].moved == 0.0
    assert (made.min_delay, made.max_delay) == (min(steps), max(steps))


@pytest.mark.parametrize(
    ("largest", "dtype"), [(255, np.uint8), (256, np.uint16), (70_000, np.int64)]
)
def test_delays_have_the_smallest_type(largest: int, dtype: Any) -> None:
    made = compiled(snn.FromList([[0, 0], [1, 1]]), 2, 2, delay=[1.0, float(largest)], dt=1.0)
    assert made.projections[0].delay.dtype == dtype


def test_rounded_delays_take_the_nearest_step_of_at_least_one() -> None:
    delay = np.array([[0.0, 0.04, 0.26], [0.14, 0.34, 9.99]])
    made = compiled(snn.AllToAll(), 2, 3, delay=delay, round=True)
    assert [s[3] for s in synapses(made.projections[0])] == [1, 1, 3, 1, 3, 100]


def test_drawn_delays_say_how_far_they_moved() -> None:
    made = compiled(snn.FixedProbability(0.5), 40, 40, delay=snn.Uniform(0.1, 5.0)).projections[0]
    assert made.delay.min() >= 1
    assert made.delay.max() <= 50
    assert 0.04 < made.moved <= 0.05 + 1e-12
    assert len(np.unique(made.delay)) > 40


def test_drawn_delays_below_one_step_become_one() -> None:
    made = compiled(snn.FixedProbability(0.5), 40, 40, delay=snn.Uniform(0.0, 0.01)).projections[0]
    assert made.delay.tolist() == 1
    assert made.moved <= 0.1


def test_no_delay_is_one_step() -> None:
    assert compiled(snn.FixedProbability(0.5), 9, 9).projections[0].delay.tolist() == 1


def test_print_tells_what_it_holds_and_how_many_bytes() -> None:
    made = snn.compile_network(network(), seed=5)
    lines = str(made).splitlines()
    synapse_count = sum(p.synapses for p in made.projections)
    assert lines[0].startswith(f"compiled network: 50 neurons, {synapse_count:,} synapses, ")
    assert lines[0].endswith("dt 0.1 ms, float32, numerics exact, seed 5")
    assert any(line.startswith("  cells: 30 x LIF, ") for line in lines)
    recurrent = next(line for line in lines if line.startswith("  recurrent: "))
    assert "120 synapses, csr, weight 0.0" in recurrent
    assert "a synapse)" in recurrent
    assert "drawn delays were moved by up to 0.0" in lines[lines.index(recurrent) + 1]
    assert made.nbytes == sum(array.nbytes for array in arrays_of(made))


def learned(projection: Any, pre: list[int], post: list[int]) -> SimpleNamespace:
    """Return what a result holds of a projection: here weight 10 s + t, delay 0.3."""
    weight = np.array([10.0 * s + t for s, t in zip(pre, post, strict=True)])
    final = SimpleNamespace(pre=np.array(pre), post=np.array(post), weight=weight,
                            delay=np.full(len(pre), 0.3))  # fmt: skip
    return SimpleNamespace(final_weights={projection.label: final})


def plastic(connector: snn.Connector, delay: Any) -> tuple[snn.Network, Any]:
    net = snn.Network(dt=0.1)
    cells = net.population(4, snn.LIF(), label="cells")
    synapse = snn.Synapse(weight=0.5, delay=delay, plasticity=snn.PairSTDP(w_max=100.0))
    made = net.connect(cells, cells[::-1], connector, synapse, label="syn")
    net.record(made, "weights")
    return net, made


@pytest.mark.parametrize("delay", [0.3, snn.Uniform(0.1, 1.0)])
def test_learned_weights_of_random_synapses(delay: Any) -> None:
    net, made = plastic(snn.FixedProbability(0.5), delay)
    twin = net.with_weights(learned(made, [0, 0, 3], [0, 2, 1]))  # type: ignore[arg-type]
    compiled_ = snn.compile_network(twin, precision="float64", seed=99)
    assert synapses(compiled_.projections[0]) == [(0, 1, 2.0, 3), (0, 3, 0.0, 3), (3, 2, 31.0, 3)]
    assert compiled_.recordings[0].projection == 0
    assert made.synapse.weight == 0.5
    assert twin.projections[0].synapse.rules == made.synapse.rules


def test_learned_weights_of_all_to_all_stay_a_matrix() -> None:
    net, made = plastic(snn.AllToAll(), 0.3)
    pre, post = [k // 4 for k in range(16)], [k % 4 for k in range(16)]
    twin = net.with_weights(learned(made, pre, post))  # type: ignore[arg-type]
    assert isinstance(twin.projections[0].connector, snn.AllToAll)
    found = synapses(snn.compile_network(twin, precision="float64").projections[0])
    assert [w for _, _, w, _ in found] == [10 * s + 3 - t for s, t, _, _ in found]
    assert snn.compile_network(net).projections[0].weight.tolist() == [0.5] * 16


def test_importing_the_language_does_not_import_numba() -> None:
    import subprocess
    import sys

    line = "import snn, sys; sys.exit('numba' in sys.modules or 'matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", line], check=False).returncode == 0
