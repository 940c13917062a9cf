"""A store-recall task, with astrocytes and without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.errors import Problem, raise_if
from snn.fields import Range
from snn_models import checks

MECHANISMS = ("none", "unit", "synapse")


@dataclass(frozen=True, kw_only=True)
class AstrocyteMemory:
    """Groups of neurons that hold one item each; an item is stored, then asked for.

    From the literature: facilitating synapses within a group hold an item for a second or
    two without any spike (Mongillo et al.); astrocytes that follow activity for seconds may
    hold it longer (Gordleeva et al.; De Pitta and Brunel).

    Decided here: everything else, since the equations of the astrocyte-modulated spiking
    unit (arXiv 2312.07625) could not be had. A group is stimulated for `stimulus` ms; after
    the delay all groups of the trial get the same weak input for `probe` ms, and the group
    with most spikes in that time is the answer. `mechanism` chooses what is modulated:

    - "none": facilitating synapses only;
    - "unit": in addition each neuron's calcium raises its gain and lowers its threshold
      (`snn.AstrocyteModulatedLIF`);
    - "synapse": in addition each neuron has a `snn.Astrocyte`, whose gliotransmitter
      raises the release of the synapses of its group (`snn.Gliotransmission`); with `domain`
      above 1 that many neurons share one astrocyte.

    In `match` only one group gets the weak input: the stored one, or another.

    It reproduces no published number: ``snn bench astrocyte`` compares the mechanisms with
    each other.

    Trials are independent copies of the network that run side by side.

    Parameters
    ----------
    items, group : int
        Groups, and neurons in each.
    mechanism : str
    stimulus, probe, start : float, ms
        Duration of both, and when the item is shown.
    stimulus_rate, probe_rate, input_weight : float, Hz and nA
        Of the private input of each neuron.
    recurrent_weight : float, nA
        Between the neurons of a group, at full release.
    background_rate, background_weight : float, Hz and nA
        Of the private Poisson drive.
    U, tau_rec, tau_fac : float, 1 and ms
        Of the facilitating synapses.
    gain, shift, ca_spike, tau_ca : float, 1, mV, 1 and ms
        Of `snn.AstrocyteModulatedLIF` in "unit".
    alpha, neurotransmitter : float, 1 and uM
        Of `snn.Gliotransmission`, and what a full release of one synapse gives the
        astrocyte, in "synapse".
    domain : int
        Neurons that one astrocyte covers, a divisor of `group`. Each has a copy of it that hears
        every synapse of the domain, divided by its size; the copies get the same input, so that
        they stay equal and are one astrocyte.
    seed : int
        Of everything that is drawn.

    References
    ----------
    Mongillo, Barak and Tsodyks, Science 319 (2008) 1543; Gordleeva et al., Front. Cell.
    Neurosci. 15 (2021) 631485; De Pitta and Brunel, Neural Plast. 2016 (2016) 7607924.
    """

    items: int = 8
    group: int = 20
    mechanism: str = "none"
    start: float = 500.0
    stimulus: float = 500.0
    probe: float = 200.0
    stimulus_rate: float = 100.0
    probe_rate: float = 25.0
    input_weight: float = 2.0
    recurrent_weight: float = 1.2
    background_rate: float = 800.0
    background_weight: float = 0.12
    U: float = 0.05
    tau_rec: float = 200.0
    tau_fac: float = 1500.0
    gain: float = 0.2
    shift: float = 2.0
    ca_spike: float = 0.02
    tau_ca: float = 5000.0
    alpha: float = 0.2
    neurotransmitter: float = 150.0
    domain: int = 1
    seed: int = 1

    def __post_init__(self) -> None:
        found = []
        if self.mechanism not in MECHANISMS:
            message = f"must be one of {', '.join(MECHANISMS)}; got {self.mechanism!r}"
            found.append(Problem("AstrocyteMemory", "mechanism", message))
        counts = checks.is_whole(self.group, 1) and checks.is_whole(self.domain, 1)
        if counts and self.group % self.domain:
            message = f"must divide group = {self.group}; got {self.domain}"
            found.append(Problem("AstrocyteMemory", "domain", message))
        positive, share = Range(above=0.0), Range(low=0.0, high=1.0)
        raise_if([
            *found,
            *checks.whole(self, items=2, group=2, domain=1, seed=0),
            *checks.inside(self, Range(low=0.0), "ms", "start", "tau_fac"),
            *checks.inside(self, positive, "ms", "stimulus", "probe", "tau_rec", "tau_ca"),
            *checks.inside(self, Range(low=0.0, high=1000.0), "Hz", "stimulus_rate", "probe_rate"),
            *checks.inside(self, Range(low=0.0), "Hz", "background_rate"),
            *checks.inside(self, Range(low=0.0), "nA", "input_weight", "recurrent_weight",
                           "background_weight"),
            *checks.inside(self, Range(above=0.0, high=1.0), "", "U"),
            *checks.inside(self, share, "", "alpha"),
            *checks.inside(self, Range(above=-1.0), "", "gain"),
            *checks.inside(self, Range(low=0.0), "", "ca_spike"),
            *checks.inside(self, Range(low=0.0), "uM", "neurotransmitter"),
        ])  # fmt: skip

    @staticmethod
    def example() -> snn.Network:
        """Return a small instance, for `snn models`."""
        return AstrocyteMemory(items=2, group=3, mechanism="synapse").build([(0, 100.0)])

    @property
    def size(self) -> int:
        """Neurons of one trial."""
        return self.items * self.group

    def build(
        self, trials: Sequence[tuple[int, float]], probed: Sequence[int] | None = None
    ) -> snn.Network:
        """Return a network with one copy for each trial (item, delay in ms).

        `probed`: the group that gets the weak input in each trial; None: all do.
        """
        self._check(trials, probed)
        net = snn.Network(dt=1.0)
        source = snn.SpikeArray(times=self.trains(trials, probed))
        inputs = net.population(len(trials) * self.size, source, label="inputs")
        cells = net.population(len(trials) * self.size, self._cell(), label="cells",
                               initial={"v": snn.Uniform(-65.0, -52.0)})  # fmt: skip
        net.connect(inputs, cells, snn.OneToOne(), snn.Synapse(weight=self.input_weight))
        net.drive(cells, snn.PoissonInput(rate=self.background_rate,
                                          weight=self.background_weight))  # fmt: skip
        pairs = snn.FromList(self._within(len(trials)))
        recurrent = snn.Synapse(weight=self.recurrent_weight, plasticity=self._release())
        net.connect(cells, cells, pairs, recurrent, label="recurrent")
        if self.mechanism == "synapse":
            pairs, share = self._heard(len(trials))
            heard = snn.Synapse(weight=self.neurotransmitter * share, plasticity=self._release())
            net.connect(cells, cells, pairs, heard, receptor="astrocyte", label="heard")
        net.record(cells, "spikes")
        return net

    def recall(
        self, trials: Sequence[tuple[int, float]], **options: Any
    ) -> tuple[NDArray[np.int64], snn.Result]:
        """Return the answer to each trial, and the result of the run.

        Of groups with equally many spikes the answer is drawn.
        """
        counts, result = self._answered(trials, None, options)
        drawn = np.random.default_rng([self.seed, 2]).random(counts.shape) * 0.5
        return (counts + drawn).argmax(axis=1), result

    def match(
        self, trials: Sequence[tuple[int, float, int]], **options: Any
    ) -> tuple[NDArray[np.int64], snn.Result]:
        """Return the spikes of the probed group in each trial, and the result of the run.

        Delayed match to sample: the group fires more if it is the stored one, by as much as the
        network still remembers.

        Parameters
        ----------
        trials : sequence of (item, delay, probed)
            Stored item, delay in ms, and the item that is probed.
        **options
            Go to `snn.run`.
        """
        probed = [probe for _, _, probe in trials]
        stored = [(item, delay) for item, delay, _ in trials]
        counts, result = self._answered(stored, probed, options)
        return counts[np.arange(len(trials)), probed], result

    def _answered(
        self, trials: Sequence[tuple[int, float]], probed: Sequence[int] | None,
        options: dict[str, Any],
    ) -> tuple[NDArray[np.int64], snn.Result]:  # fmt: skip
        """Return the spikes of each group during the probe, (trials, items), and the result."""
        end = self._asked(max(delay for _, delay in trials)) + self.probe
        net = self.build(trials, probed)
        result = snn.run(net, end, seed=self.seed, progress=False, **options)
        found = result["cells"]
        trial, group = found.neurons // self.size, found.neurons % self.size // self.group
        asked = np.array([self._asked(delay) for _, delay in trials])[trial]
        heard = (found.times > asked) & (found.times <= asked + self.probe)
        counts = np.zeros((len(trials), self.items), np.int64)
        np.add.at(counts, (trial[heard], group[heard]), 1)
        return counts, result

    def trains(
        self, trials: Sequence[tuple[int, float]], probed: Sequence[int] | None = None
    ) -> list[NDArray[np.float64]]:
        """Return the input spikes of every neuron: the item of its trial, then the probe."""
        made = []
        for k, (item, delay) in enumerate(trials):
            rng = np.random.default_rng([self.seed, 1, k])
            for neuron in range(self.size):
                own = neuron // self.group
                asked = self.probe_rate * (probed is None or own == probed[k])
                shown = self.stimulus_rate * (own == item)
                stimulus = _poisson(rng, shown, self.start, self.stimulus)
                probe = _poisson(rng, asked, self._asked(delay), self.probe)
                made.append(np.concatenate([stimulus, probe]))
        return made

    def _asked(self, delay: float) -> float:
        return self.start + self.stimulus + delay

    def _within(self, copies: int) -> NDArray[np.int64]:
        """Return all pairs of different neurons of one group, for all groups of all copies."""
        return self._everywhere(np.argwhere(~np.eye(self.group, dtype=bool)), copies)

    def _heard(self, copies: int) -> tuple[snn.FromList, NDArray[np.float64]]:
        """Return what each copy of an astrocyte hears, and the weight of each in synapses.

        A neuron that has k synapses in a domain is heard k times by the domain's astrocyte.
        """
        domain = np.arange(self.group) // self.domain
        synapses = self.domain - (domain[:, None] == domain)
        own = np.argwhere(synapses > 0)
        share = synapses[synapses > 0] / self.domain
        pairs = snn.FromList(self._everywhere(own, copies))
        return pairs, np.tile(share, copies * self.items)

    def _everywhere(self, own: NDArray[np.int64], copies: int) -> NDArray[np.int64]:
        """Repeat pairs of one group for all groups of all copies."""
        first = np.arange(copies * self.items) * self.group
        return (own[None] + first[:, None, None]).reshape(-1, 2)

    def _release(self) -> snn.EventRule:
        given = {"U": self.U, "tau_rec": self.tau_rec, "tau_fac": self.tau_fac}
        if self.mechanism == "synapse":
            return snn.Gliotransmission(alpha=self.alpha, **given)
        return snn.TsodyksMarkram(**given)

    def _cell(self) -> snn.Cell:
        receptors: dict[str, snn.Receptor] = {"excitatory": snn.CurrentExp(tau_syn=5.0)}
        if self.mechanism == "synapse":
            receptors["astrocyte"] = snn.Astrocyte()
        on = self.mechanism == "unit"
        return snn.AstrocyteModulatedLIF(
            gain=self.gain * on, shift=self.shift * on, ca_spike=self.ca_spike,
            tau_ca=self.tau_ca, receptors=receptors,
        )  # fmt: skip

    def _check(self, trials: Sequence[tuple[int, float]], probed: Sequence[int] | None) -> None:
        found = []
        for k, (item, delay) in enumerate(trials):
            for named in (item, *(() if probed is None else (probed[k],))):
                if not 0 <= named < self.items:
                    message = f"must name an item in [0, {self.items - 1}]; got {named}"
                    found.append(Problem("AstrocyteMemory", f"trials[{k}]", message))
            if delay < 0:
                message = f"must have a delay in [0, inf) ms; got {delay:g}"
                found.append(Problem("AstrocyteMemory", f"trials[{k}]", message))
        raise_if(found)


def _poisson(
    rng: np.random.Generator, rate: float, start: float, duration: float
) -> NDArray[np.float64]:
    """Return the whole milliseconds of a stretch in which a Poisson train fires."""
    count = int(duration)
    return start + 1.0 + np.flatnonzero(rng.random(count) < rate * 1e-3)
