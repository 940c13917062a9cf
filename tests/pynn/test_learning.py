"""Learned weights: against pair sums done by hand, and against NEST and NEURON through PyNN."""

from __future__ import annotations

import importlib
import math
from typing import Any

import numpy as np
import pytest

sim = pytest.importorskip("snn.pynn", reason="PyNN is not installed")

DELAY, W_MAX, START, A_PLUS, A_MINUS, TAU = 1.0, 2.0, 0.8, 0.05, 0.06, 20.0
PRE = [10.0, 30.0, 52.0, 70.0, 95.0, 118.0, 400.0]
"""The last one makes simulators that are late bring their weights up to date."""
FORCED = [14.0, 36.0, 48.0, 77.0, 90.0, 125.0]
DEPENDENCES = (
    "AdditiveWeightDependence", "MultiplicativeWeightDependence",
    "AdditivePotentiationMultiplicativeDepression", "GutigWeightDependence",
)  # fmt: skip
SHARE = {
    "AdditiveWeightDependence": (lambda w: W_MAX, lambda w: W_MAX),
    "MultiplicativeWeightDependence": (lambda w: W_MAX - w, lambda w: w),
    "AdditivePotentiationMultiplicativeDepression": (lambda w: W_MAX, lambda w: w),
    "GutigWeightDependence": (lambda w: W_MAX * (1 - w / W_MAX) ** 0.5,
                              lambda w: W_MAX * (w / W_MAX) ** 0.5),
}  # fmt: skip
"""What PyNN multiplies A_plus and A_minus by."""


def trained(
    module: Any, dependence: str, rule: Any = None, fraction: float = 1.0
) -> tuple[float, Any]:
    """Return the weight that a simulator learns, and the post spikes that it had."""
    module.setup(timestep=0.1, min_delay=0.1, max_delay=5.0, spike_precision="on_grid")
    pre = module.Population(1, module.SpikeSourceArray(spike_times=PRE))
    force = module.Population(1, module.SpikeSourceArray(spike_times=FORCED))
    post = module.Population(1, module.IF_curr_exp(tau_refrac=8.0, tau_syn_E=0.5, cm=1.0))
    strong = module.StaticSynapse(weight=60.0, delay=1.0)
    module.Projection(force, post, module.AllToAllConnector(), strong)
    timing = rule or module.SpikePairRule(
        tau_plus=TAU, tau_minus=TAU, A_plus=A_PLUS, A_minus=A_MINUS
    )
    stdp = module.STDPMechanism(
        timing_dependence=timing, weight_dependence=getattr(module, dependence)(w_max=W_MAX),
        weight=START, delay=DELAY, dendritic_delay_fraction=fraction,
    )  # fmt: skip
    learned = module.Projection(pre, post, module.AllToAllConnector(), stdp)
    post.record("spikes")
    module.run(420.0)
    weight = learned.get("weight", format="array")[0, 0]
    spikes = post.get_data("spikes").segments[0].spiketrains[0].magnitude
    module.end()
    return float(weight), spikes


def by_hand(
    dependence: str, post: Any, dendritic: float = DELAY, share: Any = None, waits: bool = False
) -> float:
    """Go through all events in order, as the synapse sees them after their delays.

    With `waits` what a post spike changes is added at the next pre spike.
    """
    up, down = share or SHARE[dependence]
    arrivals, seen = [t + DELAY - dendritic for t in PRE], [t + dendritic for t in post]
    events = sorted([(t, "pre") for t in arrivals] + [(t, "post") for t in seen])
    w, change = START, 0.0
    for now, side in events:
        others = seen if side == "pre" else arrivals
        trace = sum(math.exp(-(now - t) / TAU) for t in others if t < now - 1e-9)
        change += (-A_MINUS * down(w) if side == "pre" else A_PLUS * up(w)) * trace
        if side == "pre" or not waits:
            w, change = min(max(w + change, 0.0), W_MAX), 0.0
    return w


@pytest.mark.parametrize("fraction", [1.0, 0.5, 0.0])
@pytest.mark.parametrize("dependence", DEPENDENCES)
def test_learned_weight_by_hand(dependence: str, fraction: float) -> None:
    """The last step of a delay is dendritic whatever the fraction."""
    weight, spikes = trained(sim, dependence, fraction=fraction)
    assert len(spikes) == len(FORCED)
    dendritic = max(fraction * DELAY, 0.1)
    assert weight == pytest.approx(by_hand(dependence, spikes, dendritic), rel=1e-9)
    assert weight != pytest.approx(START, rel=0.01)


