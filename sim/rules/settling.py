"""How a call ends for the person: a chain of yes/no decisions, each by its own mark.

The mildest ending takes the low marks, so a responder that lowers the harsh thresholds never makes a single
call harsher. The chain is the same for a person nobody reached; only the row of thresholds differs.
"""

from __future__ import annotations

from sim.rules.lifecycle import MEDICAL_NEED, Disposition
from sim.rules.town import Town
from sim.tables import CallRow, LuckRow

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


def settle(town: Town, call: CallRow, luck: LuckRow, row: int) -> int:
    """The disposition of the call under thresholds `row`."""
    kind = call.type
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


def is_force_used(town: Town, call: CallRow, luck: LuckRow, row: int, disposition: int) -> bool:
    """Whether force was used on a person who was met."""
    if disposition == HANDLED or disposition == NO_CONTACT:
        return False
    return is_harsh(luck.force_mark, town.force[call.type][row][luck.acuity])


def later_ed_hours(town: Town, call: CallRow, luck: LuckRow, row: int, disposition: int) -> int:
    """72, 720 or 0: the window in which the person visits an ED after an ending that was not one."""
    if disposition == HANDLED or is_ed(disposition):
        return 0
    if is_harsh(luck.later_ed_mark, town.later_ed_72h[call.type][row][luck.acuity]):
        return 72
    if is_harsh(luck.later_ed_mark, town.later_ed_30d[call.type][row][luck.acuity]):
        return 720
    return 0
