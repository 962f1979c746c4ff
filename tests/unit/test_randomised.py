"""Arms by lot: a team for calls allotted to it, and for the others a town without a programme."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sim.engines import run
from sim.rules.lifecycle import MEDICAL_NEED, WEAPON, Event
from sim.world import build_world
from tests.unit.test_policies import CLINICIAN, CRISIS, MEDIC, OFFICER, Written, cedar, unit, with_calls

TREATED, CONTROL = 0, 999_999
UNITS = {"team": unit(CLINICIAN, "east"), "patrol": unit(OFFICER, "west", 3), "ambulance": unit(MEDIC, "west")}


def sent(lots: list[int], *written: Written, **params: Any) -> list[tuple[int, int, str]]:
    """Minute, call and responder type of every unit sent, where the calls have these lots."""
    world = with_calls(build_world(cedar({"name": "randomised", **params}, UNITS)), written)
    calls = world.calls.copy()
    calls["lot_ppm"] = np.array(lots)
    rows = run(replace(world, calls=calls)).ledger
    rows = rows[rows["event"] == Event.DISPATCHED]
    return sorted((int(row["t_s"]) // 60, int(row["call"]), world.names.units[row["unit"]].split("/")[0]) for row in rows)


def test_the_lot_decides_whether_the_team_goes() -> None:
    written = (0, "east", CRISIS, 3, 0), (300, "east", CRISIS, 3, 0)
    assert sent([TREATED, CONTROL], *written) == [(0, 0, "team"), (300, 1, "patrol")]
    assert sent([499_999, 500_000], *written) == [(0, 0, "team"), (300, 1, "patrol")]
    assert sent([TREATED, CONTROL], *written, treated_share=0) == [(0, 0, "patrol"), (300, 1, "patrol")]
    assert sent([TREATED, CONTROL], *written, treated_share=1) == [(0, 0, "team"), (300, 1, "team")]


def test_who_is_allotted_gets_what_others_get_when_the_team_is_busy() -> None:
    written = (0, "east", CRISIS, 3, 0), (5, "east", CRISIS, 3, 0)
    assert sent([TREATED, TREATED], *written) == [(0, 0, "team"), (5, 1, "patrol")]
    assert sent([TREATED, TREATED], *written, wait_for_programme_min=20) == [(0, 0, "team"), (25, 1, "patrol")]
    assert sent([TREATED, CONTROL], *written, wait_for_programme_min=20) == [(0, 0, "team"), (5, 1, "patrol")]


def test_out_of_remit_the_lot_does_not_matter() -> None:
    for lot in (TREATED, CONTROL):
        assert sent([lot], (0, "east", CRISIS, 3, WEAPON), wait_for_programme_min=20) == [(0, 0, "patrol")]


def test_an_ambulance_goes_first_where_medical_need_is_known() -> None:
    assert sent([CONTROL], (0, "east", CRISIS, 3, MEDICAL_NEED)) == [(0, 0, "ambulance")]