def test_each_synapse_has_its_own_axonal_part() -> None:
    """Fractions of delays that differ: each as if it were alone, post spikes being equal."""

    def weights(delays: list[float]) -> Any:
        sim.setup(timestep=0.1)
        n = len(delays)
        pre = sim.Population(n, sim.SpikeSourceArray(spike_times=PRE))
        force = sim.Population(n, sim.SpikeSourceArray(spike_times=FORCED))
        post = sim.Population(n, sim.IF_curr_exp(tau_refrac=8.0, tau_syn_E=0.5))
        strong = sim.StaticSynapse(weight=60.0, delay=1.0)
        sim.Projection(force, post, sim.OneToOneConnector(), strong)
        stdp = sim.STDPMechanism(
            sim.SpikePairRule(A_plus=0.05, A_minus=0.06), sim.AdditiveWeightDependence(),
            weight=0.1, delay=1.0, dendritic_delay_fraction=0.25,
        )  # fmt: skip
        rows = [(k, k, 0.1, d) for k, d in enumerate(delays)]
        learned = sim.Projection(pre, post, sim.FromListConnector(rows), stdp)
        sim.run(420.0)
        assert learned.get("delay", format="list", with_address=False) == delays
        return learned.get("weight", format="list", with_address=False)

    delays = [0.2, 3.0, 8.0, 3.0]
    together = weights(delays)
    assert together == [weights([d])[0] for d in delays]
    assert len(set(together)) == 3


def imported(peer: str) -> Any:
    try:
        return importlib.import_module(f"pyNN.{peer}")
    except Exception as error:  # noqa: BLE001
        pytest.skip(f"pyNN.{peer} cannot be imported (NEURON needs a compiler, too): {error}")


@pytest.mark.peers
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dependence", DEPENDENCES)
def test_learned_weight_of_nest(dependence: str) -> None:
    """NEST has dendritic delays only."""
    theirs, spikes = trained(imported("nest"), dependence)
    ours, own_spikes = trained(sim, dependence)
    assert len(spikes) == len(own_spikes)
    assert ours == pytest.approx(theirs, rel=1e-6)


NEURONS_SHARE = {
    **SHARE,
    "AdditivePotentiationMultiplicativeDepression": (lambda w: 1.0, lambda w: w),
    "GutigWeightDependence": (lambda w: (W_MAX - w) ** 0.5, lambda w: w**0.5),
}
"""NEURON's powers are of the distance itself, not of its share of the range."""


@pytest.mark.peers
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("fraction", [1.0, 0.5, 0.0])
@pytest.mark.parametrize("dependence", DEPENDENCES)
def test_learned_weight_of_neuron(dependence: str, fraction: float) -> None:
    """The same events by hand, in NEURON's convention: changes wait for the next pre spike."""
    theirs, spikes = trained(imported("neuron"), dependence, fraction=fraction)
    expected = by_hand(dependence, spikes, fraction * DELAY, NEURONS_SHARE[dependence], waits=True)
    assert theirs == pytest.approx(expected, rel=1e-9)
    ours, own_spikes = trained(sim, dependence, fraction=fraction)
    assert own_spikes == pytest.approx(spikes, abs=0.11)
    as_ours = by_hand(dependence, spikes, fraction * DELAY)
    assert ours == pytest.approx(as_ours, rel=0.02)  # spikes and delays one step apart


ETA, RHO = 0.01, 5.0


def vogels_by_hand(post: Any, dendritic: float, nearest: bool = False) -> float:
    """Every pair strengthens by eta times the trace; each pre spike takes 2 rho tau eta."""
    arrivals, seen = [t + DELAY - dendritic for t in PRE], [t + dendritic for t in post]
    w = START
    for now, side in sorted([(t, "pre") for t in arrivals] + [(t, "post") for t in seen]):
        others = [t for t in (seen if side == "pre" else arrivals) if t < now - 1e-9]
        trace = sum(math.exp(-(now - t) / TAU) for t in (others[-1:] if nearest else others))
        change = ETA * (trace - (2 * RHO * TAU * 1e-3 if side == "pre" else 0.0))
        w = min(max(w + change, 0.0), W_MAX)
    return w


