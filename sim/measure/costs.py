"""Quantities, priced: one row per cost item, group, payer. Whole cents; groups add up to the total exactly.

A cost item is a function of the tables its parameters name, giving a Series of quantities by group (a
responder type, or a programme); a second index level, where there is one, is the rate.

calls        call_facts of people in crisis in the window, who did not call included
assignments  units sent to calls received in the window, ordinary work too
shifts       rostered shifts, `in_window_s` long within the window
spells       unit_spells, `in_window_s` likewise
one_time     programme and label of every one-time amount

Some there are only where the scenario has what they tell of; an item that reads one is left out elsewhere:

desk_hours      desk × hour of the window
stays           coming of a person to a facility, `placed_in_window_s` and `boarding_in_window_s` long within the window
case_managers   their paid hours in the window

Rates are the scenario's (`ed_visit` is its `ed_visit_usd`), and nothing where it has none. Some come from its
staff rates: `hour` and `overtime_hour` of a responder type, `desk_hour` of a desk, `case_manager_hour`; and the one-time
amounts. Programmes pay for the
crews of their responder types and for what is one-time; see `divide` for who pays the programme.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import RegistryError
from sim.registry import Entry, cost_items
from sim.rules.lifecycle import DAY_S
from sim.world import Names, Prices, World

COLUMNS = ["item", "group", "programme", "payer", "timing", "quantity", "unit", "rate", "rate_cents", "cents"]
HELPED = "the city that is helped"  # payer of what one jurisdiction does for another: the jurisdiction, by its name
CREW = "programme or city"  # payer of what a programme pays where there is one
NOBODY = "nobody"  # group of what happens to people no responder reached
UNFUNDED = "unfunded"  # payer of what a programme's sources leave unpaid
HOURS_RATE, FULL_TIME_H = "paid_hours_per_fte_year", 2080.0
OPTIONAL = ("desk_hours", "stays", "case_managers")  # tables only some scenarios have
YEAR_S = 365 * DAY_S


def cost_table(derived: Mapping[str, pd.DataFrame], world: World) -> pd.DataFrame:
    """Every registered cost item of the window, priced and divided among payers; `derived`: tables of `measures.derived`.

    Columns: item, group, programme (empty for ordinary service), payer, timing (ongoing, one-time), quantity,
    unit, rate (its name), rate_cents, cents.
    """
    prices = world.prices
    share_of_year = (world.window_end_s - world.window_start_s) / YEAR_S
    given = tables(derived, prices, share_of_year)
    rows = [row for entry in _in_order() for row in priced(entry, given, prices, world.names)]
    divided = [part for rows_of in _by_payment(rows) for part in divide(rows_of, prices, share_of_year)]
    divided.sort(key=lambda row: (row["item"], row["group"], row["rate"], row["payer"]))
    frame = pd.DataFrame(divided, columns=COLUMNS)
    return frame if divided else frame.astype({"cents": np.int64, "quantity": np.float64, "rate_cents": np.float64})


def tables(derived: Mapping[str, pd.DataFrame], prices: Prices, share_of_year: float) -> dict[str, pd.DataFrame]:
    """The tables cost items may ask for, by name."""
    facts, assigned = derived["call_facts"], derived["assignments"]
    labels = [(programme, label) for programme, row in sorted(prices.one_time_cents.items()) for label in sorted(row)]
    found = {
        "calls": facts[facts["in_window"] & facts["person"]],
        "assignments": assigned[assigned["in_window"]],
        "shifts": derived["shifts"],
        "spells": derived["unit_spells"],
        "one_time": pd.DataFrame(labels, columns=["programme", "label"]),
    }
    if "desk_hours" in derived:
        found["desk_hours"] = derived["desk_hours"][derived["desk_hours"]["in_window"]]
    if "stays" in derived:
        found["stays"] = derived["stays"]
    if "tasks" in derived:
        hours = prices.case_managers * prices.rate_cents.get(HOURS_RATE, FULL_TIME_H) * share_of_year
        found["case_managers"] = pd.DataFrame({"hours": [hours]})
    return found


def _in_order() -> list[Entry]:
    """Cost items, what is ongoing first, so that a programme's yearly amounts go there first."""
    return sorted(cost_items, key=lambda entry: (entry.facts["timing"] != "ongoing", entry.facts["rate"] != "hour", entry.name))


