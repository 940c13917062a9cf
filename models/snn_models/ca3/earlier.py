"""The two earlier auto-associative memories of the same group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import snn
from snn.errors import Problem, raise_if
from snn.network import Network, Population, Projection
from snn_models import checks

RECEPTORS = {"excitatory": snn.CurrentExp(tau_syn=0.3),
             "inhibitory": snn.CurrentExp(tau_syn=0.3, sign=-1)}  # fmt: skip


def _cell(tau_m: float, tau_refrac: float) -> snn.LIF:
    return snn.LIF(cm=0.27, tau_m=tau_m, v_rest=-60.0, v_reset=-60.0, v_thresh=-55.0,
                   tau_refrac=tau_refrac, receptors=RECEPTORS)  # fmt: skip


def _shown_problems(
    name: str, shown: Sequence[tuple[float, Sequence[int]]], size: int
) -> list[Problem]:
    """Return what is wrong with patterns by their time in ms."""
    found = []
    for k, (time, pattern) in enumerate(shown):
        if time < 0:
            message = f"must be at a time in [0, inf) ms; got {time:g}"
            found.append(Problem(name, f"shown[{k}]", message))
        if not len(pattern) or not all(0 <= neuron < size for neuron in pattern):
            message = f"must be one or more neurons in 0..{size - 1}; got {list(pattern)}"
            found.append(Problem(name, f"shown[{k}]", message, "or make a larger memory"))
    return found


@dataclass(frozen=True, kw_only=True)
class _Sized:
    """A memory of so many neurons in each population."""

    size: int = 15

    def __post_init__(self) -> None:
        raise_if(checks.whole(self, size=1))


@dataclass(frozen=True, kw_only=True)
class OscillatoryMemory(_Sized):
    """An auto-associative CA3 whose active pattern oscillates until the next cue.

    Each neuron of DG (dentate gyrus) drives one of PC (pyramidal cells), which excite each
    other by learning synapses and inhibit each other by fixed ones. A pattern is held for 5 ms
    to be learned; shown in part, it is completed one step later, again and again.

    From the paper: everything; nothing was decided here. The time between operations is at
    least 10 ms. It reproduces what is known without recorded data: the missing neuron of each
    of three patterns follows its mates by one step (``snn bench ca3``). Needs
    ``numerics="spinnaker"``.

    Parameters
    ----------
    size : int
        Neurons in DG and in PC.

    References
    ----------
    Casanueva-Morato, Ayuso-Martinez, Dominguez-Morales, Jimenez-Fernandez and Jimenez-Moreno,
    IJCNN 2022; arXiv 2205.04782.
    """

    @staticmethod
    def example() -> Network:
        """Return a small instance, for `snn models`."""
        return OscillatoryMemory(size=6).network([(1.0, [0, 1])])

    def network(self, shown: Sequence[tuple[float, Sequence[int]]]) -> Network:
        """Return the memory; `shown` are patterns by the time, in ms, from which 5 ms on."""
        raise_if(_shown_problems("OscillatoryMemory", shown, self.size))
        net = snn.Network(dt=1.0)
        given = [sorted(t + k for t, pattern in shown if i in pattern for k in range(5))
                 for i in range(self.size)]  # fmt: skip
        dg = net.population(self.size, snn.SpikeArray(times=given), label="DG")
        pc = net.population(self.size, _cell(3.0, 1.0), label="PC")
        net.connect(dg, pc, snn.OneToOne(), snn.Synapse(weight=6.0 * 14, delay=1.0))
        rule = snn.PairSTDP(tau_plus=3.0, tau_minus=2.0, A_plus=6.0, A_minus=3.0, w_max=12.0)
        net.connect(pc, pc, snn.AllButSelf(), snn.Synapse(weight=0.0, delay=1.0, plasticity=rule),
                    label="learned")  # fmt: skip
        net.connect(pc, pc, snn.AllButSelf(), snn.Synapse(weight=1.5, delay=1.0),
                    receptor="inhibitory")  # fmt: skip
        net.record(dg, "spikes")
        net.record(pc, "spikes")
        return net


@dataclass(frozen=True, kw_only=True)
class RegulatedMemory(_Sized):
    """An auto-associative CA3 in which inhibition is lifted to learn.

    A learning signal makes the interneurons INH silence every pyramidal cell but those that
    the pattern itself frees. Recall is a second network without learning, with the weights of
    the first and a slower membrane.

    From the paper: everything. Decided here: INH starts at rest (the program sets no initial
    voltage for it, so that of its simulator held). No recorded data were published; it
    reproduces that the weights within a pattern settle at 11.43 nA (``snn bench ca3``), of
    which static inhibition takes 11, so that a missing neuron of a pattern needs about eight
    mates. Needs ``numerics="spinnaker"``.

    Parameters
    ----------
    size : int
        Neurons in DG, INH and PC.

    References
    ----------
    Casanueva-Morato, Ayuso-Martinez, Dominguez-Morales, Jimenez-Fernandez and Jimenez-Moreno,
    IJCNN 2022; arXiv 2205.04782.
    """

    @staticmethod
    def example() -> Network:
        """Return a small instance, for `snn models`."""
        return RegulatedMemory(size=6).learning([(1.0, [0, 1])])

    def learning(self, shown: Sequence[tuple[float, Sequence[int]]]) -> Network:
        """Return the network that learns; `shown` are patterns by their time in ms."""
        net = snn.Network(dt=1.0)
        dg, pc = self._core(net, shown, tau_m=3.0)
        times = sorted({t for t, _ in shown})
        signal = net.population(1, snn.SpikeArray(times=[times]), label="LEARNING")
        inh = net.population(self.size, _cell(3.0, 2.0), label="INH")
        one = snn.OneToOne()
        net.connect(signal, inh, snn.AllToAll(), snn.Synapse(weight=8.0, delay=1.0))
        net.connect(dg, inh, one, snn.Synapse(weight=8.0, delay=1.0), receptor="inhibitory")
        net.connect(inh, pc, one, snn.Synapse(weight=12.0 * 15, delay=1.0), receptor="inhibitory")
        rule = snn.PairSTDP(tau_plus=9.0, tau_minus=5.0, A_plus=6.0, A_minus=3.0, w_max=12.0)
        self._recurrent(net, pc, snn.Synapse(weight=0.0, delay=1.0, plasticity=rule))
        net.record(inh, "spikes")
        return net

    def recalling(
        self, learned: snn.Result, shown: Sequence[tuple[float, Sequence[int]]]
    ) -> Network:
        """Return the network that recalls with learned weights; cues come twice, 3 ms apart."""
        net = snn.Network(dt=1.0)
        twice = [(t + k, pattern) for t, pattern in shown for k in (0.0, 3.0)]
        _, pc = self._core(net, twice, tau_m=5.0)
        weights = np.nan_to_num(learned["learned"].synapses.matrix())
        self._recurrent(net, pc, snn.Synapse(weight=weights, delay=1.0))
        return net

    def _core(
        self, net: Network, shown: Sequence[tuple[float, Sequence[int]]], tau_m: float
    ) -> tuple[Population, Population]:
        raise_if(_shown_problems("RegulatedMemory", shown, self.size))
        given = [sorted(t for t, pattern in shown if i in pattern) for i in range(self.size)]
        dg = net.population(self.size, snn.SpikeArray(times=given), label="DG")
        pc = net.population(self.size, _cell(tau_m, 2.0), label="PC")
        net.connect(dg, pc, snn.OneToOne(), snn.Synapse(weight=12.0, delay=1.0))
        net.record(dg, "spikes")
        net.record(pc, "spikes")
        return dg, pc

    def _recurrent(self, net: Network, pc: Population, excitation: snn.Synapse) -> Projection:
        net.connect(pc, pc, snn.AllButSelf(), snn.Synapse(weight=11.0, delay=1.0),
                    receptor="inhibitory")  # fmt: skip
        return net.connect(pc, pc, snn.AllButSelf(), excitation, label="learned")
