"""When do crisis calls come? The week and the year of Toronto's police, 2014, as weights.

Varied: nothing. Read: calls attended by hour of the week and by month. Out: `scenarios/profiles/toronto_2014.yaml`,
168 weights and 12, mean one, three decimals; no row of the data leaves this script.
Run: CRISIS_SIM_DATA=<folder of public extracts> python experiments/toronto_profile.py
"""

from __future__ import annotations

import calendar
import os
from pathlib import Path

import pandas as pd

YEAR = 2014
SOURCE = "toronto_persons_in_crisis_2014.csv.gz"
TARGET = Path(__file__).resolve().parents[1] / "scenarios" / "profiles" / "toronto_2014.yaml"
HEAD = """\
# When crisis calls come: calls about persons in crisis attended by the police of Toronto, Ontario, in 2014 (22,176), as
# weights with mean one. Only the shape counts. Made by experiments/toronto_profile.py.
# Contains information licensed under the Open Government Licence - Toronto.
source: T003
attribution: "Contains information licensed under the Open Government Licence - Toronto."
"""


def days_by_weekday(year: int) -> pd.Series:
    """How often each day of the week occurs in the year."""
    days = pd.date_range(f"{year}-01-01", f"{year}-12-31")
    return days.day_name().value_counts().reindex(list(calendar.day_name))


def hour_of_week_weights(calls: pd.DataFrame) -> pd.Series:
    """168 weights from Monday midnight: calls per hour of that kind, over the mean."""
    kinds = pd.MultiIndex.from_product([list(calendar.day_name), range(24)], names=["event_dow", "event_hour"])
    counts = calls.groupby(["event_dow", "event_hour"]).size().reindex(kinds, fill_value=0)
    rates = counts.div(days_by_weekday(YEAR), level="event_dow").reindex(kinds)
    return (rates / rates.mean()).round(3)


def month_weights(calls: pd.DataFrame) -> pd.Series:
    """12 weights: calls per day of the month, over the mean of the months."""
    months = list(calendar.month_name)[1:]
    lengths = [calendar.monthrange(YEAR, month)[1] for month in range(1, 13)]
    rates = calls["event_month"].value_counts().reindex(months) / pd.Series(lengths, months)
    return (rates / rates.mean()).round(3)


def as_lines(values: list[float]) -> str:
    """Numbers with three decimals, twelve to a line."""
    texts = [f"{value:.3f}" for value in values]
    return ",\n".join("  " + ", ".join(texts[k : k + 12]) for k in range(0, len(texts), 12))


def profile_text(calls: pd.DataFrame) -> str:
    """The whole profile file."""
    hours = hour_of_week_weights(calls).tolist()
    days = [
        f"  # {name}\n{as_lines(hours[24 * k : 24 * k + 24])}{',' if k < 6 else ''}" for k, name in enumerate(calendar.day_name)
    ]
    months = as_lines(month_weights(calls).tolist())
    return f"{HEAD}hours_of_week: [\n" + "\n".join(days) + f"\n]\nmonths: [    # January to December\n{months}\n]\n"


if __name__ == "__main__":
    table = pd.read_csv(Path(os.environ["CRISIS_SIM_DATA"]) / SOURCE)
    TARGET.write_text(profile_text(table), encoding="utf-8", newline="\n")
    print(f"{len(table):,} calls as weights in {TARGET.name}")
