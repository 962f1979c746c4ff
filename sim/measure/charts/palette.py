"""Colours, hatches, markers and words of the pictures.

Colours are those of Okabe and Ito (2008, Color Universal Design), told apart by all common kinds of colour
vision; a hatch or a marker goes with each, so that grey prints can be read too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

BLACK, GREY, PALE, INK = "#000000", "#767676", "#DDDDDD", "#222222"
BLUE, VERMILION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
SKY, PURPLE, YELLOW, WHITE = "#56B4E9", "#CC79A7", "#F0E442", "#FFFFFF"


@dataclass(frozen=True)
class Look:
    """How one category is filled."""

    colour: str
    hatch: str = ""

    @property
    def ink(self) -> str:
        """Black or white, whichever reads better on the colour."""
        red, green, blue = (int(self.colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
        return BLACK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.45 else WHITE


REASONS: Mapping[str, Look] = {
    "reached": Look(BLUE),
    "ended first": Look(PURPLE, "xxx"),
    "passed over": Look(YELLOW, "|||"),
    "busy": Look(ORANGE, "///"),
    "not staffed": Look(SKY, "\\\\\\"),
    "off duty": Look(PALE),
    "on the phone": Look(GREEN, "---"),
}
DISPOSITIONS: Mapping[str, Look] = {
    "RESOLVED": Look(GREEN),
    "REFERRED": Look(SKY, "---"),
    "CRISIS_CENTRE": Look(BLUE, "\\\\\\"),
    "NO_CONTACT": Look(PALE),
    "ED": Look(YELLOW, "///"),
    "ED_MEDICAL": Look(ORANGE, "xxx"),
    "HOLD": Look(VERMILION, "+++"),
    "ARREST": Look(BLACK),
    "": Look(WHITE, "|||"),
}
ITEMS: Mapping[str, Look] = {
    "roster": Look(BLUE),
    "overtime": Look(SKY, "\\\\\\"),
    "overtime_fill": Look(SKY, "xxx"),
    "one_time": Look(YELLOW, "///"),
    "ed_visit": Look(VERMILION),
    "ambulance": Look(ORANGE, "xxx"),
    "booking": Look(BLACK),
    "crisis_centre_visit": Look(GREEN, "---"),
    "desks": Look(PURPLE),
    "case_managers": Look(PALE, "\\\\\\"),
    "boarding": Look(ORANGE),
    "inpatient_day": Look(VERMILION, "///"),
    "jail_day": Look(GREY),
}
OTHERS = (Look(PURPLE), Look(GREY, "///"), Look(PALE, "xxx"), Look(GREEN, "\\\\\\"))
OPTIONS = tuple(zip((BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, GREY, INK), "os^vPXph", strict=True))
EFFECTS: Mapping[str, tuple[str, str]] = {"matched": (BLUE, "o"), "null": (INK, "s"), "adverse": (VERMILION, "^")}

WORDS: Mapping[str, str] = {
    "": "not known",
    "ED": "ED",
    "ed": "ED",
    "ED_MEDICAL": "ED, medical",
    "RESOLVED": "resolved",
    "NO_CONTACT": "no contact",
    "ed_visit": "ED visits",
    "ambulance": "ambulance rides",
    "booking": "jail bookings",
    "crisis_centre_visit": "crisis centre visits",
    "one_time": "one-time",
    "overtime_fill": "stand-ins on overtime",
    "desks": "call-takers",
    "boarding": "boarding for a bed",
    "inpatient_day": "inpatient days",
    "jail_day": "jail days",
}
METRICS: Mapping[str, str] = {
    "calls_reached": "calls reached by programmes",
    "ed_visits_72h": "ED visits within 72 h",
    "ed_visits_30d": "ED visits within 30 days",
    "ed_visits": "ED visits at the call",
    "arrests": "arrests",
    "holds": "involuntary holds",
    "force": "people on whom force was used",
    "never_served": "calls nobody came to",
    "received_to_on_scene_p50_min": "received to on scene, half within",
    "received_to_on_scene_p90_min": "received to on scene, 9 in 10 within",
    "other_priority1_to_on_scene_p90_min": "urgent ordinary police calls, 9 in 10 within",
    "patrol_hours": "patrol hours on crisis calls",
    "overtime_hours": "overtime hours",
    "programme_cost_usd": "programme cost, ongoing",
    "total_cost_usd": "cost to all payers",
}


def look(looks: Mapping[str, Look], name: str, others: list[str]) -> Look:
    """The look of a category; categories nobody foresaw take turns, in the order of `others`."""
    return looks[name] if name in looks else OTHERS[others.index(name) % len(OTHERS)]


def words(name: str, known: Mapping[str, str] = WORDS) -> str:
    """A code or key as people say it."""
    said = known.get(name) or name.replace("_", " ").lower()
    return f"co-{said[3:]}" if said.startswith("co ") else said


def heading(name: str, titles: Mapping[str, str]) -> str:
    """A row's name with a capital: its title where it has one."""
    text = titles.get(name) or words(name)
    return text[:1].upper() + text[1:]
