"""What is weak about an export: gaps, heaps, changes of coding, rounding, mislabelling, missing stamps, and what was done.

Asks the normal form for counts only, so no finding can hold a row. Changes of coding live in `recoding.py`, rounding in
`rounding.py`, minutes that nobody measured in `unmeasured.py`. The whole export is looked at, the part held back too: these
are facts of the record, no fits.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator

from sim.calibrate.estimate import Finding
from sim.calibrate.mapping import ExportMap
from sim.calibrate.normal import Records
from sim.calibrate.weaknesses.mislabel import mislabellings
from sim.calibrate.weaknesses.recoding import label_changes
from sim.calibrate.weaknesses.rounding import roundings
from sim.calibrate.weaknesses.unmeasured import CALL_INTERVALS, VISIT_INTERVALS, unmeasured
from sim.screen import number, percent, two_digits

LISTED = 4  # gaps and heaps named one by one; the rest are summed up
HEAP_TIMES = 3.0  # a day with so many times the median of the days around it is heaped
AROUND_DAYS = 14  # on either side
MISSING_SHARE = 0.05  # a blank share above this is worth a sentence
YEAR_DAYS = 365
OF_FEW = ("transport_min", "at_door_min")  # most visits end without a door
CALLED_OFF = ("en route to on scene", "time on scene")
WORDS = {"zone": "zone", "priority": "priority", "ending": "ending", "final_type": "final type", "person": "person key"}
DONE = {"dropped": "Left out are", "repaired": "Mended are", "blanked": "Left blank in"}
REPAIRS = (  # words of a reason -> kind of finding
    (("repeat", "duplicate", "identical"), "duplicate"),
    (("midnight",), "midnight"),
    (("below zero", "above", "negative", "believed"), "impossible"),
    (("could not be read", "another number of cells"), "missing"),
)


def findings(records: Records, export_map: ExportMap) -> list[Finding]:
    """Weaknesses of the export, those that bias most first; each says what was done, or what should be."""
    smallest = export_map.limits.smallest_cell
    return [
        *label_changes(records, smallest),
        *mislabellings(records, smallest),
        *unmeasured(records, export_map),
        *_gaps(records),
        *_heaps(records, smallest),
        *_censored(records, smallest),
        *_missing(records),
        *_repairs(records, smallest),
        *roundings(records, smallest),
        *_uncovered(records),
        *_dependence(records),
        *_small_cells(records, smallest),
    ]


def _gaps(records: Records) -> Iterator[Finding]:
    """Runs of days too quiet to believe."""
    runs = records.ask(
        """WITH runs AS (SELECT day, day - CAST(row_number() OVER (ORDER BY day) AS INTEGER) AS run FROM days WHERE is_gap)
        SELECT strftime(min(day), '%Y-%m-%d') AS first, strftime(max(day), '%Y-%m-%d') AS last, count(*) AS days
        FROM runs GROUP BY run ORDER BY count(*) DESC, min(day)"""
    )
    done = "They are left out of rates: the record, not the city, was quiet."
    for first, last, days in runs.head(LISTED).itertuples(index=False):
        where = first if days == 1 else f"{first} to {last}"
        one = "A day has" if days == 1 else f"{days} days in a row have"
        yield Finding("gap", where, float(days), "days", f"{one} far fewer calls than the days around. {done}")
    rest = runs["days"][LISTED:]
    if len(rest):
        says = f"{len(rest)} more gaps, {rest.sum()} days together, none longer than {rest.max()}. {done}"
        yield Finding("gap", f"{len(rest)} more periods", float(rest.sum()), "days", says)


def _heaps(records: Records, smallest: int) -> Iterator[Finding]:
    """Days far above those around them: bulk entry, or a day nobody forgets."""
    heaps = records.ask(
        f"""WITH around AS (SELECT day, n, median(n) FILTER (WHERE NOT is_gap) OVER
            (ORDER BY day ROWS BETWEEN {AROUND_DAYS} PRECEDING AND {AROUND_DAYS} FOLLOWING) AS usual FROM days)
        SELECT strftime(day, '%Y-%m-%d') AS day, n / usual AS times FROM around
        WHERE usual > 0 AND n > {HEAP_TIMES} * usual AND n >= {smallest} ORDER BY n / usual DESC, day"""
    )
    done = "It was kept. Ask whether calls were entered in bulk, or whether a storm or a feast brought them: rates rise with it."
    for day, times in heaps.head(LISTED).itertuples(index=False):
        says = f"The day has {two_digits(times)} times as many calls as the usual day around it. {done}"
        yield Finding("heap", day, float(times), "times the usual day", says)
    rest = heaps["times"][LISTED:]
    if len(rest):
        says = f"{len(rest)} more days have over {number(HEAP_TIMES)} times the usual number of calls. They were kept."
        yield Finding("heap", f"{len(rest)} more days", float(rest.max()), "times the usual day", says)


def _censored(records: Records, smallest: int) -> Iterator[Finding]:
    """Calls that ended before anybody was sent, and calls of which neither a sending nor an end is known."""
    calls, ended, sent = (
        records.one(f"SELECT {what} FROM calls") for what in ("count(*)", "count(gave_up_min)", "count(queue_min)")
    )
    if ended >= smallest:
        says = (
            f"{percent(ended / calls, 1)} of calls ended before anybody was sent. How long those callers would have waited is "
            "not known, nor how long the others would have. Where types.*.patience_min was learned, both waits went into it; "
            "else it is the base's."
        )
        yield Finding("censored", "calls nobody was sent to", ended / calls, "share of calls", says)
    neither = calls - ended - sent
    if sent >= smallest and neither >= max(MISSING_SHARE * calls, smallest):
        says = (
            f"{percent(neither / calls, 1)} of calls have neither a time of dispatch nor a time at which they ended without one. "
            "They count as demand, and say nothing about waits."
        )
        yield Finding("censored", "calls without dispatch or end", neither / calls, "share of calls", says)


def _missing(records: Records) -> Iterator[Finding]:
    """Blank shares of what is recorded at all, the largest first."""
    shares: list[tuple[float, str, str]] = []
    for table, rows, columns in (
        ("calls", "calls", {**CALL_INTERVALS, **WORDS}),
        ("visits", "units sent", {column: words for column, words in VISIT_INTERVALS.items() if column not in OF_FEW}),
    ):
        counted = ", ".join(f"1 - count({column}) / count(*) AS {column}" for column in columns)
        row = records.ask(f"SELECT {counted} FROM {table}").iloc[0]
        shares += [(float(row[column]), words, rows) for column, words in columns.items()]
    for share, words, rows in sorted(shares, key=lambda one: (-one[0], one[1])):
        if MISSING_SHARE <= share < 1:
            natural = " Units that are called off on the way have none." if words in CALLED_OFF else ""
            says = (
                f"{words[:1].upper()}{words[1:]} is blank for {percent(share)} of {rows}.{natural} What is learned of it "
                "rests on the others; if the blanks are of another kind, it is off by that."
            )
            yield Finding("missing", words, share, f"share of {rows}", says)


def _repairs(records: Records, smallest: int) -> Iterator[Finding]:
    """What cleaning dropped, repaired or left blank because it could not be as it stood."""
    for count in records.counts:
        kinds = [kind for words, kind in REPAIRS if any(word in count.reason.lower() for word in words)]
        if count.kind in DONE and kinds and count.n > 0:
            many = number(count.n) if count.n >= smallest else f"fewer than {smallest}"
            size = float(count.n) if count.n >= smallest else float("nan")
            says = f"{DONE[count.kind]} {many} rows: {count.reason}."
            yield Finding(kinds[0], count.reason, size, "rows", says)


def _uncovered(records: Records) -> Iterator[Finding]:
    """Months, weekdays and hours of which the export has nothing, and periods shorter than a year."""
    days = records.one("SELECT count(*) FROM days WHERE NOT is_gap")
    dated = records.one("SELECT count(day) FROM calls") > 0
    if dated and days < YEAR_DAYS:
        says = f"{number(days)} days are used: less than a year. The season cannot be told from growth; months stay level."
        yield Finding("coverage", "season", days, "days", says)
    for column, every, names in (
        ("month", range(1, 13), list(calendar.month_name)),
        ("weekday", range(7), list(calendar.day_name)),
        ("hour", range(24), [f"{hour:02d}:00" for hour in range(24)]),
    ):
        if column != "hour" and dated:
            seen = records.ask(f"SELECT DISTINCT {column} AS x FROM days WHERE NOT is_gap")["x"]
        else:
            seen = records.ask(f"SELECT DISTINCT {column} AS x FROM calls WHERE {column} IS NOT NULL")["x"]
        absent = [names[k] for k in every if k not in set(seen)]
        if len(seen) and absent:
            says = f"Nothing is recorded in: {', '.join(absent)}. What is written for them is borrowed from the rest."
            yield Finding("coverage", f"{column}s", float(len(absent)), f"{column}s", says)


def _dependence(records: Records) -> Iterator[Finding]:
    if not records.one("SELECT count(*) FROM days WHERE n > 0") and records.one("SELECT count(*) FROM calls"):
        blocks = records.one("SELECT count(DISTINCT block) FROM calls")
        says = (
            "The export does not say on which day a call came, so ranges rest on resampled groups of rows, as if calls did not "
            "depend on one another. Days with much to do pull calls together: true ranges are wider."
        )
        yield Finding("dependence", "days", blocks, "groups of rows", says)


def _small_cells(records: Records, smallest: int) -> Iterator[Finding]:
    """Labels and types too rare to show; the labels themselves are not named."""
    for column, words in (("label", "labels of the export"), ("type", "call types of the map")):
        counts = records.ask(f"SELECT count(*) AS n FROM calls WHERE {column} IS NOT NULL GROUP BY {column}")
        few = int((counts["n"] < smallest).sum())
        if few:
            says = (
                f"{few} of {len(counts)} {words} have fewer than {smallest} calls each. Nothing is fitted to them alone, "
                "and they are not named here."
            )
            yield Finding("small_cells", words, float(few), "labels" if column == "label" else "types", says)
