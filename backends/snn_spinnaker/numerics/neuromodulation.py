"""The board's neuromodulated pair rule in the kernel grammar.

An eligibility c takes the changes that the pair rule makes; the weight moves by the integral of
c times the neuromodulator m. Source: ``synapse_dynamics_stdp_izhikevich_neuromodulation.c`` and
``post_events_with_da.h`` of sPyNNaker's neural_modelling; the order of the products is that of
the binary (measured: the source's own order leaves other last bits).
"""

from __future__ import annotations

from collections.abc import Mapping

from snn_spinnaker.numerics.arithmetic import accum, mul, wrap
from snn_spinnaker.numerics.rules import UNIT_TRACE, product, share, short

LARGEST_LEVEL = 16.0
"""The neuromodulator is s4.11."""


def reward_pre_trace(r: int, plus_since: int) -> int:
    return short(product(r, plus_since) + UNIT_TRACE)


def reward_post_trace(o: int, m: int, minus_since: int, m_since: int) -> tuple[int, int]:
    return short(product(o, minus_since) + UNIT_TRACE), short(product(m, m_since))


def reward_trace(
    o: int, m: int, minus_since: int, m_since: int, concentration: int
) -> tuple[int, int]:
    return short(product(o, minus_since)), short(product(m, m_since) + concentration)


def level(m: int, m_since: int) -> int:
    return short(product(m, m_since))


def on_elapsed(w: int, c: int, m: int, c_for: int, m_for: int, gain: int) -> tuple[int, int]:
    moved = share(share(mul(c, gain), m), short(product(c_for, m_for) - UNIT_TRACE))
    return wrap(w + moved), share(c, c_for)


def on_post(c: int, r: int, plus_pre: int, since_pre: int, A_plus: int, w_max: int) -> int:
    grown = min(wrap(c + share(A_plus, product(r, plus_pre))), w_max)
    return grown if since_pre > 0 else c


def on_pre(c: int, o: int, minus_post: int, A_minus: int) -> int:
    return max(wrap(c - share(A_minus, product(o, minus_post))), 0)


def bounded(w: int, w_min: int, w_max: int) -> int:
    return min(max(w, w_min), w_max)


KERNELS = {
    "pre_trace": reward_pre_trace, "post_trace": reward_post_trace, "reward_trace": reward_trace,
    "level": level, "on_elapsed": on_elapsed, "on_post": on_post, "on_pre": on_pre,
    "bounded": bounded,
}  # fmt: skip


def concentration(d_plus: float) -> int:
    """Return what a reward adds, s4.11.

    The cores expand the reward's synapses themselves and round twice: to s16.15, then halves up.
    """
    size = int(accum(abs(d_plus))) + 8 >> 4
    return size if d_plus >= 0 else -size


def numbers(values: Mapping[str, float]) -> dict[str, int]:
    """Return the whole numbers that only this rule has."""
    gain = -1.0 / (1.0 / values["tau_c"] + 1.0 / values["tau_d"])
    return {"gain": int(accum(gain)), "concentration": concentration(values["d_plus"])}
