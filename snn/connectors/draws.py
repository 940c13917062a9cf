"""Compiled draws of random connectivity; imported only when something is connected.

Every row (or column) reads its own stream of Philox4x32-10 words, so that what it draws
depends on nothing but the projection's key: word e of line r is word ``e mod 4`` of the
counter ``(r, e div 4, tag, 0)``, in which every connector has a tag of its own.
"""
# numba's decorators carry no types; the callers in this package annotate theirs.
# mypy: disable-error-code="no-untyped-def, no-untyped-call, misc, untyped-decorator"

from __future__ import annotations

import math

import numpy as np
from numba import njit

PROBABILITY, TARGETS, SOURCES, PAIRS, DISTANCE = (np.uint64(tag) for tag in range(5))

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_MASK, _HALF, _ONE = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(1)
_GRID = 2.0**-53

compiled = njit(cache=True, nogil=True, error_model="numpy")
inlined = njit(cache=True, nogil=True, error_model="numpy", inline="always")


@inlined
def _philox(line, block, tag, key):
    """Return four words; equals `snn.random.philox` of (line, block, tag, 0)."""
    c0, c1, c2, c3 = line & _MASK, block & _MASK, tag, np.uint64(0)
    k0, k1 = key & _MASK, key >> _HALF
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _MASK, (p0 >> _HALF) ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + _W0) & _MASK, (k1 + _W1) & _MASK
    return c0, c1, c2, c3


@inlined
def _uniform(high, low):
    """Return a number of (0, 1] from two words, 53 bits."""
    return (np.float64((high << np.uint64(21)) | (low >> np.uint64(11))) + 1.0) * _GRID


@compiled
def bernoulli(key, p, own, n_post, indptr, targets):
    """Fill rows in which each target occurs with probability `p`; return the rows filled.

    Gaps between targets are geometric, so the work is per synapse, not per pair. Row r
    leaves out target ``own[r]`` (none where that is negative). Stops before the row for
    which `targets` may lack room.
    """
    scale = 1.0 / math.log1p(-p) if p < 1.0 else 0.0
    at = 0
    for row in range(len(indptr) - 1):
        skipped = own[row]
        room = n_post - 1 if skipped >= 0 else n_post
        if at + room > len(targets):
            return row
        column, block = -1, np.uint64(0)
        while True:
            a, b, c, d = _philox(np.uint64(row), block, PROBABILITY, key)
            block += _ONE
            # The cap keeps the sum an integer where a gap is longer than any row.
            column += 1 + int(min(math.log(_uniform(a, b)) * scale, 1e15))
            if column >= room:
                break
            targets[at] = column + (1 if 0 <= skipped <= column else 0)
            at += 1
            column += 1 + int(min(math.log(_uniform(c, d)) * scale, 1e15))
            if column >= room:
                break
            targets[at] = column + (1 if 0 <= skipped <= column else 0)
            at += 1
        indptr[row + 1] = at
    return len(indptr) - 1


@inlined
def _bounded(word, bound):
    """Return (number below `bound`, whether it is exactly uniform); Lemire's method.

    Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019) 3.
    """
    product = word * bound
    low = product & _MASK
    return product >> _HALF, low >= bound or low >= (np.uint64(2**32) - bound) % bound


@compiled
def _spare(line, first, bound, tag, key):
    """Return a number below `bound` from the line's words beyond those it has planned.

    `first` counts the rejected words of the line; returns (number, words used so far).
    """
    while True:
        words = _philox(line, np.uint64(2**31) + np.uint64(first), tag, key)
        first += 1
        value, exact = _bounded(words[0], bound)
        if exact:
            return value, first


@compiled
def choices(key, tag, counts, own, size, multapses, chosen):
    """Draw ``counts[r]`` of `size` numbers for each line r, one line after another.

    Without multapses by Floyd's method: one word per number, however many are drawn.
    Line r leaves out number ``own[r]`` (none where that is negative).
    """
    stamp = np.zeros(size, np.uint32)
    words = np.empty(4 + (counts.max() if len(counts) else 0), np.uint32)
    at = 0
    for line in range(len(counts)):
        count, skipped, spare = counts[line], own[line], 0
        room = size - 1 if skipped >= 0 else size
        for block in range((count + 3) // 4):
            a, b, c, d = _philox(np.uint64(line), np.uint64(block), tag, key)
            words[4 * block], words[4 * block + 1] = a, b
            words[4 * block + 2], words[4 * block + 3] = c, d
        for e in range(count):
            last = room - 1 if multapses else room - count + e
            bound = np.uint64(last + 1)
            value, exact = _bounded(np.uint64(words[e]), bound)
            if not exact:
                value, spare = _spare(np.uint64(line), spare, bound, tag, key)
            number = np.int64(value)
            if not multapses:
                if stamp[number] == line + 1:
                    number = last
                stamp[number] = line + 1
            chosen[at] = number + (1 if 0 <= skipped <= number else 0)
            at += 1


@compiled
def pairs(key, own, n_pre, n_post, pre, post):
    """Draw pairs with replacement, all but ``(r, own[r])`` equally likely."""
    for s in range(len(pre)):
        block = np.uint64(0)
        while True:
            a, b, _, _ = _philox(np.uint64(s), block, PAIRS + (np.uint64(s >> 32) << 8), key)
            block += _ONE
            row, exact = _bounded(a, np.uint64(n_pre))
            column, also = _bounded(b, np.uint64(n_post))
            if exact and also and own[row] != np.int64(column):
                break
        pre[s], post[s] = row, column


@compiled
def uniforms(key, rows, columns):
    """Return one uniform number of (0, 1] for each pair, whatever the other pairs."""
    made = np.empty(len(rows), np.float64)
    for s in range(len(rows)):
        a, b, _, _ = _philox(np.uint64(rows[s]), np.uint64(columns[s]), DISTANCE, key)
        made[s] = _uniform(a, b)
    return made
