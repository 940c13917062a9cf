"""A classifier that learns by symmetric STDP."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import snn
from snn.errors import raise_if
from snn.fields import Range
from snn_models import checks


@dataclass(frozen=True, kw_only=True)
class SymmetricClassifier:
    """Input, adaptive hidden layer with lateral inhibition, class layer with a teacher.

    From the paper: the four populations and their projections; symmetric,
    potentiation-only STDP with traces of 20 ms on input -> hidden and hidden -> class;
    scaling of each neuron's incoming weights after every trial; a dynamic threshold that
    is frozen during test; a teacher that makes the labelled class neuron fire at 200 Hz.

    Decided here: synapses move the membrane directly (`CurrentDelta`), so that the
    network runs at a step of 1 ms; hidden neurons inhibit each other directly, without
    an inhibitory population in between; weights into a hidden neuron are scaled to a
    Euclidean norm instead of a sum, so that neurons compete by likeness; while the hidden
    layer learns the teacher also inhibits the hidden neurons set aside for other classes
    (neuron i for class i mod 10), and is silenced there afterwards; hidden weights are
    learned first and then frozen while the class layer learns (the paper's
    layer-by-layer mode), with all dynamic thresholds levelled to one value.

    It reproduces the method, not the paper's accuracies on MNIST; what it reaches is printed by
    ``snn bench digits``.

    Parameters
    ----------
    inputs, hidden, classes : int
    dt : float, ms
    w_norm : float, mV
        Euclidean norm of the weights into each hidden neuron.
    w_max : float, mV
        Largest weight into a hidden neuron.
    eta : float
        Learning rate of the hidden layer.
    inhibition : float, mV
        What one hidden spike takes from every other hidden neuron.
    tau_m : float, ms
        Membrane time constant of the hidden layer.
    v_thresh : float, mV
        Threshold of hidden neurons above rest, without adaptation.
    theta_plus, tau_theta : float, mV and ms
        Growth and decay of the dynamic threshold.
    guidance : float, mV
        What one teacher spike takes from the hidden neurons of the other classes.
    class_mean, class_max : float, nA
        Mean of the weights into a class neuron, and the largest of them.
    class_eta : float
        Learning rate of the class layer.
    class_tau_m, class_tau_syn, class_thresh : float, ms, ms, mV
        Membrane and synaptic time constants and threshold of the class layer: votes are
        summed over tens of ms and counted in small portions.

    References
    ----------
    Hao, Huang, Dong and Xu, Neural Networks 121 (2020) 387; arXiv 1812.06574.
    """

    inputs: int
    hidden: int = 400
    classes: int = 10
    dt: float = 1.0
    w_norm: float = 1.7
    w_max: float = 5.0
    eta: float = 0.003
    inhibition: float = 20.0
    guidance: float = 25.0
    tau_m: float = 40.0
    v_thresh: float = 15.0
    theta_plus: float = 0.5
    tau_theta: float = 3e5
    class_mean: float = 0.1
    class_max: float = 0.4
    class_eta: float = 0.003
    class_tau_m: float = 100.0
    class_tau_syn: float = 20.0
    class_thresh: float = 5.0

    def __post_init__(self) -> None:
        positive = Range(above=0.0)
        raise_if([
            *checks.whole(self, inputs=1, hidden=1, classes=1),
            *checks.inside(self, positive, "ms", "dt", "tau_m", "tau_theta", "class_tau_m",
                           "class_tau_syn"),
            *checks.inside(self, positive, "mV", "w_norm", "w_max", "v_thresh", "class_thresh"),
            *checks.inside(self, Range(low=0.0), "mV", "inhibition", "guidance", "theta_plus"),
            *checks.inside(self, positive, "nA", "class_mean", "class_max"),
            *checks.inside(self, Range(low=0.0), "", "eta", "class_eta"),
        ])  # fmt: skip

    @staticmethod
    def example() -> snn.Network:
        """Return a small instance, for `snn models`."""
        return SymmetricClassifier(inputs=64, hidden=20).build()

    def build(self) -> snn.Network:
        """Return the network; populations are input, teacher, hidden, class_layer."""
        net = snn.Network(dt=self.dt)
        source = net.population(self.inputs, snn.Poisson(rate=0.0), label="input")
        teacher = net.population(self.classes, snn.Poisson(rate=0.0), label="teacher")
        hidden = net.population(self.hidden, self._hidden_cell(), label="hidden")
        layer = net.population(self.classes, self._class_cell(), label="class_layer")
        mean = self.w_norm / (1.1 * self.inputs**0.5)
        net.connect(source, hidden, snn.AllToAll(), snn.Synapse(
            weight=snn.Uniform(0.2 * mean, 1.8 * mean),
            plasticity=[self._stdp(self.eta, self.w_max), snn.NormScaling(target=self.w_norm)],
        ), label="receptive_fields")  # fmt: skip
        net.connect(hidden, hidden, snn.AllButSelf(), snn.Synapse(weight=self.inhibition),
                    receptor="inhibitory", label="competition")  # fmt: skip
        net.connect(hidden, layer, snn.AllToAll(), snn.Synapse(
            weight=self.class_mean,
            plasticity=[self._stdp(self.class_eta, self.class_max),
                        snn.SynapticScaling(target=self.class_mean * self.hidden)],
        ), label="votes")  # fmt: skip
        # One teacher spike lifts a class neuron over its threshold whatever its state.
        net.connect(teacher, layer, snn.OneToOne(), snn.Synapse(weight=10 * self.class_thresh),
                    receptor="teacher", label="teaching")  # fmt: skip
        net.connect(teacher, hidden, snn.AllToAll(), snn.Synapse(weight=self._guidance()),
                    receptor="inhibitory", label="guidance")  # fmt: skip
        return net

    def _guidance(self) -> NDArray[np.float64]:
        """Return the weights of teacher neurons onto the hidden neurons of other classes."""
        own = np.arange(self.hidden) % self.classes == np.arange(self.classes)[:, None]
        return np.where(own, 0.0, self.guidance)

    def _stdp(self, eta: float, w_max: float) -> snn.SymmetricSTDP:
        return snn.SymmetricSTDP(eta=eta, w_max=w_max, trace_init=0.0)

    def _hidden_cell(self) -> snn.AdaptiveLIF:
        return snn.AdaptiveLIF(
            tau_m=self.tau_m, v_rest=0.0, v_reset=0.0, v_thresh=self.v_thresh, tau_refrac=2.0,
            tau_theta=self.tau_theta, theta_plus=self.theta_plus,
            receptors={"excitatory": snn.CurrentDelta(), "inhibitory": snn.CurrentDelta(sign=-1)},
        )  # fmt: skip

    def _class_cell(self) -> snn.LIF:
        return snn.LIF(
            tau_m=self.class_tau_m, v_rest=0.0, v_reset=0.0, v_thresh=self.class_thresh,
            tau_refrac=0.0,
            receptors={"excitatory": snn.CurrentExp(tau_syn=self.class_tau_syn),
                       "teacher": snn.CurrentDelta()},
        )  # fmt: skip
