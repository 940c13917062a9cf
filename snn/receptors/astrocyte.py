"""Astrocyte that listens to a neuron's synapses and changes what they release."""

from __future__ import annotations

import math

from snn.fields import State, Values, derived, model, param
from snn.receptors.receptor import Receptor


def _fluxes(
    gamma: float, ip3: float, c: float, h: float, O_P: float, K_P: float, C_T: float,
    rho_A: float, Omega_C: float, Omega_L: float, d_1: float, d_2: float, O_2: float, d_3: float,
    d_5: float, O_beta: float, O_delta: float, kappa_delta: float, K_delta: float,
    Omega_5P: float, K_D: float, K_3K: float, O_3K: float, F_ex: float, I_Theta: float,
    omega_I: float, I_bias: float,
) -> tuple[float, float, float]:  # fmt: skip
    """Return the slopes of IP3, calcium and de-inactivation, per second."""
    c2 = c * c
    c4 = c2 * c2
    away = ip3 - I_bias
    side = 1.0 if away > 0 else (-1.0 if away < 0 else 0.0)
    exogenous = -0.5 * F_ex * (1.0 + math.tanh((abs(away) - I_Theta) / omega_I)) * side
    made = O_delta / (1.0 + ip3 / kappa_delta) * c2 / (c2 + K_delta * K_delta)
    kinase = O_3K * c4 / (c4 + K_D * K_D * K_D * K_D) * ip3 / (ip3 + K_3K)
    d_ip3 = O_beta * gamma + made - kinase - Omega_5P * ip3 + exogenous
    m = ip3 / (ip3 + d_1) * c / (c + d_5)
    open_ = m * h * m * h * m * h
    d_c = (Omega_C * open_ + Omega_L) * (C_T - (1.0 + rho_A) * c) - O_P * c2 / (c2 + K_P * K_P)
    q = d_2 * (ip3 + d_1) / (ip3 + d_3)
    return d_ip3, d_c, O_2 * (q - (q + c) * h)


def _bound(fraction: float, on: float, off: float, seconds: float) -> float:
    """Advance a bound fraction with constant rates exactly."""
    rate = on + off
    return on / rate + (fraction - on / rate) * math.exp(-rate * seconds)


