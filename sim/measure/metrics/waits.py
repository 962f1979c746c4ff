"""How many called, how long they waited, to whom nobody came."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.measure.values import ByRow, count, mean_min, percentile_min, share
from sim.registry import metric

BY = ("priority", "type", "zone", "hour_band", "age", "housing", "caller")
SCENE_BY = (*BY, "programme", "responder")


@metric("calls_received", unit="calls", of="crisis_calls", by=BY)
def calls_received(calls: pd.DataFrame) -> ByRow:
    """Calls about people received in the window.

    Definition: count of crisis_calls.
    """
    return count(np.ones(len(calls), np.bool_))


@metric("other_calls_received", unit="calls", of="call_facts")
def other_calls_received(calls: pd.DataFrame) -> ByRow:
    """Calls for ordinary police work received in the window.

    Definition: count of call_facts with person = false.
    """
    return count(~calls["person"])


@metric("never_served", unit="calls", of="crisis_calls", better="lower", by=(*BY, "reason"))
def never_served(calls: pd.DataFrame) -> ByRow:
    """Calls nobody came to: abandoned, out of every rostered remit, cancelled, given up, or unfinished as the run ended.

    Definition: count of crisis_calls with reached = 0, those resolved by phone left out: they were served.
    """
    return count(_is_unserved(calls))


@metric("never_served_share", unit="share", of="crisis_calls", better="lower", by=BY)
def never_served_share(calls: pd.DataFrame) -> ByRow:
    """Share of calls nobody came to.

    Definition: never_served / calls_received.
    """
    return share(_is_unserved(calls))


@metric("abandoned", unit="calls", of="crisis_calls", better="lower", by=BY)
def abandoned(calls: pd.DataFrame) -> ByRow:
    """Calls whose caller gave up: ringing, before a unit was sent or, for some types, before one was there.

    Definition: count of crisis_calls with ending = ABANDONED.
    """
    return count(calls["ending"] == "ABANDONED")


@metric("received_to_dispatched_mean_min", unit="min", of="crisis_calls", better="lower", by=BY)
def received_to_dispatched_mean_min(calls: pd.DataFrame) -> ByRow:
    """Mean time from received to dispatched, calls to which a unit was sent; see also `never_served`.

    Definition: mean of received_to_dispatched_s / 60.
    """
    return mean_min(calls["received_to_dispatched_s"])


@metric("p_wait", unit="share", of="crisis_calls", better="lower", by=BY)
def p_wait(calls: pd.DataFrame) -> ByRow:
    """Share of calls that waited: no unit was sent in the second they were received.

    Definition: crisis_calls with received_to_dispatched_s not 0, the never dispatched included / all.
    """
    return share(calls["received_to_dispatched_s"] != 0)


@metric("received_to_on_scene_mean_min", unit="min", of="crisis_calls", better="lower", by=SCENE_BY)
def received_to_on_scene_mean_min(calls: pd.DataFrame) -> ByRow:
    """Mean time from received to first unit on scene, served calls only; see also `never_served`.

    Definition: mean of received_to_on_scene_s / 60.
    """
    return mean_min(calls["received_to_on_scene_s"])


@metric("on_scene_45min_share", unit="share", of="crisis_calls", better="higher", by=SCENE_BY)
def on_scene_45min_share(calls: pd.DataFrame) -> ByRow:
    """Share of served calls with the first unit on scene within 45 minutes, what youth teams of Connecticut aim at.

    Definition: crisis_calls with received_to_on_scene_s at most 2,700 / reached = 1.
    """
    return share(calls["received_to_on_scene_s"] <= 45 * 60, among=calls["reached"] == 1)


@metric("received_to_on_scene_p50_min", unit="min", of="crisis_calls", better="lower", by=(*BY, "responder"))
def received_to_on_scene_p50_min(calls: pd.DataFrame) -> ByRow:
    """Median of received to first unit on scene, served calls only; see also `never_served`.

    Definition: 50th percentile of received_to_on_scene_s / 60.
    """
    return percentile_min(calls["received_to_on_scene_s"], 50)


@metric("received_to_on_scene_p90_min", unit="min", of="crisis_calls", better="lower", by=(*BY, "responder"))
def received_to_on_scene_p90_min(calls: pd.DataFrame) -> ByRow:
    """90th percentile of received to first unit on scene, served calls only; see also `never_served`.

    Definition: 90th percentile of received_to_on_scene_s / 60.
    """
    return percentile_min(calls["received_to_on_scene_s"], 90)


@metric("other_priority1_to_on_scene_p50_min", unit="min", of="call_facts", better="lower")
def other_priority1_to_on_scene_p50_min(calls: pd.DataFrame) -> ByRow:
    """Median of received to on scene of ordinary police work of priority 1.

    Definition: 50th percentile of received_to_on_scene_s / 60, person = false, priority = 1.
    """
    return percentile_min(calls["received_to_on_scene_s"], 50, among=~calls["person"] & (calls["priority"] == 1))


@metric("other_priority1_to_on_scene_p90_min", unit="min", of="call_facts", better="lower")
def other_priority1_to_on_scene_p90_min(calls: pd.DataFrame) -> ByRow:
    """90th percentile of received to on scene of ordinary police work of priority 1.

    Definition: 90th percentile of received_to_on_scene_s / 60, person = false, priority = 1.
    """
    return percentile_min(calls["received_to_on_scene_s"], 90, among=~calls["person"] & (calls["priority"] == 1))


def _is_unserved(calls: pd.DataFrame) -> pd.Series:
    return (calls["reached"] == 0) & (calls["reason"] != "resolved by phone")
