"""Who pays for what, at which rates; and records set beside the results."""

from __future__ import annotations

import difflib
import math

from sim.registry import cost_items
from sim.scenario.checks.sound import Checker
from sim.scenario.wording import listed, name_hint

PAYERS = (
    "city",
    "county",
    "state",
    "state_grant",
    "federal",
    "federal_grant",
    "medicaid",
    "hospitals",
    "insurers",
    "philanthropy",
)
COST_ITEMS = (
    "roster", "overtime", "overtime_fill", "one_time", "ed_visit", "ambulance", "booking", "crisis_centre_visit", "desks",
    "case_managers", "boarding", "inpatient_day", "jail_day",
)  # fmt: skip
HOURS_RATE = "paid_hours_per_fte_year"
RATES = (
    HOURS_RATE,
    "overtime_factor",
    *(f"{who}_fte_usd" for who in ("officer", "cit_officer", "clinician", "medic", "peer", "case_manager")),
    *(f"{what}_usd" for what in ("ed_visit", "ambulance", "booking", "crisis_centre_visit")),
)
ALIKE = 0.85  # a name this like a known one is taken for that one misspelt


def check_money(checker: Checker) -> None:
    """Payers of known cost items or responder types; hours a year wherever a yearly wage is given."""
    known = [*COST_ITEMS, *(entry.name for entry in cost_items), *checker.names("responders")]
    for item, payer in checker.sound.payers.items():
        checker.known(("payers", item), item, dict.fromkeys(known), "a cost item or a responder type", at_key=True)
        _check_payer(checker, ("payers", item), payer, at_key=False)
    rates = checker.sound.rates
    _check_rate_names(checker, list(rates))
    wages = [name for name in rates if name.endswith("_fte_usd")]
    if wages and HOURS_RATE not in checker.names("rates"):
        checker.fault(
            ("rates", HOURS_RATE),
            "nothing",
            f"paid hours a full-time year, since {wages[0]} is given",
            "2080 is 52 weeks of 40 h",
        )
    elif HOURS_RATE in rates and rates[HOURS_RATE].value == 0:
        checker.fault(("rates", HOURS_RATE), "0", "hours above 0")


def _check_rate_names(checker: Checker, names: list[str]) -> None:
    """Plug-ins may price what they like, but a rate nearly called like a known one is a slip that would price nothing."""
    known = {*RATES, *(f"{entry.facts['rate']}_usd" for entry in cost_items if "rate" in entry.facts)}
    for name in names:
        near = difflib.get_close_matches(name, known, 1, ALIKE)
        if name not in known and near:
            checker.fault(("rates", name), repr(name), "the name of a rate", f"did you mean {near[0]}?", at_key=True)


def _check_payer(checker: Checker, keys: tuple[str, ...], payer: str, at_key: bool) -> None:
    """Any name can pay, but one that looks like a known payer misspelt is taken for that."""
    if payer in PAYERS:
        return
    hint = name_hint(payer, PAYERS)
    if hint and not payer.startswith(PAYERS):
        checker.fault(keys, repr(payer), f"a payer: {listed(PAYERS)}, or a name unlike these", hint, at_key)


def check_paid_by(checker: Checker) -> None:
    """Each programme has one payer of what is left."""
    for name, row in checker.sound.programmes.items():
        keys = ("programmes", name, "paid_by")
        for payer in row.paid_by:
            _check_payer(checker, (*keys, payer), payer, at_key=True)
        rest = [payer for payer, how in row.paid_by.items() if how == "rest"]
        if len(rest) != 1:
            got = f"{' and '.join(rest)} for the rest" if rest else "nobody for the rest"
            hint = (
                f"{rest[0]}: null removes a payer of the file below" if rest else "for example {state_grant: first, county: rest}"
            )
            checker.fault(keys, got, "one payer with rest", hint, at_key=True)


def check_observed(checker: Checker) -> None:
    """Records are numbers; `of` names a programme."""
    for name, record in checker.sound.observed.items():
        if record.of is not None:
            checker.known(("observed", name, "of"), record.of, checker.names("programmes"), "a programme of programmes")
        if not math.isfinite(record.value):
            checker.fault(("observed", name), f"{record.value:g}", "a number")
