"""Snapshots: everything that the future of a run depends on, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from snn_reference.cells import Cells
from snn_reference.deferred import DeferredSynapses, events_of, restore_events
from snn_reference.rules import TraceHistory
from snn_reference.sources import PoissonTrains
from snn_reference.synapses import Synapses
from snn_reference.topology import Rewiring

if TYPE_CHECKING:
    from snn_reference.engine import ReferenceEngine

Array = NDArray[Any]
Arrays = dict[str, Array]


def snapshot(engine: ReferenceEngine) -> Arrays:
    """Return the state of an engine."""
    found = {"step": np.array(engine.step), "begun": np.array(engine.begun)}
    found |= _calendar(engine)
    for k, member in enumerate(engine.populations):
        if isinstance(member, Cells):
            found |= _prefixed(f"population/{k}", _cells(member))
        elif isinstance(member, PoissonTrains):
            found |= _prefixed(f"population/{k}", _trains(member))
    for k, synapses in enumerate(engine.synapses):
        found |= _prefixed(f"projection/{k}", _synapses(synapses))
    return found


def restore(engine: ReferenceEngine, state: Mapping[str, Array]) -> None:
    """Put an engine into a state."""
    engine.step, engine.begun = int(state["step"]), bool(state["begun"])
    engine.recorder.clear()
    _restore_calendar(engine, state)
    for k, member in enumerate(engine.populations):
        part = _under(f"population/{k}", state)
        if isinstance(member, Cells):
            _restore_cells(member, part)
        elif isinstance(member, PoissonTrains):
            _restore_trains(member, part)
    for k, synapses in enumerate(engine.synapses):
        _restore_synapses(synapses, _under(f"projection/{k}", state))


def _prefixed(prefix: str, arrays: Arrays) -> Arrays:
    return {f"{prefix}/{name}": array for name, array in arrays.items()}


def _under(prefix: str, state: Mapping[str, Array]) -> Arrays:
    start = f"{prefix}/"
    return {name.removeprefix(start): x for name, x in state.items() if name.startswith(start)}


def _calendar(engine: ReferenceEngine) -> Arrays:
    events = [(step, event) for step, day in engine.calendar.items() for event in day]
    return {
        "calendar/step": np.array([step for step, _ in events], dtype=np.int64),
        "calendar/address": np.array([a for _, (a, _) in events], np.int64).reshape(-1, 3),
        "calendar/weight": np.array([weight for _, (_, weight) in events], dtype=float),
    }


def _restore_calendar(engine: ReferenceEngine, state: Mapping[str, Array]) -> None:
    engine.calendar.clear()
    columns = (state[f"calendar/{name}"] for name in ("step", "address", "weight"))
    for step, (population, receptor, neuron), weight in zip(*columns, strict=True):
        address = (int(population), int(receptor), int(neuron))
        engine.calendar[int(step)].append((address, engine.real(weight)))


def _cells(cells: Cells) -> Arrays:
    return {
        "refractory": cells.refractory.copy(),
        "refractory_steps": np.array(cells.refractory_steps),
        **_prefixed("state", {name: x.copy() for name, x in cells.states.items()}),
        **_prefixed("value", {name: np.array(x) for name, x in cells.values.items()}),
    }


def _restore_cells(cells: Cells, part: Arrays) -> None:
    cells.refractory[:] = part["refractory"]
    for name, values in _under("state", part).items():
        cells.states[name][:] = values
    cells.take_values(_under("value", part), part["refractory_steps"])


def _trains(trains: PoissonTrains) -> Arrays:
    first = np.array(trains.first)
    return {"own": trains.own.copy(), "rate": trains.rate.copy(), "first": first}


def _restore_trains(trains: PoissonTrains, part: Arrays) -> None:
    trains.own = part["own"].copy()
    trains.begin(part["rate"], int(part["first"]))


def _synapses(synapses: Synapses) -> Arrays:
    found = {"weights": synapses.weights.copy(), "learning": np.array(synapses.learning),
             "rate": np.array(float(synapses.rate))}  # fmt: skip
    on_the_way = [(k, i) for k, fired in enumerate(synapses.axon) for i in fired]
    found["axon"] = np.array(on_the_way, np.int64).reshape(-1, 2)
    if isinstance(synapses, DeferredSynapses):
        found |= {name: np.array(rows, np.int64) for name, rows in events_of(synapses).items()}
    pairs = [(step, j) for step, fired in synapses.post_spikes.items() for j in fired]
    found["post_spikes"] = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    for r, rule in enumerate(synapses.rules):
        for name, traces in rule.traces.items():
            found |= _prefixed(f"rule/{r}/{name}", _histories(traces))
        found |= _prefixed(f"rule/{r}/variable", {k: x.copy() for k, x in rule.variables.items()})
        found[f"rule/{r}/latest"] = rule.latest.copy()
    for r, rewiring in enumerate(synapses.rewirings):
        found |= _prefixed(f"rewiring/{r}", _rewired(synapses, rewiring))
    for r, scaling in enumerate([*synapses.scalings, *synapses.regulations]):
        found[f"scaling/{r}/acted"] = scaling.acted.copy()
        found[f"scaling/{r}/spikes"] = scaling.spikes.copy()
        for name, traces in scaling.traces.items():
            found |= _prefixed(f"scaling/{r}/{name}", _histories(traces))
    return found


def _restore_synapses(synapses: Synapses, part: Arrays) -> None:
    if synapses.rewirings:
        _restore_topology(synapses, part)
    synapses.weights[:] = part["weights"]
    synapses.learning, synapses.rate = bool(part["learning"]), synapses.real(part["rate"])
    synapses.axon = [[] for _ in synapses.axon]
    for k, neuron in part["axon"]:
        synapses.axon[k].append(int(neuron))
    if isinstance(synapses, DeferredSynapses):
        restore_events(synapses, *(part[f"deferred_{x}"] for x in ("pre", "post", "own")))
    synapses.post_spikes.clear()
    for step, neuron in part["post_spikes"]:
        synapses.post_spikes.setdefault(int(step), []).append(int(neuron))
    for r, rule in enumerate(synapses.rules):
        for name, traces in rule.traces.items():
            _restore_histories(traces, _under(f"rule/{r}/{name}", part))
        for name, values in _under(f"rule/{r}/variable", part).items():
            rule.variables[name][:] = values
        rule.latest[:] = part[f"rule/{r}/latest"]
    for r, scaling in enumerate([*synapses.scalings, *synapses.regulations]):
        scaling.acted[:] = part[f"scaling/{r}/acted"]
        scaling.spikes[:] = part[f"scaling/{r}/spikes"]
        for name, traces in scaling.traces.items():
            _restore_histories(traces, _under(f"scaling/{r}/{name}", part))


def _rewired(synapses: Synapses, rewiring: Rewiring) -> Arrays:
    """Return the synapses as they are, and what a topology rule keeps."""
    pairs = [(k, i, t) for i, row in enumerate(synapses.rows) for t, k in row]
    posts = [(j, step) for j, log in synapses.posts.items() for step in log]
    return {
        "pairs": np.array(sorted(pairs), np.int64).reshape(-1, 3)[:, 1:],
        "delays": synapses.delays.copy(), "last_reward": np.array(synapses.last_reward),
        "last_pre": np.array([*synapses.last_pre.items()], np.int64).reshape(-1, 2),
        "posts": np.array(posts, np.int64).reshape(-1, 2),
        **{side: np.array(spikes, np.int64).reshape(-1, 2)
           for side, spikes in rewiring.spikes.items()},
        **_prefixed("variable", {k: x.copy() for k, x in rewiring.variables.items()}),
    }  # fmt: skip


def _restore_topology(synapses: Synapses, part: Arrays) -> None:
    for r, rewiring in enumerate(synapses.rewirings):
        own = _under(f"rewiring/{r}", part)
        rewiring.variables = {k: x.copy() for k, x in _under("variable", own).items()}
        rewiring.spikes = {side: [(int(s), int(i)) for s, i in own[side]]
                           for side in ("pre", "post")}  # fmt: skip
    synapses.last_pre = {int(i): int(step) for i, step in own["last_pre"]}
    synapses.last_reward = int(own["last_reward"])
    synapses.posts.clear()
    for j, step in own["posts"]:
        synapses.posts[int(j)].append(int(step))
    pairs = [(int(i), int(t)) for i, t in own["pairs"]]
    synapses.replace(pairs, [-1] * len(pairs), part["weights"].copy(), own["delays"].copy(), 0)


def _histories(traces: list[TraceHistory]) -> Arrays:
    rows = [(k, step) for k, trace in enumerate(traces) for step in trace.steps]
    values = [float(x) for trace in traces for x in trace.values]
    pairs = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return {"neuron": pairs[:, 0], "step": pairs[:, 1], "value": np.array(values, dtype=float)}


def _restore_histories(traces: list[TraceHistory], part: Arrays) -> None:
    for trace in traces:
        trace.steps, trace.values = [], []
    for k, step, value in zip(part["neuron"], part["step"], part["value"], strict=True):
        trace = traces[k]
        trace.steps.append(int(step))
        trace.values.append(type(trace.increment)(value))
