"""The board's learning rules in the kernel grammar.

Traces are s4.11 in 16 bits, weights s16.15 while a rule acts. Sources: ``timing_dependence/*.h``
and ``weight_dependence/*.h`` of sPyNNaker's neural_modelling; checked against the binaries.
"""

from __future__ import annotations

from snn_spinnaker.numerics.arithmetic import mul, wrap

UNIT_TRACE = 2048


def short(x: int) -> int:
    """Return the low 16 bits as a signed number."""
    return ((x & 0xFFFF) ^ 0x8000) - 0x8000


def product(a: int, b: int) -> int:
    """Multiply two traces (their low 16 bits), rounding down."""
    return short(a) * short(b) >> 11


def share(amount: int, trace: int) -> int:
    """Multiply an s16.15 number by a trace, rounding down."""
    return mul(amount, wrap(trace << 4))


def added(w: int, change: int, w_max: int) -> int:
    """Potentiate additively: the upper bound only is tested."""
    return min(wrap(w + change), w_max)


def taken(w: int, change: int, w_min: int) -> int:
    """Depress additively: the lower bound only is tested."""
    return max(wrap(w - change), w_min)


# Pair rule: all-to-all traces.


def pair_pre_trace(r: int, plus_since: int) -> int:
    return short(product(r, plus_since) + UNIT_TRACE)


def pair_post_trace(o: int, minus_since: int) -> int:
    return short(product(o, minus_since) + UNIT_TRACE)


def pair_on_post(w: int, r: int, plus_pre: int, since_pre: int, A_plus: int, w_max: int) -> int:
    return added(w, share(A_plus, product(r, plus_pre)), w_max) if since_pre > 0 else w


def pair_on_pre(w: int, o: int, minus_post: int, A_minus: int, w_min: int) -> int:
    return taken(w, share(A_minus, product(o, minus_post)), w_min)


def pair_on_post_multiplicative(
    w: int, r: int, plus_pre: int, since_pre: int, A_plus: int, w_max: int
) -> int:
    grown = wrap(w + share(mul(wrap(w_max - w), A_plus), product(r, plus_pre)))
    return grown if since_pre > 0 else w


def pair_on_pre_multiplicative(w: int, o: int, minus_post: int, A_minus: int, w_min: int) -> int:
    return wrap(w - share(mul(wrap(w - w_min), A_minus), product(o, minus_post)))


# Nearest pair rule: no traces, one table entry per spike.


def nearest_amount(plus_pre: int, since_pre: int, since_post: int) -> int:
    """Return the entry of the first post spike after a pre spike, 0 for later ones."""
    return 0 if since_post < since_pre else plus_pre


def nearest_on_post(
    w: int, plus_pre: int, since_pre: int, since_post: int, A_plus: int, w_max: int
) -> int:
    amount = nearest_amount(plus_pre, since_pre, since_post)
    return added(w, share(A_plus, amount), w_max) if since_pre > 0 else w


def nearest_on_pre(w: int, minus_post: int, A_minus: int, w_min: int) -> int:
    return taken(w, share(A_minus, minus_post), w_min)


def nearest_on_post_multiplicative(
    w: int, plus_pre: int, since_pre: int, since_post: int, A_plus: int, w_max: int
) -> int:
    amount = nearest_amount(plus_pre, since_pre, since_post)
    return wrap(w + share(mul(wrap(w_max - w), A_plus), amount)) if since_pre > 0 else w


def nearest_on_pre_multiplicative(w: int, minus_post: int, A_minus: int, w_min: int) -> int:
    return wrap(w - share(mul(wrap(w - w_min), A_minus), minus_post))


# Triplet rule: the slow traces are read before their own spike, which is added when they decay.


def triplet_pre_trace(
    r1: int, r2: int, plus_since: int, x_since: int, last: int
) -> tuple[int, int]:
    slow = product(r2 + UNIT_TRACE, x_since)
    return short(product(r1, plus_since) + UNIT_TRACE), short(0 if last == 0 else slow)


def triplet_post_trace(
    o1: int, o2: int, minus_since: int, y_since: int, last: int
) -> tuple[int, int]:
    slow = product(o2 if last == 0 else o2 + UNIT_TRACE, y_since)
    return short(product(o1, minus_since) + UNIT_TRACE), short(slow)


def triplet_on_post(
    w: int, r1: int, o2: int, plus_pre: int, since_pre: int, A2_plus: int, A3_plus: int, w_max: int
) -> int:
    pair = product(r1, plus_pre)
    grown = wrap(wrap(w + share(A2_plus, pair)) + share(A3_plus, product(pair, o2)))
    return min(grown, w_max) if since_pre > 0 else w


def triplet_on_pre(
    w: int, o1: int, new_r2: int, minus_post: int, A2_minus: int, A3_minus: int, w_min: int
) -> int:
    pair = product(o1, minus_post)
    shrunk = wrap(wrap(w - share(A2_minus, pair)) - share(A3_minus, product(pair, new_r2)))
    return max(shrunk, w_min)


# Vogels' rule: pairs of either order strengthen, every pre spike weakens; no lower bound is tested.


def vogels_pre_trace(r: int, both_since: int) -> int:
    return short(product(r, both_since) + UNIT_TRACE)


def vogels_post_trace(o: int, both_since: int) -> int:
    return short((product(o, both_since) & 0xFFFF) + UNIT_TRACE)


def vogels_on_post(w: int, r: int, both_pre: int, eta: int, w_max: int) -> int:
    return added(w, share(eta, product(r, both_pre)), w_max)


def vogels_on_pre(w: int, o: int, both_post: int, eta: int, alpha: int, w_max: int) -> int:
    return added(w, share(eta, product(o, both_post) - alpha), w_max)
