"""Random numbers: the seed tree and the counter-based generator of run-time input.

`docs/numerics.md` writes both down. Everything drawn while compiling comes from a
generator keyed by (seed, label, purpose); everything drawn during a run is a pure
function of (key, neuron, step), whatever the backend, threads or chunks.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

PHILOX_M0, PHILOX_M1 = 0xD2511F53, 0xCD9E8D57
PHILOX_W0, PHILOX_W1 = 0x9E3779B9, 0xBB67AE85
ROUNDS = 10
_MASK = 0xFFFFFFFF

BLOCK = 64
"""Steps of a Poisson train that are drawn together."""

LARGEST_MEAN = 256.0
"""A Poisson count with a larger mean is the sum of several independent ones."""


def stream_key(seed: int, label: str, purpose: str) -> int:
    """Return the 64-bit key of one random stream of a network."""
    digest = hashlib.sha256(f"{seed}\x00{label}\x00{purpose}".encode()).digest()
    return int.from_bytes(digest[:8], "little")


def generator(seed: int, label: str, purpose: str) -> np.random.Generator:
    """Return the generator from which one component draws while compiling."""
    return np.random.Generator(np.random.Philox(key=stream_key(seed, label, purpose)))


def philox(counter: tuple[int, int, int, int], key: int) -> tuple[int, int, int, int]:
    """Return the four 32-bit words of Philox4x32-10 for a counter and a 64-bit key.

    References
    ----------
    Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key & _MASK, key >> 32
    for _ in range(ROUNDS):
        p0, p1 = PHILOX_M0 * c0, PHILOX_M1 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & _MASK, (p0 >> 32) ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + PHILOX_W0) & _MASK, (k1 + PHILOX_W1) & _MASK
    return c0, c1, c2, c3


def count_thresholds(mean: float) -> NDArray[np.uint64]:
    """Return T with: a uniform 48-bit integer u gives the count ``sum(T <= u)``.

    The counts are Poisson distributed with `mean` up to the 2^-48 grid of u.
    Products run outward from the mode, so that no term underflows early.
    """
    if mean <= 0:
        return np.zeros(0, np.uint64)
    mode = int(mean)
    down, up = [1.0], []
    for k in range(mode, 0, -1):
        down.append(down[-1] * k / mean)
        if down[-1] < 1e-30:
            break
    ratio, k = 1.0, mode
    while ratio > 1e-30:
        k += 1
        ratio *= mean / k
        up.append(ratio)
    mass = np.array(down[::-1] + up)
    first = mode - (len(down) - 1)
    cumulative = np.cumsum(mass) / math.fsum(mass)
    whole = np.floor(cumulative * 2.0**48).astype(np.uint64)
    whole = whole[whole < 2**48]
    return np.concatenate([np.zeros(first, np.uint64), whole])
