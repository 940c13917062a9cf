"""SymmetricClassifier as a network; what it learns is tested with the digits benchmark."""

from __future__ import annotations

import numpy as np

import snn
from snn_models import SymmetricClassifier


def test_populations_and_projections_of_the_paper() -> None:
    net = SymmetricClassifier(inputs=9, hidden=20, classes=10).build()
    assert {p.label: p.size for p in net.populations} == {
        "input": 9, "teacher": 10, "hidden": 20, "class_layer": 10}  # fmt: skip
    plastic = {q.label for q in net.projections if q.synapse.rules}
    assert plastic == {"receptive_fields", "votes"}


def test_a_teacher_spares_the_hidden_neurons_of_its_class() -> None:
    compiled = snn.compile_network(SymmetricClassifier(inputs=4, hidden=20).build())
    guidance = next(q for q in compiled.projections if q.label == "guidance")
    weights = guidance.weight.reshape(10, 20)
    for teacher in range(10):
        assert np.flatnonzero(weights[teacher] == 0).tolist() == [teacher, teacher + 10]
