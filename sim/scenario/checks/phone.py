"""Desks of the phone: names they point to, channels that ring at one place, no way round for ever."""

from __future__ import annotations

from collections.abc import Mapping

from sim.scenario.checks.sound import Checker
from sim.scenario.node import Keys
from sim.scenario.number import DAYS
from sim.scenario.phone import Desk

ORDINARY_CHANNEL = "911"
WEEK_MIN = 7 * 24 * 60


def check_phone(checker: Checker) -> None:
    """Everything a desk names exists; every channel rings at one desk; calls cannot go round between desks."""
    phone = checker.sound.phone
    if phone is None:
        return
    types = checker.names("types")
    if phone.false_alarm_as is not None:
        checker.known(("phone", "false_alarm_as"), phone.false_alarm_as, types, "a call type")
    for name, desk in phone.desks.items():
        keys = ("phone", "desks", name)
        _check_names(checker, keys, desk, types)
        if desk.false_alarm_share.value > 0 and phone.false_alarm_as is None:
            checker.fault(
                (*keys, "false_alarm_share"), f"{desk.false_alarm_share.value:g}", "phone.false_alarm_as too: a call type"
            )
        if not desk.shifts:
            checker.fault(
                (*keys, "shifts"),
                "no shift",
                "when its positions are staffed",
                'all_day: {days: all, start: "00:00", end: "24:00", posts: 1}',
            )
        if "all" not in desk.handling_min and not set(types) <= set(desk.handling_min):
            checker.fault((*keys, "handling_min"), "not every call type", "minutes for every call type, or for `all`")
        _check_nights(checker, keys, desk)
    _check_channels(checker, phone.desks)
    for way, hint in (
        ("hands_on", "a call that none of them resolves would never reach dispatch"),
        ("spills", "it would ring on and on"),
    ):
        _check_round(checker, phone.desks, way, hint)


def _check_nights(checker: Checker, keys: Keys, desk: Desk) -> None:
    """Who calls when nobody is there must hang up some time, or go elsewhere."""
    if not desk.shifts or desk.patience_min is not None or desk.spills is not None or not desk.channels:
        return
    covered: set[int] = set()
    for shift in desk.shifts.values():
        if shift.posts:
            hours, minutes = map(int, shift.start.split(":"))
            for day in shift.days:
                first = (24 * day + hours) * 60 + minutes
                covered.update(minute % WEEK_MIN for minute in range(first, first + shift.length_min))
    open_min = next((minute for minute in range(WEEK_MIN) if minute not in covered), None)
    if open_min is not None:
        got = (
            f"nobody on {DAYS[open_min // 1440]} at {open_min // 60 % 24:02d}:{open_min % 60:02d}, and callers who wait for ever"
        )
        checker.fault((*keys, "shifts"), got, "positions at all hours, patience_min, or spills to another desk")


def _check_names(checker: Checker, keys: Keys, desk: Desk, types: list[str]) -> None:
    """Desks, call types and rates that a desk names."""
    desks = list(checker.sound.phone.desks) if checker.sound.phone is not None else []
    if desk.rings_again is not None and desk.rings_again.desk is not None:
        checker.known((*keys, "rings_again", "desk"), desk.rings_again.desk, desks, "a desk")
    if desk.spills is not None:
        checker.known((*keys, "spills", "desk"), desk.spills.desk, desks, "a desk")
    if desk.hands_on is not None:
        checker.known((*keys, "hands_on", "desk"), desk.hands_on.desk, desks, "a desk")
        for kind in desk.hands_on.takes if isinstance(desk.hands_on.takes, list) else []:
            checker.known((*keys, "hands_on", "takes"), kind, types, "a call type")
    for table in ("handling_min", "resolves_share"):
        for kind in getattr(desk, table):
            checker.known((*keys, table, kind), kind, [*types, "all"], "a call type, or `all`", at_key=True)
    check_wage(checker, (*keys, "wage"), desk.wage)


def check_wage(checker: Checker, keys: Keys, wage: str | None) -> None:
    """A wage is the name of a rate: one nobody gives would cost nothing, quietly."""
    if wage is not None:
        checker.known(keys, wage, checker.names("rates"), "a rate of `rates`")


def _check_channels(checker: Checker, desks: Mapping[str, Desk]) -> None:
    demand = checker.sound.demand
    known = [ORDINARY_CHANNEL, *(demand.channels if demand is not None else {})]
    first: dict[str, str] = {}
    for name, desk in desks.items():
        keys = ("phone", "desks", name, "channels")
        for channel in desk.channels:
            checker.known(keys, channel, dict.fromkeys(known), "a channel of demand.channels")
            if first.setdefault(channel, name) != name:
                checker.fault(keys, f"channel {channel}, which rings at {first[channel]} already", "each channel at one desk")


def _check_round(checker: Checker, desks: Mapping[str, Desk], way: str, hint: str) -> None:
    """Calls that go from desk to desk must come to an end; those that spill may come back if each ring takes time."""
    for name in desks:
        path = [name]
        while True:
            step = getattr(desks[path[-1]], way)
            if step is None or step.desk not in desks:
                break
            if way == "spills" and step.after_min.value > 0:
                break
            path.append(step.desk)
            if step.desk == name:
                checker.fault(("phone", "desks", name, way, "desk"), " -> ".join(path), "desks that do not lead back", hint)
            if path[-1] in path[:-1]:
                break
