"""Detectors of spatial patterns, taught by spikes and brought to threshold by the host."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

import snn
from snn.errors import Problem, raise_if
from snn.homeostasis import FactorSearch
from snn.network import Network, Population
from snn.numerics import Profile, profile
from snn_models import checks

Array = NDArray[Any]
STRONG = 20.0
"""A weight, nA, of which one spike makes one spike."""

TRAINING_MS, TRIAL_MS, SHOWN_AT = 75.0, 20.0, 10.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Detector:
    """What was learned of some words.

    Parameters
    ----------
    words : (n, bits) bool
        That were trained.
    ones, zeros : (bits,) float64, nA
        Weights of lines that are 1, and of lines that are 0.
    factor : float
        On all weights; NaN where none makes the output fire.
    dropped : (n,) bool
        Words for which no factor does.
    """

    words: Array
    ones: Array
    zeros: Array
    factor: float = np.nan
    dropped: Array = field(default_factory=lambda: np.zeros(0, bool))

    @property
    def summed(self) -> float:
        """Largest sum of weights in one step at a factor of 1, as a board's host expects it."""
        parts = (np.count_nonzero(w) * w.max() for w in (self.ones, self.zeros))
        return float(sum(parts))


@dataclass(frozen=True, kw_only=True)
class SpatialPatterns:
    """One output neuron that is taught to fire for chosen binary words.

    A word is a spike on line k of one of two layers: "ones" for a bit that is 1, "zeros" for a 0.
    Each word is trained once, alone: a teacher spike and nearest-pair STDP (which strengthens
    on both sides) give its lines a weight, excitatory for the ones, inhibitory for the zeros.
    Weights of several words are added, and each line also gets the opposite weight on the
    other receptor; then one factor scales them all (`FactorSearch`).

    From the paper (its published program): all of this, with its times and constants. Decided
    here: words are trained side by side as copies in one network, and trials of the search
    and of tests run as copies too; copies share a population only where the board would scale
    their weights alike, so that the numbers stay those of single networks.

    It reproduces the recorded training trace of word 992 in every voltage, current and weight,
    and factors and positives of the published one- and two-word networks (``snn bench spatial``),
    under ``numerics="spinnaker"``; `exact` gives other factors, because it has neither the
    board's weights nor its order.

    Parameters
    ----------
    bits : int
        Width of a word; most significant bit first where a word is a number.

    Examples
    --------
    >>> from snn_models import SpatialPatterns
    >>> model = SpatialPatterns(bits=4)
    >>> [detector] = model.fit([[0b1100, 0b1101]])
    >>> model.test([detector], range(16))[0].nonzero()[0].tolist()
    [12, 13]

    References
    ----------
    Davies, Gait, Rowley and Di Nuovo, Neurocomputing 611 (2025) 128650; arXiv 2312.02659.
    """

    bits: int = 10

    def __post_init__(self) -> None:
        raise_if(checks.whole(self, bits=1))

    @staticmethod
    def example() -> Network:
        """Return a small instance, for `snn models`."""
        return SpatialPatterns(bits=4).training([0b1010])

    def as_bits(self, words: ArrayLike | Iterable[int]) -> Array:
        """Return words, as numbers or as rows of 0 and 1, as (n, bits) bool.

        Raises
        ------
        ValidationError
            There is none, or one is of another width.
        """
        given = np.asarray(list(words) if not isinstance(words, np.ndarray) else words)
        raise_if(self._word_problems(given))
        if given.ndim == 2:
            return given.astype(bool)
        places = [int(word) >> k & 1 for word in given for k in reversed(range(self.bits))]
        return np.array(places, bool).reshape(-1, self.bits)

    def _word_problems(self, given: Array) -> list[Problem]:
        name = "SpatialPatterns"
        if not given.size:
            return [Problem(name, "words", "needs at least one word of at least one bit")]
        if given.ndim == 2:
            if given.shape[1] != self.bits:
                message = f"must have {self.bits} bits; got rows of {given.shape[1]}"
                return [Problem(name, "words", message, "or make a model of that width")]
            if not np.isin(given, (0, 1)).all():
                return [Problem(name, "words", "must hold 0 and 1 only", "threshold them first")]
            return []
        if given.ndim != 1 or given.dtype.kind not in "iuO":
            return [Problem(name, "words", "must be whole numbers, or rows of 0 and 1")]
        wide = [int(word) for word in given if not 0 <= int(word) < 2**self.bits]
        message = f"must be in 0..{2**self.bits - 1} for {self.bits} bits; got {wide[:5]}"
        return [Problem(name, "words", message)] if wide else []

    def training(self, words: ArrayLike, *, record: bool = False) -> Network:
        """Return the network that is trained with each word in a copy of its own, for 75 ms.

        Outputs are "exc" and "inh", one neuron per word, learning projections "w_exc" and
        "w_inh"; with `record` voltages, currents and weights are recorded every millisecond.
        """
        shown, net = self.as_bits(words), snn.Network(dt=1.0)
        ones = self._lines(net, "ones", shown, [1.0, 26.0, 56.0])
        zeros = self._lines(net, "zeros", ~shown, [6.0, 36.0, 59.0])
        # Weights change at the next spike only: this one saves them.
        save = net.population(1, snn.SpikeArray(times=[65.0]), label="save")
        teacher = net.population(1, snn.SpikeArray(times=[29.0]), label="teacher")
        strong, each = snn.Synapse(weight=STRONG, delay=1.0), snn.AllToAll()
        for name, source, receptor in (("exc", ones, "excitatory"), ("inh", zeros, "inhibitory")):
            injector = net.population(shown.size, _cell(), label=f"injector_{name}")
            output = net.population(len(shown), _cell(), label=name)
            net.connect(source, injector, snn.OneToOne(), strong)
            net.connect(save, injector, each, strong)
            net.connect(teacher, output, each, snn.Synapse(weight=STRONG, delay=2.0))
            pairs = np.column_stack([np.arange(shown.size), np.arange(shown.size) // self.bits])
            learned = net.connect(injector, output, snn.FromList(pairs=pairs), _plastic(),
                                  receptor=receptor, label=f"w_{name}")  # fmt: skip
            if record:
                net.record(learned, "weights", every=1.0)
                net.record(output, ["v", "excitatory.i", "spikes"])
        return net

    def train(self, words: ArrayLike, **options: Any) -> tuple[Array, Array]:
        """Return the weights that each word gives its ones and its zeros, (n, bits) nA each."""
        result = snn.run(self.training(words), TRAINING_MS, **_given(options))
        shape = (-1, self.bits)
        return (result["w_exc"].weights.reshape(shape), result["w_inh"].weights.reshape(shape))

    def fit(
        self, sets: Sequence[ArrayLike], *, search: FactorSearch | None = None, **options: Any
    ) -> list[Detector]:
        """Return a detector for each set of words; all are trained and searched together.

        Parameters
        ----------
        sets : sequence of words
        search : FactorSearch, optional
        **options
            Passed to `snn.run`: backend, numerics ("spinnaker" by default), threads ...
        """
        shown = [self.as_bits(words) for words in sets]
        every = np.unique(np.concatenate(shown), axis=0)
        ones, zeros = self.train(every, **options)
        made = []
        for words in shown:
            rows = [int(np.flatnonzero((every == word).all(axis=1))[0]) for word in words]
            made.append(Detector(words=words, ones=ones[rows].sum(0), zeros=zeros[rows].sum(0)))
        return self._at_threshold(made, search or FactorSearch(), options)

    def _at_threshold(
        self, made: list[Detector], search: FactorSearch, options: dict[str, Any]
    ) -> list[Detector]:
        """Give each detector the largest of the factors that its words need."""
        owner = np.repeat(np.arange(len(made)), [len(d.words) for d in made])
        words = np.concatenate([d.words for d in made])

        def count(trials: Array, factors: Array) -> Array:
            cases = [replace(made[owner[t]], factor=f)
                     for t, f in zip(trials, factors, strict=True)]  # fmt: skip
            return self._counted(cases, words[trials][:, None], options)[:, 0]

        needed = search.find(count, len(words))
        found = []
        for k, detector in enumerate(made):
            own = needed[owner == k]
            factor = np.nan if np.isnan(own).all() else float(np.nanmax(own))
            found.append(replace(detector, factor=factor, dropped=np.isnan(own)))
        return found

    def test(self, detectors: Sequence[Detector], words: ArrayLike, **options: Any) -> Array:
        """Return the output spikes of each detector for each word, (detectors, words).

        A detector without a factor is silent.
        """
        shown = self.as_bits(words)
        counts = np.zeros((len(detectors), len(shown)), np.int64)
        able = [k for k, detector in enumerate(detectors) if np.isfinite(detector.factor)]
        if able:
            every = np.broadcast_to(shown, (len(able), *shown.shape))
            counts[able] = self._counted([detectors[k] for k in able], every, options)
        return counts

    def _counted(self, cases: Sequence[Detector], words: Array, options: dict[str, Any]) -> Array:
        """Return output spikes; `words` are (cases, n, bits)."""
        given = _given(options)
        net, expected = self.testing(cases, words)
        given["numerics"] = _scaled(given["numerics"], expected)
        result, counts = snn.run(net, TRIAL_MS, **given), np.zeros(words.shape[:2], np.int64)
        for power, own in _by_power(cases).items():
            spikes = result[_label(power)].neurons
            fired = np.bincount(spikes, minlength=len(own) * words.shape[1])
            counts[own] = fired.reshape(len(own), -1)
        return counts

    def testing(self, cases: Sequence[Detector], words: Array) -> tuple[Network, dict[str, float]]:
        """Return the network that shows words to detectors, and the expected sums of weights.

        Parameters
        ----------
        cases : sequence of Detector
        words : (cases, n, bits) bool
            Shown to each, all at 10 ms, in a copy of the detector each.

        Returns
        -------
        Network
            Detectors whose weights the board scales by the same power of 2 share an output
            population, a neuron per case and word.
        dict
            Largest expected sum of weights, nA, by the label of the population.
        """
        net, expected = snn.Network(dt=1.0), {}
        shown, index = np.unique(words.reshape(-1, self.bits), axis=0, return_inverse=True)
        index = index.reshape(words.shape[:2])
        lines = [self._injectors(net, name, bits) for name, bits in (("1", shown), ("0", ~shown))]
        for power, own in _by_power(cases).items():
            out = net.population(len(own) * words.shape[1], _cell(), label=_label(power))
            expected[out.label] = max(cases[k].factor * cases[k].summed for k in own)
            ones = np.array([cases[k].factor * cases[k].ones for k in own])
            zeros = np.array([cases[k].factor * cases[k].zeros for k in own])
            for line, receptor, weights in (
                (lines[0], "excitatory", ones), (lines[0], "inhibitory", zeros),
                (lines[1], "excitatory", zeros), (lines[1], "inhibitory", ones),
            ):  # fmt: skip
                self._join(net, line, out, receptor, weights, index[own])
            net.record(out, "spikes")
        return net, expected

    def _join(
        self, net: Network, line: Population, out: Population, receptor: str, weights: Array,
        index: Array,
    ) -> None:  # fmt: skip
        """Connect injectors of the words `index` (cases, n) to their copies; no zero weights."""
        cases, bits = np.nonzero(weights)
        n = index.shape[1]
        if not len(cases):
            return
        pre = index[cases] * self.bits + bits[:, None]
        post = cases[:, None] * n + np.arange(n)
        pairs = np.column_stack([pre.ravel(), post.ravel()])
        strength = np.repeat(weights[cases, bits], n)
        net.connect(line, out, snn.FromList(pairs=pairs), snn.Synapse(weight=strength, delay=1.0),
                    receptor=receptor)  # fmt: skip

    def _injectors(self, net: Network, name: str, bits: Array) -> Population:
        source = self._lines(net, f"ssp_{name}", bits, [SHOWN_AT])
        made = net.population(bits.size, _cell(), label=f"injectors_{name}")
        net.connect(source, made, snn.OneToOne(), snn.Synapse(weight=STRONG, delay=1.0))
        return made

    def _lines(self, net: Network, label: str, bits: Array, times: list[float]) -> Population:
        """Add sources of which those whose bit is set fire at some times."""
        trains = [times if bit else [] for bit in bits.ravel()]
        return net.population(bits.size, snn.SpikeArray(times=trains), label=label)


def _cell() -> snn.LIF:
    """Return the program's neuron: `IF_curr_delta` with all its defaults."""
    receptors = {"excitatory": snn.CurrentPulse(), "inhibitory": snn.CurrentPulse(sign=-1)}
    return snn.LIF(receptors=receptors)


def _plastic() -> snn.Synapse:
    rule = snn.NearestPairSTDP(tau_plus=5.0, tau_minus=5.0, A_plus=1.0, A_minus=-1.0, w_max=STRONG)
    return snn.Synapse(weight=0.0, delay=1.0, plasticity=rule)


def _by_power(cases: Sequence[Detector]) -> dict[int, list[int]]:
    """Group cases by the power of 2 just above their sum of weights, on which scaling rests."""
    found: dict[int, list[int]] = {}
    for k, case in enumerate(cases):
        found.setdefault(int(np.frexp(case.factor * case.summed)[1]), []).append(k)
    return found


def _label(power: int) -> str:
    return f"out {power}"


def _scaled(numerics: str | Profile, expected: dict[str, float]) -> str | Profile:
    """Tell a board's profile the sums that single networks would have."""
    made: Any = profile(numerics)
    if not hasattr(made, "max_expected_summed_weight"):
        return numerics
    return replace(made, max_expected_summed_weight=expected)


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {"numerics": "spinnaker", "progress": False, **options}
