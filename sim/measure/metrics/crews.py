"""Who came to people, and how crews came together: joint responses, clinicians on scene, units asked for and taken away."""

from __future__ import annotations

import pandas as pd

from sim.measure.values import ByRow, count, mean, percentile_min, share
from sim.registry import metric

BY = ("priority", "type", "zone", "hour_band")


@metric("joint_share", unit="share", of="crisis_calls", by=BY)
def joint_share(calls: pd.DataFrame) -> ByRow:
    """Share of calls with an officer and a clinician on scene at once, in one car or two.

    Definition: crisis_calls with joint = 1 / all, the never served included.
    """
    return share(calls["joint"] == 1)


@metric("clinician_on_scene_share", unit="share", of="crisis_calls", by=BY)
def clinician_on_scene_share(calls: pd.DataFrame) -> ByRow:
    """Share of calls with a clinician on scene, sent at first or asked for, by screen included.

    Definition: crisis_calls with clinician_on_scene_s not -1 / all, the never served included.
    """
    return share(calls["clinician_on_scene_s"] >= 0)


@metric("officer_on_scene_share", unit="share", of="crisis_calls", by=(*BY, "programme"))
def officer_on_scene_share(calls: pd.DataFrame) -> ByRow:
    """Share of calls with a police officer on scene, sent at first or asked for.

    Definition: crisis_calls with officer = 1 / all, the never served included.
    """
    return share(calls["officer"] == 1)


@metric("received_to_clinician_on_scene_p50_min", unit="min", of="crisis_calls", by=BY)
def received_to_clinician_on_scene_p50_min(calls: pd.DataFrame) -> ByRow:
    """Median of received to first clinician on scene, where one came; see also `clinician_on_scene_share`.

    Definition: 50th percentile of clinician_on_scene_s / 60.
    """
    return percentile_min(calls["clinician_on_scene_s"], 50)


@metric("received_to_clinician_on_scene_p90_min", unit="min", of="crisis_calls", by=BY)
def received_to_clinician_on_scene_p90_min(calls: pd.DataFrame) -> ByRow:
    """90th percentile of received to first clinician on scene, where one came; see also `clinician_on_scene_share`.

    Definition: 90th percentile of clinician_on_scene_s / 60.
    """
    return percentile_min(calls["clinician_on_scene_s"], 90)


@metric("units_per_call", unit="units per call", of="crisis_calls", by=(*BY, "responder"))
def units_per_call(calls: pd.DataFrame) -> ByRow:
    """Units sent to a call, those called off on the way and those sent again included.

    Definition: mean of n_units, crisis_calls with n_units above 0.
    """
    return mean(calls["n_units"], among=calls["n_units"] > 0)


@metric("asked_share", unit="share", of="crisis_calls", by=(*BY, "programme", "responder"))
def asked_share(calls: pd.DataFrame) -> ByRow:
    """Share of served calls from whose scene somebody else was asked for.

    Definition: crisis_calls with asked = 1 / reached = 1.
    """
    return share(calls["asked"] == 1, among=calls["reached"] == 1)


@metric("crews_given_up", unit="crews", of="crisis_calls", better="lower", by=BY)
def crews_given_up(calls: pd.DataFrame) -> ByRow:
    """Crews that did not come together: somebody was there, the others did not come in time, and all were called off.

    Definition: sum of given_up.
    """
    return count(calls["given_up"])


@metric("given_up", unit="calls", of="crisis_calls", better="lower", by=BY)
def given_up(calls: pd.DataFrame) -> ByRow:
    """Calls that ended without help, since no crew of any alternative came together.

    Definition: count of crisis_calls with ending = GIVEN_UP.
    """
    return count(calls["ending"] == "GIVEN_UP")


@metric("diverted", unit="units", of="crisis_calls", by=BY)
def diverted(calls: pd.DataFrame) -> ByRow:
    """Units on their way that were taken for a more urgent call.

    Definition: sum of diverted, over the calls that lost the unit.
    """
    return count(calls["diverted"])


@metric("called_off", unit="units", of="assignments", by=("responder", "type", "priority", "hour_band"))
def called_off(assignments: pd.DataFrame) -> ByRow:
    """Units sent to calls about people and called off before they helped, the diverted included.

    Definition: count of assignments with left_by = CALLED_OFF, person = true.
    """
    return count((assignments["left_by"] == "CALLED_OFF") & assignments["person"])


@metric("relay_failed", unit="units", of="assignments", better="lower", by=("responder",))
def relay_failed(assignments: pd.DataFrame) -> ByRow:
    """Units asked of another dispatch centre that it did not send.

    Definition: count of assignments with left_by = RELAY_FAILED.
    """
    return count(assignments["left_by"] == "RELAY_FAILED")


@metric("escalated", unit="calls", of="crisis_calls", better="lower", by=BY)
def escalated(calls: pd.DataFrame) -> ByRow:
    """Calls whose crisis grew worse before anybody was there.

    Definition: sum of escalated.
    """
    return count(calls["escalated"])


@metric("cancelled", unit="calls", of="crisis_calls", by=BY)
def cancelled(calls: pd.DataFrame) -> ByRow:
    """Calls whose caller, rung back, needed nobody any more.

    Definition: count of crisis_calls with ending = CANCELLED.
    """
    return count(calls["ending"] == "CANCELLED")


@metric("recognised_share", unit="share", of="crisis_calls", better="higher", by=("type", "responder", "led_by"))
def recognised_share(calls: pd.DataFrame) -> ByRow:
    """Share of served crises that the centre took for something else, and the unit in charge saw for what they were.

    Definition: crisis_calls with recognised = 1 / mislabelled = 1 and reached = 1.
    """
    return share(calls["recognised"] == 1, among=(calls["mislabelled"] == 1) & (calls["reached"] == 1))


@metric("mislabelled", unit="calls", of="crisis_calls", by=("type", "dispatched_as"))
def mislabelled(calls: pd.DataFrame) -> ByRow:
    """Calls about people that the centre took for another type.

    Definition: sum of mislabelled.
    """
    return count(calls["mislabelled"])
