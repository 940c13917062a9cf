"""Parameters of rules for each source, target or synapse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from plasticity.oracle import (
    STEPS,
    circuit,
    clipped,
    expected,
    post_trains,
    pre_trains,
    summed,
    trajectory,
)

import snn
from snn.errors import ValidationError

N, M = len(pre_trains()), len(post_trains())
RNG = np.random.default_rng(8)
RISE, FALL = RNG.uniform(0.0, 0.05, (1, M)), RNG.uniform(0.0, 0.05, (N, 1))
BOUND = RNG.uniform(0.5, 1.0, (N, M))


@pytest.mark.parametrize("form", ["dense", "list", "views"])
def test_pair_rule_with_arrays(form: str) -> None:
    """`A_plus` for each target, `A_minus` for each source, `w_max` for each synapse."""
    pairs = [(i, j) for i in range(N) for j in range(M)][:: 1 if form == "dense" else -1]
    order = np.array([i * M + j for i, j in pairs])
    bound = BOUND if form != "list" else BOUND.ravel()[order]
    rule = snn.PairSTDP(A_plus=RISE[0] if form == "dense" else RISE, A_minus=FALL, w_max=bound,
                        tau_plus=17.0, tau_minus=34.0)  # fmt: skip
    joined = snn.FromList(pairs) if form == "list" else snn.AllToAll()
    if form == "views":
        joined = snn.FixedProbability(1.0)
    net = circuit(rule, joined, 3.0, 0.4)
    reference, cpu = (trajectory(net, backend) for backend in ("reference", "cpu"))
    np.testing.assert_array_equal(reference, cpu)
    for k in range(N * M):
        i, j = divmod(k, M)
        rise, fall, high = RISE[0, j], FALL[i, 0], BOUND[i, j]

        def on_pre(w: float, pre: Any, seen: Any, now: int, fall: float = fall,
                   high: float = high) -> float:  # fmt: skip
            return clipped(w - fall * summed(seen, now, 34.0), high=high)

        def on_post(w: float, pre: Any, seen: Any, now: int, rise: float = rise,
                    high: float = high) -> float:  # fmt: skip
            return clipped(w + rise * summed(pre, now, 17.0), high=high)

        wanted = expected(pre_trains()[i], [t + 3 for t in post_trains()[j]], 0.4, on_pre, on_post)
        # A few hundred operations on numbers below 1.
        np.testing.assert_allclose(cpu[:, k], wanted, rtol=0, atol=1e-12)


def test_views_of_populations() -> None:
    """An array counts the neurons of the view, in its order."""
    targets = [5, 2, 7]
    found = []
    for backend in ("reference", "cpu"):
        net = snn.Network(dt=1.0)
        pre = net.population(6, snn.SpikeArray(times=[[5.0]] * 6), label="pre")
        post = net.population(9, snn.LIF(), label="post")
        rule = snn.WeightDecay(tau=1e9, w_rest=np.array([1.0, 2.0, 3.0]))
        slow = snn.WeightDecay(tau=np.array([[4.0], [1e9]]), w_rest=0.0)
        for k, made in enumerate((rule, slow)):
            net.connect(pre[[4, 1]], post[targets], snn.AllToAll(),
                        snn.Synapse(weight=1.0, plasticity=made), label=f"q{k}")  # fmt: skip
        sim = snn.Simulation(net, backend=backend, precision="float64")
        sim.run(STEPS)
        found.append(sim.weights(net.projections[1]).matrix())
    np.testing.assert_array_equal(*found)
    np.testing.assert_allclose(found[0], [[np.exp(-5 / 4.0)] * 3, [1.0] * 3], rtol=1e-7)


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("form", ["dense", "list"])
def test_time_constants_of_traces_for_each_neuron(form: str, precision: str) -> None:
    """The pre trace of each source and the post trace of each target decay in their own time."""
    fast, slow = RNG.uniform(5.0, 30.0, N), RNG.uniform(10.0, 60.0, M)
    rule = snn.PairSTDP(A_plus=0.02, A_minus=0.015, tau_plus=fast[:, None], tau_minus=slow)
    pairs = [(i, j) for i in range(N) for j in range(M)]
    net = circuit(rule, snn.FromList(pairs) if form == "list" else snn.AllToAll(), 3.0, 0.4)
    reference, cpu = (trajectory(net, backend, precision) for backend in ("reference", "cpu"))
    np.testing.assert_array_equal(reference, cpu)
    for k, (i, j) in enumerate(pairs):

        def on_pre(w: float, pre: Any, seen: Any, now: int, tau: float = slow[j]) -> float:
            return clipped(w - 0.015 * summed(seen, now, tau))

        def on_post(w: float, pre: Any, seen: Any, now: int, tau: float = fast[i]) -> float:
            return clipped(w + 0.02 * summed(pre, now, tau))

        wanted = expected(pre_trains()[i], [t + 3 for t in post_trains()[j]], 0.4, on_pre, on_post)
        # A few hundred operations on numbers below 1, rounded to 1e-16 or 6e-8.
        bound = 1e-12 if precision == "float64" else 1e-4
        np.testing.assert_allclose(cpu[:, k], wanted, rtol=0, atol=bound)


@snn.model
class Summing(snn.EventRule):
    """A pre spike adds the post trace, which grows by a number of the neuron's own."""

    tau: float = snn.param(20.0, unit="ms", above=0)
    growth: float = snn.param(0.01)
    y = snn.Trace("post", tau="tau", increment="growth")

    @staticmethod
    def on_pre(w: float, y: float) -> float:
        return w + y


