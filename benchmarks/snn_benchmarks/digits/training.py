"""Train and test the network on one split, trials in compiled schedules."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn_benchmarks.digits.data import Split
from snn_models import SymmetricClassifier

Array = NDArray[Any]

STIMULUS, REST = 200.0, 60.0
"""Length of a trial's two phases, in ms."""

RATE_NORM = 24_000.0 / 5.6
"""Euclidean norm of the input's rates in Hz; a typical image gives about 24 kHz in all."""

LEVEL = 2.0
"""Dynamic threshold after training, in units of its mean over the hidden layer: higher
thresholds let a neuron integrate longer before it wins."""

TEACHER_RATE = 200.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One seed.

    Parameters
    ----------
    accuracy, untrained : float
        On the test images: of the class layer; of labels assigned to the untrained
        hidden layer from training data.
    confusion : (10, 10) int
        Rows: true class, columns: answer.
    spikes_per_inference : float
        Input, hidden and class spikes of one test trial, mean.
    wall_s, cpu_s : float
        All of this seed: compiling, training, test.
    wall_per_image_s : float
        Of the test.
    fields : (hidden, 64) float
        Receptive fields, in mV.
    """

    seed: int
    accuracy: float
    untrained: float
    confusion: Array
    spikes_per_inference: float
    wall_s: float
    cpu_s: float
    wall_per_image_s: float
    fields: Array
    trial: snn.Result


def rates(images: Array) -> Array:
    """Return input rates in Hz: every image has the same Euclidean norm."""
    return images / np.linalg.norm(images, axis=1, keepdims=True) * RATE_NORM


class Trainer:
    """A network and the schedules that train and test it.

    Parameters
    ----------
    model : SymmetricClassifier
    seed : int
    """

    def __init__(self, model: SymmetricClassifier, seed: int, threads: int = 1) -> None:
        self.net, self.w_norm, self.level = model.build(), model.w_norm, 0.0
        self.input, self.teacher, self.hidden, self.layer = self.net.populations
        self.fields, _, self.votes, _, self.guidance = self.net.projections
        for population in (self.input, self.hidden, self.layer):
            self.net.record(population, "spikes")
        self.simulation = snn.Simulation(self.net, seed=seed, threads=threads, progress=False)
        self.order = np.random.default_rng(seed)

    def show(
        self, images: Array, labels: Array | None = None, learning: str = ""
    ) -> snn.simulation.TrialResult:
        """Present images once each; with labels the teacher fires.

        `learning` names the projection that learns.
        """
        phase = {self.input: rates(images)}
        if labels is not None:
            phase[self.teacher] = TEACHER_RATE * np.eye(10)[labels]
        return self.simulation.present(snn.Schedule(
            trials=len(images), count=[self.hidden, self.layer],
            phases=[snn.Phase(duration=STIMULUS, rates=phase), snn.Phase(duration=REST)],
            learning={p: p.label == learning for p in (self.fields, self.votes)},
        ))  # fmt: skip

    def assigned(self, data: Split, level: float) -> float:
        """Return the test accuracy of labels assigned to hidden neurons from training data.

        The untrained layer gets what makes it comparable: weights of the same norm and
        the dynamic threshold `level` of the trained one.
        """
        self._freeze(level)
        weights = self.simulation.weights(self.fields).matrix()
        norm = np.linalg.norm(weights, axis=0)
        self.simulation.set_weights(self.fields, (weights * self.w_norm / norm).ravel())
        counts = self.show(data.train).counts["hidden"]
        means = np.array([counts[data.train_labels == k].mean(axis=0) for k in range(10)])
        owner = means.argmax(axis=0)
        seen = self.show(data.test).counts["hidden"]
        score = np.stack([_mean(seen[:, owner == k]) for k in range(10)], axis=1)
        return float((score.argmax(axis=1) == data.test_labels).mean())

    def train(self, data: Split, epochs: int, class_epochs: int) -> None:
        """Learn receptive fields and thresholds, freeze them, then learn the votes."""
        for _ in range(epochs):
            order = self._shuffled(data)
            self.show(data.train[order], data.train_labels[order], learning=self.fields.label)
        theta = self.simulation.read(self.hidden, "theta")
        self._freeze(LEVEL * float(theta.mean()))
        for _ in range(class_epochs):
            order = self._shuffled(data)
            self.show(data.train[order], data.train_labels[order], learning=self.votes.label)

    def _freeze(self, level: float) -> None:
        """Freeze and level the thresholds, and end the teacher's hold on the hidden layer."""
        self.level = level
        self.simulation.set(self.hidden, adapting=0.0)
        self.simulation.write(self.hidden, "theta", level)
        self.simulation.set_weights(self.guidance, 0.0)

    def _shuffled(self, data: Split) -> Array:
        return self.order.permutation(len(data.train))


def _mean(counts: Array) -> Array:
    return counts.mean(axis=1) if counts.shape[1] else np.zeros(len(counts))


def answers(counts: Array) -> Array:
    """Return the class neuron with most spikes; of several the first."""
    return counts.argmax(axis=1)


def run(
    data: Split, seed: int, *, hidden: int, epochs: int, class_epochs: int, threads: int
) -> Outcome:
    """Train and test one seed."""
    wall, cpu = time.perf_counter(), time.process_time()
    model = SymmetricClassifier(inputs=data.train.shape[1], hidden=hidden)
    trainer = Trainer(model, seed, threads)
    trainer.train(data, epochs, class_epochs)
    tested = time.perf_counter()
    shown = trainer.show(data.test)
    per_image = (time.perf_counter() - tested) / len(data.test)
    found = answers(shown.counts["class_layer"])
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (data.test_labels, found), 1)
    spikes = sum(len(shown.result[label].steps) for label in ("input", "hidden", "class_layer"))
    trial = trainer.show(data.test[:1]).result
    untrained = Trainer(model, seed, threads).assigned(data, trainer.level)
    return Outcome(
        seed=seed, accuracy=float((found == data.test_labels).mean()), untrained=untrained,
        confusion=confusion, spikes_per_inference=spikes / len(data.test),
        wall_s=time.perf_counter() - wall, cpu_s=time.process_time() - cpu,
        wall_per_image_s=per_image,
        fields=trainer.simulation.weights(trainer.fields).matrix().T, trial=trial,
    )  # fmt: skip
