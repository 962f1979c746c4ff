"""What no export tells is guessed by the number of residents, follows from what was learned, and is marked."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pandas as pd
import pytest

from sim.calibrate.drafting.draft import write_scenario
from sim.calibrate.estimate import Fitted
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from tests.calibrate.learned import DAYS, MAP, estimate, everything


def test_zones_hold_the_residents(folder: Path) -> None:
    scenario = load(folder / "long_creek.yaml")
    assert {name: zone.population for name, zone in scenario.zones.items()} == {"North Old": 15_000, "South": 45_000}
    assert {door.zone for door in scenario.facilities.values()} == {"South"}


def test_the_window_is_the_year_after(folder: Path) -> None:
    run = load(folder / "long_creek.yaml").run
    assert run.begins + dt.timedelta(days=run.warm_up_days) == dt.date(2018, 1, 1)


def test_teams_nobody_recorded_are_not_on_duty(folder: Path, base: Scenario, tmp_path: Path) -> None:
    scenario = load(folder / "long_creek.yaml")
    assert not scenario.programmes
    assert not scenario.responders["mobile_crisis"].shifts
    assert scenario.responders["ems"].shifts["all_day"].posts == 1
    with_team = MAP.model_copy(update={"responders": {"M1": "mobile_crisis", "default": "patrol"}})
    write_scenario(everything(), with_team, base, tmp_path, DAYS)
    scenario = load(tmp_path / "long_creek.yaml")
    assert list(scenario.programmes) == ["mobile_crisis"]
    assert scenario.responders["mobile_crisis"].shifts["daily"].posts == 1


def with_team(base: Scenario, folder: Path, **tables: pd.DataFrame) -> Scenario:
    """A draft where M1 is a mobile crisis team."""
    fitted = everything()
    fitted.tables |= tables
    write_scenario(
        fitted, MAP.model_copy(update={"responders": {"M1": "mobile_crisis", "default": "patrol"}}), base, folder, DAYS
    )
    return load(folder / "long_creek.yaml")


def rosters(*teams: str) -> pd.DataFrame:
    hours = {"days": "[mon, thu]", "start": "18:00", "end": "02:00", "posts": 3, "n": 480}
    return pd.DataFrame([{"responder": team, **hours} for team in teams])


def test_a_team_has_the_hours_and_the_remit_it_was_sent_in(base: Scenario, tmp_path: Path) -> None:
    """Also kinds of its remit that the records do not know; ambulances stay sized by residents."""
    remits = pd.DataFrame({"responder": ["mobile_crisis"] * 2, "type": ["substance_use", "suicidal"], "share": 0.5, "n": 90})
    scenario = with_team(base, tmp_path, rosters=rosters("mobile_crisis", "ems"), remits=remits)
    shifts = scenario.responders["mobile_crisis"].shifts
    assert list(shifts) == ["records"]
    own = shifts["records"]
    assert (own.days, own.start, own.end, own.posts) == ((0, 3), "18:00", "02:00", 3)
    assert list(scenario.responders["ems"].shifts) == ["all_day"]
    programme = scenario.programmes["mobile_crisis"]
    of_base = base.programmes["mobile_crisis"]
    assert isinstance(programme.takes, list)
    assert programme.takes[:2] == ["suicidal", "substance_use"]
    assert set(programme.takes) == set(of_base.takes), "kinds that nothing was learned of stay"
    assert programme.never_if == of_base.never_if
    text = (tmp_path / "long_creek.yaml").read_text(encoding="utf-8")
    assert next(line for line in text.splitlines() if "posts: 3" in line).rstrip().endswith("# yours? as sent")
    assert "480 times" in text


def test_a_kind_the_team_was_not_sent_to_is_not_its_remit(base: Scenario, tmp_path: Path) -> None:
    remits = pd.DataFrame({"responder": ["mobile_crisis"], "type": ["suicidal"], "share": [0.5], "n": [90]})
    scenario = with_team(base, tmp_path, rosters=rosters("mobile_crisis"), remits=remits)
    takes = scenario.programmes["mobile_crisis"].takes
    assert "substance_use" not in takes and "substance_use" in base.programmes["mobile_crisis"].takes


def test_a_team_seldom_sent_has_the_base_s_remit_marked(base: Scenario, tmp_path: Path) -> None:
    scenario = with_team(base, tmp_path)
    assert scenario.programmes == {"mobile_crisis": base.programmes["mobile_crisis"]}
    assert re.search(
        r"# yours\? The base's, as is never_if.*\n(.*#.*\n)*    takes: ", (tmp_path / "long_creek.yaml").read_text("utf-8")
    )


def test_minutes_within_a_zone_are_not_read_beside_a_median(folder: Path, base: Scenario) -> None:
    assert base.travel.within_zone_min is not None
    assert load(folder / "long_creek.yaml").travel.within_zone_min is None


@pytest.mark.parametrize("is_other", [False, True])
def test_without_population_calls_per_resident_are_the_base_s(base: Scenario, tmp_path: Path, is_other: bool) -> None:
    fitted = Fitted(estimates=[estimate("demand.other_calls_per_year" if is_other else "demand.calls_per_year", 1_700.0)])
    write_scenario(fitted, MAP.model_copy(update={"population": None}), base, tmp_path)
    scenario = load(tmp_path / "long_creek.yaml")
    assert scenario.place.population == (10_000 if is_other else 94_444)
    assert "the map gives none" in (tmp_path / "long_creek.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("others", "posts"), [(0.0, 4), (425_000.0, 37)])
def test_posts_are_enough_for_the_calls(base: Scenario, tmp_path: Path, others: float, posts: int) -> None:
    calls = [estimate("demand.calls_per_year", 4_500.0), *([estimate("demand.other_calls_per_year", others)] if others else [])]
    write_scenario(Fitted(estimates=calls), MAP.model_copy(update={"population": 250_000}), base, tmp_path)
    scenario = load(tmp_path / "long_creek.yaml")
    assert scenario.place.population == 250_000
    assert scenario.responders["patrol"].shifts["all_day"].posts == posts  # 429,500 calls are those of 2.28 million residents


def test_nothing_learned_is_still_a_scenario(base: Scenario, tmp_path: Path) -> None:
    """One zone, a guessed way, the base's numbers, and no file of draws."""
    written = write_scenario(Fitted(), MAP, base, tmp_path)
    assert [path.name for path in written] == ["long_creek.yaml"]
    scenario = load(written[0])
    assert scenario.travel.median_min is not None
    assert scenario.run == base.run
    assert scenario.resampled is None
    assert not scenario.zones


