"""What a user sets while a network runs; a checkpoint sets it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from snn.compiler import Compiled
from snn.compiler.changes import Changes, change_problems, changed, recompiled
from snn.engine import Engine
from snn.errors import Problem, ValidationError, raise_if
from snn.network import Network, Neurons, index_of

Array = NDArray[Any]


class Settings:
    """Rates of sources and parameters of populations, as set on one engine.

    Parameters
    ----------
    network : Network
    compiled : Compiled
        As declared: what holds where nothing was set.
    engine : Engine
    """

    def __init__(self, network: Network, compiled: Compiled, engine: Engine) -> None:
        self.network, self.compiled, self.engine = network, compiled, engine
        self.changes = Changes()

    def set(self, neurons: Neurons, k: int, changes: Mapping[str, ArrayLike]) -> None:
        """Set parameters of neurons of population `k`."""
        if self.compiled.populations[k].rate is not None:
            self._set_rate(neurons, k, changes)
            return
        raise_if(change_problems(neurons, changes, self.compiled.dt))
        made, since = self.compiled.populations[k].parameters, self.changes.parameters
        since[k] = changed(neurons, since.get(k, made), changes, self.compiled.dt)
        self._replace(k, since[k])

    def repeat(self, changes: Changes) -> None:
        """Set what was set before a checkpoint; take back what was set since."""
        made, since = self.compiled.populations, self.changes
        for k in changes.rates.keys() | since.rates.keys():
            rate = changes.rates.get(k, made[k].rate)
            assert rate is not None
            self.engine.write_rate(k, rate)
        for k in changes.parameters.keys() | since.parameters.keys():
            self._replace(k, changes.parameters.get(k, made[k].parameters))
        self.changes = changes

    def _set_rate(self, neurons: Neurons, k: int, changes: Mapping[str, ArrayLike]) -> None:
        label = self.compiled.populations[k].label
        raise_if(Problem(label, name, "is not a parameter of Poisson; known: rate")
                 for name in changes if name != "rate")  # fmt: skip
        rate = np.array(self.changes.rates.get(k, self.compiled.populations[k].rate))
        rate[index_of(neurons)] = changes["rate"]
        if not (np.isfinite(rate) & (rate >= 0)).all():
            raise ValidationError([Problem(label, "rate", "must be in [0, inf) Hz")])
        self.changes.rates[k] = rate
        self.engine.write_rate(k, rate)

    def _replace(self, k: int, parameters: Mapping[str, Array]) -> None:
        population = self.network.populations[k]
        self.engine.replace_population(recompiled(population, k, self.compiled, parameters))
