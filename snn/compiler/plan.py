"""How one population is advanced by one step, as text that any engine can compile."""

from __future__ import annotations

from dataclasses import dataclass

from snn.kernels import Kernel


@dataclass(frozen=True)
class Variable:
    """A state variable.

    Parameters
    ----------
    name : str
    dtype : str
        The type it is kept in ("state" follows the run).
    scale : float
        Value of the number 1 in the user's unit; other than 1 in integer profiles.
    """

    name: str
    dtype: str = "state"
    scale: float = 1.0


@dataclass(frozen=True)
class Plan:
    """One step of a neuron as straight-line statements.

    The statements read states, constants, ``in_<receptor>`` (the sum of weights that
    arrive in this step), ``injected`` where `injects`, and assign the states,
    ``refractory`` and ``fired``.

    Parameters
    ----------
    states : tuple of Variable
    receptors : tuple of str
        One input buffer each, in the cell's order.
    constants : tuple of str
        Names in `CompiledPopulation.values` that the statements read; with the prefix
        ``double_`` in float64 whatever the precision.
    statements : tuple of str
        Lines of the kernel grammar; calls are to `kernels`, with prefix ``k_``.
    kernels : tuple of Kernel
    double : tuple of str
        Kernels that are evaluated in float64 whatever the precision.
    refractory : bool
        Whether ``refractory`` and ``refractory_steps`` are used.
    injects : bool
    """

    states: tuple[Variable, ...]
    receptors: tuple[str, ...]
    constants: tuple[str, ...]
    statements: tuple[str, ...]
    kernels: tuple[Kernel, ...]
    double: tuple[str, ...]
    refractory: bool
    injects: bool
    input_dtype: str = "state"
