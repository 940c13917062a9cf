"""Rules that cannot work are refused when the network is compiled, with the remedy."""

from __future__ import annotations

from typing import Any

import pytest

import snn
from snn.errors import SnnError, SnnWarning, ValidationError


@snn.model
class Unread(snn.EventRule):
    tau: float = snn.param(20.0, unit="ms", above=0, shared=True, doc="trace")
    x = snn.Trace("pre", tau="tau")

    @staticmethod
    def on_pre(w: float) -> float:
        return w + 0.1


@snn.model
class Unknown(snn.EventRule):
    @staticmethod
    def on_pre(w: float, z: float) -> float:
        return w + z


@snn.model
class Short(snn.EventRule):
    tag = snn.SynapseVariable(0.0)

    @staticmethod
    def on_pre(w: float, tag: float) -> float:
        return w + tag


@snn.model
class Sided(snn.Reduction):
    tau: float = snn.param(20.0, unit="ms", above=0, shared=True, doc="trace")
    x = snn.Trace("pre", tau="tau")

    @staticmethod
    def apply(w: float, x: float) -> float:
        return w - x


@snn.model
class Unsummed(snn.Reduction):
    @staticmethod
    def apply(w: float, total: float) -> float:
        return w / total


def compiled(rule: Any, times: list[float] | None = None) -> None:
    net = snn.Network(dt=1.0)
    model = snn.Poisson(rate=5.0) if times is None else snn.SpikeArray(times=times)
    source, target = net.population(3, model, label="source"), net.population(2, snn.LIF())
    synapse = snn.Synapse(weight=0.1, plasticity=rule)
    net.connect(source, target, snn.AllToAll(), synapse, label="learned")
    snn.compile_network(net)


@pytest.mark.parametrize(("rule", "parts"), [
    (snn.PairSTDP(w_min=0.5, w_max=0.2), ["learned.PairSTDP", "w_min", "w_max"]),
    (snn.PairSTDP(tau_plus=-1.0), ["learned.PairSTDP", "tau_plus", "(0, inf"]),
    (Unread(), ["learned.Unread", "x", "no function"]),
    (Unknown(), ["learned.Unknown", "on_pre", "'z'"]),
    (Short(), ["learned.Short", "on_pre", "tag"]),
    (snn.RewardSTDP(), ["learned.RewardSTDP", "modulator"]),
    ([snn.PairSTDP(w_max=1.0), snn.SynapticScaling(target=3.5)], ["target", "3.5", "w_max"]),
    ([snn.PairSTDP(w_max=1.0), snn.RowScaling(target=2.5)], ["target", "2.5", "w_max"]),
    ([snn.PairSTDP(w_max=1.0), snn.NormScaling(target=1.8)], ["target", "1.8", "w_max"]),
    (snn.SynapticScaling(target=1.0, trigger="sometimes"), ["trigger", "'sometimes'", "multiple"]),
    (snn.SynapticScaling(target=1.0, trigger=2.5), ["trigger", "multiple of 1 ms", "2.5"]),
    (snn.SynapticScaling(target=1.0, trigger=0.0), ["trigger", "got 0.0"]),
    ([snn.PairSTDP(w_min=0.5), snn.SynapticScaling(target=1.0)],
     ["target", "at least 0.5", "w_min"]),
    (snn.SpikeDrivenPlasticity(up_low=5.0, up_high=4.0), ["up_low", "must not exceed up_high"]),
    (snn.SpikeDrivenPlasticity(w_minus=2.0, w_plus=1.0), ["w_minus", "must not exceed w_plus"]),
    (snn.RateScaling(w_min=2.0, w_max=1.0), ["learned.RateScaling", "w_min", "w_max"]),
    (Sided(), ["learned.Sided", "x", "post neuron"]),
    (Unsummed(), ["learned.Unsummed", "apply", "'total'"]),
])  # fmt: skip
def test_refused(rule: Any, parts: list[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        compiled(rule)
    for part in parts:
        assert part in str(caught.value)


def test_a_source_that_cannot_spike() -> None:
    with pytest.raises(ValidationError, match="lists no spike"):
        compiled(snn.PairSTDP(), times=[])


def test_homeostasis_at_trial_ends_in_a_plain_run() -> None:
    net = snn.Network(dt=1.0)
    source, target = net.population(3, snn.Poisson(rate=5.0)), net.population(2, snn.LIF())
    synapse = snn.Synapse(weight=0.1, plasticity=snn.SynapticScaling(target=1.0))
    net.connect(source, target, snn.AllToAll(), synapse, label="learned")
    with pytest.warns(SnnWarning, match="learned.SynapticScaling acts at the ends of trials"):
        snn.run(net, 5.0, backend="reference")


def test_trial_rules_outside_a_schedule_are_refused_before_the_first_step() -> None:
    net = snn.Network(dt=1.0)
    cell = snn.LIF(receptors={"excitatory": snn.CurrentExp(signed=True)})
    source, target = net.population(3, snn.Poisson(rate=5.0)), net.population(2, cell)
    rule = snn.Tempotron(labels=[True, False])
    net.connect(source, target, snn.AllToAll(), snn.Synapse(plasticity=rule), label="learned")
    for backend in ("reference", "cpu"):
        sim = snn.Simulation(net, backend=backend)
        with pytest.raises(SnnError, match=r"learned: its trial rule needs trials; run a Schedule"):
            sim.run(5.0)
        assert sim.time == 0.0


def test_sums_that_can_be_reached() -> None:
    compiled([snn.PairSTDP(w_max=1.0), snn.SynapticScaling(target=3.0)])
