"""Functions that generated code of learning rules begins with."""

from __future__ import annotations

DRAW = """\
from snn_cpu.kernels.inputs import philox


@njit(nogil=True, error_model='numpy')
def draw(key, source, target, step, turn):
    low, high = np.int64(step) & 0xFFFFFFFF, (np.int64(step) >> 32) * 65536 + turn
    word = philox(source, target, low, high, key[0], key[1])[0]
    return {cast}(np.float64(word >> np.uint32(8)) * 2.0**-24)
"""

MOVED = """\
@njit(nogil=True, error_model='numpy')
def moved(old, new, rate):
    return new if rate == 1 else old + rate * (new - old)
"""

DECAY = """\
@njit(nogil=True, error_model='numpy')
def decay(table, steps, scale):
    k = np.int64(steps)
    if k < table.shape[0]:
        return table[uint64(k)]
    return {cast}(math.exp(-(k * scale[1]) / scale[0]))


@njit(nogil=True, error_model='numpy')
def own_decay(steps, tau, dt):
    return {cast}(math.exp(-(np.int64(steps) * dt) / tau))
"""
