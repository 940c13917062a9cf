"""Threshold, reset and refractoriness."""

from __future__ import annotations

import math

import numpy as np
import pytest
from reference.circuits import driven, fired, prepared, trace

import snn

DT = 0.1


def paced(current: float, **changes: float) -> snn.Network:
    net = snn.Network(dt=DT)
    cell = snn.LIF(**{"i_offset": current, "receptors": {}, **changes})
    net.record(net.population(1, cell, label="cell"), ["v", "spikes"])
    return net


def rise(current: float) -> int:
    """Return the steps from reset to threshold at the default constants."""
    v_inf = -65.0 + 20.0 * current
    time = 20.0 * math.log((v_inf + 65.0) / (v_inf + 50.0))
    # No current of the test comes so near to a whole step that rounding decides.
    assert abs(time / DT - round(time / DT)) > 1e-6
    return math.ceil(time / DT)


@pytest.mark.parametrize("current", [0.7501, 0.76, 0.8, 1.0, 1.3, 2.0, 5.0, 20.0])
@pytest.mark.parametrize("refractory", [0.0, 0.1, 2.0])
def test_interval_between_spikes_at_constant_current(current: float, refractory: float) -> None:
    first, held = rise(current), round(refractory / DT)
    wanted = [first + k * (first + held) for k in range(4)]
    assert fired(paced(current, tau_refrac=refractory), wanted[-1], 0) == wanted


def test_no_spike_below_rheobase() -> None:
    """15 mV below the threshold at rest and 20 MOhm: 0.75 nA is never enough."""
    assert fired(paced(0.7499), 5000, 0) == []


@pytest.mark.parametrize(("tau", "steps"), [(0.0, 0), (0.05, 1), (0.1, 1), (0.25, 3), (0.3, 3),
                                            (2.0, 20), (2.01, 21)])  # fmt: skip
def test_refractory_time_is_rounded_up_to_whole_steps(tau: float, steps: int) -> None:
    spikes = fired(paced(20.0, tau_refrac=tau), 200, 0)
    assert spikes[1] - spikes[0] == rise(20.0) + steps


def test_v_stays_at_reset_while_refractory() -> None:
    net = paced(2.0, tau_refrac=1.5, v_reset=-70.0)
    (first, *_), v = fired(net, 200, 0), trace(net.copy(), 200)
    assert (v[first : first + 16] == -70.0).all()
    assert v[first + 16] > -70.0


def test_delta_input_is_lost_while_refractory_and_currents_go_on() -> None:
    receptors = {"kick": snn.CurrentDelta(), "slow": snn.CurrentExp(tau_syn=10.0)}
    cell = snn.LIF(tau_refrac=2.0, receptors=receptors)
    # At 1.1 ms the kick makes it fire; at 2.0 ms the next one is lost.
    net = driven(cell, weight=20.0, delay=DT, at=(1.0, 1.9), record=["slow.i", "v", "spikes"])
    source, target = net.populations
    slow = snn.Synapse(weight=0.3, delay=DT)
    net.connect(source, target, snn.AllToAll(), slow, receptor="slow")
    engine = prepared(net)
    engine.advance(40)
    taken = engine.take()
    assert taken.spikes[1][0].tolist() == [11]
    current, v = taken.samples[0][1][:, 0], taken.samples[1][1][:, 0]
    assert (v[11:32] == -65.0).all()
    # Eleven to thirty-one steps of one rounding each.
    wanted = 0.3 * (math.exp(-2.0 / 10.0) + math.exp(-1.1 / 10.0))
    assert current[31] == pytest.approx(wanted, rel=1e-14)
    assert v[32] > -65.0


def test_refractory_neuron_does_not_fire() -> None:
    cell = snn.LIF(tau_refrac=1.0, receptors={"kick": snn.CurrentDelta()})
    times = [0.1 * k for k in range(1, 40)]
    net = driven(cell, weight=100.0, delay=DT, at=[round(t, 1) for t in times])
    spikes = fired(net, 45, 1)
    # Ten steps are lost after each spike; the eleventh kick counts.
    assert spikes == [2, 13, 24, 35]


def test_threshold_is_reached_by_equality() -> None:
    cell = snn.LIF(v_rest=0.0, v_reset=-1.0, v_thresh=1.0, receptors={"kick": snn.CurrentDelta()})
    assert fired(driven(cell, weight=1.0, delay=DT), 20, 1) == [11]
    below = driven(cell, weight=math.nextafter(1.0, 0.0), delay=DT)
    assert fired(below, 20, 1) == []


def test_adaptive_threshold_grows_at_spikes_and_decays() -> None:
    cell = snn.AdaptiveLIF(
        tau_refrac=0.0, tau_theta=50.0, theta_plus=3.0, receptors={"kick": snn.CurrentDelta()}
    )
    # 13 mV is the threshold at theta 0, so the first of two kicks fires, the second not.
    net = driven(cell, weight=14.0, delay=DT, at=(1.0, 2.0, 100.0), record=["theta", "spikes"])
    theta = trace(net, 1010)
    assert fired(net.copy(), 1010, 1) == [11, 1001]
    t = (np.arange(1001) - 11) * DT
    wanted = np.where(t >= 0, 3.0 * np.exp(-t / 50.0), 0.0)
    # A thousand steps of one rounding.
    np.testing.assert_allclose(theta[:1001], wanted, rtol=2e-13)
    assert theta[1001] == pytest.approx(3.0 + 3.0 * math.exp(-99.0 / 50.0), rel=2e-13)


def test_shrinking_growth_of_the_threshold() -> None:
    """Hao et al. 2020: theta_plus * scale / |theta - scale|."""
    cell = snn.AdaptiveLIF(tau_refrac=0.0, tau_theta=1e15, theta_plus=1.0, theta_scale=20.0,
                           receptors={"kick": snn.CurrentDelta()})  # fmt: skip
    net = driven(cell, weight=100.0, delay=DT, at=(1.0, 2.0), record=["theta"])
    theta = trace(net, 30)
    assert theta[15] == pytest.approx(1.0, rel=1e-14)
    assert theta[25] == pytest.approx(1.0 + 20.0 / 19.0, rel=1e-14)


def test_frozen_threshold_neither_decays_nor_grows() -> None:
    cell = snn.AdaptiveLIF(adapting=0.0, theta_init=2.0, tau_theta=1.0,
                           receptors={"kick": snn.CurrentDelta()})  # fmt: skip
    net = driven(cell, weight=100.0, delay=DT, record=["theta", "spikes"])
    assert (trace(net, 30) == 2.0).all()
    assert fired(net.copy(), 30, 1) == [11]


def test_reset_of_adex_and_izhikevich() -> None:
    adex = snn.AdEx(b=0.1, a=0.0, tau_w=1e15, receptors={"kick": snn.CurrentDelta()})
    net = driven(adex, weight=50.0, delay=DT, record=["w", "v", "spikes"])
    engine = prepared(net)
    engine.advance(11)
    assert engine.read_state(1, "v") == [-70.6]
    assert engine.read_state(1, "w") == pytest.approx([0.1], rel=1e-14)
    izhikevich = snn.Izhikevich(receptors={"kick": snn.CurrentDelta()})
    engine = prepared(driven(izhikevich, weight=150.0, delay=DT, record=["u", "v", "spikes"]))
    engine.advance(10)
    before = engine.read_state(1, "u")
    engine.advance(1)
    assert engine.read_state(1, "v") == [-65.0]
    # u moves by less than 0.1 in the step, and by d = 2 at the spike.
    assert engine.read_state(1, "u") == pytest.approx(before + 2.0, abs=0.1)
