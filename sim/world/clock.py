"""Dates to seconds and back: second 0 is midnight at the start of `run.begins`. No time zones, no leap seconds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sim.rules.lifecycle import DAY_S
from sim.scenario.schema import Run


@dataclass(frozen=True)
class Horizon:
    """The time axis in seconds: the measured window lies in [window_start_s, window_end_s), the run ends at end_s."""

    begins: dt.date
    window_start_s: int
    window_end_s: int
    end_s: int
    policy_starts_s: int

    @property
    def n_days(self) -> int:
        return self.end_s // DAY_S

    @property
    def mode(self) -> str:
        """How the window stands to the change: `from today` sees the transition, `long run` opens after it."""
        return "from today" if self.policy_starts_s >= self.window_start_s else "long run"

    def date(self, t_s: int) -> dt.date:
        """The calendar day a second lies in."""
        return self.begins + dt.timedelta(days=t_s // DAY_S)


def horizon(run: Run) -> Horizon:
    """The time axis of a scenario's `run` block."""
    start = run.warm_up_days * DAY_S
    end = start + run.days * DAY_S
    policy = start if run.policy_starts is None else (run.policy_starts - run.begins).days * DAY_S
    return Horizon(run.begins, start, end, end + run.run_out_days * DAY_S, policy)


def clock_seconds(text: str) -> int:
    """Seconds since midnight of a `HH:MM`."""
    hours, minutes = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def seconds(minutes: float) -> int:
    """Minutes as whole seconds, rounded to nearest."""
    return round(minutes * 60)
