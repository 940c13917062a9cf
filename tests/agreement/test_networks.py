"""Networks drawn by hypothesis do the same on both engines, to the last bit.

The same networks are drawn each time, so that their machine code is found in the cache.
"""

from __future__ import annotations

from agreement.equality import require_agreement
from hypothesis import given, settings
from networks import FREE_OF_EXP, networks

import snn

STEPS = 160


@settings(max_examples=50, derandomize=True)
@given(networks())
def test_double_precision(net: snn.Network) -> None:
    require_agreement(net, STEPS)


@settings(max_examples=20, derandomize=True)
@given(networks(cells=FREE_OF_EXP, rules=("none",)))
def test_single_precision_without_exp(net: snn.Network) -> None:
    require_agreement(net, STEPS, precision="float32")
