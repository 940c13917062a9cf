"""Warnings of what a user probably did not mean."""

from __future__ import annotations

import warnings

from snn.compiler import Compiled
from snn.errors import SnnWarning


def warn_of_idle_rules(compiled: Compiled) -> None:
    """Warn of rules that act at the ends of trials, in a plain run."""
    for q in compiled.projections:
        for made in q.rules:
            if getattr(made.rule, "trigger", None) == "trial":
                message = f"{q.label}.{type(made.rule).__name__} acts at the ends of trials, and a"
                remedy = "give it trigger=... in ms, or run a Schedule with Simulation.present"
                warnings.warn(f"{message} plain run has none; {remedy}", SnnWarning, stacklevel=3)


def warn_of_late_spikes(compiled: Compiled, duration: float) -> None:
    """Warn of listed spikes that a run of `duration` ms does not reach."""
    for p in compiled.populations:
        late = 0 if p.spike_steps is None else int((p.spike_steps * compiled.dt > duration).sum())
        if late:
            message = f"{p.label}.times: {late} spikes lie past the end of the run at {duration:g}"
            warnings.warn(f"{message} ms", SnnWarning, stacklevel=3)
