"""Results made up for tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from snn.results import (
    Duration,
    PopulationResult,
    Provenance,
    Result,
    Spikes,
    Synapses,
    Timing,
    Trace,
)

DT = 0.1


def poisson(
    label: str, size: int, rate: float, duration: float = 1000.0, seed: int = 0
) -> PopulationResult:
    """Return a population of Poisson neurons with traces of the first five."""
    rng = np.random.default_rng(seed)
    count = rng.poisson(rate * size * duration / 1000)
    steps = rng.integers(1, round(duration / DT) + 1, count)
    times = np.arange(0.0, duration + 0.5, 1.0)
    v = -60 + 5 * np.sin(times[:, None] / 40 + np.arange(5)) + rng.normal(0, 0.7, (len(times), 5))
    return PopulationResult(
        label=label,
        size=size,
        duration=duration,
        spikes=Spikes(steps=steps, neurons=rng.integers(0, size, count), dt=DT),
        traces={"v": Trace(times=times, neurons=np.arange(5), values=v, unit="mV")},
    )


def synapses(n_pre: int = 40, n_post: int = 30, p: float = 0.3, seed: int = 0) -> Synapses:
    """Return randomly connected synapses with bimodal weights."""
    rng = np.random.default_rng(seed)
    pre, post = np.nonzero(rng.random((n_pre, n_post)) < p)
    weight = np.where(rng.random(len(pre)) < 0.7, 0.02, 0.16) + rng.normal(0, 0.008, len(pre))
    delay = rng.integers(1, 20, len(pre)) * DT
    return Synapses(pre=pre, post=post, weight=weight.clip(0), delay=delay,
                    n_pre=n_pre, n_post=n_post, unit="nA")  # fmt: skip


def balanced(duration: float = 1000.0) -> Result:
    """Return what a run of the network of the README might record."""
    learned = synapses()
    times = np.arange(0.0, duration + 1, duration / 50)
    course = np.linspace(0.05, learned.weight, len(times))
    return Result(
        dt=DT,
        duration=duration,
        populations={
            "exc": poisson("exc", 400, 6.0, duration, seed=1),
            "inh": poisson("inh", 100, 14.0, duration, seed=2),
        },
        final_weights={"learned": learned},
        weights_over_time={"learned": (times, course)},
        provenance=Provenance(
            backend="cpu", seed=1, dt=DT, network="0123456789abcdef",
            timing=Timing(compile=Duration(0.5, 0.4), run=Duration(0.25, 0.5)),
            options={"threads": 2},
        ),
        warnings=["exc.tau_m = 250: is this in seconds?"],
    )  # fmt: skip


labels = st.text(min_size=1, max_size=12).filter(lambda t: t.isprintable())
finite = st.floats(-1e6, 1e6, width=32)


@st.composite
def populations(draw: st.DrawFn, label: str) -> PopulationResult:
    """Draw a population, with or without spikes and traces."""
    size = draw(st.integers(1, 9))
    count = draw(st.integers(0, 30))
    steps = draw(arrays.arrays(np.int64, count, elements=st.integers(0, 1000)))
    neurons = draw(arrays.arrays(np.int32, count, elements=st.integers(0, size - 1)))
    shape = (draw(st.integers(0, 4)), draw(st.integers(1, size)))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    trace = Trace(
        times=np.arange(shape[0]) * DT, neurons=np.arange(shape[1]),
        values=draw(arrays.arrays(dtype, shape, elements=finite)),
        unit=draw(st.sampled_from(["mV", "nA", "uS", ""])),
    )  # fmt: skip
    return PopulationResult(
        label=label, size=size, duration=100.0,
        spikes=draw(st.sampled_from([None, Spikes(steps=steps, neurons=neurons, dt=DT)])),
        traces=draw(st.sampled_from([{}, {"excitatory.i": trace}])),
        observed=draw(st.sampled_from([None, np.arange(size)])),
    )  # fmt: skip


@st.composite
def results(draw: st.DrawFn) -> Result:
    """Draw a whole result."""
    names = draw(st.lists(labels, unique=True, max_size=4))
    cut = draw(st.integers(0, len(names)))
    learned = {name: synapses(3, 4, 0.5, seed=k) for k, name in enumerate(names[cut:])}
    columns = len(learned[names[cut]]) if learned else 0
    course = draw(arrays.arrays(np.float32, (3, columns), elements=finite))
    options: dict[str, Any] = draw(
        st.dictionaries(st.text(), st.integers() | st.booleans() | st.text(), max_size=3)
    )
    return Result(
        dt=DT, duration=100.0, start=draw(st.sampled_from([0.0, 250.0])),
        populations={name: draw(populations(name)) for name in names[:cut]},
        final_weights=learned,
        weights_over_time={name: (np.arange(3.0), course) for name in names[cut:][:1]},
        provenance=Provenance(backend="cpu", dt=draw(st.sampled_from([1, 0.1])), options=options),
        warnings=draw(st.lists(st.text(), max_size=2)),
    )  # fmt: skip
