"""Lines of the run screen about the phone, doors and people; none where the scenario has nothing of the kind."""

from __future__ import annotations

from sim.screen import DAGGER, entry, number, percent, two_digits
from sim.study.screens.words import UNBROKEN, Figures, dotted, said, unbroken

SHOWN = 4  # facilities


def phone_lines(figures: Figures) -> list[str]:
    """How calls fared on the phone."""
    rang = figures.get("rang")
    if not rang.value > 0:
        return []
    soon, mean = figures.get("answered_20s_share"), figures.get("answer_mean_s")
    parts = [f"answered {percent(figures.get('answered_share').value)}, {percent(soon.value)} within 20{UNBROKEN}s"]
    if mean.is_there:
        parts.append(f"rang {two_digits(mean.value)}{UNBROKEN}s on average")
    parts.append(f"gave up ringing {percent(figures.get('abandoned_on_phone_share').value)}")
    resolved = figures.get("resolved_by_phone_share")
    if resolved.value > 0:
        parts.append(f"of answered calls about people {percent(resolved.value)} resolved on the phone {DAGGER}")
    return unbroken(entry("PHONE", dotted(parts), 9))


def door_lines(figures: Figures) -> list[str]:
    """How full facilities were, and who waited or boarded."""
    names = [n for n in figures.levels("occupancy_share", "facility") if figures.get("occupancy_share", "facility", n).is_there]
    if not figures.levels("admissions", "facility") and not names:
        return []
    fullest = sorted(names, key=lambda name: -figures.get("occupancy_share", "facility", name).value)[:SHOWN]
    parts = [f"{said(name)} {percent(figures.get('occupancy_share', 'facility', name).value)} full" for name in fullest]
    boarded, hours = figures.get("boarded"), figures.get("boarding_hours")
    parts.append(
        f"{number(boarded.value)} people boarded, {two_digits(hours.value)}{UNBROKEN}h" if hours.value > 0 else "nobody boarded"
    )
    waited = figures.get("unit_door_wait_hours")
    parts.append(f"units stood {two_digits(waited.value)}{UNBROKEN}h at doors")
    if figures.get("turned_away").value > 0:
        parts.append(f"{number(figures.get('turned_away').value)} turned away")
    for metric, words in (("inpatient_days", "inpatient days"), ("jail_days", "jail days")):
        days = figures.get(metric)
        if days.value > 0:
            parts.append(f"{two_digits(days.value)} {words} {DAGGER}")
    return unbroken(entry("DOORS", dotted(parts), 9))


def people_lines(figures: Figures) -> list[str]:
    """Who called, who called again, and who was followed up."""
    people, contacts, top = figures.get("people_contacted"), figures.get("contacts"), figures.get("top_5_percent_share")
    parts = []
    if people.value > 0:
        made = f"{number(people.value)} people made {number(contacts.value)} contacts"
        parts.append(f"{made}, the 5{UNBROKEN}% who called most made {percent(top.value)}")
    for days in (30, 90):
        again = figures.get(f"repeat_contact_{days}d_share")
        if again.is_there:
            parts.append(f"{percent(again.value)} again within {days} days")
    raised, reached = figures.get("followups_raised"), figures.get("followups_connected_share")
    if raised.value > 0:
        parts.append(f"{number(raised.value)} to follow up")
        if reached.is_there:
            parts.append(f"{percent(reached.value)} of these reached {DAGGER}")
    return unbroken(entry("PEOPLE", dotted(parts), 9)) if parts else []
