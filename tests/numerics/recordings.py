"""Networks of which recordings of real boards exist, and the recordings.

The spatial patterns are declared plainly here, network by network, as an oracle for
`snn_models.SpatialPatterns`.
"""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

import snn
from snn_models import CA3Memory


def folder(name):
    """Return a folder of the data, or skip and say where it is looked for."""
    places = [Path(p) for p in (os.environ.get("SNN_DATA"),) if p]
    places.append(Path(__file__).resolve().parents[2].parent / "shared" / "data")
    for place in places:
        if (place / name).is_dir():
            return place / name
    looked = ", ".join(map(str, places))
    pytest.skip(f"data set {name!r} is in none of {looked}; set SNN_DATA to its parent folder")


def rows(path):
    """Return the rows of a CSV file as dictionaries."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file, skipinitialspace=True))


# CA3 content-addressable memory: Casanueva-Morato et al., Neural Networks 178 (2024) 106474.


def ca3(cues, contents, spikes):
    """Return the network; `spikes` are (time, neuron), cues first, then contents."""
    times = [[t for t, i in spikes if i == k] for k in range(cues + contents)]
    return CA3Memory(cues, contents).driven_by(times)


class CA3Experiment:
    """A recorded experiment: its network, and how many cells of a run differ from the recording.

    A cell is the set of neurons of a population that fire in a millisecond.
    """

    sizes = {1: (5, 10, 90), 3: (16, 6, 140)}

    def __init__(self, number):
        self.cues, self.contents, self.duration = self.sizes[number]
        recorded = rows(folder("ca3-cam") / f"experiment{number}.csv")
        self.table = {name: [set(map(int, row[name].split())) for row in recorded]
                      for name in recorded[0] if name != "time_ms"}  # fmt: skip
        spikes = [(float(t), i) for t, row in enumerate(self.table["INcue"]) for i in row]
        spikes += [(float(t), i + self.cues)
                   for t, row in enumerate(self.table["INcont"]) for i in row]  # fmt: skip
        self.network = ca3(self.cues, self.contents, spikes)

    def different_cells(self, spikes):
        """Compare {label: [(tick, neuron), ...]} of all populations with the recording."""
        mine = ca3_table(spikes, self.cues, self.duration)
        assert set(mine) == set(self.table)
        ticks = range(len(self.table["INcue"]))
        return sum(mine[name][t] != self.table[name][t] for name in mine for t in ticks)


def ca3_table(spikes, cues, duration):
    """Return the spikes as the recordings have them: column -> one set per millisecond."""
    found = {}
    for label, own in spikes.items():
        table = [set() for _ in range(duration)]
        for tick, i in own:
            table[tick].add(int(i))
        if label in ("IN", "OUT"):
            found[f"{label}cue"] = [{i for i in s if i < cues} for s in table]
            found[f"{label}cont"] = [{i - cues for i in s if i >= cues} for s in table]
        else:
            found[label] = table
    return found


# Spatial patterns: Davies, Gait, Rowley and Di Nuovo, arXiv 2312.02659.

DELTA = snn.LIF(receptors={"excitatory": snn.CurrentPulse(),
                           "inhibitory": snn.CurrentPulse(sign=-1)})  # fmt: skip
NEAREST = snn.NearestPairSTDP(tau_plus=5.0, tau_minus=5.0, A_plus=1.0, A_minus=-1.0, w_max=20.0)
BITS = 10


def ones(word):
    """Return the bits of a code word, most significant first."""
    return [word >> (BITS - 1 - k) & 1 for k in range(BITS)]


def training(word):
    """Return the training network of a word (75 ms)."""
    net = snn.Network(dt=1.0)
    on = net.population(BITS, snn.SpikeArray(times=[[1.0, 26.0, 56.0] * b for b in ones(word)]),
                        label="ones")  # fmt: skip
    off = net.population(
        BITS, snn.SpikeArray(times=[[6.0, 36.0, 59.0] * (1 - b) for b in ones(word)]), label="zeros"
    )
    save = net.population(1, snn.SpikeArray(times=[65.0]), label="save")
    teacher = net.population(1, snn.SpikeArray(times=[29.0]), label="teacher")
    for name, source in (("exc", on), ("inh", off)):
        injector = net.population(BITS, DELTA, label=f"injector_{name}")
        output = net.population(1, DELTA, label=name)
        strong = snn.Synapse(weight=20.0, delay=1.0)
        net.connect(source, injector, snn.OneToOne(), strong)
        net.connect(save, injector, snn.AllToAll(), strong)
        net.connect(teacher, output, snn.AllToAll(), snn.Synapse(weight=20.0, delay=2.0))
        receptor = "excitatory" if name == "exc" else "inhibitory"
        learned = net.connect(
            injector, output, snn.AllToAll(),
            snn.Synapse(weight=0.0, delay=1.0, plasticity=NEAREST), receptor=receptor,
            label=f"w_{name}",
        )  # fmt: skip
        net.record(learned, "weights", every=1.0)
        net.record(output, "v")
        net.record(output, "excitatory.i")
        net.record(output, "spikes")
    return net


def training_trace():
    """Return what was recorded of the training of 992: column -> one number per millisecond."""
    recorded = rows(folder("spatial-patterns") / "training_trace_992.csv")
    return {name: [float(row[name]) for row in recorded] for name in recorded[0]}


def detector(words, factor, shown):
    """Return the network that tests whether the trained words' detector answers `shown`."""
    net = snn.Network(dt=1.0)
    step = 47 / 128
    w1 = step * np.sum([ones(w) for w in words], axis=0)
    w0 = step * np.sum([[1 - b for b in ones(w)] for w in words], axis=0)
    output = None
    injectors = {}
    for name, bits in (("1", ones(shown)), ("0", [1 - b for b in ones(shown)])):
        source = net.population(BITS, snn.SpikeArray(times=[[10.0] * b for b in bits]), label=name)
        injectors[name] = net.population(BITS, DELTA, label=f"injector_{name}")
        strong = snn.Synapse(weight=20.0, delay=1.0)
        net.connect(source, injectors[name], snn.OneToOne(), strong)
    output = net.population(1, DELTA, label="out")
    for name, receptor, w in (("1", "excitatory", w1), ("1", "inhibitory", w0),
                              ("0", "excitatory", w0), ("0", "inhibitory", w1)):  # fmt: skip
        used = [k for k in range(BITS) if w[k] > 0]
        if used:
            synapse = snn.Synapse(weight=np.array([factor * w[k] for k in used]), delay=1.0)
            connector = snn.FromList(pairs=[(k, 0) for k in used])
            net.connect(injectors[name], output, connector, synapse, receptor=receptor)
    net.record(output, "spikes")
    return net
