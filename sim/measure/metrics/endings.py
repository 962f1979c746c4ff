"""What became of people. Differences between options in these rest on the outcome rows: assumed."""

from __future__ import annotations

import pandas as pd

from sim.measure.columns import DISPOSITIONS
from sim.measure.values import NAN, ByRow, Values, count, share
from sim.registry import metric

BY = ("type", "priority", "zone", "responder", "age", "housing", "caller")
SHARES_BY = ("programme", "responder", "type", "age", "housing", "caller")


@metric("ed_visits", unit="visits", of="people_in_crisis", kind="assumed", by=BY)
def ed_visits(calls: pd.DataFrame) -> ByRow:
    """Calls that ended in an emergency department (ED), voluntary, medical or on a hold, by any route.

    Definition: sum of ed over people_in_crisis, people nobody reached or who did not call and went on their own included.
    """
    return count(calls["ed"])


@metric("ed_visits_72h", unit="visits", of="people_in_crisis", better="lower", kind="assumed", by=BY)
def ed_visits_72h(calls: pd.DataFrame) -> ByRow:
    """ED visits by any route at the end of a call or within 72 hours after.

    Definition: sum of ed + later_ed_72h over people_in_crisis.
    """
    return count(calls["ed"].to_numpy() + calls["later_ed_72h"].to_numpy())


@metric("ed_visits_30d", unit="visits", of="people_in_crisis", better="lower", kind="assumed", by=BY)
def ed_visits_30d(calls: pd.DataFrame) -> ByRow:
    """ED visits by any route at the end of a call or within 30 days after.

    Definition: sum of ed + later_ed_30d over people_in_crisis.
    """
    return count(calls["ed"].to_numpy() + calls["later_ed_30d"].to_numpy())


@metric(
    "reported_diversion_share",
    unit="share",
    of="crisis_calls",
    kind="assumed",
    by=SHARES_BY,
)
def reported_diversion_share(calls: pd.DataFrame) -> ByRow:
    """Share of served contacts that did not end in an ED, which is what programmes publish; it compares with nothing.

    Definition: crisis_calls with reached = 1 and ed = 0 / reached = 1. See `diversion` for the counterfactual.
    """
    return share(calls["ed"] == 0, among=calls["reached"] == 1)


@metric("arrests", unit="people", of="people_in_crisis", better="lower", kind="assumed", by=BY)
def arrests(calls: pd.DataFrame) -> ByRow:
    """People arrested at the end of a call.

    Definition: count of people_in_crisis with disposition = ARREST.
    """
    return count(calls["disposition"] == "ARREST")


@metric("arrest_share", unit="share", of="crisis_calls", better="lower", kind="assumed", by=SHARES_BY)
def arrest_share(calls: pd.DataFrame) -> ByRow:
    """Share of served calls at whose end the person was arrested.

    Definition: crisis_calls with reached = 1 and disposition = ARREST / reached = 1.
    """
    return share(calls["disposition"] == "ARREST", among=calls["reached"] == 1)


@metric("hold_share", unit="share", of="crisis_calls", kind="assumed", by=SHARES_BY)
def hold_share(calls: pd.DataFrame) -> ByRow:
    """Share of served calls that ended in an involuntary hold.

    Definition: crisis_calls with reached = 1 and disposition = HOLD / reached = 1.
    """
    return share(calls["disposition"] == "HOLD", among=calls["reached"] == 1)


@metric("met_share", unit="share", of="crisis_calls", better="higher", kind="assumed", by=SHARES_BY)
def met_share(calls: pd.DataFrame) -> ByRow:
    """Share of served calls at which the person was found and did not refuse.

    Definition: crisis_calls with reached = 1 and disposition other than NO_CONTACT / reached = 1.
    """
    return share(calls["disposition"] != "NO_CONTACT", among=calls["reached"] == 1)


@metric("settled_share", unit="share", of="crisis_calls", kind="assumed", by=SHARES_BY)
def settled_share(calls: pd.DataFrame) -> ByRow:
    """Share of calls at which the person was met that ended where they were, with a referral or without.

    Definition: crisis_calls with reached = 1 and disposition = RESOLVED or REFERRED / reached = 1 and disposition
    other than NO_CONTACT.
    """
    was_met = (calls["reached"] == 1) & (calls["disposition"] != "NO_CONTACT")
    return share(calls["disposition"].isin(["RESOLVED", "REFERRED"]), among=was_met)


@metric("ambulance_share", unit="share", of="crisis_calls", kind="assumed", by=SHARES_BY)
def ambulance_share(calls: pd.DataFrame) -> ByRow:
    """Share of served calls from which an ambulance took the person to an ED.

    Definition: crisis_calls with reached = 1 and ambulance = 1 / reached = 1.
    """
    return share(calls["ambulance"] == 1, among=calls["reached"] == 1)


@metric("holds", unit="people", of="people_in_crisis", kind="assumed", by=BY)
def holds(calls: pd.DataFrame) -> ByRow:
    """People taken to an ED on an involuntary hold.

    Definition: count of people_in_crisis with disposition = HOLD.
    """
    return count(calls["disposition"] == "HOLD")


@metric("force", unit="people", of="crisis_calls", better="lower", kind="assumed", by=BY)
def force(calls: pd.DataFrame) -> ByRow:
    """People on whom force was used.

    Definition: sum of force.
    """
    return count(calls["force"])


@metric("force_with_weapon", unit="people", of="crisis_calls", better="lower", kind="assumed", by=BY)
def force_with_weapon(calls: pd.DataFrame) -> ByRow:
    """People on whom force was used with a weapon drawn or used, or with serious harm.

    Definition: count of crisis_calls with force_level = 2 or 3.
    """
    return count(calls["force_level"] >= 2)


@metric("serious_force", unit="people", of="crisis_calls", better="lower", kind="assumed", by=BY)
def serious_force(calls: pd.DataFrame) -> ByRow:
    """People on whom force was used that did serious harm.

    Definition: count of crisis_calls with force_level = 3.
    """
    return count(calls["force_level"] == 3)


@metric("crisis_centre_visits", unit="visits", of="people_in_crisis", kind="assumed", by=BY)
def crisis_centre_visits(calls: pd.DataFrame) -> ByRow:
    """Calls that ended at a crisis centre.

    Definition: count of people_in_crisis with disposition = CRISIS_CENTRE.
    """
    return count(calls["disposition"] == "CRISIS_CENTRE")


@metric("referrals", unit="people", of="crisis_calls", better="higher", kind="assumed", by=BY)
def referrals(calls: pd.DataFrame) -> ByRow:
    """People referred to care with a warm hand-off.

    Definition: count of crisis_calls with disposition = REFERRED.
    """
    return count(calls["disposition"] == "REFERRED")


@metric("resolved", unit="people", of="crisis_calls", kind="assumed", by=BY)
def resolved(calls: pd.DataFrame) -> ByRow:
    """People whose call was resolved on scene, by phone, or without anybody coming.

    Definition: count of crisis_calls with disposition = RESOLVED.
    """
    return count(calls["disposition"] == "RESOLVED")


@metric("disposition_share", unit="share", of="crisis_calls", kind="assumed")
def disposition_share(calls: pd.DataFrame) -> Values:
    """Share of calls by how they ended for the person, reached or not.

    Definition: crisis_calls by disposition / those with one.
    """
    found = calls["disposition"].value_counts()
    counts = found.reindex(pd.Index(DISPOSITIONS[1:], name="disposition"), fill_value=0).astype(float)
    total = int(counts.sum())
    return Values(counts / total if total else counts * NAN, total)
