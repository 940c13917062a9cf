"""Small networks, one population per binary of the board."""

import numpy as np

import snn
from snn import ConductanceExp, CurrentAlpha, CurrentExp, CurrentPulse, Uniform


def conductances():
    return {"excitatory": ConductanceExp(tau_syn=4.0),
            "inhibitory": ConductanceExp(tau_syn=7.0, e_rev=-80.0)}  # fmt: skip


CELLS = {
    "IF_curr_exp": (
        snn.LIF(
            tau_refrac=2.0, i_offset=Uniform(-0.1, 0.3),
            receptors={"excitatory": CurrentExp(tau_syn=Uniform(0.3, 6.0)),
                       "inhibitory": CurrentExp(tau_syn=3.0, sign=-1)},
        ), 4.0,
    ),
    "IF_curr_delta": (
        snn.LIF(receptors={"excitatory": CurrentPulse(), "inhibitory": CurrentPulse(sign=-1)}), 9.0,
    ),
    "IF_cond_exp": (snn.LIF(tau_refrac=1.0, receptors=conductances()), 0.1),
    "IF_curr_alpha": (
        snn.LIF(receptors={"excitatory": CurrentAlpha(tau_syn=2.0),
                           "inhibitory": CurrentAlpha(tau_syn=3.0, sign=-1)}), 5.0,
    ),
    "IF_curr_dual_exp": (
        snn.LIF(receptors={"excitatory": CurrentExp(tau_syn=2.0), "slow": CurrentExp(tau_syn=9.0),
                           "inhibitory": CurrentExp(tau_syn=3.0, sign=-1)}), 3.0,
    ),
    "Izhikevich": (snn.Izhikevich(i_offset=Uniform(0.0, 4.0)), 4.0),
    "Izhikevich_cond": (snn.Izhikevich(receptors=conductances()), 0.3),
}  # fmt: skip


def trains(seed, count, ticks, dt, each=25):
    """Return random spike times of `count` sources."""
    generator = np.random.default_rng(seed)
    most = np.arange(ticks - 10)
    return [(np.sort(generator.choice(most, min(each, len(most)), replace=False)) * dt).tolist()
            for _ in range(count)]  # fmt: skip


def record_all(net, population):
    """Record spikes, v and the input of every receptor."""
    net.record(population, "spikes")
    net.record(population, "v")
    for name, receptor in population.model.receptors.items():
        variable = "g" if isinstance(receptor, ConductanceExp) else "i"
        net.record(population, f"{name}.{variable}")


def circuit(names=tuple(CELLS), dt=1.0, ticks=200, seed=3, size=8):
    """Return a network of 12 sources on a population of each named binary."""
    net = snn.Network(dt=dt)
    source = net.population(12, snn.SpikeArray(times=trains(seed, 12, ticks, dt)), label="source")
    for name in names:
        cell, most = CELLS[name]
        v = Uniform(-70.0, -60.0) if isinstance(cell, snn.Izhikevich) else Uniform(-65.0, -55.0)
        target = net.population(size, cell, label=name, initial={"v": v})
        for receptor in cell.receptors:
            part = 0.5 if receptor == "inhibitory" else 1.0
            synapse = snn.Synapse(weight=Uniform(part * most / 8, part * most),
                                  delay=Uniform(dt, 14 * dt))  # fmt: skip
            net.connect(source, target, snn.FixedProbability(0.5), synapse, receptor=receptor,
                        label=f"{name} {receptor}")  # fmt: skip
        record_all(net, target)
    return net
