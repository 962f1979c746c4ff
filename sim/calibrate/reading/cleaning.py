"""Rows of the export to the normal form, with every drop, repair and blank counted: `calls.py`, `visits.py`, `days.py`."""

from __future__ import annotations

from sim.calibrate.normal import Count, Records
from sim.calibrate.reading.calls import fill_calls, number_calls, whole_calls
from sim.calibrate.reading.days import make_days
from sim.calibrate.reading.forms import Form
from sim.calibrate.reading.moments import Texts
from sim.calibrate.reading.visits import fill_visits


def clean(texts: Texts, form: Form, records: Records) -> None:
    """Fill calls, visits and days from `rows` and `sent`.

    Raises
    ------
    ExportError
        Where no call is left, with the commonest reason.
    """
    whole_calls(texts, form)
    number_calls(texts, form)
    for kind, name in (("VIEW", "fated"), ("TABLE" if form.is_grouped else "VIEW", "whole"), ("TABLE", "rows")):
        texts.database.execute(f"DROP {kind} {name}")  # room on the disk for what follows
    fill_calls(texts, records)
    fill_visits(texts, form)
    make_days(records, texts.export_map)
    for words, table in (("calls", "calls"), ("units sent", "visits")):
        texts.counts.append(Count("used", words, texts.one(f"SELECT count(*) FROM {table}")))
