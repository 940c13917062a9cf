"""The two timers of a core (ARM SP804 pair).

Time on the board is counted in cycles of the 200 MHz clock, and it moves only between ticks: while
a core works through a tick its own counter falls with the instructions that it has executed, but
no timer expires under it. That is the ideal board: every tick has all the time that it needs.

A core that polls its second timer has nothing else to do. It is set aside, and the timer expires
once every other core is at rest; that is how the synapse cores of a split population find the end
of their time step.
"""

from __future__ import annotations

from typing import Any

from snn_spinnaker.board.jit import compiled
from snn_spinnaker.board.vic import refresh

ENABLED = 0x80
ONE_SHOT = 0x01
#: Polls of the second timer without other work after which a core counts as idle. Fewer would
#: stop short loops that look at the counter only in passing; more only costs time.
POLLS_WHEN_IDLE = 20
#: Cycles that a read of the first timer's counter stands for, so that loops which wait for a moment
#: within a tick end after a few reads.
CYCLES_PER_READ = 50


@compiled
def prescale_shift(control: int) -> int:
    """Return the binary logarithm of the clock divider: 0, 4 or 8."""
    return ((control >> 2) & 3) * 4


@compiled
def current_count(core: Any, timer: int) -> int:
    """Return what the down-counter shows now; it ends at one until the timer has expired."""
    core.timer_reads[timer] += 1
    cycles = core.instructions - core.timer_mark[timer]
    cycles += CYCLES_PER_READ * core.timer_reads[timer]
    remaining = core.timer_load[timer] - (cycles >> prescale_shift(core.timer_control[timer]))
    return remaining if remaining > timer else timer


@compiled
def schedule_timer(core: Any, timer: int, now: int) -> None:
    """Compute when an enabled timer expires; -1 while it is off."""
    core.timer_mark[timer] = core.instructions
    core.timer_reads[timer] = 0
    control = core.timer_control[timer]
    if control & ENABLED == 0:
        core.timer_due[timer] = -1
        return
    period = core.timer_load[timer] << prescale_shift(control)
    core.timer_due[timer] = now + (period if period > 0 else 1)


@compiled
def expire_timer(core: Any, timer: int, now: int) -> None:
    """Raise the timer's interrupt and, unless it is a one-shot, start its next period."""
    core.timer_raised[timer] = 1
    core.polling = 0
    core.polls = 0
    if core.timer_control[timer] & ONE_SHOT:
        core.timer_due[timer] = -1
    else:
        schedule_timer(core, timer, now)
    refresh(core)


@compiled
def poll_second_timer(core: Any) -> bool:
    """Note that a core looks at its second timer; True when it should be set aside."""
    if core.timer_due[1] < 0 or core.timer_raised[1] != 0:
        return False
    core.polls += 1
    if core.polls <= POLLS_WHEN_IDLE:
        return False
    core.polls = 0
    return bool(core.received_head == core.received_tail)


@compiled
def read_timer(core: Any, offset: int) -> int:
    """Read a register of either timer; ``offset`` 0x20 and above is the second one."""
    timer = (offset >> 5) & 1
    register = offset & 0x1F
    if register == 0x04:
        return 0 if timer == 1 and core.timer_raised[1] != 0 else current_count(core, timer)
    if register == 0x08:
        return int(core.timer_control[timer])
    if register == 0x10:
        return int(core.timer_raised[timer])
    if register == 0x14:
        enabled = core.timer_control[timer] & 0x20
        return core.timer_raised[timer] if enabled else 0
    return int(core.timer_load[timer])


@compiled
def write_timer(core: Any, offset: int, value: int) -> None:
    """Write a register of either timer.

    A first period that differs from the later ones (a load followed by a background load) is a
    phase within the tick. An ideal tick has no inside, so the background value counts from the
    start.
    """
    timer = (offset >> 5) & 1
    register = offset & 0x1F
    if register == 0x0C:
        core.timer_raised[timer] = 0
    elif register == 0x08:
        core.timer_control[timer] = value
        schedule_timer(core, timer, core.now)
    elif register == 0x00:
        core.timer_load[timer] = value
        core.timer_raised[1] &= 1 - timer
        schedule_timer(core, timer, core.now)
    elif register == 0x18:
        core.timer_load[timer] = value
        schedule_timer(core, timer, core.now)
    core.polls = 0
    refresh(core)


@compiled
def reset_timers(core: Any) -> None:
    """Switch both timers off."""
    for timer in range(2):
        core.timer_load[timer] = 0
        core.timer_control[timer] = 0
        core.timer_raised[timer] = 0
        core.timer_due[timer] = -1
        core.timer_reads[timer] = 0
        core.timer_mark[timer] = 0
