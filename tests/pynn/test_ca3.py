"""The CA3 memory as a PyNN script gives the spikes of the published network in the library."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

import snn
from snn_models import CA3Memory
from snn_models.ca3 import Operation

pytest.importorskip("pyNN", reason="PyNN is not installed")

CUES, CONTENTS, DURATION, W_MAX = 5, 10, 150.0, 6.0
CONSTANTS = {"published": (1.0, 0.0, 3.0, 6.0, 6.0), "exact": (0.5, 0.5, 1.0, 6.0, 10.0)}
"""Step, what is taken from all latencies, and tau, A_plus, A_minus (absolute) of the rule."""
CELL = {"v_rest": -60.0, "v_reset": -60.0, "tau_refrac": 1.0, "tau_syn_E": 0.3, "tau_syn_I": 0.3}
SLOW = {**CELL, "cm": 0.27, "tau_m": 3.0, "v_thresh": -57.0}
FAST = {**CELL, "cm": 0.14, "tau_m": 0.5, "v_thresh": -57.0}
OUT = {**SLOW, "v_thresh": -57.5}


def script(sim: Any, trains: list[list[float]], dialect: str, constants: str) -> Any:
    """Casanueva-Morato et al., Neural Networks 178 (2024) 106474, as a user would write it."""
    dt, lead, tau, up, down = CONSTANTS[constants]
    numerics = "spinnaker" if constants == "published" else "exact"
    sim.setup(timestep=dt, numerics=numerics)
    inhibitory = 1.0 if dialect == "spinnaker" else -1.0
    unit = 1.0 if dialect == "spinnaker" else W_MAX

    def cells(n: int, values: dict[str, float], label: str) -> Any:
        rest = {"v": values["v_rest"]}  # PyNN begins at -65 mV whatever v_rest is
        return sim.Population(n, sim.IF_curr_exp(**values), initial_values=rest, label=label)

    source = sim.Population(CUES + CONTENTS, sim.SpikeSourceArray(spike_times=trains), label="IN")
    cue = cells(CUES, SLOW, "CA3cueCueRecall")
    cont = cells(CONTENTS, SLOW, "CA3contCueRecall")
    cond = cells(CONTENTS, FAST, "CA3contCond")
    inter = cells(1, FAST, "CA3contCondInt")
    cue2 = cells(CUES, FAST, "CA3cueContRecall")
    cont2 = cells(CONTENTS, SLOW, "CA3contContRecall")
    merge_cue = cells(CUES, SLOW, "CA3MergeCue")
    merge_cont = cells(CONTENTS, SLOW, "CA3MergeCont")
    out = cells(CUES + CONTENTS, OUT, "OUT")

    one, each = sim.OneToOneConnector, sim.AllToAllConnector

    def excite(pre: Any, post: Any, connector: Any, weight: float, latency: float) -> None:
        synapse = sim.StaticSynapse(weight=weight, delay=latency - lead)
        sim.Projection(pre, post, connector, synapse, receptor_type="excitatory")

    def inhibit(pre: Any, post: Any, connector: Any, weight: float, latency: float) -> None:
        synapse = sim.StaticSynapse(weight=inhibitory * weight, delay=latency - lead)
        sim.Projection(pre, post, connector, synapse, receptor_type="inhibitory")

    def learn(pre: Any, post: Any) -> Any:
        mechanism = sim.STDPMechanism(
            timing_dependence=sim.SpikePairRule(
                tau_plus=tau, tau_minus=tau, A_plus=up / unit, A_minus=down / unit
            ),
            weight_dependence=sim.AdditiveWeightDependence(w_min=0.0, w_max=W_MAX),
            weight=0.0, delay=1.0 - lead,
        )  # fmt: skip
        return sim.Projection(pre, post, each(), mechanism, receptor_type="excitatory")

    excite(source[:CUES], cue, one(), 6.0, 1.0)
    excite(source[CUES:], cont, one(), 6.0, 1.0)
    excite(cue, cue2, one(), 6.0, 2.0)
    others = [(i, j) for i in range(CUES) for j in range(CUES) if i != j]
    inhibit(cue, cue2, sim.FromListConnector(others), 6.0 * CONTENTS, 3.0)
    inhibit(cue2, cue2, each(allow_self_connections=False), 6.0 * CONTENTS, 2.0)
    inhibit(cue, cond, each(), 6.0, 2.0)
    excite(cont, cond, one(), 9.0, 1.0)
    excite(cont, inter, each(), 6.0, 1.0)
    excite(inter, cond, each(), 2.0, 1.0)
    excite(cond, cont2, one(), 6.0, 1.0)
    excite(cue, merge_cue, one(), 6.0, 3.0)
    excite(cue2, merge_cue, one(), 6.0, 1.0)
    excite(cont, merge_cont, one(), 6.0, 3.0)
    excite(cont2, merge_cont, one(), 6.0, 1.0)
    learned = learn(cue, cont), learn(cont2, cue2)
    excite(merge_cue, out[:CUES], one(), 6.0, 1.0)
    excite(merge_cont, out[CUES:], one(), 6.0, 1.0)
    populations = [source, cue, cont, cond, inter, cue2, cont2, merge_cue, merge_cont, out]
    for population in populations:
        population.record("spikes")
    sim.run(DURATION)
    spikes = {p.label: rows(p) for p in populations}
    weights = [p.get("weight", format="array") for p in learned]
    sim.end()
    return spikes, weights


def rows(population: Any) -> list[tuple[float, int]]:
    trains = population.get_data("spikes").segments[0].spiketrains
    return sorted((float(t), k) for k, train in enumerate(trains) for t in train.magnitude)


OPERATIONS = [
    Operation(time=1.0, cue=0, content=(1, 5, 9)),
    Operation(time=21.0, cue=3, content=(1, 2)),
    Operation(time=41.0, cue=0),
    Operation(time=61.0, content=(1,)),
    Operation(time=81.0, cue=0, content=(0, 7)),
    Operation(time=101.0, cue=0),
    Operation(time=121.0, content=(7,)),
]
"""Two memories, one of them learned anew, recalled by cue and by content."""


@pytest.mark.parametrize("constants", ["published", "exact"])
@pytest.mark.parametrize("dialect", ["pynn", "spinnaker"])
def test_same_spikes_as_the_model(dialect: str, constants: str) -> None:
    """The published constants under the board's numerics, the derived ones under `exact`."""
    memory = CA3Memory(cues=CUES, contents=CONTENTS, constants=constants)
    network = memory.network(OPERATIONS)
    options = {"precision": "float64"} if constants == "exact" else {"numerics": "spinnaker"}
    model = snn.run(network, DURATION, **options)
    trains = [list(map(float, t)) for t in network.populations[0].model.times]
    module = importlib.import_module("snn.pynn" if dialect == "pynn" else "snn.pynn.spinnaker")
    spikes, weights = script(module, trains, dialect, constants)
    for label, mine in spikes.items():
        group = model[label]
        assert mine == sorted(zip(map(float, group.times), map(int, group.neurons))), label
    assert len(spikes["OUT"]) > 15
    for label, mine in zip(("CA3 by cue", "CA3 by content"), weights, strict=True):
        np.testing.assert_allclose(mine.ravel(), model[label].weights, rtol=1e-12)
        assert 0 < (mine > 0).sum() < mine.size
