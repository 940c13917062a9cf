"""What every homeostatic mechanism declares."""

from __future__ import annotations

from typing import ClassVar

from snn.plasticity.rule import Rule


class Reduction(Rule):
    """A rule that reads a sum over a row or column of weights and changes its members.

    A subclass is decorated with `snn.model` and declares, in the kernel grammar:

    term(w, ...)
        What one synapse contributes to the sum.
    apply(w, total, ...)
        New weight, given the sum of its row (pre) or column (post).

    Class attributes
    ----------------
    over : {"pre", "post"}
        "post": one sum for each postsynaptic neuron over its incoming synapses.
    trigger : {"trial"}
        When it acts.
    """

    kernel_names: ClassVar[tuple[str, ...]] = ("term", "apply")
    over: ClassVar[str] = "post"
    trigger: ClassVar[str] = "trial"
