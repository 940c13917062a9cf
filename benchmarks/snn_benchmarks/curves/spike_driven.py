"""How probable a bistable synapse changes, against the rate of its neuron."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.results.figure import COLOURS, page

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]

NEURONS, TRIAL, PRE_RATE = 8000, 1000.0, 100.0
BINS = np.arange(5.0, 246.0, 15.0)


def network(start: float) -> snn.Network:
    """Return neurons of many rates, each with one synapse whose variable begins at `start`."""
    net = snn.Network(dt=0.5)
    pre = net.population(NEURONS, snn.Poisson(rate=PRE_RATE), label="pre")
    cell = snn.LIF(v_thresh=-45.0, tau_refrac=2.0, i_offset=np.linspace(0.4, 9.0, NEURONS))
    post = net.population(NEURONS, cell, label="post", initial={"v": snn.Uniform(-65.0, -45.0)})
    for receptor in ("excitatory", "inhibitory"):
        net.drive(post, snn.PoissonInput(rate=800.0, weight=1.2), receptor=receptor)
    rule = snn.SpikeDrivenPlasticity(X_0=start, w_plus=1e-6)
    synapse = snn.Synapse(weight=1e-6 * start, delay=0.5, plasticity=rule)
    net.connect(pre, post, snn.OneToOne(), synapse, label="learned")
    net.record(post, "spikes")
    return net


def measured() -> dict[str, Array]:
    """Return the share of synapses that changed in a second, by the neuron's rate."""
    found: dict[str, Array] = {"rate_hz": (BINS[:-1] + BINS[1:]) / 2}
    for name, start in (("potentiated", 0.0), ("depressed", 1.0)):
        result = snn.run(network(start), TRIAL, seed=3, progress=False)
        rates = result["post"].counts() / TRIAL * 1e3
        strong = np.asarray(result["learned"].weights) > 0
        which = np.digitize(rates, BINS) - 1
        inside = (which >= 0) & (which < len(BINS) - 1)
        changed = inside & (strong != (start > 0))
        total, some = (np.bincount(which[m], minlength=len(BINS) - 1) for m in (inside, changed))
        found[name], found[f"{name} of"] = some / np.maximum(total, 1), total
    return found


def drawn(found: dict[str, Array]) -> Figure:
    """Return one panel."""
    figure = page(2.0, 3.35)
    panel = figure.subplots()
    for name, colour in zip(("potentiated", "depressed"), COLOURS):
        panel.plot(found["rate_hz"], found[name], ".-", color=colour, label=name)
    panel.set(
        xlabel="rate of the neuron (Hz), sources at 100 Hz", ylabel="share in 1 s", ylim=(0, None)
    )
    panel.legend()
    return figure
