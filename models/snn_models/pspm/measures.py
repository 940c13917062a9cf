"""How like two sets of spike trains are: the measures of the PSPM program, and avalanches.

A raster is an array (neurons, steps) of zeros and ones.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

QUIET = 35.0
"""Percentile of the population's activity above which an avalanche goes on."""


def smoothed(trains: Array) -> Array:
    """Convolve with the authors' kernel, ``exp(-0.005 x^2)`` at 100 points of [-20, 20].

    Returns
    -------
    (neurons, steps + 99)
        The full convolution by sample; its effective width is 25 steps.
    """
    kernel = np.exp(-0.005 * np.linspace(-20, 20, 100) ** 2)
    length = trains.shape[1] + len(kernel) - 1
    spectrum = np.fft.rfft(trains, length, axis=1) * np.fft.rfft(kernel, length)
    return np.asarray(np.fft.irfft(spectrum, length, axis=1))


def distances(a: Array, b: Array) -> tuple[float, float]:
    """Return (D_P, D_A) of two rasters.

    D_P is the sum over neurons of the mean squared difference of their smoothed trains,
    D_A that of the population's sum, per neuron.
    """
    x, y = smoothed(a), smoothed(b)
    own = ((x - y) ** 2).mean(axis=1).sum()
    return float(own), float(((x.sum(0) - y.sum(0)) ** 2).mean() / len(a))


def isi_distance(a: Array, b: Array) -> float:
    """Return the Euclidean distance of the histograms of all intervals, in bins of a step."""
    length = a.shape[1]
    counts = [np.bincount(_intervals(raster), minlength=length) for raster in (a, b)]
    return float(np.sqrt(((counts[0] - counts[1]) ** 2).sum()))


def _intervals(raster: Array) -> Array:
    neurons, steps = np.nonzero(raster)
    return np.diff(steps)[np.diff(neurons) == 0]


def avalanches(raster: Array) -> Array:
    """Return the sizes of avalanches: the spikes of each stretch of steps above the 35th
    percentile of the population's activity.
    """  # noqa: D205
    activity = raster.sum(axis=0)
    above = np.concatenate([[False], activity > np.percentile(activity, QUIET), [False]])
    edges = np.flatnonzero(np.diff(above.astype(int)))
    total = np.concatenate([[0], np.cumsum(activity)])
    return np.array([total[b] - total[a] for a, b in pairwise(edges)][::2], int)


def exponent(sizes: Array, smallest: int = 10) -> float:
    """Return the exponent of a power law fitted to sizes from `smallest` on; NaN without any.

    The maximum-likelihood estimate for whole numbers of Clauset, Shalizi and Newman (SIAM
    Review 51 (2009) 661, eq. 3.7).
    """
    kept = sizes[sizes >= smallest]
    return float(1 + len(kept) / np.log(kept / (smallest - 0.5)).sum()) if len(kept) else np.nan
