"""Places and stays of facilities, and the warm-up they need."""

from __future__ import annotations

from sim.scenario.checks.sound import Checker
from sim.scenario.facilities import Facility
from sim.scenario.node import Keys

SERVICES = ("housing", "treatment")
HELD = {"housing": "a housing service", "treatment": "a treatment service", "inpatient": "a ward"}  # nothing without a stay
WARM_UP_STAYS = 3  # mean stays after which a place holds whom it will hold in the long run


def check_places(checker: Checker) -> None:
    """Names that exist, places that somebody holds, wards where a bed may be needed, hours that do not contradict."""
    kinds = {row.kind for row in checker.sound.facilities.values()}
    for name, row in checker.sound.facilities.items():
        keys = ("facilities", name)
        _check_names(checker, keys, row)
        if row.stay_h is None:
            _check_without_stay(checker, keys, row)
        needs_bed = max(row.inpatient_share.value, row.hold_inpatient_share.value if row.hold_inpatient_share is not None else 0)
        if needs_bed > 0 and "inpatient" not in kinds:
            hint = "for example: ward: {kind: inpatient, places: 20, stay_h: 200}"
            checker.fault((*keys, "inpatient_share"), f"{needs_bed:g}, and no ward", "a facility of kind inpatient", hint)
        if row.hours and row.places is None:
            checker.fault((*keys, "hours"), "hours without places", "places: how many at all other hours")
        _check_hours(checker, keys, row)
    _check_warm_up(checker)


def _check_names(checker: Checker, keys: Keys, row: Facility) -> None:
    for kind in row.takes if isinstance(row.takes, list) else []:
        checker.known((*keys, "takes"), kind, checker.names("types"), "a call type")
    for responder in row.handover_by_min:
        checker.known(
            (*keys, "handover_by_min", responder), responder, checker.names("responders"), "a responder type", at_key=True
        )


def _check_without_stay(checker: Checker, keys: Keys, row: Facility) -> None:
    """Places are held for a stay: without one they would change nothing."""
    for key, is_given in (("places", row.places is not None), ("other_load", row.other_load is not None)):
        if is_given:
            checker.fault((*keys, key), f"{key} without stay_h", "stay_h: how long people stay, on average", "or leave it out")
    if row.kind in HELD:
        checker.fault((*keys, "stay_h"), "nothing", f"how long people stay, since it is {HELD[row.kind]}")


def _check_hours(checker: Checker, keys: Keys, row: Facility) -> None:
    """Hours are read by whole hours of the week, and each may be given once."""
    held: dict[int, str] = {}
    for name, hours in sorted(row.hours.items()):
        start, end = (int(text[:2]) for text in (hours.start, hours.end))
        if hours.start[3:] != "00" or hours.end[3:] != "00":
            checker.fault((*keys, "hours", name, "start"), f"{hours.start} to {hours.end}", "whole hours, such as 08:00")
        length = (end - start) % 24 or 24
        for day in hours.days:
            for hour in (24 * day + start + k for k in range(length)):
                other = held.setdefault(hour % 168, name)
                if other != name:
                    checker.fault((*keys, "hours", name), f"hours that {other} gives too", "each hour of the week once")
                    return


def _check_warm_up(checker: Checker) -> None:
    """A run that opens its window on empty places would show a city that never was."""
    run = checker.sound.run
    stays = {
        name: row.stay_h.value / 24
        for name, row in checker.sound.facilities.items()
        if row.stay_h is not None and row.places is not None and row.kind not in SERVICES
    }
    if run is None or not stays:
        return
    longest = max(sorted(stays), key=lambda name: stays[name])
    needed = WARM_UP_STAYS * stays[longest]
    if run.warm_up_days < needed:
        checker.fault(
            ("run", "warm_up_days"),
            f"{run.warm_up_days}",
            f"{needed:.0f} or more: three times the mean stay at {longest}, {stays[longest]:.1f} days",
            "begin that much earlier: the window opens warm_up_days after run.begins",
        )
