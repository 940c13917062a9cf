"""Cells as users write them: in a notebook, with any names, with every function allowed."""

from __future__ import annotations

import linecache
import math
from typing import Any

import numpy as np
import pytest
from agreement.equality import require_agreement, spikes_in
from networks import DT

import snn
from snn.compiler import compile_network
from snn.errors import ValidationError
from snn.fields import State, Values, model, param

NOTEBOOK = '''
import snn
from snn.fields import State, model, param


@model
class Notebook(snn.Cell):
    """A leaky counter of arrivals."""

    tau_m: float = param(default=10.0, unit="ms", above=0)
    v_thresh: float = param(default=1.0)
    receptors: dict = snn.declare_receptors(excitatory=snn.CurrentPulse())
    v = State(0.0)

    @staticmethod
    def step(v, tau_m, i_syn, dt):
        return v + dt * (i_syn - v / tau_m)

    @staticmethod
    def fires(v, v_thresh):
        return v >= v_thresh

    @staticmethod
    def reset(v):
        return 0.0 * v
'''


def cell_of_a_notebook() -> type[snn.Cell]:
    """Run a cell as IPython does: the text is in `linecache`, under a name that is no file."""
    name = "<ipython-input-1-0123456789ab>"
    linecache.cache[name] = len(NOTEBOOK), None, NOTEBOOK.splitlines(keepends=True), name
    scope: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(NOTEBOOK, name, "exec"), scope)  # noqa: S102
    return scope["Notebook"]


@model
class Namesake(snn.Cell):
    """States and parameters called like what the engine's own code has."""

    last: Values = param(default=0.05)
    slot: Values = param(default=1.5)
    count: Values = param(default=0.02)
    thread: Values = param(default=0.5)
    receptors: dict = snn.declare_receptors(excitatory=snn.CurrentPulse())
    m = State(0.25)
    i = State(0.0)
    spikes = State(1.0)
    mask = State(0.5)
    current = State(0.0)
    counter = State(0.0)
    membrane = "m"

    @staticmethod
    def step(
        m: float, i: float, spikes: float, mask: float, current: float, counter: float,
        slot: float, count: float, thread: float, last: float, i_syn: float,
    ) -> tuple[float, float, float, float, float, float]:  # fmt: skip
        grown = m + last * (slot - m) + i_syn
        return grown, i + count * (m - i), spikes * thread + i, mask, i_syn, counter + 1.0

    @staticmethod
    def fires(m: float, mask: float) -> bool:
        return m > mask

    @staticmethod
    def reset(
        m: float, i: float, spikes: float, mask: float, current: float, counter: float
    ) -> tuple[float, float, float, float, float, float]:
        return 0.0, i + 0.125, spikes, mask, current, counter


@model
class Everything(snn.Cell):
    """Whatever the grammar allows that is equal in every precision."""

    receptors: dict = snn.declare_receptors(excitatory=snn.CurrentPulse())
    v = State(-3.0)
    big = State(1e12)

    @staticmethod
    def step(v: float, big: float, i_syn: float, dt: float) -> tuple[float, float]:
        whole = math.floor(3.0 * v) + math.ceil(0.7 * v)
        part = v - math.floor(v) if v > 0 else math.fabs(v) * 0.25
        bent = math.sqrt(abs(v)) + min(v, 1.0, big) - max(v, -2.0)
        kept = (v > 0.5) * 0.3 + (v % 2.0) * 0.01 + (v // 3.0) * 0.02
        v = v + dt * (whole * 0.01 + part + bent * 0.1 + kept + 1.0) + i_syn
        return v, math.floor(big * 1.5) if big < 1e30 else big

    @staticmethod
    def fires(v: float) -> bool:
        return v > 4.0

    @staticmethod
    def reset(v: float, big: float) -> tuple[float, float]:
        return -3.0 + math.floor(v) * 0.125, big


CELLS = {"notebook": cell_of_a_notebook, "namesake": lambda: Namesake, "everything":
         lambda: Everything}  # fmt: skip


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("name", list(CELLS))
def test_a_cell_of_the_users_own(name: str, precision: str) -> None:
    net = snn.Network(dt=DT)
    cell = CELLS[name]()
    post = net.population(9, cell(), label="post")
    pre = net.population(20, snn.Poisson(rate=90.0), label="pre")
    net.connect(pre, post, snn.AllToAll(), snn.Synapse(weight=snn.Uniform(0, 0.2), delay=DT))
    net.record(post, "spikes")
    assert spikes_in(require_agreement(net, 400, precision=precision)) > 5


def test_a_cell_without_receptors_takes_no_synapses() -> None:
    @model
    class Clock(snn.Cell):
        v = State(0.0)

        @staticmethod
        def step(v: float, dt: float) -> float:
            return v + dt

        @staticmethod
        def fires(v: float) -> bool:
            return v > 5.0

        @staticmethod
        def reset(v: float) -> float:
            return 0.0 * v

    net = snn.Network(dt=DT)
    clock = net.population(2, Clock(), label="clock")
    net.record(clock, "spikes")
    wired = net.copy()
    assert spikes_in(require_agreement(net, 400)) > 2
    clock = wired.populations[0]
    wired.connect(clock, clock, snn.OneToOne(), snn.Synapse(weight=1.0))
    with pytest.raises(ValidationError, match="receptor"):
        compile_network(wired)


def test_receptors_that_forget_within_a_step() -> None:
    """exp(-dt / tau) is 0 in any precision: nothing is left of the state's own past."""
    net = snn.Network(dt=DT)
    receptors = {"fast": snn.CurrentExp(tau_syn=5e-4), "faster": snn.CurrentAlpha(tau_syn=2e-4)}
    post = net.population(5, snn.LIF(receptors=receptors), label="post")
    pre = net.population(9, snn.Poisson(rate=200.0), label="pre")
    for receptor in receptors:
        synapse = snn.Synapse(weight=snn.Uniform(0, 3000.0))
        net.connect(pre, post, snn.AllToAll(), synapse, receptor=receptor)
    net.record(post, "spikes")
    with pytest.warns(snn.units.SuspiciousUnitWarning):
        found = require_agreement(net, 200)
    assert np.ptp(found["post.v now"]) > 0


def test_names_that_the_step_needs_itself_are_refused() -> None:
    @model
    class Taken(snn.Cell):
        fired: Values = param(default=1.0)
        next_v: Values = param(default=1.0)
        step_: Values = param(default=1.0)
        v = State(0.0)

        @staticmethod
        def step(v: float, fired: float, next_v: float, step_: float) -> float:
            return v + fired + next_v + step_

        @staticmethod
        def fires(v: float) -> bool:
            return v > 1.0

        @staticmethod
        def reset(v: float) -> float:
            return v - 1.0

    net = snn.Network(dt=DT)
    net.population(1, Taken(), label="odd")
    with pytest.raises(ValidationError) as raised:
        compile_network(net)
    assert {p.field for p in raised.value.problems} == {"fired", "next_v", "step_"}
    assert "odd.Taken" in str(raised.value)
