"""What must hold at every door: room is never exceeded nor left empty while somebody waits, and nobody is in two places."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

from sim.rules.lifecycle import Event, FacilityKind, StayStatus
from sim.world import World
from sim.world.facts import Facts
from tests.laws.retold import Row, facts_at, hour_of_week, moments, scaled, visitors

LIVED_WITH = (FacilityKind.HOUSING, FacilityKind.TREATMENT)
LATER = (FacilityKind.INPATIENT, *LIVED_WITH)


@dataclass
class Stay:
    """Somebody at a door, or in a place."""

    facility: int
    since_s: int
    status: int
    unit: int = -1  # that brought them and has not left
    away: int = -1  # person whom it keeps from ordinary life
    ends_s: int = -1  # -1 while the clock does not run


def stay_seconds(world: World, facts: Facts, facility: int, stay: int) -> int:
    """How long somebody stays: whoever goes on to a ward, or to a service, has luck of its own there."""
    door = facts.facilities[facility]
    luck = world.stays["later_ppm" if door.kind in LATER else "stay_ppm"][stay]
    return 0 if door.stay_s < 0 else scaled(door.stay_s, luck)


class DoorLaw:
    """Follows everybody at every facility."""

    def __init__(self, world: World, played: Any) -> None:
        self.world, self.final = world, played.stays
        self.stays: dict[int, Stay] = {}
        self.at_door: dict[int, set[int]] = defaultdict(set)  # by facility
        self.n_placed: Counter[int] = Counter()
        self.n_handing_over: Counter[int] = Counter()
        self.boarders: set[int] = set()
        self.due: list[tuple[int, int]] = []  # ends of stays
        self.left: dict[int, tuple[int, int]] = {}  # stay: second, and whether from boarding
        self.visitors = visitors(world)
        self.of_row: dict[int, int] = {}  # ledger row of a visitor: stay
        self.n_away = [0] * len(world.persons)

    def has_place(self, facility: int, t_s: int) -> bool:
        """Whether one more would not be too many."""
        facts = facts_at(self.world, t_s)
        places = facts.tables["places"][facility][hour_of_week(self.world, t_s)]
        return bool(places < 0 or facts.facilities[facility].stay_s < 0 or self.n_placed[facility] < places)

    def has_bay(self, facility: int, t_s: int) -> bool:
        """Whether one more unit could hand over."""
        bays = facts_at(self.world, t_s).facilities[facility].bays
        return bays < 0 or self.n_handing_over[facility] < bays

    def come(self, stay: int, own: Stay) -> None:
        """Somebody is at a door."""
        assert stay not in self.stays, ("somebody in two places", stay, self.stays[stay], own)
        self.stays[stay] = own
        self.at_door[own.facility].add(stay)
        facts = facts_at(self.world, own.since_s)
        person = int(self.world.calls["person"][stay]) if stay < len(self.world.calls) else -1
        if person >= 0 and facts.facilities[own.facility].kind not in LIVED_WITH:
            own.away = person
            self.n_away[person] += 1
            assert self.n_away[person] <= 1, ("somebody in two places", stay, own)

    def go(self, stay: int) -> None:
        """Away from the door, or out of the place."""
        own = self.stays.pop(stay)
        self.at_door[own.facility].discard(stay)
        self.boarders.discard(stay)
        if own.away >= 0:
            self.n_away[own.away] -= 1
        self.n_placed[own.facility] -= own.status != StayStatus.AT_DOOR

    def see(self, row: Row) -> None:
        """One row about a place."""
        facts = facts_at(self.world, row.t_s)
        if row.unit >= 0:
            self.of_unit(row, facts)
        elif row.event == Event.WALKED_IN:
            stay = self.visitors[row.t_s, row.place].pop(0) if row.call < 0 else row.call
            self.of_row[row.at] = stay
            self.come(stay, Stay(row.place, row.t_s, StayStatus.AT_DOOR))
        elif row.event in (Event.ADMITTED, Event.BOARDS, Event.LEFT, Event.TURNED_AWAY):
            stay = row.call if row.call >= 0 else self.of_row[row.cause]
            self.of_row[row.at] = stay
            self.of_stay(row, stay, facts)

    def of_unit(self, row: Row, facts: Facts) -> None:
        """A unit comes to a door, is sent on, or has handed over."""
        if row.event == Event.AT_FACILITY:
            door = facts.facilities[row.place]
            if facts.numbers["has_stays"] and (door.stay_s >= 0 or door.bays >= 0):
                self.come(row.call, Stay(row.place, row.t_s, StayStatus.AT_DOOR, row.unit))
        elif row.event == Event.TURNED_AWAY:
            own = self.stays[row.call]
            assert (own.unit, own.status, own.facility) == (row.unit, StayStatus.AT_DOOR, row.place), row
            assert not self.has_place(row.place, row.t_s), ("turned away from a free place", row)
            assert not facts.facilities[row.place].waits, row
            self.go(row.call)
        elif row.event == Event.CLEAR and row.call in self.stays:
            own = self.stays[row.call]
            assert (own.unit, own.status) == (row.unit, StayStatus.PLACED), ("a unit leaves somebody at a door", row, own)
            own.unit = -1
            self.n_handing_over[own.facility] -= 1
            self.start_clock(own, row, row.call, facts)

    def of_stay(self, row: Row, stay: int, facts: Facts) -> None:
        """Somebody has a place, boards, or leaves."""
        own = self.stays.get(stay)
        if row.event == Event.ADMITTED:
            self.admitted(row, stay, own, facts)
            return
        assert own is not None, ("leaves a place they do not have", row)
        assert own.facility == row.place, row
        if row.event == Event.TURNED_AWAY:
            assert (own.unit, own.status) == (-1, StayStatus.AT_DOOR), row
            assert not self.has_place(row.place, row.t_s), ("turned away from a free place", row)
            self.go(stay)
        elif row.event == Event.BOARDS:
            assert (own.status, own.ends_s) == (StayStatus.PLACED, row.t_s), row
            own.status, own.since_s = StayStatus.BOARDING, row.t_s
            self.boarders.add(stay)
        else:
            assert own.status in (StayStatus.PLACED, StayStatus.BOARDING), row
            if own.status == StayStatus.PLACED:
                assert own.ends_s == row.t_s, ("a stay of another length than luck says", row, own)
            self.left[stay] = (row.t_s, own.status)
            self.go(stay)

    def admitted(self, row: Row, stay: int, own: Stay | None, facts: Facts) -> None:
        """A place is free, a bay too where a unit hands over, and nobody has waited longer."""
        if own is None:
            assert self.left.get(stay) == (row.t_s, StayStatus.BOARDING), ("admitted from nowhere", row)
            assert facts.facilities[row.place].kind == FacilityKind.INPATIENT, row
            own = Stay(row.place, row.t_s, StayStatus.AT_DOOR)
            self.come(stay, own)
        assert own.facility == row.place, row
        assert self.has_place(row.place, row.t_s), ("more people than places", row)
        assert own.unit < 0 or self.has_bay(row.place, row.t_s), ("more hand-overs than bays", row)
        own.status = StayStatus.PLACED
        self.at_door[row.place].remove(stay)
        self.n_placed[row.place] += 1
        if own.unit >= 0:
            self.n_handing_over[row.place] += 1
        else:
            self.start_clock(own, row, stay, facts)

    def start_clock(self, own: Stay, row: Row, stay: int, facts: Facts) -> None:
        """The stay runs from here; where stays are not followed, it is over."""
        own.ends_s = row.t_s + stay_seconds(self.world, facts, own.facility, stay)
        heappush(self.due, (own.ends_s, stay))

    def takes_in(self, facts: Facts, ward: int, stay: int) -> bool:
        """Whether a ward takes such a person."""
        who = self.final[stay]
        if facts.tables["accepts_age"][ward][who["age"]] == 0:
            return False
        return bool(who["type"] < 0 or facts.tables["accepts"][ward][who["type"]][who["flags"]] == 1)

    def rest(self, t_s: int) -> None:
        """What holds once a second is over."""
        facts = facts_at(self.world, t_s)
        for facility, stays in self.at_door.items():
            if stays and self.has_place(facility, t_s):
                waiting = stays if self.has_bay(facility, t_s) else {stay for stay in stays if self.stays[stay].unit < 0}
                assert not waiting, ("waits at a door that is free", facility, waiting, t_s)
        while self.due and self.due[0][0] <= t_s:
            _, stay = heappop(self.due)
            own = self.stays.get(stay)
            assert own is None or own.status != StayStatus.PLACED or not 0 <= own.ends_s <= t_s, ("stays on", stay, own, t_s)
        wards = [ward.id for ward in facts.facilities if ward.kind == FacilityKind.INPATIENT]
        free = [ward for ward in wards if self.has_place(ward, t_s)]
        for stay in self.boarders if free or t_s == self.world.policy_starts_s else ():
            fits = [ward for ward in wards if self.takes_in(facts, ward, stay)]
            assert fits, ("boards for a ward there is not", stay, self.stays[stay], t_s)
            assert not set(fits) & set(free), ("boards while a bed is free", stay, self.stays[stay], t_s, free)


def check_doors(world: World, played: Any) -> None:
    """Raise AssertionError where somebody waits for nothing, is in two places, or takes a place that is not there."""
    law = DoorLaw(world, played)
    for t_s, rows in moments(world, played.ledger):
        for row in rows:
            law.see(row)
        if t_s < world.end_s:
            law.rest(t_s)
    assert len(played.stays) == len(world.stays)
    for stay, final in enumerate(played.stays):
        own = law.stays.get(stay)
        if own is None:
            assert final["status"] in (StayStatus.NONE, StayStatus.LEFT), (stay, final)
        else:
            assert (final["status"], final["facility"], final["unit"]) == (own.status, own.facility, own.unit), (stay, own, final)
    assert played.persons["n_away"].tolist() == law.n_away
