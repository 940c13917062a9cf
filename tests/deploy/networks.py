"""Networks for the tests of deployment."""

import snn


def balanced(exc=400, inh=100, rule=None):
    """Return a sparse recurrent network, with learning synapses where a rule is given."""
    net = snn.Network(dt=1.0)
    receptors = {"excitatory": snn.CurrentExp(), "inhibitory": snn.CurrentExp(sign=-1)}
    cell = snn.LIF(v_rest=-49.0, v_reset=-60.0, tau_refrac=5.0, receptors=receptors)
    start = {"v": snn.Uniform(-60.0, -50.0)}
    e = net.population(exc, cell, label="exc", initial=start)
    i = net.population(inh, cell, label="inh", initial=start)
    sparse, drawn = snn.FixedProbability(0.05), snn.Uniform(1.0, 8.0)
    for post in (e, i):
        net.connect(e, post, sparse, snn.Synapse(weight=0.1, delay=drawn))
        net.connect(i, post, sparse, snn.Synapse(weight=1.0), receptor="inhibitory")
    if rule is not None:
        learning = snn.Synapse(weight=0.1, plasticity=rule)
        net.connect(e, i, sparse, learning, label="learned")
    net.record(e, "spikes")
    net.record(e[:5], "v")
    return net
