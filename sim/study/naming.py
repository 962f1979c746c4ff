"""The raw tables of one replication with names for codes and ids, as people open them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd

from sim.engines import Run
from sim.keys import PPM
from sim.measure.faults import statuses_of
from sim.measure.soundness import OF_PHONE
from sim.mechanism import FIRST_EVENT
from sim.rules.lifecycle import Age, CallStatus, Disposition, Event
from sim.world import World


def named(codes: Any, names: Sequence[str]) -> list[str]:
    """Names of ids or codes; an empty text for -1."""
    known = [*names, ""]  # -1 is the last
    return [known[code] for code in codes.tolist()]


def words(codes: type[IntEnum]) -> list[str]:
    """Names of a code list in order of its numbers."""
    return [member.name for member in sorted(codes)]


def calls_table(world: World, run: Run) -> pd.DataFrame:
    """Candidate calls with their last state and their luck; `true_type` is the luck's own `type`."""
    frame = pd.DataFrame(run.calls)
    for column, names in (
        ("type", world.names.types),
        ("zone", world.names.zones),
        ("channel", world.names.channels),
        ("first", world.names.units),
        ("unit", world.names.units),
        ("responder", world.names.responders),
        ("desk", world.names.desks),
        ("age", words(Age)),
        ("status", words(CallStatus)),
        ("disposition", words(Disposition)),
    ):
        frame[column] = named(run.calls[column], names)
    luck = pd.DataFrame(world.lucks).rename(columns={"type": "true_type"})
    for column, of in (("true_type", "type"), ("other_type", "other_type")):
        luck[column] = named(world.lucks[of], world.names.types)
    return pd.concat([frame, luck], axis=1)


def event_names(world: World) -> list[str]:
    """Name of each event code; those of mechanisms as `mechanism.event`."""
    own = [f"{mechanism.name}.{event}" for mechanism, _ in world.mechanisms for event in mechanism.events]
    return [*words(Event), *[""] * (FIRST_EVENT - len(Event)), *own]


def ledger_table(world: World, run: Run) -> pd.DataFrame:
    """What happened, in order. Rows without a unit show the statuses of the stay, the follow-up or the call."""
    rows = run.ledger
    frame = pd.DataFrame({"row": range(len(rows)), "t_s": rows["t_s"]})
    frame["event"] = named(rows["event"], event_names(world))
    frame["call"] = rows["call"]
    frame["unit"] = named(rows["unit"], world.names.units)
    kinds = [statuses_of(*row) for row in zip(rows["event"].tolist(), rows["unit"].tolist(), strict=True)]
    known = {kind: words(kind) for kind in set(kinds)}
    for column in ("status_from", "status_to"):
        codes = zip(rows[column].tolist(), kinds, strict=True)
        frame[column] = ["" if code < 0 else known[kind][code] for code, kind in codes]
    frame["disposition"] = named(rows["disposition"], words(Disposition))
    frame["cause"] = rows["cause"]
    frame["person"] = rows["person"]
    frame["place"] = _place_names(world, rows)
    return frame


def _place_names(world: World, rows: Any) -> list[str]:
    """Desk of rows on the phone, else facility; an empty text where there is none."""
    on_phone = is_on_phone(rows["event"])
    desks, facilities = named(np.where(on_phone, rows["place"], -1), world.names.desks), world.names.facilities
    others = named(np.where(on_phone, -1, rows["place"]), facilities)
    return [desk or other for desk, other in zip(desks, others, strict=True)]


def is_on_phone(event: Any) -> Any:
    """Whether the place of rows of each event is a desk."""
    return OF_PHONE[event] | (event == Event.RESOLVED_BY_PHONE)


def units_table(world: World) -> pd.DataFrame:
    """Units by name, with responder type, programme and home zone."""
    units = world.units
    programmes = [world.prices.programme_of[r] or "" for r in units["responder"].tolist()]
    return pd.DataFrame(
        {
            "unit": named(units["id"], world.names.units),
            "responder": named(units["responder"], world.names.responders),
            "programme": programmes,
            "home_zone": named(units["home_zone"], world.names.zones),
        }
    )


def shifts_table(world: World) -> pd.DataFrame:
    """Rostered hours by unit and day, in pieces where the crew was away for a while: who came, and what share is paid."""
    shifts = world.shifts
    days = {int(day): str(dt.date.fromordinal(day)) for day in np.unique(shifts["day"]).tolist()}
    return pd.DataFrame(
        {
            "unit": named(shifts["unit"], world.names.units),
            "day": [days[day] for day in shifts["day"].tolist()],
            "start_s": shifts["start_s"],
            "end_s": shifts["end_s"],
            **{name: shifts[name] == 1 for name in ("staffed", "overtime", "on_call")},
            "paid_share": shifts["paid_ppm"] / PPM,
            "turnout_s": shifts["turnout_s"],
        }
    )


def mechanism_tables(world: World, run: Run) -> dict[str, pd.DataFrame]:
    """What each mechanism wrote of people's state: ledger row, second, person, state by name, value."""
    names = {mechanism.name: list(mechanism.state) for mechanism, _ in world.mechanisms}
    frames = {name: pd.DataFrame(rows) for name, rows in run.mechanisms.items()}
    return {f"mechanism_{name}": frame.assign(state=named(frame["state"], names[name])) for name, frame in frames.items()}


def raw_tables(world: World, run: Run) -> dict[str, pd.DataFrame]:
    """The tables kept of replication 0 only."""
    return mechanism_tables(world, run) | {
        "calls": calls_table(world, run),
        "ledger": ledger_table(world, run),
        "units": units_table(world),
        "shifts": shifts_table(world),
    }
