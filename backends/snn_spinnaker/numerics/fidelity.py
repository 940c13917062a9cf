"""What the board's numbers would do to a network, and what to change (`snn.check`)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from snn.cells import LIF, Cell
from snn.checking import Finding
from snn.compiler.compiled import Compiled, CompiledPopulation, CompiledProjection
from snn.plasticity import Additive, InhibitorySTDP, RewardSTDP, TripletSTDP
from snn.receptors import CurrentAlpha, CurrentExp, CurrentPulse
from snn_spinnaker.numerics import neuromodulation, scaling, slots
from snn_spinnaker.numerics.arithmetic import LARGEST_CELL
from snn_spinnaker.numerics.projections import unit_of
from snn_spinnaker.numerics.rules import UNIT_TRACE

SLOW_TICK = 0.01
"""Sources with fewer spikes per tick draw intervals; more, a number per tick."""

STEPS = ("A_plus", "A_minus", "A2_plus", "A2_minus", "A3_plus", "A3_minus", "eta")


def findings(
    compiled: Compiled, p: CompiledPopulation, shifts: Sequence[int], scale: float, rate: float
) -> Iterator[Finding]:
    """Yield what happens to one population and to the synapses onto it.

    Parameters
    ----------
    compiled : Compiled
        In the exact profile.
    shifts : sequence of int
        Of the population's ring buffers.
    scale : float
        Host factor on weights.
    rate : float, Hz
        Assumed of neurons; sources have their own.
    """
    cell = p.model
    assert isinstance(cell, Cell)
    yield from _slots(compiled, p)
    for k, (name, shift) in enumerate(zip(cell.receptors, shifts, strict=True)):
        unit = unit_of(shift, scale)
        own = [q for q in compiled.projections if q.post == p.index and q.receptor == k]
        where = f"{p.label}.{name}"
        weight_unit = cell.receptors[name].weight_unit
        yield Finding(component=where, topic="weight step",
                      message=f"{unit:g} {weight_unit} (shift {shift}), up to "
                              f"{LARGEST_CELL * unit:g} {weight_unit}")  # fmt: skip
        yield from _convention(where, cell, name, p, compiled.dt)
        yield from _saturation(compiled, where, own, unit, rate)
        for q in own:
            yield from _weights(q, unit, scale)
            yield from _learning(q, unit, scale)


def _slots(compiled: Compiled, p: CompiledPopulation) -> Iterator[Finding]:
    count, longest = slots.used(compiled, p.index)
    message = f"{count} slots for delays of up to {longest} ticks"
    if longest > count:
        message += f"; longer ones go through {math.ceil(longest / count) - 1} delay extensions"
    yield Finding(component=p.label, topic="delay slots", message=message)


def _convention(
    where: str, cell: Cell, name: str, p: CompiledPopulation, dt: float
) -> Iterator[Finding]:
    """Say what a unit weight does where that is not what its name says."""
    receptor = cell.receptors[name]
    tau = p.parameters.get(f"{name}.tau_syn")
    if isinstance(receptor, CurrentExp) and tau is not None:
        jump = float(np.mean(tau / dt * -np.expm1(-dt / tau)))
        yield Finding(component=where, topic="charge convention",
                      message=f"a weight of 1 nA raises the current by {jump:.4g} nA")  # fmt: skip
    if isinstance(receptor, CurrentPulse) and isinstance(cell, LIF):
        tau_m, cm = p.parameters["tau_m"], p.parameters["cm"]
        moved = float(np.mean(tau_m / cm * -np.expm1(-dt / tau_m)))
        yield Finding(component=where, topic="delta convention",
                      message=f"a weight of 1 nA moves v by {moved:.4g} mV")  # fmt: skip
    if isinstance(receptor, CurrentAlpha) and tau is not None and bool((tau**2 <= dt).any()):
        yield Finding(component=where, topic="alpha gain",
                      message="dt / tau_syn^2 is 1 or more, of which the board keeps the fraction",
                      cure=f"use tau_syn above {math.sqrt(dt):.3g} ms or a smaller dt")  # fmt: skip


def _rate(p: CompiledPopulation, compiled: Compiled, rate: float) -> float:
    """Return the mean rate of a population's neurons, Hz."""
    if p.rate is not None:
        return float(np.mean(p.rate)) if p.size else 0.0
    if p.spike_steps is not None and p.spike_steps.size:
        span = max(int(p.spike_steps.max()), 1) * compiled.dt * 1e-3
        return float(p.spike_steps.size / p.size / span)
    return rate


