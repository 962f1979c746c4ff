"""How long things take: expected values from the town, scaled by the call's own luck, in whole seconds.

Who is sent changes the factor, never the luck.
"""

from __future__ import annotations

from sim.rules.lifecycle import FacilityKind, hour_band
from sim.rules.town import Town
from sim.tables import CallRow, LuckRow, StayRow, UnitRow

_PPM = 1_000_000
_HALF = 500_000
_INPATIENT = int(FacilityKind.INPATIENT)
_HOUSING = int(FacilityKind.HOUSING)
_TREATMENT = int(FacilityKind.TREATMENT)


def scaled(seconds: int, ppm: int) -> int:
    """Seconds times millionths, rounded to nearest."""
    return (seconds * ppm + _HALF) // _PPM


def turnout_seconds(town: Town, unit: UnitRow, luck: LuckRow) -> int:
    """Seconds from dispatched to en route, times the call's own mark; the relay to another dispatch centre comes on top."""
    return scaled(unit.turnout_s, luck.turnout_ppm) + town.responders[unit.responder].relay_s


def traffic_ppm(town: Town, unit: UnitRow, luck: LuckRow) -> int:
    """The call's traffic as this kind of crew meets it; the same however often one is sent."""
    traffic = town.responders[unit.responder].traffic
    if traffic == 0:
        return luck.police_travel_ppm
    if traffic == 1:
        return luck.clinician_travel_ppm
    return luck.medic_travel_ppm


def travel_seconds(town: Town, unit: UnitRow, zone: int, luck: LuckRow, now: int) -> int:
    """Seconds from the unit's last known zone to `zone` at this hour, at least the scenario's minimum; by screen none.

    The call's own mark scales the expected time, so sending another unit keeps the traffic.
    """
    if town.responders[unit.responder].is_remote == 1:
        return 0
    seconds = scaled(town.travel_s[hour_band(now)][unit.zone][zone], traffic_ppm(town, unit, luck))
    return max(seconds, town.minimum_travel_s)


def on_scene_seconds(town: Town, unit: UnitRow, call: CallRow, luck: LuckRow) -> int:
    """Seconds of work at the scene: mean of call and responder type, times the call's own mark and the pace of the crew."""
    return scaled(scaled(town.on_scene_s[call.type][unit.responder], luck.on_scene_ppm), unit.pace_ppm)


def handover_seconds(town: Town, unit: UnitRow, luck: LuckRow) -> int:
    """Seconds at the door until the person is taken over: mean of facility and responder type, times the call's own mark."""
    return scaled(town.handover_s[unit.facility][unit.responder], luck.handover_ppm)


def stay_seconds(town: Town, stay: StayRow) -> int:
    """Seconds until treatment, or custody, is over. A stay that follows another has luck of its own."""
    facility = town.facilities[stay.facility]
    follows = facility.kind == _INPATIENT or facility.kind == _HOUSING or facility.kind == _TREATMENT
    return scaled(facility.stay_s, stay.later_ppm if follows else stay.stay_ppm)


def paperwork_seconds(town: Town, unit: UnitRow, call: CallRow) -> int:
    """Seconds out of service after a contact. Ordinary police work carries its own in its time on scene."""
    if town.is_person[call.type] == 0:
        return 0
    return town.responders[unit.responder].paperwork_s
