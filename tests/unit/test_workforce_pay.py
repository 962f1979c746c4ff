"""What posts over months cost, and how fast stand-ins work."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.keys import PPM
from sim.scenario.schema import Scenario
from sim.world.money import posted_hour_usd
from sim.world.workforce import lasting_shares
from tests.unit.rostered import H, Rostered, Z, many, months, shift, town

HELD, VACANT, IN_TRAINING = 0, 1, 2


def test_trainees_are_paid_and_not_there_and_so_is_who_stands_in() -> None:
    rows = Rostered(months(overtime_fill_share=0.5, shifts={"day": shift(posts=20)})).shifts
    paid = {
        (int(row["vacancy"]), int(row["overtime"])): (int(row["staffed"]), int(row["paid_ppm"]), int(row["trainee_ppm"]))
        for row in rows
    }
    assert paid == {
        (HELD, 0): (1, PPM, 0),
        (VACANT, 0): (0, 0, 0),
        (VACANT, 1): (1, PPM, 0),
        (IN_TRAINING, 0): (0, PPM, 0),
        (IN_TRAINING, 1): (1, PPM, PPM),
    }


def test_trainees_of_a_post_on_call_are_paid_its_share() -> None:
    rows = Rostered(months(overtime_fill_share=1, shifts={"day": shift(posts=9, on_call=True, paid_share=0.25)})).shifts
    assert set(rows["trainee_ppm"][rows["vacancy"] == IN_TRAINING].tolist()) == {250_000}


def test_a_posted_hour_is_reckoned_as_its_shifts_are_paid_in_the_long_run() -> None:
    rules = {"monthly_attrition_share": 0.06, "hiring_months": 3, "training_months": 2}
    team: dict[str, Any] = {"overtime_fill_share": 0.4, "unavailable_share": 0.1, "relief_factor": 1.2}
    rates = {"clinician_fte_usd": 100, "paid_hours_per_fte_year": 1, "overtime_factor": 1.5}
    scenario = Scenario.model_validate(months(rules=rules, **team) | {"rates": rates})
    vacant, trained = lasting_shares(scenario, scenario.responders["team"])
    found = many(rules, vacancy_share=vacant + trained, **team)
    rows = found.shifts
    share = np.where(rows["overtime"] == 1, 150, 120) * rows["paid_ppm"] / PPM + 120 * rows["trainee_ppm"] / PPM
    of_post = share.reshape(len(found.names), -1).mean(axis=1)
    expected = posted_hour_usd(scenario, scenario.responders["team"], scenario.responders["team"].shifts["day"])
    assert abs(of_post.mean() - expected) <= Z * of_post.std() / math.sqrt(len(of_post))


def test_who_stands_in_is_slower_at_the_scene_and_a_duty_has_one_pace() -> None:
    data = town(unavailable_share=0.5, overtime_fill_share=1, shifts={"all": shift("00:00", "24:00", posts=6)})
    plain = Rostered(data)
    data["responders"]["team"]["fatigue"] = {"on_scene_factor": 1.25}
    found = Rostered(data)
    assert (found.shifts["pace_ppm"] == np.where(found.shifts["overtime"] == 1, 1_250_000, PPM)).all()
    assert 0 < found.shifts["overtime"].sum() < len(found.shifts)
    for duty in found.duties:
        own = found.shifts[(found.shifts["unit"] == duty["unit"]) & (found.shifts["start_s"] >= duty["start_s"])]
        own = own[own["end_s"] <= duty["end_s"]]
        assert set(own["pace_ppm"].tolist()) == {duty["pace_ppm"]}
    hours = [int((table["end_s"] - table["start_s"]).sum()) / H for table in (found.duties, plain.duties)]
    assert hours == [6 * 7 * 24, 6 * 7 * 24]
    data["responders"]["team"]["fatigue"] = {"on_scene_factor": 1}
    assert Rostered(data).duties.tobytes() == plain.duties.tobytes()
