"""Eighty spike trains teach forty neurons: a network for SpiNNaker's numbers and binaries.

docs/spinnaker.md checks it, runs it on a board in software and compares it with the prediction.
"""

import numpy as np

import snn

duration = 500.0

net = snn.Network(dt=1.0)
trains = np.random.default_rng(1).random((80, 480)) < 0.02
source = net.population(80, snn.SpikeArray(times=[np.flatnonzero(t) + 1.0 for t in trains]),
                        label="source")  # fmt: skip
cell = snn.LIF(tau_m=20.0, cm=1.0, tau_refrac=2.0)
exc = net.population(40, cell, label="exc", initial={"v": snn.Uniform(-65.0, -55.0)})
net.connect(source, exc, snn.FixedProbability(0.2),
            snn.Synapse(weight=snn.Uniform(0.5, 2.0), delay=snn.Uniform(1.0, 7.0)))  # fmt: skip
rule = snn.PairSTDP(A_plus=0.05, A_minus=0.06, w_max=2.0)
net.connect(source, exc, snn.FixedProbability(0.2),
            snn.Synapse(weight=1.0, delay=1.0, plasticity=rule), label="learned")  # fmt: skip
net.record(exc, "spikes")
net.record(exc, "v")
