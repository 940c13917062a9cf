"""Constants made for one numerics profile: `check` says where another is asked for."""

from __future__ import annotations

import snn


def network() -> snn.Network:
    net = snn.Network(dt=1.0)
    net.population(2, snn.LIF(), label="cells")
    net.assume("cells", numerics="spinnaker", reason="they rely on its order", cure="use it")
    return net


def test_a_profile_that_is_assumed_gives_no_warning() -> None:
    report = snn.check(network(), backend="cpu", numerics="spinnaker")
    assert not [f for f in report.findings if f.topic == "numerics"]


def test_another_profile_gives_a_warning_with_its_cure() -> None:
    report = snn.check(network(), backend="cpu")
    assert not report.ok
    assert "cells: numerics: they rely on its order\n      cure: use it" in str(report)


def test_copies_assume_the_same() -> None:
    copied = network().copy()
    assert copied.assumptions == network().assumptions
    assert not snn.check(copied, backend="reference").ok
