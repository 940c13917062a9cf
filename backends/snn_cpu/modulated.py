"""Generate what a neuromodulated deferred rule does at a presynaptic spike."""

from __future__ import annotations

from collections.abc import Callable

from snn.compiler.deferred import CompiledModulated
from snn_cpu.learning_rules import indent


def change(
    rule: CompiledModulated, call: Callable[[str], str], lookups: Callable[..., list[str]]
) -> list[str]:
    """Return the lines that change w and c by the entries k + 1 .. e and the present spike.

    Parameters
    ----------
    call, lookups : callable
        Text of a kernel's call, and of what it reads in the tables.
    """
    level = 1 + rule.post.index("m")
    own = 1 + rule.post.index("o")
    kind = 1 + len(rule.post)
    elapsed = [*lookups("on_elapsed", "for", "now - at"), f"w, c = {call('on_elapsed')}"]
    return [
        "c = np.int64(own[j]) << shift",
        "at = last",
        "m = 0",
        "if k >= oldest:",
        f"    m = np.int64(hist[target, uint64(k) & top, {level}])",
        *indent(lookups("level", "since", "last - hist[target, uint64(k) & top, 0]"), 1),
        f"    m = {call('level')}",
        "k += 1",
        "while k <= e:",
        "    now = np.int64(hist[target, uint64(k) & top, 0]) + d",
        *indent(elapsed, 1),
        f"    if hist[target, uint64(k + newest - e) & top, {kind}] == 0:",
        "        since_pre = now - last",
        *indent(lookups("on_post", "pre", "since_pre"), 2),
        f"        c = {call('on_post')}",
        f"    m = np.int64(hist[target, uint64(k) & top, {level}])",
        "    at = now",
        "    k += 1",
        "if e >= oldest:",
        "    now = tick",
        *indent(elapsed, 1),
        f"    o = np.int64(hist[target, uint64(e) & top, {own}])",
        "    since = tick - d - np.int64(hist[target, uint64(e) & top, 0])",
        *indent(lookups("on_pre", "post", "since"), 1),
        f"    c = {call('on_pre')}",
        f"w = {call('bounded')}",
        "own[j] = (c >> shift) & 0xFFFF",
    ]
