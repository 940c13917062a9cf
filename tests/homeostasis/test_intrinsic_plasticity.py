"""Intrinsic plasticity by definition, on both engines, and what its law says of rates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement.equality import history, prepared, require_equal

import snn

TRIGGERS = ["spike", 1.0, 7.0, "trial"]
TARGET = np.linspace(5.0, 60.0, 8)
DT, TRIALS, TRIAL = 0.5, 5, 120.0


def circuit(rule: Any, **cell: Any) -> tuple[snn.Network, Any]:
    """Return neurons with adaptive thresholds, driven by Poisson trains, and their synapses."""
    net = snn.Network(dt=DT)
    source = net.population(20, snn.Poisson(rate=60.0), label="source")
    given = {"tau_m": 10.0, "theta_plus": 0.0, "adapting": 0.0, "i_offset": 1.0} | cell
    neurons = net.population(8, snn.AdaptiveLIF(**given), label="neurons")
    rules = [snn.PairSTDP(A_plus=0.01, A_minus=0.01, w_max=1.0), rule]
    synapse = snn.Synapse(weight=0.4, delay=1.5, plasticity=rules)
    learned = net.connect(source, neurons, snn.AllToAll(), synapse, label="learned")
    net.record(source, "spikes")
    net.record(neurons, ["spikes", "theta"])
    return net, learned


def presented(net: snn.Network, backend: str, precision: str = "float64", **options: Any) -> Any:
    phases = [snn.Phase(duration=TRIAL)]
    sim = snn.Simulation(net, backend=backend, precision=precision, seed=3, **options)
    result = sim.present(snn.Schedule(trials=TRIALS, phases=phases)).result["neurons"]
    return result, sim.read(net.populations[1], "theta")


def walked(trains: list[Any], trigger: Any, theta: np.ndarray, eta: float) -> np.ndarray:
    """Return theta after each step, (steps, neurons), by definition from the recorded trains."""
    steps = round(TRIALS * TRIAL / DT)
    found = np.zeros((steps + 1, len(trains)))
    found[0] = theta
    for k, train in enumerate(trains):
        fired, since, last, value = set(np.rint(train / DT).astype(int)), 0, 0, theta[k]
        for now in range(1, steps + 1):
            since += now in fired
            due = {"spike": now in fired, "trial": now % round(TRIAL / DT) == 0}
            if due[trigger] if isinstance(trigger, str) else now % round(trigger / DT) == 0:
                value += eta * (since - 4 * TARGET[k] * (now - last) * DT / 1000.0)
                value = min(max(value, -4.0), 4.0)
                since, last = 0, now
            found[now, k] = value
    return found


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_thresholds_by_definition(trigger: Any) -> None:
    """A sample at step n has what was done before the end of n; at most 1,200 sums of 64 bits."""
    rule = snn.IntrinsicPlasticity(
        target=4 * TARGET, eta=0.3, theta_min=-4.0, theta_max=4.0, trigger=trigger
    )
    net, _ = circuit(rule)
    for backend in ("reference", "cpu"):
        result, last = presented(net, backend)
        wanted = walked(result.trains(), trigger, np.zeros(8), 0.3)
        np.testing.assert_allclose(result.traces["theta"].values[1:], wanted[:-1], atol=1e-11)
        np.testing.assert_allclose(last, wanted[-1], atol=1e-11)
        assert wanted.min() == -4.0
        assert wanted.max() == 4.0
        assert np.ptp(wanted[-1]) > 1.0


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_engines_agree_to_the_bit(trigger: Any, precision: str) -> None:
    """theta is kept in float64 in either precision, and the weights learn all the while."""
    rule = snn.IntrinsicPlasticity(target=TARGET, eta=0.3, trigger=trigger)
    (one, first), (other, second) = (
        presented(circuit(rule)[0], backend, precision, **options)
        for backend, options in (("reference", {}), ("cpu", {"threads": 2}))
    )
    np.testing.assert_array_equal(one.steps, other.steps)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(one.traces["theta"].values, other.traces["theta"].values)


@pytest.mark.parametrize("pieces", [[1] * 20 + [63, 77], [6, 1, 33, 7, 113]])
def test_cuts_and_a_snapshot_change_nothing(pieces: list[int]) -> None:
    rule = snn.IntrinsicPlasticity(target=TARGET, eta=0.3, trigger=7.0)
    compiled = snn.compile_network(circuit(rule)[0], precision="float64", seed=2)
    wanted = history(prepared(compiled, "reference"), compiled, [160])
    require_equal(wanted, history(prepared(compiled, "cpu"), compiled, pieces))
    for backend in ("reference", "cpu"):
        first, second = prepared(compiled, backend), prepared(compiled, backend)
        first.advance(81)
        second.restore(first.snapshot())
        found = history(second, compiled, [79])
        np.testing.assert_array_equal(found["weights of learned"], wanted["weights of learned"])


def test_rates_reach_their_target_exactly() -> None:
    """By the law N = target T + (theta(T) - theta(0)) / eta, to rounding: 40,000 sums."""
    rule = snn.IntrinsicPlasticity(target=TARGET, eta=1.0, trigger=10.0)
    net, learned = circuit(rule)
    sim = snn.Simulation(net, precision="float64", seed=1)
    sim.freeze(learned)
    before = sim.run(2000.0)["neurons"].rates()
    sim.unfreeze(learned)
    start = sim.read(net.populations[1], "theta")
    np.testing.assert_array_equal(start, 0.0)
    sim.run(18_000.0)
    middle = sim.read(net.populations[1], "theta")
    after = sim.run(20_000.0)["neurons"]
    moved = sim.read(net.populations[1], "theta") - middle
    counts = np.array([len(train) for train in after.trains()])
    np.testing.assert_allclose(counts, TARGET * 20.0 + moved, atol=1e-6)
    assert np.abs(before - TARGET).max() > 20.0
    # Weights learn all the while, and theta follows them: by less than 30 mV in these 20 s.
    np.testing.assert_allclose(after.rates(), TARGET, rtol=0, atol=1.5)


def test_frozen_and_scaled_with_the_projection() -> None:
    rule = snn.IntrinsicPlasticity(target=1.0, eta=0.3, trigger=7.0)
    moved = {}
    for rate in (1.0, 0.5, 0.0):
        net, learned = circuit(rule)
        sim = snn.Simulation(net, precision="float64", seed=1)
        sim.set_plasticity_rate(learned, rate)
        sim.run(7.0)
        sim.run(7.0)
        moved[rate] = sim.read(net.populations[1], "theta")
    np.testing.assert_allclose(moved[0.5], moved[1.0] / 2, rtol=0.6)
    assert (moved[0.0] == 0).all()


@snn.model
class Excitability(snn.Reduction):
    """A user's own: the threshold follows a running rate."""

    tau: float = snn.param(50.0, unit="ms", above=0, shared=True)
    gain: float = snn.param(0.02)
    activity = snn.Trace("post", tau="tau")
    state = "theta"

    @staticmethod
    def apply(theta: float, activity: float, gain: float) -> float:
        return gain * activity


