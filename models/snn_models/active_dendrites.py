"""Cells whose dendritic segments detect sparse patterns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

import snn
from snn.errors import Problem, raise_if
from snn.fields import Range
from snn_models import checks

Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class ActiveDendrites:
    """Cells with dendritic segments that recognise sparse patterns of active cells.

    From the paper: a segment has binary synapses with a sample of the cells of a pattern and
    matches where at least `theta` of them are active at once; a cell has several segments,
    each of which suffices. A match is what the paper calls an NMDA spike.

    Decided here: the paper has no dynamics. Each segment is a `snn.DendriticSegment`
    (coincidence window, plateau current); the soma is a leaky integrate-and-fire neuron.
    With the default plateau a match makes the cell fire one step later, so that spikes count
    matches; a small one (0.5 nA for 100 ms) only depolarises the cell, the predictive state
    of Hawkins and Ahmad.

    Reproduces: the closed forms of the paper (`snn_models.sparse_codes`) by spikes, inside
    their binomial intervals (``snn bench dendrites``).

    Parameters
    ----------
    inputs : int
        Number of cells that carry the patterns.
    segments : sequence of sequence of array_like
        ``segments[cell][k]``: input cells of the synapses of one segment; each cell has
        equally many segments.
    theta : int
        Active synapses that a match takes.
    tau_syn : float, ms
        Window of coincidence.
    plateau, duration : float, nA and ms
        Of the plateau that a match starts.
    tau_m, v_thresh : float, ms and mV
        Of the soma; v_thresh is above rest.
    spacing : float, ms
        From one pattern to the next in `detect`; nothing of a pattern is left by then.
    dt : float, ms

    References
    ----------
    Ahmad and Hawkins, arXiv 1601.00720 (2016); Hawkins and Ahmad, Front. Neural Circuits 10
    (2016) 23.
    """

    inputs: int
    segments: Sequence[Sequence[ArrayLike]]
    theta: int
    tau_syn: float = 1.0
    plateau: float = 20.0
    duration: float = 1.0
    tau_m: float = 10.0
    v_thresh: float = 15.0
    spacing: float = 20.0
    dt: float = 1.0

    def __post_init__(self) -> None:
        positive = Range(above=0.0)
        problems = [
            *checks.whole(self, inputs=1, theta=1),
            *checks.inside(self, positive, "ms", "tau_syn", "duration", "tau_m", "dt"),
            *checks.inside(self, positive, "mV", "v_thresh"),
            *checks.inside(self, Range(low=0.0), "nA", "plateau"),
        ]
        wrong = {problem.field for problem in problems}
        if not wrong & {"inputs", "theta"}:
            problems += _segment_problems(self.segments, self.inputs, self.theta)
        raise_if(problems + self._spacing_problems("tau_syn" not in wrong))

    def _spacing_problems(self, known: bool) -> list[Problem]:
        """Return what is wrong with the spacing; `known`: tau_syn is a number."""
        least = Range(low=20.0 * self.tau_syn if known else 0.0)
        if checks.is_inside(self.spacing, least):
            return []
        message = f"must be at least 20 tau_syn = {least.low:g} ms; got {self.spacing}"
        return [Problem("ActiveDendrites", "spacing", message)]

    @staticmethod
    def example() -> snn.Network:
        """Return a small instance, for `snn models`."""
        model = ActiveDendrites(inputs=20, segments=[[range(10), range(5, 15)]], theta=8)
        return model.build(snn.Poisson(rate=10.0))

    def build(self, source: snn.SpikeArray | snn.Poisson) -> snn.Network:
        """Return the network; `source` drives the population "inputs", segments are on "cells"."""
        net = snn.Network(dt=self.dt)
        inputs = net.population(self.inputs, source, label="inputs")
        cells = net.population(len(self.segments), self._cell(), label="cells")
        for k, name in enumerate(self._names()):
            synapse = snn.Synapse(weight=1.0, delay=self.dt)
            net.connect(inputs, cells, snn.FromList(self._pairs(k)), synapse, receptor=name,
                        label=name)  # fmt: skip
        net.record(cells, "spikes")
        return net

    def detect(self, patterns: Sequence[ArrayLike], **options: Any) -> Flags:
        """Present patterns one after the other; return which cells fired, (patterns, cells).

        Parameters
        ----------
        patterns : sequence of array_like
            Active input cells of each pattern.
        **options
            Go to `snn.run`: backend, threads, ...
        """
        problems = [p for k, x in enumerate(patterns)
                    for p in _index_problems(f"patterns[{k}]", x, self.inputs)]  # fmt: skip
        raise_if(problems)
        net = self.build(snn.SpikeArray(times=self.times(patterns)))
        result = snn.run(net, len(patterns) * self.spacing, progress=False, **options)["cells"]
        fired = np.zeros((len(patterns), len(self.segments)), bool)
        fired[((result.times - 0.5 * self.dt) // self.spacing).astype(int), result.neurons] = True
        return fired

    def times(self, patterns: Sequence[ArrayLike]) -> list[NDArray[np.float64]]:
        """Return the spike times of each input cell when patterns are presented in turn."""
        sizes = [np.size(x) for x in patterns]
        cells = np.concatenate([np.asarray(x, int) for x in patterns] or [np.zeros(0, int)])
        at = np.repeat(np.arange(len(sizes)) * self.spacing + self.dt, sizes)
        order = np.argsort(cells, kind="stable")
        cuts = np.searchsorted(cells[order], np.arange(1, self.inputs))
        return np.split(at[order], cuts)

    def _names(self) -> list[str]:
        return [f"segment{k}" for k in range(len(self.segments[0]))]

    def _pairs(self, k: int) -> NDArray[np.int64]:
        rows = [np.asarray(own[k], int) for own in self.segments]
        cells = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        return np.column_stack([np.concatenate(rows), cells])

    def _cell(self) -> snn.LIF:
        # Half a synapse below theta: what is left of earlier synapses cannot make up for one.
        segment = snn.DendriticSegment(
            threshold=self.theta - 0.5, tau_syn=self.tau_syn, plateau=self.plateau,
            duration=self.duration,
        )  # fmt: skip
        return snn.LIF(
            tau_m=self.tau_m, v_rest=0.0, v_reset=0.0, v_thresh=self.v_thresh, tau_refrac=5.0,
            receptors=dict.fromkeys(self._names(), segment),
        )  # fmt: skip


def _segment_problems(segments: Any, inputs: int, theta: int) -> list[Problem]:
    counts = {len(own) for own in segments}
    if len(counts) != 1 or counts == {0}:
        message = f"needs one or more segments, equally many per cell; got {sorted(counts)}"
        return [Problem("ActiveDendrites", "segments", message)]
    found = [p for c, own in enumerate(segments) for k, x in enumerate(own)
             for p in _index_problems(f"segments[{c}][{k}]", x, inputs)]  # fmt: skip
    largest = max(np.size(x) for own in segments for x in own)
    if not 1 <= theta <= largest:
        message = f"must be in [1, {largest}], the synapses of the largest segment; got {theta}"
        found.append(Problem("ActiveDendrites", "theta", message))
    return found


def _index_problems(field: str, cells: ArrayLike, inputs: int) -> list[Problem]:
    index = np.asarray(cells)
    if index.ndim != 1 or index.size == 0 or index.dtype.kind not in "iu":
        message = f"must be a list of one or more input cells; got {cells!r:.40}"
    elif index.min() < 0 or index.max() >= inputs:
        message = f"must be in [0, {inputs - 1}]; got {index.min()} to {index.max()}"
    elif len(np.unique(index)) < index.size:
        message = "names a cell twice"
    else:
        return []
    return [Problem("ActiveDendrites", field, message)]
