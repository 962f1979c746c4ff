"""Prices in cents: what an hour of a unit costs, what each event costs, and who pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.scenario.number import Shift
from sim.scenario.schema import Responder, Scenario
from sim.world.facts import Names, programme_of
from sim.world.phone import desks_of
from sim.world.workforce import lasting_shares

DEFAULT_PAYER = "city"


@dataclass(frozen=True)
class Prices:
    """Rates of the plan in force in the measured window. Cents an hour are exact, hence not whole."""

    hour_cents: tuple[float, ...]  # by responder: crew cost of one posted hour, relief included
    overtime_hour_cents: tuple[float, ...]  # by responder, no relief
    rate_cents: Mapping[str, float]  # scenario rate key without `_usd`, in cents
    payer: Mapping[str, str]  # cost item -> payer
    programme_payers: Mapping[str, Mapping[str, str | int]]  # programme -> payer -> rest, first or cents a year
    one_time_cents: Mapping[str, Mapping[str, int]]  # programme -> label -> cents
    programme_of: tuple[str | None, ...]  # by responder
    payer_of_responder: tuple[str, ...]  # by responder without a programme
    jurisdiction_of: tuple[str, ...]  # by zone
    desk_hour_cents: tuple[float, ...] = ()  # by desk: one call-taker's hour
    case_manager_hour_cents: float = 0.0  # of paid working hours
    case_managers: int = 0


def cents(usd: float) -> int:
    """Dollars as whole cents, rounded to nearest."""
    return round(usd * 100)


def crew_usd_per_year(scenario: Scenario, responder: Responder) -> float:
    """Yearly cost of one full-time crew: the rate of each discipline times its number."""
    return sum(scenario.rates[f"{discipline}_fte_usd"].value * n for discipline, n in sorted(responder.crew.items()))


def hour_usd(scenario: Scenario, responder: Responder) -> float:
    """Cost of one hour of a full-time crew, without relief."""
    return crew_usd_per_year(scenario, responder) / scenario.rates["paid_hours_per_fte_year"].value


def overtime_factor(scenario: Scenario) -> float:
    """Pay of an hour on overtime over that of an ordinary hour."""
    return scenario.rates["overtime_factor"].value if "overtime_factor" in scenario.rates else 1.0


def posted_hour_usd(scenario: Scenario, responder: Responder, shift: Shift) -> float:
    """What a posted hour of a shift comes to on average.

    An hour filled on overtime costs its rate instead of the ordinary one with relief, a vacant one that nobody fills
    nothing; a hire in training is paid whoever stands in. On call, the paid share of each.
    """
    (vacant, in_training), absent = lasting_shares(scenario, responder), responder.unavailable_share.value
    fill, held = responder.overtime_fill_share.value, 1 - vacant - in_training
    filled = fill * (vacant + in_training + held * absent)
    paid = held * (1 - fill * absent) + in_training
    hours = paid * responder.relief_factor.value + filled * overtime_factor(scenario)
    return hour_usd(scenario, responder) * hours * (shift.paid_share.value if shift.on_call else 1.0)


def build_prices(scenario: Scenario, names: Names) -> Prices:
    """The plan's prices over the given names; a plan without staff rates prices every hour at nothing."""
    hours, overtime = [], []
    for name in names.responders:
        responder = scenario.responders.get(name)
        known = responder is not None and all(f"{d}_fte_usd" in scenario.rates for d in responder.crew)
        hour = hour_usd(scenario, responder) if responder is not None and known else 0.0
        hours.append(hour * 100 * (responder.relief_factor.value if responder is not None else 1.0))
        overtime.append(hour * 100 * overtime_factor(scenario))
    desks = desks_of(scenario)
    rates = {
        key.removesuffix("_usd"): number.value * (100 if key.endswith("_usd") else 1) for key, number in scenario.rates.items()
    }
    return Prices(
        tuple(hours),
        tuple(overtime),
        rates,
        dict(scenario.payers),
        {name: _shares(row.paid_by) for name, row in scenario.programmes.items()},
        {name: {k: cents(v.value) for k, v in row.one_time_usd.items()} for name, row in scenario.programmes.items()},
        tuple(programme_of(scenario, name) for name in names.responders),
        tuple(scenario.payers.get(name, DEFAULT_PAYER) for name in names.responders),
        tuple(scenario.zones[zone].jurisdiction if zone in scenario.zones else DEFAULT_PAYER for zone in names.zones),
        tuple(100 * wage_usd(scenario, desks[name].wage) if name in desks else 0.0 for name in names.desks),
        100 * wage_usd(scenario, scenario.follow_up.wage) if scenario.follow_up is not None else 0.0,
        scenario.follow_up.case_managers if scenario.follow_up is not None else 0,
    )


def wage_usd(scenario: Scenario, rate: str | None) -> float:
    """What an hour costs at a rate of the scenario, which is by the hour or, as `_fte_usd`, by the year; nothing without one."""
    if rate is None or rate not in scenario.rates:
        return 0.0
    hours = scenario.rates["paid_hours_per_fte_year"].value if rate.endswith("_fte_usd") else 1.0
    return scenario.rates[rate].value / hours


def _shares(paid_by: Mapping[str, object]) -> dict[str, str | int]:
    return {payer: how if isinstance(how, str) else cents(how.value) for payer, how in paid_by.items()}  # type: ignore[attr-defined]  # Amount