def test_growth_of_traces_for_each_neuron() -> None:
    growth = RNG.uniform(0.0, 0.02, M)
    net = circuit(Summing(growth=growth), snn.AllToAll(), 3.0, 0.4)
    reference, cpu = (trajectory(net, backend) for backend in ("reference", "cpu"))
    np.testing.assert_array_equal(reference, cpu)
    for k in range(N * M):
        i, j = divmod(k, M)

        def on_pre(w: float, pre: Any, seen: Any, now: int, step: float = growth[j]) -> float:
            return w + step * summed(seen, now, 20.0)

        seen = [t + 3 for t in post_trains()[j]]
        wanted = expected(pre_trains()[i], seen, 0.4, on_pre, lambda w, *_: w)
        # A few hundred operations on numbers below 10.
        np.testing.assert_allclose(cpu[:, k], wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("over", ["post", "pre"])
def test_homeostasis_with_a_target_for_each_neuron(over: str) -> None:
    targets = np.linspace(1.0, 3.0, 5 if over == "post" else 4)
    made: Any = snn.SynapticScaling if over == "post" else snn.RowScaling
    rule = made(target=targets if over == "post" else targets[:, None], trigger=2.0)
    for backend in ("reference", "cpu"):
        net = snn.Network(dt=1.0)
        pre, post = net.population(4, snn.Poisson(rate=5.0)), net.population(5, snn.LIF())
        synapse = snn.Synapse(weight=snn.Uniform(0.1, 1.0), plasticity=rule)
        learned = net.connect(pre, post, snn.AllToAll(), synapse)
        sim = snn.Simulation(net, backend=backend, precision="float64")
        sim.run(3.0)
        sums = sim.weights(learned).matrix().sum(axis=0 if over == "post" else 1)
        np.testing.assert_allclose(sums, targets, rtol=1e-14)


def test_rate_targets_begin_the_running_rates() -> None:
    """A neuron that is silent at a target of its own is scaled by its own law."""
    target, found = np.array([2.0, 20.0]), []
    for backend in ("reference", "cpu"):
        net = snn.Network(dt=1.0)
        pre, post = net.population(1, snn.Poisson(rate=5.0)), net.population(2, snn.LIF())
        rule = snn.RateScaling(target=target, tau_rate=50.0, tau_w=100.0, trigger=10.0)
        learned = net.connect(pre, post, snn.AllToAll(),
                              snn.Synapse(weight=0.1, plasticity=rule))  # fmt: skip
        sim = snn.Simulation(net, backend=backend, precision="float64")
        sim.run(10.0)
        found.append(sim.weights(learned).weight)
    np.testing.assert_array_equal(*found)
    # After 10 ms of silence both rates have fallen to exp(-0.2) of the targets.
    grown = 0.1 * np.exp(0.1 * (1 - np.exp(-0.2)))
    np.testing.assert_allclose(found[0], grown, rtol=1e-14)


@pytest.mark.parametrize(("rule", "says"), [
    (snn.PairSTDP(A_plus=[0.1, 0.2]), "A_plus: has shape"),
    (snn.PairSTDP(tau_plus=[20.0, 20.0, 20.0]), "tau_plus: belongs to a pre trace"),
    (snn.InhibitorySTDP(tau=[20.0, 20.0, 20.0]), "tau: must be one number"),
    (snn.RateScaling(tau_rate=[20.0, 20.0, 20.0]), "tau_rate: must be one number"),
    (snn.PairSTDP(w_min=[0.0, 0.0, 2.0], w_max=1.0), "w_min: must not exceed"),
    (snn.PairSTDP(w_min=[0.0, 0.0, -1.0]), "w_min: must be in"),
    (snn.PairSTDP(A_plus=snn.Uniform(0, 1)), "A_plus: must be a number or an array"),
    (snn.RateScaling(target=[[5.0], [6.0], [7.0], [8.0]]), "target: belongs to a post trace"),
    (snn.PairSTDP(w_max=[1.0, 1.0, np.inf], dependence=snn.Multiplicative()), "finite w_min"),
])  # fmt: skip
def test_refused(rule: Any, says: str) -> None:
    net = snn.Network(dt=1.0)
    pre, post = net.population(4, snn.Poisson(rate=5.0)), net.population(3, snn.LIF())
    net.connect(pre, post, snn.AllToAll(), snn.Synapse(plasticity=rule))
    with pytest.raises(ValidationError) as caught:
        snn.compile_network(net)
    assert says in str(caught.value).replace("\n", " ")
