"""What docs/scenario-files.md must say of every key of a scenario file, read from the schema."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario import facilities, number, outreach, people, phone, resampled, schema, workforce

PARTS: tuple[type[BaseModel], ...] = (
    schema.Scenario,
    schema.Place,
    schema.Run,
    schema.Demand,
    schema.Induced,
    outreach.Outreach,
    number.Profile,
    schema.CallType,
    schema.Escalation,
    schema.Mislabel,
    schema.Acuity,
    number.Duration,
    schema.Zone,
    schema.Travel,
    schema.Bands,
    schema.Responder,
    number.Shift,
    schema.Asks,
    schema.Relay,
    schema.Break,
    schema.EndOfShift,
    schema.Away,
    workforce.Workforce,
    workforce.Fatigue,
    schema.Practice,
    schema.ResponsePlan,
    schema.Alternative,
    schema.Uptake,
    schema.Dispatch,
    schema.Programme,
    schema.Policy,
    schema.Outcomes,
    schema.Family,
    facilities.Facility,
    facilities.Staffed,
    facilities.OtherLoad,
    phone.Phone,
    phone.Desk,
    phone.RingAgain,
    phone.Spill,
    phone.HandOn,
    people.People,
    people.Recurrent,
    people.FollowUp,
    schema.Observed,
    resampled.Resampled,
    resampled.ProfileFactors,
    number.Sourced,
)
_TABLE = re.compile(r"<!-- keys: (\w+) -->\n\n(.*?)\n\n", re.DOTALL)


def left_out(field: FieldInfo) -> str:
    """What a key means where no file of the chain has it, as the page writes it."""
    if field.is_required():
        return "needed"
    default: Any = field.get_default(call_default_factory=True)
    if isinstance(default, number.Sourced):
        default = default.value
    if default is None:
        return "none"
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, float):
        return f"{default:g}"
    if isinstance(default, BaseModel) or default in ({}, []):
        return "-"
    if isinstance(default, dict):
        return "{" + ", ".join(f"{name}: {value}" for name, value in default.items()) + "}"
    if isinstance(default, list):
        return "[" + ", ".join(default) + "]"
    return str(default)


def keys_of(part: type[BaseModel]) -> list[tuple[str, str]]:
    """Key and what it means when left out, in the order of the schema."""
    return [(name, left_out(field)) for name, field in part.model_fields.items() if not name.startswith("_")]


def tables_of(text: str) -> dict[str, list[list[str]]]:
    """Name of each part to the cells of its table's rows."""
    found = {}
    for name, table in _TABLE.findall(text):
        rows = table.splitlines()[2:]
        found[name] = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return found
