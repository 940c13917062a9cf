"""The 1,797 handwritten 8x8 digits that scikit-learn ships, and their split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.errors import BackendUnavailableError

TEST_SHARE = 0.3


@dataclass(frozen=True)
class Split:
    """Images (n, 64) in 0..16 and labels (n,), for training and for test."""

    train: NDArray[np.float64]
    train_labels: NDArray[np.int64]
    test: NDArray[np.float64]
    test_labels: NDArray[np.int64]


def scikit_learn(module: str) -> Any:
    """Import a module of scikit-learn.

    Raises
    ------
    BackendUnavailableError
        scikit-learn is not installed.
    """
    from importlib import import_module

    try:
        return import_module(f"sklearn.{module}")
    except ImportError as error:
        raise BackendUnavailableError(
            "snn bench digits needs scikit-learn: pip install 'snn-spinnaker[bench]'"
        ) from error


def split(seed: int, images: int | None = None) -> Split:
    """Return a stratified 70/30 split; `images` keeps only so many in all."""
    pixels, labels = scikit_learn("datasets").load_digits(return_X_y=True)
    pixels, labels = pixels[:images], labels[:images]
    cut = scikit_learn("model_selection").train_test_split
    train, test, train_labels, test_labels = cut(
        pixels, labels, test_size=TEST_SHARE, stratify=labels, random_state=seed
    )
    return Split(train, train_labels, test, test_labels)


def nearest_mean(data: Split) -> float:
    """Return the test accuracy of the nearest class mean."""
    means = np.array([data.train[data.train_labels == k].mean(axis=0) for k in range(10)])
    gaps = ((data.test[:, None] - means) ** 2).sum(axis=2)
    return float((gaps.argmin(axis=1) == data.test_labels).mean())


def logistic(data: Split) -> float:
    """Return the test accuracy of logistic regression on the pixels."""
    model = scikit_learn("linear_model").LogisticRegression(max_iter=5000)
    model.fit(data.train / 16, data.train_labels)
    return float(model.score(data.test / 16, data.test_labels))
