"""Rosters as worked: breaks, hours away and last calls that fit into every shift, pay that fits the kind of shift."""

from __future__ import annotations

from sim.scenario.checks.sound import Checker
from sim.scenario.node import Keys
from sim.scenario.schema import Responder

TWO_TYPES = "where only long shifts have such hours, make two responder types of it"


def check_rosters(checker: Checker) -> None:
    """Pay by the share only on call; nothing within a shift that takes the whole of it or lies beyond it."""
    for name, row in checker.sound.responders.items():
        for shift_name, shift in row.shifts.items():
            keys = ("responders", name, "shifts", shift_name, "paid_share")
            if not shift.on_call and shift.paid_share.value != 1:
                checker.fault(
                    keys,
                    f"{shift.paid_share.value:g}, of a shift at work",
                    "no paid_share",
                    "a crew that waits at home: on_call: true",
                )
        shortest = _shortest(row)
        if shortest is not None:
            _check_fit(checker, ("responders", name), row, *shortest)


def _shortest(row: Responder) -> tuple[str, float] | None:
    """The shortest shift with posts and its hours; none where there is no post."""
    hours = {name: shift.length_min / 60 for name, shift in row.shifts.items() if shift.posts}
    return min(hours.items(), key=lambda item: item[1]) if hours else None


def _check_fit(checker: Checker, keys: Keys, row: Responder, shift: str, hours: float) -> None:
    """Faults of what is longer than the shift."""
    where = f"of shift {shift}, {hours:g} h"
    if row.breaks is not None and row.breaks.minutes.value >= 60 * hours:
        got = f"a break of {row.breaks.minutes.value:g} min, {where}"
        checker.fault(
            (*keys, "breaks", "minutes"), got, "a break shorter than the shift", "minutes, not hours: 30 is half an hour"
        )
    last = row.end_of_shift.last_calls_min.value
    if last >= 60 * hours:
        got = f"the last {last:g} min, {where}"
        hint = "minutes, not hours; over the whole shift only urgent calls would be taken"
        checker.fault((*keys, "end_of_shift", "last_calls_min"), got, "fewer minutes than the shift has", hint)
    for reason, away in row.away.items():
        ends = away.from_h.value + away.hours.value
        if ends > hours:
            got = f"{away.hours.value:g} h from {away.from_h.value:g} h on, {where}"
            checker.fault(
                (*keys, "away", reason, "hours"), got, f"hours that end with the shift: from_h + hours <= {hours:g}", TWO_TYPES
            )
