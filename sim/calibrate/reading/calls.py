"""Rows to calls: one a call whatever the layout, in order of receipt."""

from __future__ import annotations

from sim.calibrate.mapping import IGNORE, ExportMap
from sim.calibrate.normal import TABLES, Count, Records
from sim.calibrate.reading.days import held_back
from sim.calibrate.reading.forms import NO_NUMBER, NO_STAMP, SENT, Form
from sim.calibrate.reading.moments import Texts, believed
from sim.calibrate.reading.stamps import quoted

GROUPS = 400  # of rows, where no day is known
YEARS = (1970, 2200)  # others are typing errors, or words for missing
FATES = {
    "ignored": "types the map says to ignore",
    "no time": "calls without a time that can be believed",
    "period": "calls outside the period",
}
INTERVALS = ("queue_min", "response_min", "gave_up_min")
WORDS = ("id", "clock", "label", "type", "final_type", "priority", "ending", "kept_zone", "person", "n_units")
_CELLS = ("cell_year", "cell_month", "cell_weekday", "cell_hour")


def whole_calls(texts: Texts, form: Form) -> None:
    """The table or view `whole`: one row a call, with the first moments of its units.

    Of several rows the first says what was asked for, the last how it ended.
    """
    if not form.is_grouped:
        texts.database.execute("CREATE VIEW whole AS SELECT *, CAST(NULL AS SMALLINT) AS n_units FROM rows WHERE why IS NULL")
        return
    words = [f"arg_min({name}, row) AS {name}" for name in ("label", "type", "priority", "zone", "person", *_CELLS)]
    words += [f"arg_max({name}, row) AS {name}" for name in ("final_type", "ending")]
    words += [f"min({name}) AS {name}" for name in ("received", "cancelled") if name in form.of_rows]
    words += [f"min({form.lasts(name)}) AS lasting_{name}" for name in ("queue", "response") if name in form.lasting]
    calls = f"SELECT id, min(row) AS row, {', '.join(words)} FROM rows WHERE why IS NULL GROUP BY id"
    moments = [f"{'max' if moment == 'clear' else 'min'}({moment}) AS {moment}" for moment in SENT if moment in form.moments]
    was_sent = f"coalesce({', '.join(form.at(moment) for moment in SENT[:5])}) IS NOT NULL"
    sent = f"SELECT {', '.join(['id', *moments, f'count(*) FILTER (WHERE {was_sent}) AS n'])} FROM sent GROUP BY id"
    says_so = any(moment in form.moments for moment in SENT[:3])
    n_units = f"CAST({'coalesce(n, 0)' if says_so else 'NULL'} AS SMALLINT) AS n_units"
    texts.database.execute(f"CREATE TABLE whole AS SELECT *, {n_units} FROM ({calls}) LEFT JOIN ({sent}) USING (id)")


def number_calls(texts: Texts, form: Form) -> None:
    """The table `numbered`: calls that are used, in order of receipt, so that `rowid` is their number less one.

    Raises
    ------
    ExportError
        Where none is left.
    """
    clock = form.clock if form.is_dated else NO_STAMP
    fate = _fate(texts.export_map, form, clock)
    texts.database.execute(f"CREATE VIEW fated AS SELECT *, {clock} AS clock, {fate} AS fate FROM whole")
    found = dict(texts.database.execute("SELECT fate, count(*) FROM fated GROUP BY fate").fetchall())
    texts.counts.extend(Count("dropped", reason, found[fate]) for fate, reason in FATES.items() if fate in found)
    if None not in found:
        _nothing_left(texts)
    few = texts.export_map.limits.smallest_cell
    zones = f"SELECT zone AS kept_zone FROM fated WHERE fate IS NULL AND zone IS NOT NULL GROUP BY zone HAVING count(*) >= {few}"
    texts.database.execute(f"CREATE TABLE kept_zones AS {zones}")
    items = [*WORDS, *_parts(texts, form), *_waits(form), f"{_gave_up(form)} AS gave_up_min"]
    if not form.is_grouped:  # a call is its only visit
        items += ["row", "unit", "responder", "responder_label", "from_zone"]
        items += [moment for moment in SENT if moment in form.moments] + [f"lasting_{name}" for name in form.lasting]
    order = "clock, row" if form.is_dated else "row"
    source = f"fated LEFT JOIN kept_zones ON kept_zone = zone WHERE fate IS NULL ORDER BY {order}"
    texts.database.execute(f"CREATE TABLE numbered AS SELECT {', '.join(items)} FROM {source}")
    n_hidden = texts.one("SELECT count(zone) FROM fated WHERE fate IS NULL") - texts.one("SELECT count(kept_zone) FROM numbered")
    texts.counts.extend([Count("blanked", f"zones with fewer than {few} calls", n_hidden)] if n_hidden else [])


