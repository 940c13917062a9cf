"""Example 4 of Stimberg et al. in Brian2's documentation, run there and here on the same spikes."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.errors import BackendUnavailableError

Array = NDArray[Any]

RATES = (0.011, 0.11, 1.1, 11.0)
"""Hz, of four stretches."""

STRETCH = 5000.0
"""ms."""

KINDS = ("no gliotransmission", "open loop", "closed loop")

CLEFT = 2500.0
"""uM of neurotransmitter in the cleft if all is released."""

DRIVEN = 1.0
"""uM of IP3 towards which the astrocytes of the open loop are driven."""

EVERY = 10.0
"""ms between the values that are averaged."""

SYNAPSE = """
dY/dt = -Omega_c*Y : 1 (clock-driven)
dGamma_S/dt = O_G*G*(1 - Gamma_S) - Omega_G*Gamma_S : 1 (clock-driven)
du/dt = -Omega_f*u : 1 (event-driven)
dx/dt = Omega_d*(1 - x) : 1 (event-driven)
alpha : 1 (constant)
G : 1
"""
RELEASE = """
u += ((1 - Gamma_S)*U_0 + alpha*Gamma_S)*(1 - u)
Y += cleft*u*x
x -= u*x
"""
ASTROCYTE = """
dGamma_A/dt = O_N*Y*(1 - Gamma_A) - Omega_N*(1 + zeta*C/(C + K_KC))*Gamma_A : 1
dI/dt = O_beta*Gamma_A + O_delta/(1 + I/kappa)*C**2/(C**2 + K_delta**2)
        - O_3K*C**4/(C**4 + K_D**4)*I/(I + K_3K) - Omega_5P*I
        - F_ex/2*(1 + tanh((abs(I - I_bias) - I_Theta)/omega_I))*sign(I - I_bias) : 1
