"""Rules that draw a number at each spike, against Brian2.

The backend `brian2` refuses them, because Brian2 does not have our streams. Here it is given them:
the translated kernels, fed with our numbers, must deliver the same at every spike. And the
processes as the papers have them, with draws of Brian2's own, must deliver the same on average.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from plasticity.release import arrivals, circuit

import snn
from snn.kernels import kernels_of
from snn.plasticity.rule import variables_of
from snn.random import philox, stream_key

# Brian2's own code calls names that pyparsing and numpy have renamed.
pytestmark = [pytest.mark.peers, pytest.mark.filterwarnings("ignore")]
brian2 = pytest.importorskip(
    "brian2", reason="Brian2 is not installed: pip install 'snn-spinnaker[brian2]'"
)

SEED, WEIGHT, SITES = 3, 2.0, 4000
TRAIN = [*range(5, 60, 5), *range(80, 90), 150, 151]
END = 160
RULES = {
    "release": snn.StochasticRelease(p=0.3),
    "depressing": snn.StochasticTsodyksMarkram(U=0.6, tau_rec=40.0),
    "facilitating": snn.StochasticTsodyksMarkram(U=0.1, tau_rec=15.0, tau_fac=60.0),
}  # fmt: skip
OWN = {
    "StochasticRelease": "sent = w * int(rand() < p)",
    "StochasticTsodyksMarkram": """
        since = t_in_timesteps * 1.0 - latest
        latest = t_in_timesteps * 1.0
        full = full + (1 - full) * int(rand() < 1 - exp(-since / tau_rec))
        u = U + u * (1 - U) * exp(-since / clip(tau_fac, 1e-9, 1e9))
        released = full * int(rand() < u)
        full = full - released
        sent = w * released""",
}
"""The site recovers, and then releases: two draws, where the rule makes one do for both."""


def ours(rule: Any, sites: int) -> np.ndarray:
    """Return what each spike of TRAIN delivers at each site, (spikes, sites)."""
    net = circuit(rule, [float(t) for t in TRAIN], sites)
    return arrivals(net, END)[np.array(TRAIN) + 1]


def theirs(rule: Any, sites: int, on_pre: str, **names: Any) -> np.ndarray:
    """Return the same from synapses of Brian2 whose code sets `sent`."""
    b2 = brian2
    b2.prefs.codegen.target = "numpy"
    clock, variables = b2.Clock(dt=b2.ms), variables_of(type(rule))
    source = b2.SpikeGeneratorGroup(1, [0] * len(TRAIN), TRAIN * b2.ms, clock=clock)
    cells = b2.NeuronGroup(sites, "v : 1", clock=clock)
    model = "\n".join(f"{name} : 1" for name in ("w", "sent", "latest", *variables))
    values = {name: getattr(rule, name) for name in rule.kernels()["on_pre"].arguments
              if hasattr(rule, name) and name not in variables}  # fmt: skip
    joined = b2.Synapses(source, cells, model, on_pre=on_pre, clock=clock,
                         namespace={**values, **names})  # fmt: skip
    joined.connect()
    joined.w = WEIGHT
    for name, variable in variables.items():
        setattr(joined, name, variable.initial)
    record = b2.StateMonitor(joined, "sent", record=True, clock=clock, when="end")
    b2.Network(source, cells, joined, record).run(END * b2.ms)
    return np.array(record.sent).T[np.array(TRAIN)]


def translated(rule: Any) -> str:
    """Return the kernel as the backend writes it, with a number `drawn` for it."""
    from snn_brian2.text import kernel_code

    kernel, variables = kernels_of(type(rule))["on_pre"], list(variables_of(type(rule)))
    given = {name: name for name in kernel.arguments} | {
        "uniform": "drawn", "elapsed": "(t_in_timesteps * 1.0 - latest)"}  # fmt: skip
    given |= {name: repr(getattr(rule, name)) for name in given
              if name not in variables and hasattr(rule, name)}  # fmt: skip
    results = ["new_w", *(f"new_{name}" for name in variables), "share"]
    lines = ["drawn = stream(t, j)", *kernel_code(kernel, results, given, "k")]
    lines += [f"{name} = new_{name}" for name in ("w", *variables)]
    return "\n".join([*lines, "latest = t_in_timesteps * 1.0", "sent = w * share"])


@pytest.mark.parametrize("name", RULES)
def test_translated_kernels_with_our_numbers_deliver_the_same(name: str) -> None:
    """Decisions are compared, of numbers of 24 bits: exact."""
    from snn_brian2.session import select_function

    rule, sites = RULES[name], 50
    key = stream_key(SEED, "s", "rule 0")
    draws = [[(philox((0, j, t, 0), key)[0] >> 8) * 2.0**-24 for j in range(sites)]
             for t in range(END)]  # fmt: skip
    stream = brian2.TimedArray(np.array(draws), dt=brian2.ms)
    found = theirs(rule, sites, translated(rule), stream=stream, select=select_function(brian2))
    wanted = ours(rule, sites)
    assert 0.1 < (wanted > 0).mean() < 0.9
    np.testing.assert_array_equal(found, wanted)


def moments(totals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a sample's mean and variance, and the squares of their standard errors."""
    spread = totals.var()
    fourth = ((totals - totals.mean()) ** 4).mean()
    return np.array([totals.mean(), spread]), np.array([spread, fourth - spread**2]) / len(totals)


@pytest.mark.parametrize("name", RULES)
def test_draws_of_brian2_deliver_the_same_on_average(name: str) -> None:
    """Two samples of 4,000 sites: the mean of each spike, mean and variance of the train's sum.

    A spike delivers 0 or the weight, so that its mean has its variance; that of the sum has
    the dependence between spikes. Five standard errors of the difference: of 25 numbers for
    each of three rules one fails in 4e-5 of all choices of seeds; the seeds are fixed. A p of
    0.33 instead of 0.3, or a recovery a fifth slower, fails.
    """
    rule = RULES[name]
    brian2.seed(11)
    found = theirs(rule, SITES, OWN[type(rule).__name__])
    wanted = ours(rule, SITES)
    assert set(np.unique(found)) == set(np.unique(wanted)) == {0.0, WEIGHT}
    mean = (found.mean(axis=1) + wanted.mean(axis=1)) / (2 * WEIGHT)
    error = WEIGHT * np.sqrt(2 * mean * (1 - mean) / SITES)
    assert (np.abs(found.mean(axis=1) - wanted.mean(axis=1)) < 5 * error).all()
    (one, of_one), (other, of_other) = moments(found.sum(axis=0)), moments(wanted.sum(axis=0))
    assert (np.abs(one - other) < 5 * np.sqrt(of_one + of_other)).all()