def test_a_rule_of_the_users_own() -> None:
    net, _ = circuit(Excitability(trigger=5.0))
    found = []
    for backend in ("reference", "cpu"):
        sim = snn.Simulation(net, backend=backend, precision="float64", seed=1)
        trains = sim.run(100.0)["neurons"].trains()
        found.append(sim.read(net.populations[1], "theta"))
        wanted = [0.02 * np.exp(-(100.0 - train) / 50.0).sum() for train in trains]
        np.testing.assert_allclose(found[-1], wanted, rtol=1e-12)
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"theta_min": 1.0, "theta_max": 0.0}, "theta_min: must not exceed theta_max"),
        ({"target": 0.0}, "target: must be in"),
        ({"target": np.ones(7)}, "has shape (7,)"),
        ({"target": np.ones((20, 8))}, "must have a value for each of 8 neurons"),
    ],
)
def test_bad_parameters(changes: Any, said: str) -> None:
    with pytest.raises(snn.errors.ValidationError, match="IntrinsicPlasticity") as error:
        snn.compile_network(circuit(snn.IntrinsicPlasticity(**changes))[0])
    assert said in str(error.value)


def test_cells_without_the_state_and_parts_of_a_population() -> None:
    net = snn.Network()
    source = net.population(2, snn.Poisson(rate=5.0))
    rule = snn.Synapse(weight=0.1, plasticity=snn.IntrinsicPlasticity(trigger=10.0))
    net.connect(source, net.population(2, snn.LIF(), label="plain"), snn.AllToAll(), rule)
    some = net.population(3, snn.AdaptiveLIF(), label="adaptive")
    net.connect(source, some[:2], snn.AllToAll(), rule)
    with pytest.raises(snn.errors.ValidationError) as error:
        snn.compile_network(net)
    assert "'theta' is a state that 'plain' has not" in str(error.value)
    assert "acts on all of 'adaptive'" in str(error.value)


@pytest.mark.parametrize("backend", ["nest", "brian2"])
def test_refused_where_states_stay_inside(backend: str) -> None:
    pytest.importorskip(backend)
    report = snn.check(circuit(snn.IntrinsicPlasticity())[0], backend=backend)
    assert "moves a state of neurons" in str(report)
