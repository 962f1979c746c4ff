"""The facts a dispatcher knows, as rules read them: `town.travel_s[band][a][b]`, `town.units`, `town.n_idle[r]`.

Luck is not here, nor are calls that have not been received. Readable engines fill the tables with nested
lists, compiled ones with arrays; the source of a rule is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.tables import AlternativeRow, DeskRow, DoorRow, FacilityRow, LineRow, PersonRow, ResponderRow, UnitRow

Table2 = Sequence[Sequence[int]]
Table3 = Sequence[Sequence[Sequence[int]]]


@dataclass(eq=False)
class Town:
    """What is known at the centre while one set of plans is in force.

    Tables of outcomes are thresholds of marks, [type][row][acuity]; row is a responder type, or the number
    of responder types for a person nobody reached, one more for police as the reference, two more for
    a call resolved by phone.
    Roles are bits: bit 0 is *anybody*, the others are named in the scenario (`sim.world.response`).
    """

    travel_s: Table3  # [hour band][from zone][to zone], expected
    takes: Table3  # [type][flags][responder] 1 if such a call is in the remit
    is_programme_call: Table2  # [type][flags] 1 if such a call is in the remit of any programme
    plan_of: Table3  # [type][priority][flags] first alternative of the response plan that holds
    alternatives: Sequence[AlternativeRow]
    fills: Table2  # [responder][roles open] the roles among them that a unit of the type takes on
    officer_bits: int  # roles that only officers fill
    ask_marks: Table2  # [type][responder] threshold of asking for somebody else when in charge
    diverts: Table2  # [priority of its call][priority of another] 1 if a unit on its way may be sent to the other
    has_diversion: int  # 1 if any unit may be
    call_back_s: int  # age at which a queued call is rung back, -1 never
    no_need: Sequence[int]  # [type] threshold of needing nobody any more when rung back
    waits_for_arrival: Sequence[int]  # [type] 1 if the caller gives up until somebody is there, 0 until somebody is sent
    force_ppm: Sequence[int]  # [level - 1] share of uses of force that are at least of that level, millionths
    jurisdiction: Sequence[int]  # [zone]
    demand_ppm: Sequence[int]  # [zone] share of the calls about people, millionths
    cover_s: int  # a zone is covered by an idle unit within this expected travel
    on_scene_s: Table2  # [type][responder], mean
    is_person: Sequence[int]  # [type] 0 for ordinary police work
    contact: Table3
    medical: Table3
    arrest: Table3
    hold: Table3
    ed: Table3
    crisis_centre: Table3
    referral: Table3
    force: Table3
    later_ed_72h: Table3
    later_ed_30d: Table3
    minimum_travel_s: int
    responders: Sequence[ResponderRow]
    facilities: Sequence[FacilityRow]
    units: Sequence[UnitRow]  # those of one responder type stand together
    first_unit: Sequence[int]  # [responder] its first unit; one entry more at the end
    persons: Sequence[PersonRow]  # with recurrent crises
    care_ppm: int  # on their rate while in care, millionths
    unresolved_ppm: int  # on their rate after a contact that resolved nothing
    unresolved_s: int  # for so long
    is_found: Sequence[int]  # [type] 1 if such a call is made by an idle unit that comes across it, or not at all
    is_seen: int  # 1 if a service comes for which people call who else would not
    first_weekday: int  # of second 0, Monday is 0
    desk_of: Sequence[int]  # [channel] where its calls ring first, -1 straight to dispatch
    desks: Sequence[DeskRow]
    lines: Sequence[LineRow]  # the desks as they are now
    handling_s: Table2  # [desk][type], mean
    missed: Table2  # [desk][type] threshold of being taken for another type
    resolves: Table3  # [desk][type][flags] threshold of being resolved by phone
    hands_on: Table3  # [desk][type][flags] 1 if such a call is handed on to the next desk
    has_stays: int  # 1 if stays or hand-over bays of any facility are followed
    handover_s: Table2  # [facility][responder], mean
    places: Table2  # [facility][hour of the week], -1 any number
    accepts: Table3  # [facility][type][flags] 1 if such a person is taken
    accepts_age: Table2  # [facility][age group]
    doors: Sequence[DoorRow]  # the facilities as they are now
    raises: Sequence[int]  # [disposition] threshold of its being followed up
    caseload: int  # people all case managers can have, -1 where nothing is followed up
    due_s: int  # a follow-up not taken on so long lapses
    first_attempt_s: int  # after it was taken on
    attempt_every_s: int
    max_attempts: int
    care_s: int  # in care after being reached
    n_idle: list[int]  # [responder] units idle now
    n_on_duty: list[int]  # [responder] units on duty now, busy or not
    picked: list[int]  # units thought of for one call, while its crew is looked for
