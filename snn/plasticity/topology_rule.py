"""Rules that change delays, or which neurons are connected."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from snn.errors import Problem, SnnError
from snn.fields import params_of
from snn.plasticity.rule import Rule, bound_problems, variables_of

Array = NDArray[Any]

GIVEN = ("step", "count", "sources", "targets", "w", "delay", "origin", "pre_steps", "pre_neurons",
         "post_steps", "post_neurons", "n_pre", "n_post", "key", "dt")  # fmt: skip
"""Arguments that every topology rule's function may take."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ends:
    """The two sides of a projection, as a topology rule sees them.

    Parameters
    ----------
    pre_index, post_index : (n,) int64
        Neurons of the populations behind the connected views.
    pre_positions, post_positions : (n, d) float64
        (n, 0) where a population has none.
    own : (n_post,) int64
        Index among the sources of the same neuron; -1 where it is none of them.
    """

    pre_index: Array
    post_index: Array
    pre_positions: Array
    post_positions: Array
    own: Array


class TopologyRule(Rule):
    """A rule that acts every `period` ms on the list of a projection's synapses.

    A subclass is decorated with `snn.model` and declares parameters (`period` among them),
    `SynapseVariable`s and one static function in numba's subset of Python, with arguments
    looked up by name:

    at_period(...)
        Changes arrays in place. It may take parameters (numbers), synapse variables (arrays
        like `w`), the arrays that `arrays` returns, and

        - ``count``: number of synapses, (1,); the arrays below have room for `capacity`;
        - ``sources``, ``targets``: neurons, sorted by source, then target; counted in the
          connected views;
        - ``w``, ``delay``: weights, and whole delays in steps;
        - ``origin``: which synapse of the list each one was; -1 for one that is new;
        - ``pre_steps``, ``pre_neurons``, ``post_steps``, ``post_neurons``: the spikes of the
          last `memory` steps in order of time;
        - ``step``, ``n_pre``, ``n_post``, ``dt``, and ``key``, two 32-bit words for `draw`.

        Synapses may be left in any order; multapses may be made.

    Class attributes
    ----------------
    uses : tuple of functions
        What `at_period` calls, callees first.
    rewires : bool
        Whether synapses come and go, or only their delays change.
    """

    uses: ClassVar[tuple[Callable[..., Any], ...]] = ()
    rewires: ClassVar[bool] = True
    period: Any = None

    def arrays(self, ends: Ends) -> Mapping[str, Array]:
        """Return arrays of the rule's own, which do not change."""
        return {}

    def capacity(self, synapses: int, n_pre: int, n_post: int) -> int:
        """Return the largest number of synapses there will ever be."""
        return synapses

    def delays(self, dt: float) -> tuple[int, int] | None:
        """Return the smallest and largest delay that the rule makes, in steps."""
        return None

    def memory(self, dt: float, longest: int) -> int:
        """Return for how many steps spikes are kept; `longest` is the longest delay."""
        return 0

    @classmethod
    def function(cls) -> Callable[..., Any]:
        """Return the function of the rule."""
        return cls.at_period  # type: ignore[attr-defined,no-any-return]

    @classmethod
    def arguments(cls) -> list[str]:
        """Return the names of what the function takes."""
        return list(inspect.signature(cls.function()).parameters)

    def problems(self, component: str) -> list[Problem]:
        if not callable(getattr(type(self), "at_period", None)):
            return [Problem(component, "at_period", "is missing", "declare a static function")]
        if "period" not in params_of(type(self)):
            message = "is missing: the ms between two actions"
            return [Problem(component, "period", message, "declare it with snn.param")]
        return bound_problems(component, self)

    def period_problems(self, component: str, dt: float) -> list[Problem]:
        """Return what is wrong with times at a step of `dt` ms."""
        steps = float(self.period) / dt
        if steps >= 1 - 1e-6 and math.isfinite(steps) and abs(steps - round(steps)) < 1e-6 * steps:
            return []
        message = f"must be a multiple of {dt:g} ms; got {self.period:g}"
        return [Problem(component, "period", message)]


def unknown_arguments(rule: TopologyRule, ends: Ends) -> list[str]:
    """Return arguments that are neither given to all rules nor declared."""
    declared = {*GIVEN, *params_of(type(rule)), *variables_of(type(rule)), *rule.arrays(ends)}
    return [name for name in rule.arguments() if name not in declared]


def require_room(label: str, rule: TopologyRule, count: int, room: int) -> None:
    """Raise an error where a rule made more synapses than it declares.

    Raises
    ------
    SnnError
        With the remedy.
    """
    if not 0 <= count <= room:
        made = f"made {count:,} synapses where there is room for {room:,}"
        raise SnnError(f"{label}.{type(rule).__name__} {made}; declare its capacity")


def mixed(x: Any, y: Any, k: Any) -> Any:
    """Return one output word of half a Philox round: high(x) ^ y ^ k of 32-bit words."""
    return ((x >> 32) & 0xFFFFFFFF) ^ y ^ k


def draw(key: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    """Return four 32-bit words of Philox4x32-10 for counter (a, b, c, d), as whole numbers.

    In numba's subset of Python: products wrap around there and do not in Python, so only
    their low 64 bits are used.
    """
    k0, k1 = key[0], key[1]
    for _ in range(10):
        p, q = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = mixed(q, b, k0), q & 0xFFFFFFFF, mixed(p, d, k1), p & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return a, b, c, d


def key_words(key: int) -> Array:
    """Return a 64-bit key as the two words that `draw` takes."""
    return np.array([key & 0xFFFFFFFF, key >> 32], np.int64)