def _fate(export_map: ExportMap, form: Form, clock: str) -> str:
    """SQL of why a call is not used, null where it is. Of months and years, those that overlap the period are."""
    tests = [f"WHEN type = {quoted(IGNORE)} THEN 'ignored'"]
    first_day = "make_date(cell_year, coalesce(cell_month, 1), 1)"
    last_day = "last_day(make_date(cell_year, coalesce(cell_month, 12), 1))"
    if form.is_dated:
        tests.append(f"WHEN {clock} IS NULL OR extract(year FROM {clock}) NOT BETWEEN {YEARS[0]} AND {YEARS[1]} THEN 'no time'")
        first_day = last_day = f"CAST({clock} AS DATE)"
    period = export_map.period
    tests += [f"WHEN {last_day} < DATE '{period.first}' THEN 'period'"] if period.first is not None else []
    tests += [f"WHEN {first_day} > DATE '{period.last}' THEN 'period'"] if period.last is not None else []
    return f"CASE {' '.join(tests)} END"


def _nothing_left(texts: Texts) -> None:
    dropped = [count for count in texts.counts if count.kind in ("dropped", "blanked")]
    most = max(dropped, key=lambda count: count.n, default=None)
    got = "no call left" + (f"; most were {most.reason}" if most is not None else "")
    hint = "look at period, types, test_calls and self_initiated of the map"
    texts.blame.at_export(got, "calls of the public with a time", hint)
    texts.blame.settle()


def _parts(texts: Texts, form: Form) -> list[str]:
    """SQL of the parts of the date, and of the block that resampling takes as one."""
    has_no_hour = form.is_dated and texts.found[f"stamps.{form.clock}"].kind == "day"
    hour = "cell_hour" if has_no_hour else "coalesce(extract(hour FROM clock), cell_hour)"
    group = f"md5_number_lower(CAST(row AS VARCHAR)) % {GROUPS}"
    parts = {
        "year": ("coalesce(extract(year FROM clock), cell_year)", "SMALLINT"),
        "month": ("coalesce(extract(month FROM clock), cell_month)", "TINYINT"),
        "weekday": ("coalesce(isodow(clock) - 1, cell_weekday)", "TINYINT"),
        "hour": (hour, "TINYINT"),
        "block": ("date_diff('day', DATE '1970-01-01', CAST(clock AS DATE))" if form.is_dated else group, "INTEGER"),
    }
    return [f"CAST({sql} AS {kind}) AS {name}" for name, (sql, kind) in parts.items()]


def minutes_between(start: str, end: str) -> str:
    """SQL of the minutes from one moment to another."""
    return f"epoch({end} - {start}) / 60"


def _waits(form: Form) -> list[str]:
    queue, response = NO_NUMBER, NO_NUMBER
    if form.has_start:
        queue, response = (minutes_between("received", form.at(moment)) for moment in ("dispatched", "on_scene"))
    pairs = {"queue": queue, "response": response}
    return [f"coalesce({form.lasts(name)}, {minutes}) AS {name}_min" for name, minutes in pairs.items()]


def _gave_up(form: Form) -> str:
    """SQL of the wait of calls that ended before anybody was sent, null where the export does not say who was."""
    if not form.has_start or not any(moment in form.moments for moment in SENT[:3]):
        return NO_NUMBER
    end = f"coalesce({form.at('cancelled')}, CASE WHEN ending IN ('cancelled', 'abandoned') THEN {form.at('clear')} END)"
    somebody = f"coalesce({', '.join(form.at(moment) for moment in SENT[:3])})"
    return f"CASE WHEN {somebody} IS NULL THEN {minutes_between('received', end)} END"


def fill_calls(texts: Texts, records: Records) -> None:
    """Fill `calls` from `numbered`."""
    parts = {"call": "numbered.rowid + 1", "received": "clock", "day": "CAST(clock AS DATE)", "zone": "kept_zone"}
    parts |= believed(texts, "numbered", INTERVALS)
    parts["part"] = held_back(texts, records)
    items = ", ".join(f"{parts.get(name, name)} AS {name}" for name in TABLES["calls"])
    join = "JOIN turns ON turns.number = numbered.rowid" if texts.export_map.hold_back == "rows" else ""
    texts.database.execute(f"INSERT INTO calls SELECT {items} FROM numbered {join}")
