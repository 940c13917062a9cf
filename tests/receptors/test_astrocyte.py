"""Astrocyte: an independent integrator, Brian2's documented examples, both engines."""

from __future__ import annotations

import math

import numpy as np
import pytest
from agreement.equality import require_agreement
from networks import record_all
from scipy.integrate import solve_ivp

import snn
from snn.errors import ValidationError

FIGURE_2 = {"K_P": 0.1, "O_beta": 5.0, "O_delta": 0.2, "K_delta": 0.3, "Omega_5P": 0.1,
            "K_D": 0.5, "F_ex": 0.09}  # fmt: skip
"""Parameters of example 2 of Stimberg et al. that differ from those of example 4."""

DOCUMENTED = (
    (1.0, 0.0522, 0.0041, 0.8954), (5.0, 0.6693, 0.3285, 0.6123), (9.0, 0.6804, 0.7530, 0.5870),
    (13.0, 0.5993, 1.0556, 0.5850),
)  # fmt: skip
"""Time (s), C, I (uM), h of the noiseless astrocyte, printed by example 2 of Brian2's
documentation (frompapers/Stimberg_et_al_2018; its equations and parameters unchanged, Brian2 2.9,
numpy target, without the figure)."""


def listening(times: list[float], dt: float, weight: float = 500.0, **given: float) -> snn.Network:
    net = snn.Network(dt=dt)
    source = net.population(1, snn.SpikeArray(times=[times]), label="source")
    cell = snn.LIF(receptors={"astrocyte": snn.Astrocyte(**given)})
    start = {"astrocyte.ip3": 0.0, "astrocyte.c": 0.0}
    post = net.population(1, cell, label="cell", initial=start)
    net.connect(source, post, snn.OneToOne(), snn.Synapse(weight=weight, delay=dt),
                receptor="astrocyte")  # fmt: skip
    net.record(post, [f"astrocyte.{s}" for s in ("c", "ip3", "h", "gamma_a", "g_a", "gamma_s")])
    return net


def traced(net: snn.Network, ms: float) -> dict[str, np.ndarray]:
    found = snn.run(net, ms, precision="float64", progress=False)["cell"].traces
    return {name.split(".")[1]: trace.values[:, 0] for name, trace in found.items()}


def test_documented_example_of_brian2() -> None:
    """The example holds the neurotransmitter, which decays with 25 ms, for each step of 1 ms:
    its input is 2 % larger than the equation's. C and h follow within 1 %, IP3 within 0.05 uM.
    """
    found = traced(listening([2000.0 * k for k in range(1, 7)], 1.0, **FIGURE_2), 13_000.0)
    for seconds, c, ip3, h in DOCUMENTED:
        k = int(seconds * 1000)
        assert found["c"][k] == pytest.approx(c, abs=0.006)
        assert found["ip3"][k] == pytest.approx(ip3, abs=0.05)
        assert found["h"][k] == pytest.approx(h, abs=0.001)


def slope(t: float, y: np.ndarray, arrivals: list[float], weight: float) -> list[float]:
    """Return the slopes of the G-ChI equations of Stimberg et al., in seconds and uM."""
    gamma, i, c, h = y
    glu = sum(weight * math.exp(-40.0 * (t - a)) for a in arrivals if t >= a)
    p = FIGURE_2
    j_delta = p["O_delta"] / (1 + i / 1.5) * c**2 / (c**2 + p["K_delta"] ** 2)
    j_3k = 4.5 * c**4 / (c**4 + p["K_D"] ** 4) * i / (i + 1.0)
    j_ex = -p["F_ex"] / 2 * (1 + math.tanh((abs(i) - 0.3) / 0.05)) * np.sign(i)
    m = i / (i + 0.13) * c / (c + 0.08)
    q2 = 1.05 * (i + 0.13) / (i + 0.9434)
    free = 2.0 - 1.18 * c
    return [
        0.3 * glu * (1 - gamma) - 0.5 * (1 + 10 * c / (c + 0.5)) * gamma,
        p["O_beta"] * gamma + j_delta - j_3k - p["Omega_5P"] * i + j_ex,
        (6.0 * m**3 * h**3 + 0.1) * free - 0.9 * c**2 / (c**2 + p["K_P"] ** 2),
        (q2 / (q2 + c) - h) * 0.2 * (q2 + c),
    ]


