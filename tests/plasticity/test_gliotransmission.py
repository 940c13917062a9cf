"""Gliotransmission: the limits of no and full binding, release by hand, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest

import snn
from snn.errors import ValidationError

TIMES = [10.0, 30.0, 45.0, 200.0, 210.0]


def delivered(rule: snn.EventRule, bound: float) -> np.ndarray:
    """Return the jumps of a current by spikes at TIMES, with presynaptic receptors held."""
    net = snn.Network(dt=1.0)
    source = net.population(1, snn.SpikeArray(times=[TIMES]), label="source")
    # Nothing binds or leaves within the run: the share stays as it is.
    still = snn.Astrocyte(O_G=0.0, Omega_G=1e-12)
    receptors = {"cleft": snn.CurrentPulse(), "astrocyte": still}
    start = {"astrocyte.gamma_s": bound}
    post = net.population(1, snn.LIF(receptors=receptors), label="post", initial=start)
    net.connect(source, post, snn.OneToOne(), snn.Synapse(weight=1.0, delay=1.0, plasticity=rule),
                receptor="cleft")  # fmt: skip
    net.record(post, "cleft.i")
    trace = snn.run(net, 250.0, precision="float64", progress=False)["post"].traces["cleft.i"]
    return trace.values[[int(t) + 1 for t in TIMES], 0]


def by_hand(rest: float) -> list[float]:
    """Return u x of De Pitta's synapse: u and x decay between spikes and jump at them."""
    u, x, last, found = 0.0, 1.0, 0.0, []
    for t in TIMES:
        u *= math.exp(-(t - last) / 300.0)
        x = 1.0 - (1.0 - x) * math.exp(-(t - last) / 500.0)
        u += rest * (1.0 - u)
        found.append(u * x)
        x -= u * x
        last = t
    return found


@pytest.mark.parametrize(("bound", "alpha"), [(0.0, 0.3), (1.0, 0.2), (0.25, 1.0), (0.5, 0.0)])
def test_release_is_that_of_the_mixed_probability(bound: float, alpha: float) -> None:
    found = delivered(snn.Gliotransmission(U=0.6, alpha=alpha), bound)
    rest = (1 - bound) * 0.6 + bound * alpha
    np.testing.assert_allclose(found, by_hand(rest), rtol=1e-9)


def test_without_gliotransmitter_it_is_tsodyks_markram() -> None:
    given = {"U": 0.4, "tau_rec": 500.0, "tau_fac": 300.0}
    one = delivered(snn.Gliotransmission(**given), 0.0)
    np.testing.assert_array_equal(one, delivered(snn.TsodyksMarkram(**given), 0.0))


def test_a_neuron_without_astrocyte_is_refused() -> None:
    net = snn.Network(dt=1.0)
    source = net.population(1, snn.Poisson(rate=1.0), label="source")
    post = net.population(1, snn.LIF(), label="post")
    net.connect(source, post, snn.OneToOne(), snn.Synapse(plasticity=snn.Gliotransmission()))
    with pytest.raises(ValidationError, match="astrocyte"):
        snn.compile_network(net)


def test_bad_input_is_refused() -> None:
    net = snn.Network(dt=1.0)
    source = net.population(1, snn.Poisson(rate=1.0), label="source")
    post = net.population(1, snn.LIF(receptors={"astrocyte": snn.Astrocyte()}), label="post")
    rule = snn.Gliotransmission(U=1.2, alpha=-0.1)
    net.connect(source, post, snn.OneToOne(), snn.Synapse(plasticity=rule), receptor="astrocyte")
    with pytest.raises(ValidationError) as caught:
        snn.compile_network(net)
    assert "U: must be in (0, 1]; got 1.2" in str(caught.value)
    assert "alpha: must be in [0, 1]; got -0.1" in str(caught.value)
