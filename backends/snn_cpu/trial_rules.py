"""Trial rules: whole-trial logs, the compiled function of the rule, a fresh start."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledProjection, CompiledRule
from snn.engine import CompiledSchedule
from snn.plasticity.trial_rule import TrialRule, arrays_of, seen_above
from snn_cpu.parts import Part, bind
from snn_cpu.plasticity_rates import speed

if TYPE_CHECKING:
    from snn_cpu.world import World

Array = NDArray[Any]
KERNEL = "snn_cpu.kernels.trial"
LOGGED = ("pre_steps", "pre_neurons", "post_steps", "post_neurons")


@dataclass(eq=False)
class TrialMemory:
    """What a trial rule keeps: its own arrays, and the logs of the presentation under way."""

    rule: TrialRule
    arrays: dict[str, Array]
    peak: Array
    peak_step: Array
    used: dict[str, Array]
    logs: dict[str, tuple[Array, Array]] = field(default_factory=dict)
    state: Array = field(default_factory=lambda: np.zeros(1, np.int64))
    begun: Array = field(default_factory=lambda: np.zeros(1, np.int64))

    def begin(
        self, sizes: dict[str, int], schedule: CompiledSchedule, state: Array, step: int
    ) -> None:
        """Make room for the spikes of one presentation of a schedule that begins now."""
        steps = int(schedule.phase_steps.sum())
        for side in self.used:
            room = min(steps * sizes[side], 1 << 28)
            self.logs[side] = np.zeros(room, np.int32), np.zeros(room, np.int32)
            self.used[side][0] = 0
        self.state, self.begun[0] = state, step
        self.peak[:] = -np.inf


def trial_rules(q: CompiledProjection) -> list[tuple[int, CompiledRule]]:
    """Return the trial rules of a projection with their positions."""
    return [(k, r) for k, r in enumerate(q.rules) if isinstance(r.rule, TrialRule)]


def trial_memory(q: CompiledProjection, made: CompiledRule, dt: float, size: int) -> TrialMemory:
    """Allocate what a trial rule keeps; `size` is that of the post population."""
    rule: Any = made.rule
    weights = np.array(q.weight, float).reshape(q.pre_size, q.post_size)
    sides = [side for side in ("pre", "post") if f"{side}_steps" in rule.arguments()]
    return TrialMemory(
        rule=rule, arrays=arrays_of(rule, dt, weights),
        peak=np.full(size, -np.inf), peak_step=np.zeros(size, np.int64),
        used={side: np.zeros(1, np.int64) for side in sides},
    )  # fmt: skip


def memories(world: World) -> Iterator[tuple[CompiledProjection, TrialMemory]]:
    """Yield every trial rule's memory with its projection."""
    for (q, _), memory in world.trial_rules.items():
        yield world.compiled.projections[q], memory


def logs(world: World, parity: int) -> list[Part]:
    """Bind the logging of spikes for trial rules."""
    made = []
    for q, memory in memories(world):
        for side, (steps, neurons) in memory.logs.items():
            spikes = world.spikes[parity][q.pre if side == "pre" else q.post]
            made.append(bind(f"{KERNEL}:log_spikes", {
                "spikes": spikes.index, "ptr": spikes.ptr, "out_steps": steps,
                "out_neurons": neurons, "used": memory.used[side],
            }, title="trial rules"))  # fmt: skip
    return made


def peaks(world: World, thread: int) -> list[Part]:
    """Bind the search for the largest membrane variable of each trial."""
    made = []
    for q, memory in memories(world):
        if {"peak", "peak_step"} & set(memory.rule.arguments()):
            post = world.compiled.populations[q.post]
            lo, hi = world.own(post.size, thread)
            made.append(bind(f"{KERNEL}:follow_peak", {
                "lo": lo, "hi": hi, "state": world.cells[q.post].states[post.model.membrane],  # type: ignore[union-attr]
                "peak": memory.peak, "peak_step": memory.peak_step,
            }, title="trial rules"))  # fmt: skip
    return made


def parts(world: World, q: CompiledProjection, k: int, made: CompiledRule, on: Array) -> list[Part]:
    """Bind a trial rule and, where it wants that, the fresh start after it."""
    memory = world.trial_rules[q.index, k]
    rule = memory.rule
    logged = {name: array for side, pair in memory.logs.items()
              for name, array in zip((f"{side}_steps", f"{side}_neurons"), pair)}  # fmt: skip
    values = {
        "on": on, "speed": speed(world, q), "state": memory.state, "begun": memory.begun,
        "weight": world.weights[q.index],
        "n_pre": q.pre_size, "delay_": int(q.total_delay), "dt_": np.array([world.compiled.dt]),
        "first_pre": q.pre_start, "first_post": q.post_start, "n_post": q.post_size,
        "numbers": np.array([*made.values.values()] or [0.0]),
        "peak": memory.peak, "peak_step": memory.peak_step,
        **{f"used_{side}": used for side, used in memory.used.items()}, **logged,
        **{f"a_{name}": array for name, array in _readable(world, memory, made).items()},
    }  # fmt: skip
    text = _text(rule, list(values), made)
    found = [bind("finish", values, text, title=type(rule).__name__)]
    return found + (_restart(world, q) if rule.restart else [])