def _saturation(
    compiled: Compiled, where: str, own: Sequence[CompiledProjection], unit: float, rate: float
) -> Iterator[Finding]:
    """Compare a cell's room with mean + 5 standard deviations of a Poisson input."""
    mean = variance = 0.0
    for q in own:
        hz = _rate(compiled.populations[q.pre], compiled, rate)
        load = scaling.Load(compiled.dt)
        load.add(q, 1.0)
        spikes = load.weights.items * hz * compiled.dt * 1e-3
        mean += spikes * load.weights.mean
        variance += spikes * (load.weights.mean**2 + load.weights.variance)
    needed, room = mean + 5 * math.sqrt(variance), LARGEST_CELL * unit
    if needed > room:
        yield Finding(
            component=where, topic="ring buffer saturation",
            message=f"input of up to {needed:.4g} in one tick is expected (mean {mean:.4g}), but "
                    f"a cell holds {room:.4g}; the rest is lost without a message",
            cure=f"max_expected_summed_weight={needed * 1.01:.4g}",
        )  # fmt: skip


def _weights(q: CompiledProjection, unit: float, scale: float) -> Iterator[Finding]:
    weight = np.abs(np.atleast_1d(q.weight))
    raw = np.rint(weight / unit)
    lost, high = int(((weight > 0) & (raw == 0)).sum()), int((raw > LARGEST_CELL).sum())
    if lost:
        least = float(weight[weight > 0].min())
        yield Finding(component=q.label, topic="zero weights",
                      message=f"{lost} of {weight.size} weights become 0",
                      cure=_finer(least / 0.5, scale))  # fmt: skip
    if high:
        yield Finding(component=q.label, topic="clipped weights",
                      message=f"{high} of {weight.size} weights need more than 16 bits",
                      cure="raise max_expected_summed_weight")  # fmt: skip


def _finer(step: float, scale: float) -> str:
    """Return the option with which a weight step is at most `step`."""
    shift = math.floor(math.log2(step * scale) + 15) if step > 0 else -1
    if shift < 1:
        return f"raise the value above {2.0**-14 / scale:g}, the finest step of the board"
    return (f"max_expected_summed_weight={0.99 * 2.0**shift / scale:.4g}, if the summed input "
            "stays below it; otherwise scale the weights up")  # fmt: skip


def _learning(q: CompiledProjection, unit: float, scale: float) -> Iterator[Finding]:
    for made in q.rules:
        rule: Any = made.rule
        additive = isinstance(getattr(rule, "dependence", Additive()), Additive)
        yield _bounds(q, rule)
        if isinstance(rule, RewardSTDP):
            yield from _reward(q, rule)
        for name in STEPS:
            value = abs(made.values.get(name, 0.0))
            reach = 1.0 if additive else made.values["w_max"] - made.values["w_min"]
            if 0 < value * reach < unit:
                yield _dead(q, name, value * reach, unit, scale)


def _bounds(q: CompiledProjection, rule: Any) -> Finding:
    if isinstance(rule, TripletSTDP):
        message = "steps are absolute here; sPyNNaker multiplies those of this rule by w_max"
    elif isinstance(rule, RewardSTDP):
        message = ("the eligibility has the weight's 16 bits and lies in [0, w_max]: "
                   "depression below 0 is lost")  # fmt: skip
    elif isinstance(rule, InhibitorySTDP):
        message = "no lower bound is tested: a weight that would fall below 0 becomes very large"
    else:
        message = "additive steps are absolute: A_plus and A_minus are not multiplied by w_max"
    return Finding(component=q.label, topic="A convention", message=message)


def _reward(q: CompiledProjection, rule: RewardSTDP) -> Iterator[Finding]:
    raw = neuromodulation.concentration(rule.d_plus)
    given = raw / UNIT_TRACE
    if given != rule.d_plus:
        message = f"d_plus becomes {given:g} 1/ms, a multiple of 2^-11"
        cure = "" if raw else f"use at least {2.0**-12:g}, with smaller A_plus and A_minus"
        yield Finding(component=q.label, topic="reward step", message=message, cure=cure)


def _dead(q: CompiledProjection, name: str, step: float, unit: float, scale: float) -> Finding:
    effect = ("dead potentiation: nothing is ever added" if name.endswith("plus")
              else "a change below one step is lost, or costs a whole step downwards")  # fmt: skip
    return Finding(
        component=q.label, topic="learning step",
        message=f"{name} changes a weight by {step:g} at most, a weight step is {unit:g}; {effect}",
        cure=_finer(step, scale),
    )  # fmt: skip


def poisson_bias(compiled: Compiled) -> Iterator[Finding]:
    """Say by how much slow sources fire too often: the board truncates the mean interval."""
    for p in compiled.populations:
        if p.rate is None:
            continue
        mean = p.rate * compiled.dt * 1e-3
        slow = (mean > 0) & (mean < SLOW_TICK)
        if slow.any():
            interval = 1 / mean[slow]
            bias = float((interval / np.floor(interval + 1e-9) - 1).max())
            yield Finding(
                component=p.label, topic="Poisson bias",
                message=f"{int(slow.sum())} sources below {SLOW_TICK / compiled.dt * 1e3:g} Hz "
                        f"have a mean interval in whole ticks: up to {bias:.2%} too fast",
            )  # fmt: skip
