"""Learning rules against the definition of their window, delays included."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from reference.circuits import paired, prepared

import snn

STDP = snn.PairSTDP(tau_plus=17.0, tau_minus=34.0, A_plus=0.01, A_minus=0.012)
START = 0.5
# A weight is changed by one product and one sum of numbers below 1.
ROUNDING = 2e-16


def final(net: snn.Network, steps: int = 120) -> float:
    engine = prepared(net)
    engine.advance(steps)
    return float(engine.read_weights(1)[0])


@pytest.mark.parametrize("delay", [1, 3, 10])
@pytest.mark.parametrize("interval", range(-25, 26))
def test_window_of_a_pair(delay: int, interval: int) -> None:
    """Interval = post spike as the synapse sees it (plus its delay) - pre spike."""
    pre = 50
    post = pre + interval - delay
    wanted = START
    if interval > 0:
        wanted = START + 0.01 * math.exp(-interval / 17.0)
    if interval < 0:
        wanted = START - 0.012 * math.exp(interval / 34.0)
    found = final(paired([pre], [post], STDP, delay=delay, weight=START))
    assert found == pytest.approx(wanted, abs=ROUNDING)


def test_negative_a_minus_potentiates_on_both_sides() -> None:
    rule = snn.PairSTDP(A_plus=0.01, A_minus=-0.02)
    late = final(paired([50], [40], rule, weight=START))
    assert late == pytest.approx(START + 0.02 * math.exp(-9 / 20.0), abs=ROUNDING)


def test_a_weight_that_a_spike_changes_is_the_weight_it_delivers() -> None:
    net = paired([50], [40], STDP, delay=2.0, weight=START)
    engine = prepared(net)
    engine.advance(60)
    current = engine.take().samples[0][1][:, 0]
    assert np.flatnonzero(current).tolist() == [52]
    assert current[52] == engine.read_weights(1)[0] < START


def test_all_to_all_pairs_add() -> None:
    """x sums over pre spikes before a post spike, y over post spikes before a pre spike."""
    pre, post = [10, 14, 40], [20, 25, 60]
    wanted = START
    events = sorted([(t, "pre") for t in pre] + [(t + 1, "post") for t in post])
    for t, side in events:
        if side == "post":
            wanted += 0.01 * sum(math.exp(-(t - s) / 17.0) for s in pre if s < t)
        else:
            wanted -= 0.012 * sum(math.exp(-(t - s - 1) / 34.0) for s in post if s + 1 < t)
    found = final(paired(pre, post, STDP, weight=START))
    # Sums of up to three products in another order.
    assert found == pytest.approx(wanted, abs=10 * ROUNDING)


def test_two_pre_spikes_in_one_step_act_twice_and_leave_two_in_the_trace() -> None:
    depressed = final(paired([50, 50], [40], STDP, weight=START))
    step = 0.012 * math.exp(-9 / 34.0)
    assert depressed == pytest.approx(START - 2 * step, abs=2 * ROUNDING)
    raised = final(paired([50, 50], [60], STDP, weight=START))
    assert raised == pytest.approx(START + 0.02 * math.exp(-11 / 17.0), abs=2 * ROUNDING)


@pytest.mark.parametrize(("post", "bound"), [(55, 0.501), (45, 0.499)])
def test_bounds_hold(post: int, bound: float) -> None:
    rule = snn.PairSTDP(A_plus=1.0, A_minus=1.0, w_min=0.499, w_max=0.501)
    assert final(paired([50], [post], rule, weight=START)) == bound


def test_trace_with_an_initial_value() -> None:
    """SymmetricSTDP: traces start at 1, grow by 0.1, and no pair is needed to learn."""
    rule = snn.SymmetricSTDP(eta=0.02, tau_plus=30.0, tau_minus=60.0)
    alone = final(paired([50], [], rule, delay=4.0, weight=START))
    assert alone == pytest.approx(START + 0.02 * math.exp(-46 / 60.0), abs=ROUNDING)
    before_zero = final(paired([3], [], rule, delay=10.0, weight=START))
    assert before_zero == START + 0.02 * 1.0
    both = final(paired([50], [70], rule, delay=4.0, weight=START))
    x = (math.exp(-50 / 30.0) + 0.1) * math.exp(-24 / 30.0)
    assert both == pytest.approx(alone + 0.02 * x, abs=2 * ROUNDING)


@snn.model
class NearestSTDP(snn.EventRule):
    """Only the last spike of the other side counts; the weight has no bounds."""

    tau: float = snn.param(default=20.0, unit="ms", above=0, shared=True)
    rise: float = snn.param(default=0.25, shared=True)

    x = snn.Trace("pre", tau="tau", increment="rise", nearest=True)
    y = snn.Trace("post", tau="tau", increment=2.0, nearest=True)

    @staticmethod
    def on_pre(w: float, y: float) -> float:
        return w - y

    @staticmethod
    def on_post(w: float, x: float) -> float:
        return w + x


def test_nearest_neighbour_traces() -> None:
    found = final(paired([10, 40], [50], NearestSTDP(), weight=START))
    assert found == pytest.approx(START + 0.25 * math.exp(-11 / 20), abs=ROUNDING)
    found = final(paired([60], [20, 30], NearestSTDP(), weight=START))
    assert found == pytest.approx(START - 2 * math.exp(-29 / 20), abs=4 * ROUNDING)


@snn.model
class Doubling(snn.EventRule):
    """A second rule whose place in the order can be seen."""

    @staticmethod
    def on_pre(w: float) -> float:
        return 2.0 * w


@snn.model
class Adding(snn.EventRule):
    @staticmethod
    def on_pre(w: float) -> float:
        return w + 1.0


@pytest.mark.parametrize(("rules", "wanted"), [
    ((Doubling(), Adding()), 2.0), ((Adding(), Doubling()), 3.0),
])  # fmt: skip
def test_rules_act_in_order_of_declaration(rules: Any, wanted: float) -> None:
    assert final(paired([50], [], rules, weight=START)) == wanted


def test_switched_off_nothing_changes_and_traces_go_on() -> None:
    """The pre spike falls where learning is off; the later post spike still sees its trace."""
    engine = prepared(paired([50], [40, 60], STDP, weight=START))
    engine.learn(1, False)
    engine.advance(55)
    assert engine.read_weights(1)[0] == START
    engine.learn(1, True)
    engine.advance(60)
    wanted = START + 0.01 * math.exp(-11 / 17.0)
    assert engine.read_weights(1)[0] == pytest.approx(wanted, abs=ROUNDING)


@pytest.mark.parametrize("switched", [60, 61])
def test_a_switch_takes_effect_from_the_next_step(switched: int) -> None:
    """The post spike of 60 ms is seen at 61 ms, which is the step that counts."""
    engine = prepared(paired([50], [60], STDP, weight=START))
    engine.advance(switched)
    engine.learn(1, False)
    engine.advance(60)
    assert (engine.read_weights(1)[0] == START) == (switched == 60)


def test_weights_contain_every_event_up_to_the_current_step() -> None:
    engine = prepared(paired([50], [60], STDP, weight=START))
    engine.advance(60)
    assert engine.read_weights(1)[0] == START
    engine.advance(1)
    assert engine.read_weights(1)[0] > START


def test_single_precision_decays_in_double_and_multiplies_in_single() -> None:
    engine = prepared(paired([50], [60], STDP, weight=START), "float32")
    engine.advance(100)
    f = np.float32
    x = f(1.0) * f(math.exp(-11.0 / 17.0))
    assert engine.read_weights(1)[0] == float(f(START) + f(0.01) * x)


def test_each_synapse_sees_the_post_spike_after_its_own_delay() -> None:
    net = snn.Network(dt=1.0)
    source = net.population(1, snn.SpikeArray(times=[[20.0]]))
    teacher = net.population(1, snn.SpikeArray(times=[[24.0]]))
    cell = snn.LIF(receptors={"force": snn.CurrentDelta(), "plastic": snn.CurrentPulse()})
    target = net.population(3, cell)
    force = snn.Synapse(weight=1000.0)
    net.connect(teacher, target, snn.AllToAll(), force, receptor="force")
    delays = np.array([1.0, 4.0, 7.0, 7.0])
    pairs = [(0, 0), (0, 1), (0, 2), (0, 2)]
    learned = snn.Synapse(weight=START, delay=delays, plasticity=STDP)
    net.connect(source, target, snn.FromList(pairs=pairs), learned, receptor="plastic")
    engine = prepared(net)
    engine.advance(50)
    wanted = [START + 0.01 * math.exp(-(5 + d) / 17.0) for d in delays]
    np.testing.assert_allclose(engine.read_weights(1), wanted, rtol=0, atol=ROUNDING)
