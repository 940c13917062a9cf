"""A content-addressable memory after the hippocampal CA3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

import snn
from snn.errors import Problem, raise_if
from snn.network import Network, Neurons, Population, Projection
from snn_models import checks
from snn_models.ca3.constants import NAMED, CA3Constants
from snn_models.ca3.operations import Operation, trains, warn_of_overlap

if TYPE_CHECKING:
    from snn_models.ca3.session import CA3Session


@dataclass(frozen=True, kw_only=True, eq=False)
class CA3Part:
    """The memory inside a network.

    Parameters
    ----------
    cue_in, content_in : Population
        Where input arrives, by synapses of `weight` nA, one to one.
    cue_out, content_out : Population
        What the memory says.
    by_cue, by_content : Projection
        The learning projections: cue -> content, content -> cue.
    populations : mapping of str to Population
        All eight, by the names of the paper.
    """

    cue_in: Population
    content_in: Population
    cue_out: Population
    content_out: Population
    by_cue: Projection
    by_content: Projection
    populations: Mapping[str, Population] = field(default_factory=dict)


@dataclass(frozen=True)
class CA3Memory:
    """A spiking content-addressable memory with 8 populations and 16 projections.

    A memory is one cue neuron and any set of content neurons. A cue recalls its content, a
    fragment of content every cue that holds a bit of it; learning a cue again forgets what
    it held. Everything is done by spikes: a learn is cue and content at t, t + 1 and
    t + 2 ms, a recall one spike; the answer leaves at t + 5 to t + 7 ms.

    From the paper (its published program): sizes, cells, weights, delays, STDP constants,
    the protocol. Decided here: a cue does not inhibit its own neuron of the second stage
    (the program's connector may be read either way; the recordings do not tell). `forget`
    is not in the paper (its spikes: `Operation`). The constants "exact" were derived here; the
    STDP part of them was searched with random operations.

    It reproduces every cell of the recorded tables of experiments 1 and 3, and answers all 60
    operations of experiment 2 rightly (``snn bench ca3``), under ``numerics="spinnaker"``, for
    whose order within a tick the published constants were made.

    Parameters
    ----------
    cues : int
        How many memories there may be.
    contents : int
        How many bits a content has.
    constants : str or CA3Constants
        ``"published"``; or ``"exact"`` for the order within a step of the profile `exact`,
        NEST and Brian2.

    Examples
    --------
    >>> from snn_models import CA3Memory
    >>> memory = CA3Memory(cues=5, contents=10)
    >>> with memory.on("cpu") as m:
    ...     m.learn(cue=3, content=[1, 5, 9])
    ...     m.recall(content=[5]), m.recall(cue=3)
    ((3,), (1, 5, 9))

    References
    ----------
    Casanueva-Morato, Ayuso-Martinez, Dominguez-Morales, Jimenez-Fernandez and Jimenez-Moreno,
    Neural Networks 178 (2024) 106474; arXiv 2310.05868.
    """

    cues: int
    contents: int
    constants: str | CA3Constants = "published"

    def __post_init__(self) -> None:
        problems = checks.whole(self, cues=1, contents=1)
        if isinstance(self.constants, str) and self.constants not in NAMED:
            known = ", ".join(map(repr, NAMED))
            message = f"must be {known} or CA3Constants; got {self.constants!r}"
            problems.append(Problem("CA3Memory", "constants", message))
        raise_if(problems)

    @staticmethod
    def example() -> Network:
        """Return a small instance, for `snn models`."""
        return CA3Memory(cues=5, contents=10).network()

    @property
    def values(self) -> CA3Constants:
        """The constants themselves."""
        return NAMED[self.constants] if isinstance(self.constants, str) else self.constants

    def on(self, backend: str = "cpu", **options: Any) -> CA3Session:
        """Return the memory at work on a backend; options as of `CA3Session`."""
        from snn_models.ca3.session import CA3Session

        return CA3Session(self, backend, **options)

    def network(self, operations: Sequence[Operation] = ()) -> Network:
        """Return the memory with operations as its input, an output, and all spikes recorded.

        Operations that follow each other faster than the network can are warned of.

        Raises
        ------
        ValidationError
            With every cue and content that is out of range.
        """
        warn_of_overlap(operations, self.values)
        return self.driven_by(trains(operations, self.cues, self.contents))

    def driven_by(self, times: Sequence[ArrayLike]) -> Network:
        """Return the memory with its input IN and output OUT, all spikes recorded.

        Parameters
        ----------
        times : sequence of array_like, ms
            Of each neuron of IN, which has `cues` + `contents`, cues first, as has OUT.
        """
        net = snn.Network(dt=self.values.dt)
        source = net.population(self.cues + self.contents, snn.SpikeArray(times=times), label="IN")
        part = self.add_to(net)
        out = net.population(len(source), self.values.slow(-57.5), label="OUT")
        for pre, post in ((source[: self.cues], part.cue_in),
                          (source[self.cues :], part.content_in),
                          (part.cue_out, out[: self.cues]),
                          (part.content_out, out[self.cues :])):  # fmt: skip
            net.connect(pre, post, snn.OneToOne(), self.synapse(self.values.weight, 1.0))
        for population in net.populations:
            net.record(population, "spikes")
        return net

    def synapse(self, weight: float, latency: float, *, learns: bool = False) -> snn.Synapse:
        """Return a synapse of `weight` nA that acts `latency` ms after a spike."""
        c = self.values
        rule = (c.stdp(),) if learns else ()
        return snn.Synapse(weight=weight, delay=latency - c.lead, plasticity=rule)

    def add_to(self, net: Network, label: str = "CA3") -> CA3Part:
        """Add the memory to a network; `label` begins the names of its populations."""
        cell, n, c = self.values, self.contents, self.cues
        net.assume(label, numerics=cell.numerics, reason=cell.reason, cure=cell.cure)
        slow, fast = cell.slow(), cell.fast()
        sizes = {"cueCueRecall": (c, slow), "contCueRecall": (n, slow), "contCond": (n, fast),
                 "contCondInt": (1, fast), "cueContRecall": (c, fast),
                 "contContRecall": (n, slow), "MergeCue": (c, slow),
                 "MergeCont": (n, slow)}  # fmt: skip
        made = {name: net.population(size, model, label=label + name)
                for name, (size, model) in sizes.items()}  # fmt: skip
        cue, cont, gate, inter, cue2, cont2, merge_cue, merge_cont = made.values()
        self._stages(net, cue, cont, gate, inter, cue2, cont2)
        one = snn.OneToOne()
        for first, second, merged in ((cue, cue2, merge_cue), (cont, cont2, merge_cont)):
            net.connect(first, merged, one, self.synapse(cell.weight, 3.0))
            net.connect(second, merged, one, self.synapse(cell.weight, 1.0))
        learned = self.synapse(0.0, 1.0, learns=True)
        return CA3Part(
            cue_in=cue, content_in=cont, cue_out=merge_cue, content_out=merge_cont,
            by_cue=net.connect(cue, cont, snn.AllToAll(), learned, label=f"{label} by cue"),
            by_content=net.connect(cont2, cue2, snn.AllToAll(), learned,
                                   label=f"{label} by content"),
            populations=made,
        )  # fmt: skip

    def _stages(
        self, net: Network, cue: Neurons, cont: Neurons, gate: Neurons, inter: Neurons,
        cue2: Neurons, cont2: Neurons,
    ) -> None:  # fmt: skip
        """Connect recall by cue with recall by content, through the gate."""
        k, one, each = self.values, snn.OneToOne(), snn.AllToAll()
        net.connect(cue, cue2, one, self.synapse(k.weight, 2.0))
        rivals = np.argwhere(~np.eye(self.cues, dtype=bool))
        strong = k.inhibition * self.contents
        if len(rivals):
            net.connect(cue, cue2, snn.FromList(pairs=rivals), self.synapse(strong, 3.0),
                        receptor="inhibitory")  # fmt: skip
            net.connect(cue2, cue2, snn.AllButSelf(), self.synapse(strong, 2.0),
                        receptor="inhibitory")  # fmt: skip
        net.connect(cue, gate, each, self.synapse(k.weight, 2.0), receptor="inhibitory")
        net.connect(cont, gate, one, self.synapse(k.condition, 1.0))
        net.connect(cont, inter, each, self.synapse(k.weight, 1.0))
        net.connect(inter, gate, each, self.synapse(k.vote, 1.0))
        net.connect(gate, cont2, one, self.synapse(k.weight, 1.0))