def priced(entry: Entry, given: Mapping[str, pd.DataFrame], prices: Prices, names: Names) -> Iterator[dict[str, Any]]:
    """Rows of one cost item, payer still to be settled: cents are the quantity times the rate, rounded once."""
    wanted = list(inspect.signature(entry.function).parameters)
    unknown = [name for name in wanted if name not in given]
    if unknown and all(name in OPTIONAL for name in unknown):
        return
    if unknown:
        raise RegistryError(f"cost item {entry.name!r} reads {unknown[0]!r}; tables are {', '.join(given)} ({entry.file})")
    facts, responders = entry.facts, names.responders
    for key, quantity in entry.function(*(given[name] for name in wanted)).items():
        group, rate = key if isinstance(key, tuple) else (key, facts["rate"])
        rate_cents = _rate_cents(facts["rate"], str(group), str(rate), prices, names)
        programme = str(group) if group in prices.programme_payers else _programme(str(group), prices, responders)
        yield {
            "item": entry.name,
            "group": str(group),
            "programme": programme if facts["payer"] == CREW else "",
            "payer": _payer(entry, str(group), prices, responders),
            "timing": facts["timing"],
            "quantity": float(quantity),
            "unit": facts["unit"],
            "rate": str(rate),
            "rate_cents": rate_cents,
            "cents": round(float(quantity) * rate_cents),
        }


def _rate_cents(kind: str, group: str, rate: str, prices: Prices, names: Names) -> float:
    if kind == "one_time":
        return float(prices.one_time_cents[group][rate])
    if kind in ("hour", "overtime_hour"):
        return float((prices.hour_cents if kind == "hour" else prices.overtime_hour_cents)[names.responders.index(group)])
    if kind == "desk_hour":
        return float(prices.desk_hour_cents[names.desks.index(group)])
    if kind == "case_manager_hour":
        return float(prices.case_manager_hour_cents)
    return float(prices.rate_cents.get(rate, 0.0))


def _programme(group: str, prices: Prices, responders: tuple[str, ...]) -> str:
    return (prices.programme_of[responders.index(group)] or "") if group in responders else ""


def _payer(entry: Entry, group: str, prices: Prices, responders: tuple[str, ...]) -> str:
    if entry.facts["payer"] == HELPED:
        return str(prices.payer.get(entry.name, group))
    if entry.facts["payer"] != CREW:
        return str(prices.payer.get(entry.name, entry.facts["payer"]))
    return prices.payer_of_responder[responders.index(group)] if group in responders else UNFUNDED


def _by_payment(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows that are paid from one purse: each programme's, then the rest."""
    for programme in sorted({row["programme"] for row in rows}):
        yield [row for row in rows if row["programme"] == programme]


def divide(rows: list[dict[str, Any]], prices: Prices, share_of_year: float) -> Iterator[dict[str, Any]]:
    """Rows of one purse, each with its payer; a programme's are divided among its sources.

    A source with a yearly amount pays up to it, prorated to the window, in the order of the file; what is left
    falls to the source marked `first`, else to the one marked `rest`. Without either it is unfunded.
    """
    programme = rows[0]["programme"]
    if programme == "" or programme not in prices.programme_payers:
        yield from rows
        return
    sources = prices.programme_payers[programme]
    purses = [[payer, round(how * share_of_year)] for payer, how in sources.items() if not isinstance(how, str)]
    last = next((payer for mark in ("first", "rest") for payer, how in sources.items() if how == mark), UNFUNDED)
    for row in rows:
        left = row["cents"]
        parts = []
        for purse in purses:
            paid = min(left, purse[1])
            purse[1] -= paid
            left -= paid
            parts.append((purse[0], paid))
        parts.append((last, left))
        for payer, cents in parts:
            if cents or (row["cents"] == 0 and payer == last):
                share = cents / row["cents"] if row["cents"] else 1.0
                yield {**row, "payer": payer, "cents": cents, "quantity": row["quantity"] * share}