def test_one_zone_has_one_door_of_a_kind(base: Scenario, tmp_path: Path) -> None:
    """None of two emergency departments would be nearer; what was learned of the second goes with it."""
    doors = [estimate(f"facilities.{name}.handover_min", 28.0) for name in ("general_hospital", "university_hospital")]
    write_scenario(Fitted(estimates=doors), MAP, base, tmp_path)
    scenario = load(tmp_path / "long_creek.yaml")
    assert sorted(door.kind for door in scenario.facilities.values()) == ["crisis_centre", "ed", "jail"]
    assert scenario.facilities["general_hospital"].handover_min.value == 28
    assert scenario.resampled is not None
    assert list(scenario.resampled.factors) == ["facilities.general_hospital.handover_min"]


def test_many_zones_have_a_file_of_their_own(base: Scenario, tmp_path: Path) -> None:
    fitted = Fitted()
    fitted.tables["zones"] = pd.DataFrame({"zone": [f"Z.{n}" for n in range(90)], "share": [1 / 90] * 90})
    written = write_scenario(fitted, MAP, base, tmp_path)
    assert tmp_path / "zones" / "long_creek.yaml" in written
    zones = load(tmp_path / "long_creek.yaml").zones
    assert list(zones)[:2] == ["Z 0", "Z 1"]
    assert len(zones) == 90
    assert sum(zone.population for zone in zones.values()) == pytest.approx(60_000, rel=0.01)
    assert len((tmp_path / "long_creek.yaml").read_text(encoding="utf-8").splitlines()) < 60


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["A/B", "A.B"], ["A B", "A B 2"]),
        (["spread", "value"], ["zone spread", "zone value"]),
        (["", "-"], ["zone", "zone -"]),
        (["Östra " * 20, "14"], ["Östra Östra Östra Östra Östra Östra Östra Östra Ös", "14"]),
    ],
)
def test_any_label_is_a_zone(base: Scenario, tmp_path: Path, labels: list[str], names: list[str]) -> None:
    fitted = Fitted()
    fitted.tables["zones"] = pd.DataFrame({"zone": labels, "share": [0.5, 0.5]})
    write_scenario(fitted, MAP, base, tmp_path)
    assert list(load(tmp_path / "long_creek.yaml").zones) == names


@pytest.mark.parametrize("name", ["whole_city.yaml", "joint_response.yaml", "alexandria_va.yaml", "outreach.yaml"])
@pytest.mark.parametrize("learned", [everything(), Fitted()], ids=["everything", "nothing"])
def test_other_bases_serve_too(tmp_path: Path, name: str, learned: Fitted) -> None:
    """With a phone and callers who count on a programme, with plans, with one zone, with records of their own."""
    own = load(name)
    write_scenario(learned, MAP.model_copy(update={"base": name}), own, tmp_path, DAYS)
    scenario = load(tmp_path / "long_creek.yaml")
    assert not scenario.observed
    assert bool(scenario.programmes) == bool(own.response_plans or own.demand.induced), "plans need their teams"
