"""Run a network on an engine and compare all that can be known about it, bit by bit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

import snn
from snn import engine as engines
from snn.compiler import Compiled
from snn.engine import Engine

History = dict[str, np.ndarray]


def prepared(compiled: Compiled, backend: str, **options: Any) -> Engine:
    """Return an engine at step 0; the CPU engine steps every neuron unless told otherwise."""
    if backend == "cpu":
        options = {"sleep": "never", **options}
    return engines.backend(backend).prepare(compiled, **options)


def history(engine: Engine, compiled: Compiled, pieces: Iterable[int] = ()) -> History:
    """Advance by each piece; return records, states and weights under plain names."""
    for steps in pieces:
        engine.advance(steps)
    taken, found = engine.take(), {}
    for k, (steps_, neurons) in taken.spikes.items():
        found[f"spikes of {compiled.populations[k].label}"] = np.stack([steps_, neurons])
    for k, (steps_, values) in taken.samples.items():
        r = compiled.recordings[k]
        name = f"{r.variable} of {compiled.populations[r.population].label} (recording {k})"
        found[f"{name}: steps"], found[name] = steps_, values
    return found | present_state(engine, compiled)


def present_state(engine: Engine, compiled: Compiled) -> History:
    """Return every state and weight as they are now, and synapses that may change."""
    found = {
        f"{p.label}.{name} now": engine.read_state(p.index, name)
        for p in compiled.populations for name in p.initial
    }  # fmt: skip
    for q in compiled.projections:
        found[f"weights of {q.label}"] = engine.read_weights(q.index)
        if any(isinstance(made.rule, snn.TopologyRule) for made in q.rules):
            found[f"synapses of {q.label}"] = np.stack(engine.read_synapses(q.index))
    return found


def require_equal(wanted: Mapping[str, np.ndarray], found: Mapping[str, np.ndarray]) -> None:
    """Require equality to the last bit; the sign of a zero counts, NaN is never right."""
    assert wanted.keys() == found.keys()
    for name in wanted:
        a, b = np.asarray(wanted[name]), np.asarray(found[name])
        np.testing.assert_array_equal(b, a, err_msg=name, strict=False)
        if a.dtype.kind == "f":
            assert np.isfinite(a).all(), name
            np.testing.assert_array_equal(np.signbit(b), np.signbit(a), err_msg=name)


def require_same_in_pieces(
    compiled: Compiled, wanted: History, pieces: Iterable[int], **options: Any
) -> None:
    """Require of the CPU engine, run in pieces, the history that is wanted."""
    before = compiled.digest()
    require_equal(wanted, history(prepared(compiled, "cpu", **options), compiled, pieces))
    # Engines work on the compiled arrays in place: these must still be as they were.
    assert compiled.digest() == before


def require_same_after_restore(
    compiled: Compiled, backend: str, wanted: History, *, at: int, steps: int
) -> None:
    """Require that an engine which was elsewhere goes on from a snapshot to what is wanted."""
    first, second = prepared(compiled, backend), prepared(compiled, backend)
    first.advance(at)
    second.advance(31)
    second.restore(first.snapshot())
    second.advance(steps - at)
    found = present_state(second, compiled)
    require_equal({name: wanted[name] for name in found}, found)


def require_agreement(
    net: snn.Network, steps: int, *, precision: str = "float64", seed: int = 1, **options: Any
) -> History:
    """Run on both engines from one compiled network; return the common history."""
    compiled = snn.compile_network(net, precision=precision, seed=seed)
    before = compiled.digest()
    wanted = history(prepared(compiled, "reference"), compiled, [steps])
    found = history(prepared(compiled, "cpu", **options), compiled, [steps])
    require_equal(wanted, found)
    # Engines work on the compiled arrays in place: these must still be as they were.
    assert compiled.digest() == before
    return wanted


def spikes_in(found: Mapping[str, np.ndarray]) -> int:
    """Return the number of spikes recorded."""
    return sum(v.shape[1] for k, v in found.items() if k.startswith("spikes of"))
