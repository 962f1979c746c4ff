"""The phone: who was answered and how soon, who gave up, what was settled there. Only where there is a phone stage."""

from __future__ import annotations

import pandas as pd

from sim.measure.values import ByRow, count, mean, mean_min, percentile_min, quotient, share, total
from sim.registry import metric

BY = ("desk", "channel", "type", "hour_band")
SOON_S = 20


@metric("rang", unit="calls", of="phone_calls", by=BY)
def rang(calls: pd.DataFrame) -> ByRow:
    """Calls that rang at a desk, ordinary police work too; a caller who hangs up and rings again is one call.

    Definition: count of phone_calls, by the desk where they first rang.
    """
    return count(calls["desk"] != "")


@metric("answered", unit="calls", of="phone_calls", by=BY)
def answered(calls: pd.DataFrame) -> ByRow:
    """Calls that a call-taker of any desk answered.

    Definition: sum of answered over phone_calls.
    """
    return count(calls["answered"])


@metric("answered_share", unit="share", of="phone_calls", better="higher", by=BY)
def answered_share(calls: pd.DataFrame) -> ByRow:
    """Share of calls that rang and were answered.

    Definition: answered / rang.
    """
    return share(calls["answered"] == 1)


@metric("abandoned_on_phone", unit="calls", of="phone_calls", better="lower", by=BY)
def abandoned_on_phone(calls: pd.DataFrame) -> ByRow:
    """Calls whose caller gave up ringing and did not ring again.

    Definition: count of phone_calls with left_phone = abandoned.
    """
    return count(calls["left_phone"] == "abandoned")


@metric("abandoned_on_phone_share", unit="share", of="phone_calls", better="lower", by=BY)
def abandoned_on_phone_share(calls: pd.DataFrame) -> ByRow:
    """Share of calls that rang whose caller gave up ringing and did not ring again.

    Definition: abandoned_on_phone / rang.
    """
    return share(calls["left_phone"] == "abandoned")


@metric("answer_mean_s", unit="s", of="phone_calls", better="lower", by=BY)
def answer_mean_s(calls: pd.DataFrame) -> ByRow:
    """Mean seconds from ringing to answered, of calls that were answered; see also `abandoned_on_phone_share`.

    Definition: mean of rang_to_answered_s over phone_calls with answered = 1. Time ringing before hanging up is not in it.
    """
    return mean(calls["rang_to_answered_s"], among=calls["answered"] == 1)


@metric("answer_p90_min", unit="min", of="phone_calls", better="lower", by=BY)
def answer_p90_min(calls: pd.DataFrame) -> ByRow:
    """90th percentile of the time from ringing to answered, of calls that were answered.

    Definition: 90th percentile of rang_to_answered_s / 60 over phone_calls with answered = 1.
    """
    return percentile_min(calls["rang_to_answered_s"], 90)


@metric("answered_20s_share", unit="share", of="phone_calls", better="higher", by=BY)
def answered_20s_share(calls: pd.DataFrame) -> ByRow:
    """Share of calls that rang and were answered within 20 seconds; those never answered are in the denominator.

    Definition: phone_calls with rang_to_answered_s from 0 to 20 / all.
    """
    return share((calls["rang_to_answered_s"] >= 0) & (calls["rang_to_answered_s"] <= SOON_S))


@metric("talk_mean_min", unit="min", of="phone_calls", by=BY)
def talk_mean_min(calls: pd.DataFrame) -> ByRow:
    """Mean minutes with call-takers, of calls that were answered; all desks a call spoke to.

    Definition: mean of talk_s / 60 over phone_calls with answered = 1.
    """
    return mean(calls["talk_s"], 60, among=calls["answered"] == 1)


@metric("resolved_by_phone", unit="people", of="phone_calls", kind="assumed", by=(*BY, "age", "housing", "caller"))
def resolved_by_phone(calls: pd.DataFrame) -> ByRow:
    """People helped on the phone, to whom nobody was sent.

    Definition: count of phone_calls about people with left_phone = resolved.
    """
    return count((calls["left_phone"] == "resolved") & calls["person"])


@metric("resolved_by_phone_share", unit="share", of="phone_calls", kind="assumed", by=(*BY, "age", "housing", "caller"))
def resolved_by_phone_share(calls: pd.DataFrame) -> ByRow:
    """Share of answered calls about people that were resolved on the phone.

    Definition: resolved_by_phone / phone_calls about people with answered = 1.
    """
    return share(calls["left_phone"] == "resolved", among=(calls["answered"] == 1) & calls["person"])


@metric("handed_on", unit="calls", of="phone_calls", by=BY)
def handed_on(calls: pd.DataFrame) -> ByRow:
    """Calls that a desk handed on to another one after a talk.

    Definition: sum of handed_on over phone_calls.
    """
    return count(calls["handed_on"])


@metric("received_to_dispatch_desk_mean_min", unit="min", of="phone_calls", better="lower", by=BY)
def received_to_dispatch_desk_mean_min(calls: pd.DataFrame) -> ByRow:
    """Mean minutes from received until the call came from the phone to dispatch, of calls that did.

    Definition: mean of (to_dispatch_s - received_s) / 60 over phone_calls with to_dispatch_s not -1.
    """
    came = calls["to_dispatch_s"] >= 0
    return mean_min((calls["to_dispatch_s"] - calls["received_s"]).where(came, -1))


@metric("desk_hours", unit="h", of="desk_hours", by=("desk",))
def desk_hours(hours: pd.DataFrame) -> ByRow:
    """Hours of call-takers on duty in the window.

    Definition: sum of positions over desk_hours.
    """
    return total(_seconds(hours["positions"]), 3600)


@metric("desk_utilisation", unit="share", of="desk_hours", by=("desk",))
def desk_utilisation(hours: pd.DataFrame) -> ByRow:
    """Share of call-takers' hours spent talking; above one where talks run past the end of shifts.

    Definition: sum of talking / sum of positions over desk_hours.
    """
    return quotient(_seconds(hours["talking"]), _seconds(hours["positions"]))


def _seconds(hours: pd.Series) -> pd.Series:
    return (hours * 3600).round().astype("int64")
