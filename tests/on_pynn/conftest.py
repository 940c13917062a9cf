"""PyNN's simulators for the tests: a failure where one is installed and broken, else a reason."""

import pytest

from snn import engine

INSTALLED = {"neuron": "neuron", "pynn_nest": "nest-simulator", "pynn_brian2": "brian2",
             "spinnaker": "sPyNNaker"}  # fmt: skip


@pytest.fixture
def target(request):
    """Return the name of a backend that is installed."""
    from snn_on_pynn.installation import installed

    name = request.param
    for package in ("PyNN", INSTALLED[name]):
        if not installed(package):
            pytest.skip(
                f"{package} is not installed: {engine.load('snn.backends', name).missing()}"
            )
    return name
