"""What changes during a run, and what of it still holds when a network was changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.errors import SnnError
from snn_cpu.topology import mutable_lists
from snn_cpu.world import World

Array = NDArray[Any]

FRESH = ("at", "levels", "dirty", "injected", "spike")
"""Places in tables of input, which are found again from the step."""

FREE = ("rate", "stretch", "weight", "anchor", "mode", "counts", "lists", "fill", "awake", "speed")
"""What begins anew where its shape has changed; a learning rule's memory may not."""


def mutable(world: World) -> dict[str, Array]:
    """Return every array that changes during a run, by name, in place."""
    found: dict[str, Array] = {"rate": world.rate, "stretch": world.stretch, "speed": world.speed}
    for p, cells in world.cells.items():
        found |= {f"state {p} {name}": array for name, array in cells.states.items()}
        found |= {f"ring {p} {k}": ring for k, ring in enumerate(cells.rings)}
        found |= {f"counter {p}": cells.counter, f"injected {p}": cells.injected}
        for t, own in enumerate(cells.threads):
            found |= {f"at {p} {t}": own.at, f"levels {p} {t}": own.levels,
                      f"dirty {p} {t}": own.dirty}  # fmt: skip
    found |= {f"spike {p}": source.at for p, source in world.sources.items()}
    for k, weight in enumerate(world.weights):
        if weight.flags.writeable:
            found[f"weight {k}"] = weight
    for p, dozing in world.sleep.items():
        for t, each_ in enumerate(dozing):
            found |= {f"{name} {p} {t}": getattr(each_, name) for name in
                      ("anchor", "mode", "counts", "lists", "fill", "awake")}  # fmt: skip
    for q, late in world.deferred.items():
        for t, memory_ in enumerate(late):
            found |= {f"{name} {q} {t}": a for name, a in memory_.mutable().items()}
    for q, axon in world.axons.items():
        found |= {f"axon {q} {name}": array for name, array in axon.mutable().items()}
    found |= mutable_lists(world)
    for (q, k), kept in world.reductions.items():
        found |= {f"reduction {q} {k} {name}": a for name, a in kept.mutable().items()}
    for q, each in world.plastic.items():
        for t, own_ in enumerate(each):
            found |= {f"{name} {q} {t}": a for name, a in own_.mutable().items()}
    return found


def carried(old: Mapping[str, Array], own: Mapping[str, Array], step: int) -> dict[str, Array]:
    """Return the snapshot `own` of a new engine, with all that `old` says of it.

    What is new keeps its initial state.

    Raises
    ------
    SnnError
        A learning rule's memory has another layout than before.
    """
    found = dict(own)
    for name, value in own.items():
        kind = name.split()[0]
        if kind in FRESH or name not in old:
            continue
        if kind == "ring":
            found[name] = _turned(old[name], value, step)
        elif old[name].shape == value.shape:
            found[name] = old[name]
        elif kind not in FREE:
            raise SnnError("delays of a network that learns cannot be changed between runs")
    return found


def _turned(old: Array, own: Array, step: int) -> Array:
    """Return a ring of arrivals with another number of slots."""
    turned = np.zeros_like(own)
    for ahead in range(1, min(len(old), len(own)) + 1):
        turned[(step + ahead) % len(own)] = old[(step + ahead) % len(old)]
    return turned