def _readable(world: World, memory: TrialMemory, made: CompiledRule) -> dict[str, Array]:
    """Return the rule's own arrays, and those of the rule above."""
    return memory.arrays | (seen_above(world.trial_rules[made.above].arrays) if made.above else {})


def _text(rule: TrialRule, names: list[str], made: CompiledRule) -> str:
    functions = [*type(rule).uses, type(rule).function()]
    sources = [source_of(f) for f in functions]
    numbers = {name: f"numbers[{i}]" for i, name in enumerate(made.values)}
    given = {
        "trial": "state[0]", "w": "w", "delay": "delay_", "dt": "dt_[0]",
        "peak": "peak[first_post:last_post]",
        "peak_step": "peak_step[first_post:last_post] - begun[0]", **numbers,
    }  # fmt: skip
    given |= {name: name[: -len("steps")] + "s" if name.endswith("_steps") else name[:-1]
              for name in LOGGED}  # fmt: skip
    given |= {name[2:]: name for name in names if name.startswith("a_")}
    lines = []
    for side in ("pre", "post"):
        if f"used_{side}" in names:
            lines += [f"    {side}_s, {side}_neuron = kept({side}_steps, {side}_neurons, "
                      f"used_{side}[0], begun[0], first_{side}, n_{side})",
                      f"    used_{side}[0] = 0"]  # fmt: skip
    call = ", ".join(given[name] for name in rule.arguments())
    return "\n\n".join([*sources, _KEPT, "\n".join([
        "@njit(nogil=True, error_model='numpy')",
        f"def finish(step, slot, {', '.join(names)}):",
        "    w = weight.reshape((n_pre, n_post))",
        "    last_post = first_post + n_post",
        *lines,
        "    before = w.copy() if speed[0] != 1 else w[:0]",
        "    if on[0]:",
        f"        {type(rule).function().__name__}({call})",
        "    if speed[0] != 1:",
        "        rate = weight.dtype.type(speed[0])",
        "        w[:] = before + rate * (w - before)",
        "    peak[:] = -np.inf",
        "    begun[0] = step",
        "    return 0",
    ])])  # fmt: skip


_KEPT = """\
@njit(nogil=True, error_model='numpy')
def kept(steps, neurons, used, begun, first, size):
    inside = (neurons[:used] >= first) & (neurons[:used] < first + size)
    found = neurons[:used][inside].astype(np.int64) - first
    return steps[:used][inside].astype(np.int64) - begun, found"""


@cache
def source_of(function: Any) -> str:
    """Return a function's own text, to be compiled; its hash goes into the module's name."""
    text = textwrap.dedent(inspect.getsource(function)).removeprefix("@staticmethod\n")
    return f"@njit(nogil=True, error_model='numpy')\n{_unannotated(text)}"


def _unannotated(text: str) -> str:
    tree = ast.parse(text)
    head: Any = tree.body[0]
    head.returns = None
    for argument in head.args.args:
        argument.annotation = None
    return ast.unparse(tree)


def _restart(world: World, q: CompiledProjection) -> list[Part]:
    made = [bind(f"{KERNEL}:restore", {"state": axon.count, "initial": np.zeros_like(axon.count)},
                 title="trial rules")
            for index, axon in world.axons.items()
            if world.compiled.projections[index].post in (q.pre, q.post)]  # fmt: skip
    for index in sorted({q.pre, q.post}):
        population, cells = world.compiled.populations[index], world.cells.get(index)
        if cells is None:
            continue
        for name, state in cells.states.items():
            initial = np.array(population.initial[name], state.dtype)
            made.append(bind(f"{KERNEL}:restore", {"state": state, "initial": initial},
                             title="trial rules"))  # fmt: skip
        made += [bind(f"{KERNEL}:clear", {"ring": ring}, title="trial rules")
                 for ring in cells.rings]  # fmt: skip
        made.append(bind(f"{KERNEL}:restore", {
            "state": cells.counter, "initial": np.zeros_like(cells.counter),
        }, title="trial rules"))  # fmt: skip
    return made