dC/dt = (Omega_C*m**3*h**3 + Omega_L)*(C_T - (1 + rho)*C) - O_P*C**2/(C**2 + K_P**2) : 1
dh/dt = O_2*(Q - (Q + C)*h) : 1
dx_A/dt = Omega_A*(1 - x_A) : 1
dG/dt = -Omega_e*G : 1
m = I/(I + d_1)*C/(C + d_5) : 1
Q = d_2*(I + d_1)/(I + d_3) : 1
Y : 1
I_bias : 1 (constant)
"""
PER_SECOND = {
    "Omega_c": 40.0, "O_G": 1.5, "Omega_G": 0.5 / 60, "Omega_f": 3.33, "Omega_d": 2.0, "O_N": 0.3,
    "Omega_N": 0.5, "O_beta": 3.2, "O_delta": 0.6, "O_3K": 4.5, "Omega_5P": 0.05, "F_ex": 2.0,
    "Omega_C": 6.0, "Omega_L": 0.1, "O_P": 0.9, "O_2": 0.2, "Omega_A": 0.6, "Omega_e": 60.0,
}  # fmt: skip
NUMBERS = {
    "U_0": 0.6, "cleft": CLEFT, "zeta": 10.0, "K_KC": 0.5, "kappa": 1.5, "K_delta": 0.1,
    "K_D": 0.7, "K_3K": 1.0, "I_Theta": 0.3, "omega_I": 0.05, "C_T": 2.0, "rho": 0.18,
    "K_P": 0.05, "d_1": 0.13, "d_2": 1.05, "d_3": 0.9434, "d_5": 0.08,
}  # fmt: skip
"""Concentrations in uM."""


def spikes(synapses: int, stretch: float = STRETCH, seed: int = 1) -> list[Array]:
    """Return the presynaptic trains, whole milliseconds at the rates of the four stretches."""
    rng = np.random.default_rng(seed)
    steps = int(stretch)
    p = np.repeat(np.array(RATES) * 1e-3, steps)
    return [1.0 + np.flatnonzero(rng.random(len(p)) < p) for _ in range(synapses)]


def table(synapses: int, stretch: float = STRETCH) -> dict[str, dict[str, list[float]]]:
    """Return the mean neurotransmitter (uM) in each stretch: kind -> simulator -> four values."""
    trains = spikes(synapses, stretch)
    found = {"brian2": theirs(trains, stretch), "ours": ours(trains, stretch)}
    return {kind: {name: _means(values[kind]) for name, values in found.items()} for kind in KINDS}


def _means(values: Array) -> list[float]:
    return [float(part.mean()) for part in np.array_split(values, len(RATES))]


def ours(trains: list[Array], stretch: float = STRETCH) -> dict[str, Array]:
    """Return neurotransmitter over time by kind, (samples, synapses) in uM."""
    net = snn.Network(dt=1.0)
    source = net.population(len(trains), snn.SpikeArray(times=trains), label="source")
    for kind in KINDS:
        cells = net.population(len(trains), _cell(kind), label=kind,
                               initial={"astrocyte.ip3": 0.0, "astrocyte.c": 0.0})  # fmt: skip
        rule = snn.Gliotransmission(U=0.6, alpha=_alpha(kind), tau_rec=500.0, tau_fac=1000 / 3.33)
        heard = snn.Synapse(weight=CLEFT, plasticity=rule)
        net.connect(source, cells, snn.OneToOne(), heard, receptor="cleft")
        if kind == "closed loop":
            net.connect(source, cells, snn.OneToOne(), heard, receptor="astrocyte")
        net.record(cells, "cleft.i", every=EVERY)
    found = snn.run(net, len(RATES) * stretch, precision="float64", progress=False)
    return {kind: found[kind].traces["cleft.i"].values[:-1] for kind in KINDS}


def _alpha(kind: str) -> float:
    """Return the release with all receptors bound: that at rest where nothing acts."""
    return NUMBERS["U_0"] if kind == "no gliotransmission" else 0.0


def _cell(kind: str) -> snn.LIF:
    """Return a cell that never fires; its receptor "cleft" holds what is in the cleft."""
    astrocyte = snn.Astrocyte(F_ex=2.0, I_bias=DRIVEN if kind == "open loop" else 0.0)
    cleft = snn.CurrentExp(tau_syn=1000.0 / PER_SECOND["Omega_c"])
    return snn.LIF(v_thresh=1e9, receptors={"cleft": cleft, "astrocyte": astrocyte})


def theirs(trains: list[Array], stretch: float = STRETCH) -> dict[str, Array]:
    """Return the same of Brian2.

    Raises
    ------
    BackendUnavailableError
        Brian2 is not installed.
    """
    b, n = _brian2(), len(trains)
    per_second = {name: value / b.second for name, value in PER_SECOND.items()}
    index = np.repeat(np.arange(n), [len(train) for train in trains])
    source = b.SpikeGeneratorGroup(n, index, np.concatenate(trains) * b.ms)
    cells = b.NeuronGroup(n, "")
    synapses = b.Synapses(source, cells, SYNAPSE, on_pre=RELEASE, method="exponential_euler",
                          namespace=per_second | NUMBERS)  # fmt: skip
    for _ in KINDS:
        synapses.connect(j="i")
    synapses.x = 1.0
    synapses.alpha = np.repeat([_alpha(kind) for kind in KINDS], n)
    astrocytes = b.NeuronGroup(
        2 * n, ASTROCYTE, threshold="C > 0.5", refractory="C > 0.5", method="rk4",
        reset="G += 78*x_A; x_A -= 0.6*x_A", namespace=per_second | NUMBERS,
    )  # fmt: skip
    astrocytes.h, astrocytes.x_A = 0.9, 1.0
    astrocytes.I_bias = np.repeat([DRIVEN, 0.0], n)
    heard = b.Synapses(synapses, astrocytes, "Y_post = Y_pre : 1 (summed)")
    heard.connect(i=np.arange(2 * n, 3 * n), j=np.arange(n, 2 * n))
    given = b.Synapses(astrocytes, synapses, "G_post = G_pre : 1 (summed)")
    given.connect(i=np.arange(2 * n), j=np.arange(n, 3 * n))
    monitor = b.StateMonitor(synapses, "Y", record=True, dt=EVERY * b.ms)
    net = b.Network(source, cells, synapses, astrocytes, heard, given, monitor)
    with warnings.catch_warnings():
        # Brian2's own code calls names that pyparsing has renamed.
        warnings.simplefilter("ignore")
        net.run(len(RATES) * stretch * b.ms)
    return dict(zip(KINDS, np.split(np.asarray(monitor.Y).T, len(KINDS), axis=1), strict=True))


def _brian2() -> Any:
    try:
        b: Any = import_module("brian2")
    except ImportError as error:
        raise BackendUnavailableError(
            "--brian2 needs Brian2: pip install 'snn-spinnaker[brian2]'"
        ) from error
    b.BrianLogger.log_level_error()
    b.prefs.codegen.target = "numpy"
    b.start_scope()
    b.defaultclock.dt = 1.0 * b.ms
    return b
