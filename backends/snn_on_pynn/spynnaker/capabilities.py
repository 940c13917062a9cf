"""What a network will meet on the board: cores, memories, time, recordings, input."""

from __future__ import annotations

import math
from collections.abc import Iterator

from snn.cells import Cell
from snn.checking import Finding
from snn.compiler import Compiled, CompiledPopulation, CompiledProjection
from snn.plasticity import Rule
from snn_on_pynn import cells
from snn_on_pynn.spynnaker import binaries, costs
from snn_on_pynn.targets import SPINNAKER

NEURONS = 256
"""sPyNNaker's limit of neurons per core."""
RING_BITS = 14
SDRAM = 123_469_792
"""Bytes of a chip's memory that are free for networks."""
IMPLICIT = ("all_to_all", "all_but_self", "one_to_one")


def findings(compiled: Compiled) -> Iterator[Finding]:
    """Yield what the tool chain and the memories of the board make of a network."""
    yield from _time(compiled)
    for p in compiled.populations:
        form = cells.form_of(p.model, SPINNAKER) if isinstance(p.model, Cell) else None
        if form is not None:
            yield from _population(compiled, p, form)
        elif p.rate is not None:
            yield Finding(
                component=p.label,
                topic="replayed input",
                message="its trains go out as spike times",
            )
        yield from _recorded(compiled, p)
    for q in compiled.projections:
        if q.form not in IMPLICIT:
            yield Finding(component=q.label, topic="connectivity",
                          message=f"{q.synapses:,} synapses go out as a list; expand=\"board\" "
                                  "draws them again on the board")  # fmt: skip


def _time(compiled: Compiled) -> Iterator[Finding]:
    if compiled.dt >= 1.0:
        return
    factor = math.ceil(1.0 / compiled.dt)
    message = (f"a step of {compiled.dt:g} ms leaves {costs.CLOCK * compiled.dt:,.0f} cycles in "
               f"real time; sPyNNaker runs it {factor} times slower")  # fmt: skip
    yield Finding(component="network", topic="time step", message=message,
                  cure=f"time_scale_factor={factor} to agree, dt=1.0 for real time")  # fmt: skip


def rule_onto(compiled: Compiled, population: int) -> Rule | None:
    """Return the rule of the synapses onto a population."""
    return next((q.rules[0].rule for q in compiled.projections
                 if q.post == population and q.rules), None)  # fmt: skip


def _population(compiled: Compiled, p: CompiledPopulation, form: cells.Form) -> Iterator[Finding]:
    rule = rule_onto(compiled, p.index)
    try:
        split = binaries.needs_split(form.name, rule)
    except KeyError:  # A rule that the board does not have is a problem, told elsewhere.
        return
    yield _cores(p, split, form)
    yield from _code(p, form, rule, split)
    if not split:  # The estimate is of a core that has both.
        yield from _data(compiled, p, form, rule)


def _cores(p: CompiledPopulation, split: bool, form: cells.Form) -> Finding:
    count = math.ceil(p.size / NEURONS)
    apart = "; neurons and synapses on cores of their own (no program has both)" if split else ""
    message = f"{p.size} on {count} cores of at most {NEURONS} ({form.name}){apart}"
    return Finding(component=p.label, topic="neurons per core", message=message)


def _code(
    p: CompiledPopulation, form: cells.Form, rule: Rule | None, split: bool
) -> Iterator[Finding]:
    names = binaries.apart(form.name, rule) if split else (binaries.together(form.name, rule),)
    for name in names:
        path = binaries.image(name)
        if path is not None:
            size = costs.code_bytes(path)
            yield Finding(component=p.label, topic="ITCM",
                          message=f"{name} fills {size:,} of {costs.ITCM:,} B")  # fmt: skip


def _data(
    compiled: Compiled, p: CompiledPopulation, form: cells.Form, rule: Rule | None
) -> Iterator[Finding]:
    neurons, kinds = min(p.size, NEURONS), len(form.slots)
    needed = costs.data_bytes(form.name, neurons, slots(compiled, p, kinds), kinds, rule,
                              compiled.dt)  # fmt: skip
    message = f"about {needed:,} of {costs.DTCM:,} B on a core of {neurons} neurons"
    cure = ""
    if needed > costs.DTCM:
        cure = f"neurons_per_core={{{p.label!r}: {_fitting(compiled, p, form, rule)}}}"
    yield Finding(component=p.label, topic="DTCM", message=message, cure=cure)


def _fitting(compiled: Compiled, p: CompiledPopulation, form: cells.Form, rule: Rule | None) -> int:
    """Return the most neurons whose data fit."""
    kinds = len(form.slots)
    for neurons in range(min(p.size, NEURONS), 0, -1):
        room = slots(compiled, p, kinds)
        if costs.data_bytes(form.name, neurons, room, kinds, rule, compiled.dt) <= costs.DTCM:
            return neurons
    return 1


def slots(compiled: Compiled, p: CompiledPopulation, kinds: int) -> int:
    """Return the delay slots in use; what is longer goes through delay extensions."""
    longest = max((_longest(q) for q in compiled.projections if q.post == p.index), default=1)
    bits = RING_BITS - max(min(p.size, NEURONS) - 1, 1).bit_length()
    return int(min(2 ** longest.bit_length(), 2 ** (bits - max(kinds - 1, 1).bit_length())))


def _longest(q: CompiledProjection) -> int:
    return int(q.delay.max()) if q.delay.size else 1


def _recorded(compiled: Compiled, p: CompiledPopulation) -> Iterator[Finding]:
    own = [r for r in compiled.recordings if r.population == p.index]
    if not own:
        return
    # A word per sample and neuron; a bit per neuron and a word of time for spikes.
    states = sum(4 * p.size / r.every for r in own if r.variable != "spikes")
    spikes = p.size / 8 + 4 if any(r.variable == "spikes" for r in own) else 0.0
    tick = states + spikes
    seconds = SDRAM / tick * compiled.dt * 1e-3
    message = (f"{tick:,.1f} B a tick, of the whole population; one chip's memory lasts "
               f"{seconds:,.0f} s, then the board pauses to be read")  # fmt: skip
    yield Finding(component=p.label, topic="recording", message=message)