@model
class Astrocyte(Receptor):
    """Astrocyte of one postsynaptic neuron: neurotransmitter in, gliotransmitter out.

    Arriving weights (uM of neurotransmitter in the cleft) bind its receptors and make IP3,
    which lets calcium out of its store; where calcium rises through `C_Theta` it releases
    gliotransmitter, which binds to presynaptic receptors. The share of these that is
    bound, `gamma_s`, is what `Gliotransmission` reads. With `sic` the gliotransmitter also
    drives a slow inward current into the neuron.

    The G-ChI model with a Li-Rinzel calcium store: gamma_a (bound astrocyte receptors),
    ip3, c (calcium), h (de-inactivated IP3 receptors); x_a, g_a (gliotransmitter left,
    and released); units uM and seconds as in the papers.

    Notes
    -----
    A receptor named ``astrocyte``, so that any cell can have one; its domain is one neuron.
    Diffusion of IP3 to other astrocytes and the noise of the stochastic variant are left
    out. Bound fractions are advanced exactly with concentrations at mid-step, IP3, calcium
    and h by the explicit midpoint, order 2; all slow states are float64.

    References
    ----------
    De Pitta, Goldberg, Volman, Berry and Ben-Jacob, J. Biol. Phys. 35 (2009) 383; De Pitta,
    Volman, Berry and Ben-Jacob, PLoS Comput. Biol. 7 (2011) e1002293; Li and Rinzel, J.
    Theor. Biol. 166 (1994) 461; Stimberg, Goodman, Brette and De Pitta, in Computational
    Glioscience (Springer 2019) 471, tables of parameters.
    """

    Omega_c: Values = param(40.0, unit="1/s", above=0, doc="clearance of neurotransmitter")
    O_N: Values = param(0.3, unit="1/(uM s)", low=0, doc="binding to astrocyte receptors")
    Omega_N: Values = param(0.5, unit="1/s", above=0, doc="their largest inactivation")
    K_KC: Values = param(0.5, unit="uM", above=0, doc="calcium affinity of PKC")
    zeta: Values = param(10.0, low=0, doc="largest effect of PKC on the receptors")
    O_beta: Values = param(3.2, unit="uM/s", low=0, doc="IP3 made by PLC beta")
    O_delta: Values = param(0.6, unit="uM/s", low=0, doc="IP3 made by PLC delta")
    kappa_delta: Values = param(1.5, unit="uM", above=0, doc="its inhibition by IP3")
    K_delta: Values = param(0.1, unit="uM", above=0, doc="its calcium affinity")
    Omega_5P: Values = param(0.05, unit="1/s", low=0, doc="IP3 degraded by IP-5P")
    O_3K: Values = param(4.5, unit="uM/s", low=0, doc="IP3 degraded by IP3-3K")
    K_D: Values = param(0.7, unit="uM", above=0, doc="its calcium affinity")
    K_3K: Values = param(1.0, unit="uM", above=0, doc="its IP3 affinity")
    F_ex: Values = param(0.0, unit="uM/s", low=0, doc="largest exogenous flow of IP3")
    I_bias: Values = param(0.0, unit="uM", low=0, doc="IP3 that it flows towards")
    I_Theta: Values = param(0.3, unit="uM", low=0, doc="difference that it takes")
    omega_I: Values = param(0.05, unit="uM", above=0, doc="sharpness of that")
    C_T: Values = param(2.0, unit="uM", above=0, doc="free calcium of the cell")
    rho_A: Values = param(0.18, low=0, doc="volume of the store per cytoplasm")
    Omega_C: Values = param(6.0, unit="1/s", low=0, doc="release through IP3 receptors")
    Omega_L: Values = param(0.1, unit="1/s", low=0, doc="leak of the store")
    O_P: Values = param(0.9, unit="uM/s", low=0, doc="uptake by pumps")
    K_P: Values = param(0.05, unit="uM", above=0, doc="their calcium affinity")
    d_1: Values = param(0.13, unit="uM", above=0, doc="IP3 binding affinity")
    d_2: Values = param(1.05, unit="uM", above=0, doc="inactivation by calcium")
    d_3: Values = param(0.9434, unit="uM", above=0, doc="IP3 dissociation")
    d_5: Values = param(0.08, unit="uM", above=0, doc="activation by calcium")
    O_2: Values = param(0.2, unit="1/(uM s)", above=0, doc="rate of inactivation")
    C_Theta: Values = param(0.5, unit="uM", above=0, doc="calcium that releases")
    Omega_A: Values = param(0.6, unit="1/s", above=0, doc="recycling of gliotransmitter")
    U_A: Values = param(0.6, low=0, high=1, doc="share of it that a release takes")
    released: Values = param(130.0, unit="uM", low=0, doc="concentration if all is released")
    Omega_e: Values = param(60.0, unit="1/s", above=0, doc="clearance of gliotransmitter")
    O_G: Values = param(1.5, unit="1/(uM s)", low=0, doc="its binding to synapses")
    Omega_G: Values = param(0.5 / 60.0, unit="1/s", above=0, doc="its unbinding")
    sic: Values = param(0.0, unit="nA/uM", low=0, doc="slow inward current into the neuron")
    sign: int = 1
    signed: bool = False

    y = State(0.0, unit="uM", doc="neurotransmitter outside")
    gamma_a = State(0.0, doc="bound astrocyte receptors", slow=True)
    ip3 = State(0.01, unit="uM", doc="IP3", slow=True)
    c = State(0.01, unit="uM", doc="calcium", slow=True)
    h = State(0.9, doc="IP3 receptors that are not inactivated", slow=True)
    x_a = State(1.0, doc="gliotransmitter that can be released", slow=True)
    g_a = State(0.0, unit="uM", doc="gliotransmitter outside", slow=True)
    gamma_s = State(0.0, doc="bound presynaptic receptors", slow=True)
    over = State(0.0, doc="1 while calcium is over C_Theta")
    i = State(0.0, unit="nA", doc="slow inward current")
    weight_unit = "uM"

    @derived
    def half_y(Omega_c: float, dt: float) -> float:
        return math.exp(-0.0005 * dt * Omega_c)

    @derived
    def half_g(Omega_e: float, dt: float) -> float:
        return math.exp(-0.0005 * dt * Omega_e)

    @derived
    def refill(Omega_A: float, dt: float) -> float:
        return math.exp(-0.001 * dt * Omega_A)

    @staticmethod
    def receive(
        y: float, gamma_a: float, ip3: float, c: float, h: float, x_a: float, g_a: float,
        gamma_s: float, over: float, O_N: float, Omega_N: float, K_KC: float, zeta: float,
        O_beta: float, O_delta: float, kappa_delta: float, K_delta: float, Omega_5P: float,
        O_3K: float, K_D: float, K_3K: float, F_ex: float, I_bias: float, I_Theta: float,
        omega_I: float, C_T: float, rho_A: float, Omega_C: float, Omega_L: float, O_P: float,
        K_P: float, d_1: float, d_2: float, d_3: float, d_5: float, O_2: float,
        C_Theta: float, U_A: float, released: float, O_G: float, Omega_G: float,
        sic: float, half_y: float, half_g: float, refill: float, arriving: float, dt: float,
    ) -> tuple[float, float, float, float, float, float, float, float, float, float]:  # fmt: skip
        seconds = 0.001 * dt
        half = 0.5 * seconds
        y_mid = y * half_y
        bind = O_N * y_mid
        unbind = Omega_N * (1.0 + zeta * c / (c + K_KC))
        gamma_mid = _bound(gamma_a, bind, unbind, half)
        d_ip3, d_c, d_h = _fluxes(
            gamma_a, ip3, c, h, O_P, K_P, C_T, rho_A, Omega_C, Omega_L, d_1, d_2, O_2, d_3, d_5,
            O_beta, O_delta, kappa_delta, K_delta, Omega_5P, K_D, K_3K, O_3K, F_ex, I_Theta,
            omega_I, I_bias,
        )  # fmt: skip
        c_mid = c + half * d_c
        m_ip3, m_c, m_h = _fluxes(
            gamma_mid, ip3 + half * d_ip3, c_mid, h + half * d_h, O_P, K_P, C_T, rho_A, Omega_C,
            Omega_L, d_1, d_2, O_2, d_3, d_5, O_beta, O_delta, kappa_delta, K_delta, Omega_5P,
            K_D, K_3K, O_3K, F_ex, I_Theta, omega_I, I_bias,
        )  # fmt: skip
        unbind_mid = Omega_N * (1.0 + zeta * c_mid / (c_mid + K_KC))
        gamma_end = _bound(gamma_a, bind, unbind_mid, seconds)
        c_end = c + seconds * m_c
        left = 1.0 - (1.0 - x_a) * refill
        above = 1.0 if c_end > C_Theta else 0.0
        share = U_A if above > over else 0.0
        g_mid = g_a * half_g
        bound_end = _bound(gamma_s, O_G * g_mid, Omega_G, seconds)
        g_end = g_mid * half_g + released * share * left
        return (
            y_mid * half_y + arriving, gamma_end, ip3 + seconds * m_ip3, c_end,
            h + seconds * m_h, left - share * left, g_end, bound_end, above, sic * g_end,
        )  # fmt: skip
