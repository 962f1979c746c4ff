"""How a call ends for the person: a chain of yes/no decisions, each by its own mark.

The mildest ending takes the low marks, so a responder that lowers the harsh thresholds never makes a single
call harsher. The chain is the same for a person nobody reached; only the row of thresholds differs.
"""

from __future__ import annotations

from sim.rules.lifecycle import MEDICAL_NEED, Disposition
from sim.rules.town import Town
from sim.tables import CallRow, LuckRow, UnitRow

_MARKS = 2**32

HANDLED = int(Disposition.HANDLED)
RESOLVED = int(Disposition.RESOLVED)
REFERRED = int(Disposition.REFERRED)
CRISIS_CENTRE = int(Disposition.CRISIS_CENTRE)
ED = int(Disposition.ED)
ED_MEDICAL = int(Disposition.ED_MEDICAL)
HOLD = int(Disposition.HOLD)
ARREST = int(Disposition.ARREST)
NO_CONTACT = int(Disposition.NO_CONTACT)


def is_harsh(mark: int, threshold: int) -> bool:
    """Yes for the highest marks: the lower the threshold, the fewer."""
    return mark >= _MARKS - threshold


def nobody_row(town: Town) -> int:
    """The row of thresholds for a person no responder reached."""
    return len(town.responders)


def reference_row(town: Town) -> int:
    """The row for a person met by police who take the call for something else."""
    return len(town.responders) + 1


def phone_row(town: Town) -> int:
    """The row for a person helped on the phone."""
    return len(town.responders) + 2


def settle(town: Town, call: CallRow, luck: LuckRow, row: int) -> int:
    """The disposition of the call under thresholds `row`."""
    kind = luck.type
    acuity = luck.acuity
    if town.is_person[kind] == 0:
        return HANDLED
    if luck.contact_mark >= town.contact[kind][row][acuity]:
        return NO_CONTACT
    if (call.flags & MEDICAL_NEED) != 0 or is_harsh(luck.medical_mark, town.medical[kind][row][acuity]):
        return ED_MEDICAL
    if is_harsh(luck.arrest_mark, town.arrest[kind][row][acuity]):
        return ARREST
    if is_harsh(luck.hold_mark, town.hold[kind][row][acuity]):
        return HOLD
    if is_harsh(luck.ed_mark, town.ed[kind][row][acuity]):
        return ED
    if luck.crisis_centre_mark < town.crisis_centre[kind][row][acuity]:
        return CRISIS_CENTRE
    if luck.referral_mark < town.referral[kind][row][acuity]:
        return REFERRED
    return RESOLVED


def is_ed(disposition: int) -> bool:
    """Whether the ending is a visit to an emergency department."""
    return disposition == ED or disposition == ED_MEDICAL or disposition == HOLD


def force_level(town: Town, luck: LuckRow, row: int, disposition: int) -> int:
    """Force used on a person who was met: 0 none, 1 hands, 2 a weapon drawn or used, 3 serious harm."""
    if disposition == HANDLED or disposition == NO_CONTACT:
        return 0
    threshold = town.force[luck.type][row][luck.acuity]
    level = 0
    for ppm in town.force_ppm:
        if not is_harsh(luck.force_mark, threshold * ppm // 1_000_000):
            break
        level += 1
    return level


def later_ed_hours(town: Town, luck: LuckRow, row: int, disposition: int) -> int:
    """72, 720 or 0: the window in which the person visits an ED after an ending that was not one."""
    if disposition == HANDLED or is_ed(disposition):
        return 0
    if is_harsh(luck.later_ed_mark, town.later_ed_72h[luck.type][row][luck.acuity]):
        return 72
    if is_harsh(luck.later_ed_mark, town.later_ed_30d[luck.type][row][luck.acuity]):
        return 720
    return 0


def is_recognised(town: Town, unit: UnitRow, luck: LuckRow) -> bool:
    """Whether the unit in charge sees that a call sent as something else is a crisis."""
    return luck.recognise_mark < town.responders[unit.responder].recognises
