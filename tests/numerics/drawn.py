"""Networks that hypothesis draws for the board: one source population, many small targets."""

from hypothesis import strategies as st
from numerics.circuits import record_all, trains

import snn

TICKS = 150
SOURCES = 16
LARGEST_WEIGHT = {"exp": 4.0, "delta": 12.0, "cond": 0.1, "alpha": 6.0, "dual": 3.0, "izh": 4.0}


def numbers(low, high):
    return st.floats(low, high, allow_nan=False)


def receptors(draw, kind):
    """Draw the receptors of a kind of cell."""
    tau = numbers(0.3, 10.0)
    if kind == "delta":
        return {"excitatory": snn.CurrentPulse(), "inhibitory": snn.CurrentPulse(sign=-1)}
    if kind == "cond":
        return {"excitatory": snn.ConductanceExp(tau_syn=draw(tau), e_rev=draw(numbers(-10, 10))),
                "inhibitory": snn.ConductanceExp(tau_syn=draw(tau), e_rev=-85.0)}  # fmt: skip
    one = snn.CurrentAlpha if kind == "alpha" else snn.CurrentExp
    found = {"excitatory": one(tau_syn=draw(tau)), "inhibitory": one(tau_syn=draw(tau), sign=-1)}
    return found | ({"slow": one(tau_syn=draw(tau))} if kind == "dual" else {})


@st.composite
def cells(draw):
    """Draw (kind, cell)."""
    kind = draw(st.sampled_from(sorted(LARGEST_WEIGHT)))
    own = receptors(draw, kind)
    if kind == "izh":
        a, b = draw(numbers(0.01, 0.1)), draw(numbers(0.1, 0.3))
        return kind, snn.Izhikevich(a=a, b=b, c=draw(numbers(-70, -50)), d=draw(numbers(0, 8)),
                                    i_offset=draw(numbers(-1, 4)), receptors=own)  # fmt: skip
    rest = draw(numbers(-70, -55))
    return kind, snn.LIF(
        tau_m=draw(numbers(2, 40)), cm=draw(numbers(0.1, 2)), v_rest=rest,
        v_reset=rest - draw(numbers(0, 5)), v_thresh=rest + draw(numbers(1, 20)),
        tau_refrac=draw(numbers(0, 5)), i_offset=draw(numbers(-0.2, 0.5)), receptors=own,
    )  # fmt: skip


def rule(draw, most):
    """Draw a pair rule for weights of up to `most`."""
    tau = numbers(2, 40)
    return snn.PairSTDP(
        tau_plus=draw(tau), tau_minus=draw(tau), A_plus=most * draw(numbers(0.001, 0.2)),
        A_minus=most * draw(numbers(-0.05, 0.2)), w_max=most * draw(numbers(0.5, 1.5)),
        dependence=draw(st.sampled_from([snn.Additive(), snn.Multiplicative()])),
    )  # fmt: skip


@st.composite
def networks(draw, count=22):
    """Draw `count` small networks, packed into one that a board runs at once."""
    net = snn.Network(dt=1.0)
    times = trains(draw(st.integers(0, 1000)), SOURCES, TICKS, 1.0, draw(st.integers(12, 30)))
    source = net.population(SOURCES, snn.SpikeArray(times=times), label="source")
    for k in range(count):
        kind, cell = draw(cells())
        most = LARGEST_WEIGHT[kind] * draw(numbers(0.7, 1.5))
        low = -62.0 if kind != "izh" else -70.0
        target = net.population(draw(st.integers(1, 6)), cell, label=f"{kind} {k}",
                                initial={"v": snn.Uniform(low - 8.0, low)})  # fmt: skip
        for name in cell.receptors:
            slots = 2 ** draw(st.integers(1, 4))
            delay = snn.Uniform(1.0, slots - 1.0) if slots > 2 else 1.0
            net.connect(source, target, snn.FixedProbability(draw(numbers(0.2, 0.9))),
                        snn.Synapse(weight=snn.Uniform(0.0, most), delay=delay), receptor=name,
                        label=f"{k} {name}")  # fmt: skip
        if kind in ("exp", "delta", "cond") and draw(st.booleans()):
            learned = snn.Synapse(weight=snn.Uniform(0.0, most / 2), delay=1.0,
                                  plasticity=rule(draw, most))  # fmt: skip
            net.connect(source, target, snn.FixedProbability(0.6), learned, label=f"{k} learned")
        record_all(net, target)
    return net
