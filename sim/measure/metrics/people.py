"""Who calls again. Only where persons with recurrent crises are known; every anonymous caller is a person who calls once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.measure.values import NAN, ByRow, Values, count, mean, share
from sim.registry import metric

BY = ("age", "housing", "caller", "channel", "type", "disposition", "responder", "led_by")
DAY_S = 86_400
TOP = 0.05  # of the people who called


@metric("contacts", unit="contacts", of="contacts", by=BY)
def contacts(calls: pd.DataFrame) -> ByRow:
    """Calls about people received in the window, by who called.

    Definition: count of contacts, which are crisis_calls.
    """
    return count(np.ones(len(calls), np.bool_))


@metric("people_contacted", unit="people", of="people", by=("age", "housing"))
def people_contacted(people: pd.DataFrame) -> ByRow:
    """People about whom there was a call in the window.

    Definition: count of people.
    """
    return count(people["contacts"] > 0)


@metric("contacts_per_person", unit="contacts per person", of="people", by=("age", "housing"))
def contacts_per_person(people: pd.DataFrame) -> ByRow:
    """Contacts in the window per person who had any.

    Definition: mean of contacts over people.
    """
    return mean(people["contacts"])


def _again(calls: pd.DataFrame, days: int) -> ByRow:
    is_again = (calls["next_contact_s"] >= 0) & (calls["next_contact_s"] <= days * DAY_S)
    return share(is_again, among=calls["followed_s"] >= days * DAY_S)


@metric("repeat_contact_30d_share", unit="share", of="contacts", better="lower", by=BY)
def repeat_contact_30d_share(calls: pd.DataFrame) -> ByRow:
    """Share of contacts after which the same person called again within 30 days; anonymous callers do not.

    Definition: contacts with next_contact_s from 0 to 30 days / contacts after which the run goes on for 30 days.
    """
    return _again(calls, 30)


@metric("repeat_contact_90d_share", unit="share", of="contacts", better="lower", by=BY)
def repeat_contact_90d_share(calls: pd.DataFrame) -> ByRow:
    """Share of contacts after which the same person called again within 90 days; anonymous callers do not.

    Definition: contacts with next_contact_s from 0 to 90 days / contacts after which the run goes on for 90 days.
    """
    return _again(calls, 90)


@metric("repeat_contact_180d_share", unit="share", of="contacts", better="lower", by=BY)
def repeat_contact_180d_share(calls: pd.DataFrame) -> ByRow:
    """Share of contacts after which the same person called again within 180 days; anonymous callers do not.

    Definition: contacts with next_contact_s from 0 to 180 days / contacts after which the run goes on for 180 days.
    """
    return _again(calls, 180)


@metric("top_5_percent_share", unit="share", of="people", by=("age", "housing"))
def top_5_percent_share(people: pd.DataFrame) -> Values:
    """Share of contacts made by the 5 % of people with the most of them.

    Definition: contacts of the first 5 % of people by contacts, highest first, a part of a person counting in part / all
    contacts in the window. People without a contact in it are not in the 5 %.
    """
    most = np.sort(people["contacts"].to_numpy(np.int64))[::-1]
    if not len(most):
        return Values(NAN, 0)
    return Values(
        float(np.interp(TOP * len(most), np.arange(len(most) + 1), np.append(0, np.cumsum(most))) / most.sum()), len(most)
    )


@metric("connected_after_repeat_share", unit="share", of="known_people", better="higher", kind="assumed", by=("age", "housing"))
def connected_after_repeat_share(people: pd.DataFrame) -> ByRow:
    """Share of people with two or more contacts in the window whom follow-up has reached at least once in the run.

    Definition: known_people with connected = 1 / those with contacts of 2 or more, both of these.
    """
    return share(people["connected"] == 1, among=people["contacts"] >= 2)
