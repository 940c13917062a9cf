"""Where the memory ends: spacing, overlap, fragments and size, beyond the paper's 16 x 6."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import click
import numpy as np

import snn
from snn.numerics import Profile
from snn_models.ca3 import CA3Memory, Operation
from snn_models.ca3.operations import answers, wrong
from snn_spinnaker.numerics import Spinnaker

SEEDS, LENGTH = 8, 120
SETS = ("published", "exact")


@dataclass(frozen=True, kw_only=True)
class Point:
    """Wrong recalls under one condition.

    Parameters
    ----------
    sweep, constants : str
    value : float
        Of what the sweep varies.
    by_cue, by_content : int
        Recalls of each kind; `wrong_by_cue` and `wrong_by_content` of them were wrong.
    """

    sweep: str
    constants: str
    value: float
    by_cue: int
    wrong_by_cue: int
    by_content: int
    wrong_by_content: int


def profile_of(memory: CA3Memory) -> str | Profile:
    """Return the profile of a memory; on the board inhibition may fill its input cells.

    The host reserves room for all cues inhibiting at once, for which 16 bits do not reach beyond
    some 30 cues; a full cell inhibits as well.
    """
    if memory.values.numerics == "exact":
        return "exact"
    n, w = memory.contents, memory.values.weight
    return Spinnaker(max_expected_summed_weight={"CA3cueContRecall": [w * (n + 1), 2 * w * n]})


def count(sweep: str, value: float, memory: CA3Memory, runs: list[list[Operation]]) -> Point:
    """Run sequences of operations and count wrong recalls."""
    total = {"by_cue": 0, "wrong_by_cue": 0, "by_content": 0, "wrong_by_content": 0}
    for operations in runs:
        net = memory.network(operations)
        result = snn.run(net, operations[-1].time + 20.0, numerics=profile_of(memory),
                         progress=False)  # fmt: skip
        bad = wrong(operations, answers(result, operations, memory.cues))
        for operation, is_wrong in zip(operations, bad, strict=True):
            if operation.name == "recall":
                kind = "by_content" if operation.cue is None else "by_cue"
                total[kind] += 1
                total[f"wrong_{kind}"] += is_wrong
    return Point(sweep=sweep, constants=str(memory.constants), value=value, **total)


def sequence(
    seed: int, cues: int, contents: int, *, spacing: float, density: float = 0.4,
    fragment: int = 1, length: int = LENGTH,
) -> list[Operation]:  # fmt: skip
    """Return random learns, recalls by cue and recalls by `fragment` bits of a held content.

    Learns overwrite. `density` is the probability of a bit, so that two contents share a
    fraction `density` of their bits.
    """
    rng = np.random.default_rng(seed)
    held: dict[int, tuple[int, ...]] = {}
    made: list[Operation] = []
    for k in range(length):
        time, kind = 1.0 + spacing * k, rng.integers(3) if held else 0
        if kind == 0:
            cue = int(rng.integers(cues))
            bits = np.flatnonzero(rng.random(contents) < density)
            bits = bits if len(bits) else rng.integers(contents, size=1)
            held[cue] = tuple(map(int, bits))
            made.append(Operation(time=time, cue=cue, content=held[cue]))
            continue
        cue = int(rng.choice(sorted(held)))
        if kind == 1:
            made.append(Operation(time=time, cue=cue))
            continue
        asked = rng.choice(held[cue], size=min(fragment, len(held[cue])), replace=False)
        made.append(Operation(time=time, content=tuple(sorted(map(int, asked)))))
    return made


def filled(cues: int, contents: int, *, refresh: bool, bits: float = 0.05) -> list[Operation]:
    """Return a memory's filling, and up to 100 recalls of each kind, 20 ms apart.

    With `refresh` each learn is followed by a recall of its cue, which applies the weight
    changes that the board holds back until a synapse's next spike.
    """
    rng, size = np.random.default_rng(0), max(2, int(contents * bits))
    asked: list[tuple[int | None, tuple[int, ...]]] = []
    for cue in range(cues):
        content = rng.choice(contents, size=size, replace=False)
        asked.append((cue, tuple(sorted(map(int, content)))))
        asked += [(cue, ())] * refresh
    asked += [(int(cue), ()) for cue in rng.permutation(cues)[:100]]
    asked += [(None, (int(bit),)) for bit in rng.permutation(contents)[:100]]
    return [Operation(time=1.0 + 20.0 * k, cue=cue, content=content)
            for k, (cue, content) in enumerate(asked)]  # fmt: skip


def points(seeds: int = SEEDS, largest: int = 1000) -> Iterator[Point]:
    """Yield every point of the study."""
    for constants in SETS:
        memory = CA3Memory(5, 10, constants)

        def drawn(**options: Any) -> list[list[Operation]]:
            return [sequence(seed, 5, 10, **options) for seed in range(seeds)]

        for spacing in (7.0, 8.0, 10.0, 12.0, 14.0, 20.0):
            yield count("spacing, ms", spacing, memory, drawn(spacing=spacing))
        for density in (0.1, 0.2, 0.4, 0.6, 0.8):
            yield count("overlap", density, memory, drawn(spacing=20.0, density=density))
        for bits in (1, 2, 3):
            yield count("bits of a fragment", bits, memory, drawn(spacing=20.0, fragment=bits))
        for refresh in (False, True):
            name = "cues and contents" + ", recalled once learned" * refresh
            for size in (n for n in (5, 16, 30, 100, 300, 1000) if n <= largest):
                runs = [filled(size, size, refresh=refresh)]
                yield count(name, size, CA3Memory(size, size, constants), runs)


def print_study() -> list[dict[str, Any]]:
    """Print the study as it goes; return its points."""
    click.echo("\nwrong recalls; constants 'published' on 'spinnaker', 'exact' on 'exact'")
    click.echo(f"  {'varied':42s} {'value':>7s}  {'constants':10s} {'by cue':>14s} "
               f"{'by content':>14s}")  # fmt: skip
    found = []
    for p in points():
        click.echo(
            f"  {p.sweep:42s} {p.value:7g}  {p.constants:10s} "
            f"{f'{p.wrong_by_cue} of {p.by_cue}':>14s} "
            f"{f'{p.wrong_by_content} of {p.by_content}':>14s}"
        )
        found.append(asdict(p))
    return found