def test_order_is_two_against_another_integrator() -> None:
    """Arrivals are stamped at the end of a step: they act from there on."""
    times, end = [300.0, 900.0], 2.0
    arrivals = [0.304, 0.904]
    y = np.array([0.0, 0.0, 0.0, 0.9])
    for a, b in ((0.0, 0.304), (0.304, 0.904), (0.904, end)):
        known = [x for x in arrivals if x <= a]
        y = solve_ivp(slope, (a, b), y, "DOP853", args=(known, 500.0), rtol=1e-11, atol=1e-12).y[
            :, -1
        ]
    errors = []
    for dt in (4.0, 2.0, 1.0):
        net = listening([t + 4.0 - dt for t in times], dt, **FIGURE_2)
        found = traced(net, end * 1000)
        got = [found[name][-1] for name in ("gamma_a", "ip3", "c", "h")]
        errors.append(np.abs(np.array(got) - y).max())
    assert errors[-1] < 1e-3
    measured = np.polyfit(np.log([4.0, 2.0, 1.0]), np.log(errors), 1)[0]
    assert measured == pytest.approx(2.0, abs=0.3)


def test_gliotransmitter_is_released_once_per_crossing() -> None:
    """What is released is U_A of what is left; bound receptors follow the closed form."""
    found = traced(listening([2000.0, 2200.0, 2400.0], 1.0, weight=2500.0, C_Theta=0.3), 6000.0)
    rises = np.flatnonzero((found["c"][1:] > 0.3) & (found["c"][:-1] <= 0.3)) + 1
    jumps = np.flatnonzero(np.diff(found["g_a"]) > 1.0) + 1
    assert len(rises) >= 1
    np.testing.assert_array_equal(jumps, rises)
    first = jumps[0]
    assert found["g_a"][first] == pytest.approx(130.0 * 0.6, rel=1e-12)
    # d gamma / dt = 1.5 G (1 - gamma) - Omega_G gamma with G = 78 exp(-60 t).
    t = 0.5
    on = 1.5 * 78.0 / 60.0 * -math.expm1(-60.0 * t)
    bound = -math.expm1(-on) * math.exp(-0.5 / 60.0 * t)
    assert found["gamma_s"][first + 500] == pytest.approx(bound, rel=2e-3)


def test_slow_inward_current_drives_the_neuron() -> None:
    net = listening([2000.0, 2200.0, 2400.0], 1.0, weight=2500.0, C_Theta=0.3, sic=0.1)
    net.record(net.populations[1], ["v", "astrocyte.i"])
    found = snn.run(net, 6000.0, precision="float64", progress=False)["cell"].traces
    i = found["astrocyte.i"].values[:, 0]
    np.testing.assert_allclose(i, 0.1 * found["astrocyte.g_a"].values[:, 0], rtol=1e-12)
    assert found["v"].values.max() > -60.0


def closed_loop() -> snn.Network:
    net = snn.Network(dt=1.0)
    inputs = net.population(6, snn.Poisson(rate=15.0), label="inputs")
    receptors = {"excitatory": snn.CurrentExp(tau_syn=5.0),
                 "astrocyte": snn.Astrocyte(O_beta=np.linspace(2.0, 5.0, 4), sic=0.01)}  # fmt: skip
    cells = net.population(4, snn.LIF(v_thresh=-55.0, receptors=receptors), label="cells")
    rule = snn.Gliotransmission(alpha=0.9)
    for receptor, weight in (("excitatory", 1.5), ("astrocyte", 200.0)):
        net.connect(inputs, cells, snn.AllToAll(), snn.Synapse(weight=weight, delay=1.0,
                    plasticity=rule), receptor=receptor, label=receptor)  # fmt: skip
    record_all(net)
    return net


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("threads", [1, 2])
def test_engines_agree(precision: str, threads: int) -> None:
    """float32 too: what calls exp works in float64 except the release, on both engines alike."""
    require_agreement(closed_loop(), 1500, precision=precision, threads=threads)


def test_slow_states_do_not_freeze_in_single_precision() -> None:
    """gamma_s decays with 120 s: 8e-7 of it per step of 0.1 ms, twelve bits of which float32
    would lose."""
    net = listening([1.0], 0.1, weight=0.0, O_G=0.0)
    for p in net.populations[1:]:
        p.initial["astrocyte.gamma_s"] = 0.5  # type: ignore[index]
    found = snn.run(net, 500.0, precision="float32", progress=False)["cell"]
    last = found.traces["astrocyte.gamma_s"].values[-1, 0]
    assert last == pytest.approx(0.5 * math.exp(-0.5 / 120.0), rel=1e-6)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        snn.compile_network(listening([1.0], 1.0, K_P=0.0, U_A=1.5))
    assert "K_P: must be in (0, inf] uM; got 0" in str(caught.value)
    assert "U_A: must be in [0, 1]; got 1.5" in str(caught.value)
