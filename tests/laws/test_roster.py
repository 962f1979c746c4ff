"""Rosters under every change that must not matter, and shares that may only take away."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws.strategies import HOURS
from tests.unit.rostered import DAY, Rostered, town

ROSTERS = settings(max_examples=60, deadline=None)
SHARES = st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0])
AWAY = st.fixed_dictionaries({"share": SHARES, "from_h": st.sampled_from([0, 2.5, 9]), "hours": st.sampled_from([0, 1, 4, 30])})


@st.composite
def shifts(draw: st.DrawFn) -> dict[str, Any]:
    row: dict[str, Any] = {
        "days": draw(st.sampled_from(["all", "mon-fri", "fri-sun"])),
        "start": draw(st.sampled_from(HOURS)),
        "end": draw(st.sampled_from([*HOURS[1:], "24:00"])),
        "posts": draw(st.integers(0, 3)),
        "stagger_min": draw(st.sampled_from([0, 15, 90, 480, 1440])),
        "turnout_min": draw(st.sampled_from([None, 1, 45])),
    }
    return row | ({"on_call": True, "paid_share": 0.3} if draw(st.booleans()) else {})


@st.composite
def teams(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "unavailable_share": draw(SHARES),
        "vacancy_share": draw(SHARES),
        "overtime_fill_share": draw(SHARES),
        "away": draw(st.dictionaries(st.sampled_from(["court", "training", "range"]), AWAY)),
        "shifts": {name: draw(shifts()) for name in draw(st.sampled_from([["a"], ["a", "b"]]))},
    }


@st.composite
def rosters(draw: st.DrawFn) -> dict[str, Any]:
    """Plain data of a town of one responder type, 5 days long, quarters of the year ending within some of them."""
    data = town(**draw(teams()))
    data["run"] |= {"days": 5, "begins": draw(st.sampled_from(["2027-03-01", "2027-03-29"])), "seed": draw(st.integers(0, 2**40))}
    return data


def by_name(found: Rostered) -> dict[str, list[tuple[Any, ...]]]:
    """The shift rows of each unit, without the number of the unit."""
    return {name: [row[1:] for row in found.of(name).tolist()] for name in found.names}


def at_work(found: Rostered) -> dict[str, set[int]]:
    """Quarters of an hour in which each unit is staffed, by name."""
    quarters: dict[str, set[int]] = {name: set() for name in found.names}
    for row in found.shifts[found.shifts["staffed"] == 1]:
        quarters[found.names[row["unit"]]].update(range(row["start_s"] // 900, row["end_s"] // 900))
    return quarters


def posted(found: Rostered) -> dict[str, int]:
    return {name: int((found.of(name)["end_s"] - found.of(name)["start_s"]).sum()) for name in found.names}


@ROSTERS
@given(rosters(), teams(), shifts(), AWAY)
def test_another_post_shift_type_or_reason_changes_nobody_else(
    data: dict[str, Any], other: dict[str, Any], extra: dict[str, Any], away: dict[str, Any]
) -> None:
    plain = by_name(Rostered(data))
    more = copy.deepcopy(data)
    more["responders"]["another"] = town(**other)["responders"]["team"]
    more["responders"]["team"]["shifts"]["extra"] = extra
    for row in more["responders"]["team"]["shifts"].values():
        row["posts"] += 1
    found = by_name(Rostered(more))
    assert {name: found[name] for name in plain} == plain
    more["responders"]["team"]["away"]["drill"] = away | {"share": 0.0}
    more["responders"]["another"]["away"]["drill"] = away
    found = by_name(Rostered(more))
    assert {name: found[name] for name in plain} == plain


@ROSTERS
@given(rosters(), AWAY)
def test_another_reason_takes_its_own_hours_and_no_others(data: dict[str, Any], away: dict[str, Any]) -> None:
    def lost(reasons: dict[str, Any]) -> dict[str, set[int]]:
        changed = copy.deepcopy(data)
        changed["responders"]["team"] |= {"away": reasons, "unavailable_share": 0, "vacancy_share": 0}
        found = Rostered(changed)
        whole = at_work(Rostered(town(shifts=changed["responders"]["team"]["shifts"]) | {"run": changed["run"]}))
        return {name: whole[name] - there for name, there in at_work(found).items()}

    own = data["responders"]["team"]["away"]
    before, alone, both = lost(own), lost({"drill": away}), lost(own | {"drill": away})
    assert both == {name: before[name] | alone[name] for name in both}


@ROSTERS
@given(rosters(), st.sampled_from(["unavailable_share", "vacancy_share", "away", "overtime_fill_share"]), SHARES)
def test_a_higher_share_only_takes_away_and_more_overtime_only_gives(data: dict[str, Any], key: str, by: float) -> None:
    more = copy.deepcopy(data)
    team = more["responders"]["team"]
    if key == "away":
        for away in team["away"].values():
            away["share"] = max(away["share"], by)
    else:
        team[key] = max(team[key], by)
    before, after = at_work(Rostered(data)), at_work(Rostered(more))
    if key == "overtime_fill_share":
        before, after = after, before
    assert all(after[name] <= before[name] for name in before)


@ROSTERS
@given(rosters())
def test_luck_moves_no_posted_hour_and_a_unit_is_rostered_once_at_a_time(data: dict[str, Any]) -> None:
    bare = copy.deepcopy(data)
    bare["responders"]["team"] |= {"unavailable_share": 0, "vacancy_share": 0, "away": {}}
    found = Rostered(data)
    assert posted(found) == posted(Rostered(bare))
    for name in found.names:
        rows = found.of(name)
        assert (rows["start_s"] < rows["end_s"]).all()
        assert (rows["end_s"][:-1] <= rows["start_s"][1:]).all()
    assert not (found.shifts["overtime"] == 1)[found.shifts["paid_ppm"] == 0].any()


@ROSTERS
@given(rosters())
def test_duties_are_the_staffed_hours_of_one_turnout_and_no_longer_than_they_must_be(data: dict[str, Any]) -> None:
    found = Rostered(data)
    for name in found.names:
        duties, own = found.of(name, "duties"), found.of(name)
        own = own[own["staffed"] == 1]
        assert int((duties["end_s"] - duties["start_s"]).sum()) == int((own["end_s"] - own["start_s"]).sum())
        for duty in duties:
            inside = (own["start_s"] >= duty["start_s"]) & (own["end_s"] <= duty["end_s"])
            assert inside.any()
            assert (own["turnout_s"][inside] == duty["turnout_s"]).all()
        touching = duties["end_s"][:-1] == duties["start_s"][1:]
        assert (duties["turnout_s"][:-1] != duties["turnout_s"][1:])[touching].all()


@ROSTERS
@given(rosters(), st.integers(0, 5 * DAY))
def test_a_change_to_the_same_roster_changes_nothing(data: dict[str, Any], changes_s: int) -> None:
    assert np.array_equal(Rostered(data, data, changes_s=changes_s).shifts, Rostered(data).shifts)


@ROSTERS
@given(rosters(), teams(), st.integers(0, 5 * DAY))
def test_until_the_change_the_baseline_holds_and_after_it_the_option(
    data: dict[str, Any], team: dict[str, Any], changes_s: int
) -> None:
    option = copy.deepcopy(data)
    option["responders"]["team"] |= copy.deepcopy(team)
    found, before, after = (at_second(Rostered(*args, changes_s=changes_s)) for args in ((option, data), (data,), (option,)))
    for t_s in (0, changes_s - 1, changes_s, 5 * DAY - 1):
        if 0 <= t_s < 5 * DAY:
            assert found(t_s) == (before if t_s < changes_s else after)(t_s)


def at_second(found: Rostered) -> Any:
    """Who is rostered at a second, and how: a function of the second."""

    def there(t_s: int) -> dict[str, tuple[int, ...]]:
        rows = found.shifts[(found.shifts["start_s"] <= t_s) & (found.shifts["end_s"] > t_s)]
        return {found.names[row["unit"]]: row.tolist()[3:] for row in rows}

    return there


@ROSTERS
@given(rosters(), st.randoms(use_true_random=False))
def test_the_order_of_shifts_and_reasons_changes_nothing(data: dict[str, Any], shuffles: Any) -> None:
    other = copy.deepcopy(data)
    for key in ("shifts", "away"):
        rows = list(other["responders"]["team"][key].items())
        shuffles.shuffle(rows)
        other["responders"]["team"][key] = dict(rows)
    assert by_name(Rostered(data)) == by_name(Rostered(other))