@pytest.mark.parametrize("fraction", [1.0, 0.5, 0.0])
def test_vogels_rule_by_hand(fraction: float) -> None:
    rule = sim.Vogels2011Rule(tau=TAU, eta=ETA, rho=RHO)
    weight, post = trained(sim, "AdditiveWeightDependence", rule, fraction)
    assert weight == pytest.approx(vogels_by_hand(post, max(fraction * DELAY, 0.1)), rel=1e-9)


@pytest.mark.peers
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("fraction", [1.0, 0.5, 0.0])
def test_vogels_rule_of_neuron(fraction: float) -> None:
    """There pairs are of nearest spikes and rho is in 1/ms; pyNN.nest has no such rule."""
    neuron = imported("neuron")
    rule = neuron.Vogels2011Rule(tau=TAU, eta=ETA, rho=RHO * 1e-3)
    weight, post = trained(neuron, "AdditiveWeightDependence", rule, fraction)
    expected = vogels_by_hand(post, fraction * DELAY, nearest=True)
    assert weight == pytest.approx(expected, rel=1e-9)


def test_reset_restores_the_initial_weights() -> None:
    sim.setup(timestep=0.1)
    pre = sim.Population(3, sim.SpikeSourcePoisson(rate=100.0))
    post = sim.Population(2, sim.IF_curr_exp(i_offset=1.0))
    stdp = sim.STDPMechanism(
        sim.SpikePairRule(A_plus=0.1, A_minus=0.05), sim.MultiplicativeWeightDependence(),
        weight=0.4, delay=0.5,
    )  # fmt: skip
    projection = sim.Projection(pre, post, sim.AllToAllConnector(), stdp)
    seen = []
    for _ in range(2):
        sim.run(200.0)
        seen.append(projection.get("weight", format="array"))
        sim.reset()
        assert (projection.get("weight", format="array") == 0.4).all()
    assert np.array_equal(seen[0], seen[1])
    assert not np.allclose(seen[0], 0.4)


def test_a_network_that_learns_goes_on_after_a_change() -> None:
    """Traces, pending post spikes and weights survive the rebuilding of the network."""
    found = []
    for cut in (False, True):
        sim.setup(timestep=0.1)
        pre = sim.Population(3, sim.SpikeSourcePoisson(rate=80.0))
        post = sim.Population(2, sim.IF_curr_exp(i_offset=0.9))
        stdp = sim.STDPMechanism(
            sim.SpikePairRule(A_plus=0.02, A_minus=0.01), sim.AdditiveWeightDependence(),
            weight=0.4, delay=2.0,
        )  # fmt: skip
        projection = sim.Projection(pre, post, sim.AllToAllConnector(), stdp)
        sim.run(60.3)
        if cut:
            post.record("v")
        sim.run(100.0)
        found.append(projection.get("weight", format="array"))
    assert np.array_equal(found[0], found[1])


def test_short_term_depression_by_hand() -> None:
    """Conductance jumps of w U x, the resources x recovering between spikes."""
    sim.setup(timestep=0.1)
    times = [10.0, 20.0, 30.0, 130.0]
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=times))
    cell = sim.Population(1, sim.IF_cond_exp(tau_syn_E=0.5))
    synapse = sim.TsodyksMarkramSynapse(U=0.5, tau_rec=80.0, tau_facil=0.0, weight=0.01, delay=1.0)
    sim.Projection(source, cell, sim.AllToAllConnector(), synapse)
    cell.record("gsyn_exc")
    sim.run(140.0)
    g = cell.get_data().segments[0].analogsignals[0].magnitude[:, 0]
    x, last, jumps = 1.0, None, []
    for t in times:
        x = 1.0 if last is None else 1.0 + (x * 0.5 - 1.0) * math.exp(-(t - last) / 80.0)
        jumps.append(0.01 * 0.5 * x)
        last = t
    at = [round((t + 1.0) / 0.1) for t in times]
    measured = [g[k] - g[k - 1] * math.exp(-0.1 / 0.5) for k in at]
    assert measured == pytest.approx(jumps, rel=1e-9)
