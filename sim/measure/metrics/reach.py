"""Did the programme come? Over the calls in its remit, by the definitions of `sim.measure.reach`."""

from __future__ import annotations

import pandas as pd

from sim.measure.values import ByRow, count, share
from sim.registry import metric

BY = ("programme", "type", "priority", "hour_band")


@metric("calls_eligible", unit="calls", of="programme_reach", by=BY)
def calls_eligible(calls: pd.DataFrame) -> ByRow:
    """Calls about people in the remit of the programme, whether or not it was on duty.

    Definition: count of programme_reach rows.
    """
    return count(calls["reason"].notna())


@metric("calls_reached", unit="calls", of="programme_reach", better="higher", by=BY)
def calls_reached(calls: pd.DataFrame) -> ByRow:
    """Eligible calls with a unit of the programme on scene before the call ended.

    Definition: count of programme_reach rows with reason = reached.
    """
    return count(calls["reason"] == "reached")


@metric("reached_share", unit="share", of="programme_reach", better="higher", by=BY)
def reached_share(calls: pd.DataFrame) -> ByRow:
    """Share of eligible calls reached by the programme.

    Definition: calls_reached / calls_eligible.
    """
    return share(calls["reason"] == "reached")


@metric("missed_share", unit="share", of="programme_reach", better="lower", by=BY)
def missed_share(calls: pd.DataFrame) -> ByRow:
    """Share of eligible calls the programme did not reach, though others may have.

    Definition: 1 - reached_share; the missed_ shares by reason add up to it.
    """
    return share(calls["reason"] != "reached")


@metric("missed_on_phone_share", unit="share", of="phone_reach", by=BY)
def missed_on_phone_share(calls: pd.DataFrame) -> ByRow:
    """Share of eligible calls that never came to dispatch: resolved on the phone, or the caller gave up ringing.

    Definition: programme_reach rows with reason = on the phone / all, where there is a phone stage.
    """
    return share(calls["reason"] == "on the phone")


@metric("missed_off_duty_share", unit="share", of="programme_reach", better="lower", by=BY)
def missed_off_duty_share(calls: pd.DataFrame) -> ByRow:
    """Share of eligible calls missed with no unit of the programme rostered while the call waited.

    Definition: programme_reach rows with reason = off duty / all.
    """
    return share(calls["reason"] == "off duty")


@metric("missed_not_staffed_share", unit="share", of="programme_reach", better="lower", by=BY)
def missed_not_staffed_share(calls: pd.DataFrame) -> ByRow:
    """Share of eligible calls missed with units rostered and every post empty: absent, vacant or away.

    Definition: programme_reach rows with reason = not staffed / all.
    """
    return share(calls["reason"] == "not staffed")


@metric("missed_busy_share", unit="share", of="programme_reach", better="lower", by=BY)
def missed_busy_share(calls: pd.DataFrame) -> ByRow:
    """Share of eligible calls missed with units on duty and none idle while the call waited; paperwork counts as busy.

    Definition: programme_reach rows with reason = busy / all.
    """
    return share(calls["reason"] == "busy")


@metric("missed_passed_over_share", unit="share", of="programme_reach", by=BY)
def missed_passed_over_share(calls: pd.DataFrame) -> ByRow:
    """Share of eligible calls missed with a unit of the programme idle, since policy, area or uptake said no.

    Definition: programme_reach rows with reason = passed over / all.
    """
    return share(calls["reason"] == "passed over")


@metric("missed_ended_first_share", unit="share", of="programme_reach", better="lower", by=BY)
def missed_ended_first_share(calls: pd.DataFrame) -> ByRow:
    """Share of eligible calls missed because the call ended with the programme's unit under way.

    Definition: programme_reach rows with reason = ended first / all.
    """
    return share(calls["reason"] == "ended first")
