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
    """Return every state and every weight as they are now."""
    found = {
        f"{p.label}.{name} now": engine.read_state(p.index, name)
        for p in compiled.populations for name in p.initial
    }  # fmt: skip
    return found | {f"weights of {q.label}": engine.read_weights(q.index)
                    for q in compiled.projections}  # fmt: skip


def require_equal(wanted: Mapping[str, np.ndarray], found: Mapping[str, np.ndarray]) -> None:
    """Require equality to the last bit; the sign of a zero counts, NaN is never right."""
    assert wanted.keys() == found.keys()
    for name in wanted:
        a, b = np.asarray(wanted[name]), np.asarray(found[name])
        np.testing.assert_array_equal(b, a, err_msg=name, strict=False)
        if a.dtype.kind == "f":
            assert np.isfinite(a).all(), name
            np.testing.assert_array_equal(np.signbit(b), np.signbit(a), err_msg=name)


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
