"""Holders of posts over months: numbers that can be a month's, and posts that somebody is hired for."""

from __future__ import annotations

from sim.scenario.checks.sound import Checker
from sim.scenario.number import Sourced

LONGEST_MONTHS = 60
BOUNDS = {  # key -> lowest, highest, what it is, how to mend it
    "monthly_attrition_share": (0.0, 0.5, "of holders a month", "a month, not a year: 0.3 a year is about 0.03 a month"),
    "hiring_months": (0.0, LONGEST_MONTHS, "months to hire somebody", "months, not days or weeks: 90 days are 3"),
    "training_months": (0.0, LONGEST_MONTHS, "months of training", "months, not days or hours: six weeks are 1.5"),
    "overtime_hour_factor": (0.5, 2.0, "for each hour a week", "1.02 is 2 % more leavers an hour, a fifth more at 10 hours"),
    "programme_factor": (0.0, 10.0, "times the attrition", "1.1 is a tenth more, 0.9 a tenth fewer"),
}
FATIGUE = (0.5, 5.0, "times the minutes on scene", "1 is no longer than others, 1.1 a tenth longer")


def check_workforce(checker: Checker) -> None:
    """Shares and factors that another unit was meant for; posts vacant at first that would be filled at once."""
    for name, row in checker.sound.responders.items():
        keys, rules = ("responders", name, "workforce"), row.workforce
        if row.fatigue is not None:
            number = row.fatigue.on_scene_factor
            _check_bounds(checker, ("responders", name, "fatigue", "on_scene_factor"), number, *FATIGUE)
        if rules is None:
            continue
        for key, bounds in BOUNDS.items():
            _check_bounds(checker, (*keys, key), getattr(rules, key), *bounds)
        if row.vacancy_share.value > 0 and rules.hiring_months.value + rules.training_months.value == 0:
            got = f"0, with a vacancy_share of {row.vacancy_share.value:g}"
            hint = "who leaves is replaced at once, and so is nobody: no vacancy_share, or months to hire"
            checker.fault((*keys, "hiring_months"), got, "months above 0 where posts are vacant at first", hint)


def _check_bounds(
    checker: Checker, keys: tuple[str, ...], number: Sourced, low: float, high: float, what: str, hint: str
) -> None:
    for name in ("value", "low", "high"):
        given = getattr(number, name)
        if given is not None and not low <= given <= high:
            got = f"{given:g} {what}" if name == "value" else f"{name}: {given:g} {what}"
            checker.fault(keys, got, f"a number between {low:g} and {high:g}", hint)
            return
