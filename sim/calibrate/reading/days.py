"""Calendar days of an export, the days on which its record was quiet, and which calls are held back."""

from __future__ import annotations

from sim.calibrate.mapping import ExportMap
from sim.calibrate.normal import Records
from sim.calibrate.reading.moments import Texts

ALTERNATING = {  # SQL of a number that goes up by one a period, and the columns it needs
    "years": ("year", ("year",)),
    "months": ("year * 12 + month", ("year", "month")),
    "weeks": ("(block + 3) // 7", ("day",)),  # 1970 began on a Thursday; weeks begin on Mondays
}
WINDOW = 14  # days before and after
FEWEST = 10  # calls on a usual day, below which one quiet day says nothing: of 5 a day, chance empties 2 days a year
QUIET = 0.2  # share of the usual
LOST = 12.0  # calls that an empty spell would have held at the usual rate: chance leaves so many out once in 160 000


def held_back(texts: Texts, records: Records) -> str:
    """SQL of the part of each call of `numbered`; sets the share of each day that is left to fit."""
    how = texts.export_map.hold_back
    if how == "none":
        return "0"
    if how == "rows":
        records.exposure = 0.5
        # One turn runs through all cells: starting anew in each would leave more than half to fit.
        turn = "(row_number() OVER (ORDER BY year, month, weekday, hour, rowid) + 1) % 2"
        records.database.execute(f"CREATE TABLE turns AS SELECT rowid AS number, {turn} AS part FROM numbered")
        return "turns.part"
    period, needs = ALTERNATING[how]
    lacking = [name for name in needs if not records.one(f"SELECT count({_column(name)}) FROM numbered")]
    if lacking:
        texts.blame.at_map("hold_back", how, "rows or none", f"the export does not say the {lacking[0]}")
        texts.blame.settle()
    first = int(records.one(f"SELECT min({period}) FROM numbered"))
    return f"coalesce(({period} - {first}) % 2, 0)"


def _column(name: str) -> str:
    return "clock" if name == "day" else name


def make_days(records: Records, export_map: ExportMap) -> None:
    """Fill `days`: every calendar day from the first to the last call, or of the years and months that cells name."""
    [(first, last)] = records.database.execute("SELECT min(day), max(day) FROM calls").fetchall()
    if first is None:
        _days_of_cells(records, export_map)
        return
    per_day = "SELECT day, count(*) AS n FROM calls GROUP BY day"
    counted = f"SELECT day, coalesce(n, 0) AS n FROM ({_calendar(first, last)}) LEFT JOIN ({per_day}) USING (day)"
    near = f"ORDER BY day ROWS BETWEEN {WINDOW} PRECEDING AND {WINDOW} FOLLOWING"
    spell = "sum(CAST(n > 0 AS INTEGER)) OVER (ORDER BY day) AS spell"
    usual = f"SELECT *, median(n) OVER ({near}) AS usual, {spell} FROM ({counted})"
    lost = "count(*) FILTER (WHERE n = 0) OVER (PARTITION BY spell) * (sum(n) OVER () / count(*) OVER ()) AS lost"
    runs = f"SELECT *, {lost} FROM ({usual})"
    is_gap = f"(usual >= {FEWEST} AND n < {QUIET} * usual) OR (n = 0 AND lost >= {LOST})"
    _insert(records, export_map, f"SELECT day, n, {is_gap} AS is_gap FROM ({runs})")


def _calendar(first: object, last: object) -> str:
    """SQL of every day from the first to the last."""
    days = f"range(TIMESTAMP '{first}', TIMESTAMP '{last}' + INTERVAL 1 DAY, INTERVAL 1 DAY)"
    return f"SELECT CAST(d AS DATE) AS day FROM {days} AS t(d)"


def _days_of_cells(records: Records, export_map: ExportMap) -> None:
    rows = records.database.execute("SELECT DISTINCT year FROM calls WHERE year IS NOT NULL ORDER BY year").fetchall()
    records.years = tuple(int(row[0]) for row in rows)
    if not records.years:
        return
    each = ", ".join(str(year) for year in records.years)
    period = export_map.period
    days = _calendar(f"{records.years[0]}-01-01", f"{records.years[-1]}-12-31")
    kept = f"extract(year FROM day) IN ({each})"
    kept += f" AND day >= DATE '{period.first}'" if period.first is not None else ""
    kept += f" AND day <= DATE '{period.last}'" if period.last is not None else ""
    _insert(records, export_map, f"SELECT day, 0 AS n, false AS is_gap FROM ({days}) WHERE {kept}")


def _insert(records: Records, export_map: ExportMap, query: str) -> None:
    part = "0"
    if export_map.hold_back in ALTERNATING:
        period = ALTERNATING[export_map.hold_back][0]
        part = f"({period} - min({period}) OVER ()) % 2"
    parts = "date_diff('day', DATE '1970-01-01', day) AS block, extract(year FROM day) AS year, extract(month FROM day) AS month"
    whole = f"SELECT day, {parts}, isodow(day) - 1 AS weekday, n, is_gap FROM ({query})"
    records.database.execute(f"INSERT INTO days SELECT day, block, weekday, month, n, is_gap, {part} FROM ({whole}) ORDER BY day")
