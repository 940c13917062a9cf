"""Threads that work together or one that does all shares: the same spikes, the faster way."""

from __future__ import annotations

from typing import Any

import pytest
from agreement.equality import history, prepared, require_equal
from agreement.test_invariance import STEPS, crowd

from snn_cpu import crew
from snn_cpu.crew import Crew


@pytest.mark.parametrize("threads", [2, 3])
def test_changing_the_way_of_working_changes_nothing(threads: int) -> None:
    compiled = crowd()
    wanted = history(prepared(compiled, "reference"), compiled, [STEPS])
    engine = prepared(compiled, "cpu", threads=threads)

    def change(steps: int) -> None:
        engine.crew.together = not engine.crew.together

    engine.crew.learn = change
    require_equal(wanted, history(engine, compiled, [7] * (STEPS // 7) + [STEPS % 7]))


def chosen(monkeypatch: pytest.MonkeyPatch, seconds: dict[bool, float], chunks: int) -> list[bool]:
    """Return how each chunk was done when a step takes so long together or alone."""
    clock = [0.0]
    monkeypatch.setattr(crew.time, "perf_counter", lambda: clock[0])
    made, ways, seen = Crew(2), [], []

    def share(teams: Any, thread: int, threads: int) -> None:
        if thread == 0:
            seen.append(len(teams))
            clock[0] += seconds[threads > 1] * min(80, made.most)

    for _ in range(chunks):
        ways.append(made.together)
        steps = min(80, made.most)
        made.work(share, ("one", "two"))
        made.learn(steps)
    assert seen == [1 if together else 2 for together in ways]
    return ways


@pytest.mark.parametrize(("seconds", "better"), [
    ({True: 1e-3, False: 2e-3}, True), ({True: 5e-3, False: 2e-3}, False),
])  # fmt: skip
def test_the_faster_way_is_chosen_and_the_other_tried_now_and_then(
    monkeypatch: pytest.MonkeyPatch, seconds: dict[bool, float], better: bool
) -> None:
    ways = chosen(monkeypatch, seconds, 200)
    assert ways[3:].count(better) > 0.8 * len(ways[3:])
    assert (not better) in ways[-2 * crew.RETRY :]


def test_a_trial_is_short() -> None:
    made = Crew(2)
    made._seconds = 1.0
    for _ in range(2):
        made.learn(800)
    assert made.most == 800 // crew.TRIAL


def test_one_thread_has_nothing_to_choose() -> None:
    made = Crew(1)
    for _ in range(100):
        made.learn(10)
        assert not made.together
        assert made.most > 1 << 30
