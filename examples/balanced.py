"""A balanced random network in which excitatory synapses learn."""

import snn

net = snn.Network(dt=0.1)
cell = snn.LIF(tau_m=20.0, v_rest=-49.0, v_reset=-60.0, v_thresh=-50.0, tau_refrac=5.0,
               receptors={"excitatory": snn.CurrentExp(tau_syn=5.0),
                          "inhibitory": snn.CurrentExp(tau_syn=10.0, sign=-1)})  # fmt: skip
exc = net.population(3200, cell, label="exc", initial={"v": snn.Uniform(-60.0, -50.0)})
inh = net.population(800, cell, label="inh", initial={"v": snn.Uniform(-60.0, -50.0)})
sparse = snn.FixedProbability(0.02)
for post in (exc, inh):
    net.connect(exc, post, sparse, snn.Synapse(weight=0.08, delay=snn.Uniform(0.1, 2.0)))
    net.connect(inh, post, sparse, snn.Synapse(weight=0.9, delay=0.1), receptor="inhibitory")
learned = net.connect(exc, exc, sparse, snn.Synapse(weight=0.05, delay=1.0,
                      plasticity=snn.PairSTDP(A_plus=1e-3, A_minus=1.1e-3, w_max=0.2)),
                      label="learned")  # fmt: skip
net.record(exc, "spikes")
net.record(inh, "spikes")
net.record(exc[:5], "v", every=1.0)
duration = 1000.0
