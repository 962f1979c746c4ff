"""What `run` shows: of every hundred eligible calls, waits, endings, money, and the user's own records beside."""

from __future__ import annotations

import math

import pandas as pd

from sim.measure import observed
from sim.scenario.schema import Scenario
from sim.screen import DAGGER, WIDTH, bar, entry, money, money_words, number, percent, range_words, two_digits, wrapped
from sim.study.identity import shown
from sim.study.results import Results
from sim.study.screens.coupled_lines import door_lines, people_lines, phone_lines
from sim.study.screens.words import (
    UNBROKEN,
    Figures,
    cited,
    day,
    dotted,
    listed,
    period,
    said,
    span,
    unbroken,
    whole_shares,
    window,
)
from sim.study.units import DRAWS

ON_PHONE = "missed_on_phone_share"
MISSED = {  # metric -> words, in the order in which a call comes closer to a unit
    ON_PHONE: "not for dispatch: by phone",
    "missed_off_duty_share": "missed: off duty",
    "missed_not_staffed_share": "missed: not staffed",
    "missed_busy_share": "missed: team busy",
    "missed_passed_over_share": "missed: passed over",
    "missed_ended_first_share": "missed: ended first",
}
FEW_LIVES = 5  # with fewer, a range is wide for want of lives
IN_BLOCK = ("reached_share", *MISSED)
LABEL, BAR_WIDTH = 30, 20


def run_screen(scenario: Scenario, results: Results) -> list[str]:
    """The screen of one option's results."""
    figures = Figures(results.summary)
    records = observed.rows(scenario.observed, results.summary, scenario.run.days)
    programmes = figures.levels("calls_eligible", "programme")
    return [
        *_title(scenario, results),
        *[line for name in programmes for line in _reach_block(name, programmes, figures, records, results)],
        *([] if programmes else ["  This scenario has no programme."]),
        *phone_lines(figures),
        *unbroken(entry("WAIT", _waits(figures), 9)),
        *unbroken(entry("ENDINGS", _endings(figures), 9)),
        *door_lines(figures),
        *people_lines(figures),
        *[line for text in _money(scenario, figures, programmes) for line in entry(*text, 9)],
        *_other_records(records),
        *_what_ranges_hold(scenario, results),
        *_next(results, scenario),
    ]


def _title(scenario: Scenario, results: Results) -> list[str]:
    first, _ = window(scenario)
    parts = [f"{span(scenario.run.days)} from {day(first)}", results.lives_words, f"seed {scenario.run.seed}"]
    return [f"  {scenario.name:<18} {' · '.join(parts)}"[:WIDTH]]


def _what_ranges_hold(scenario: Scenario, results: Results) -> list[str]:
    assumed = f"{DAGGER} rests on assumed effects (set: {scenario.effects}); the rest is simulated."
    if results.is_drawn:
        return wrapped(f"95 % ranges hold {results.ranges_hold}. {assumed}", 2, 2)
    n = len(results.units)
    few = f"A range from {n} {'life' if n == 1 else 'lives'} says little: --replications 20 says more." if n < FEW_LIVES else ""
    lines = [f"Ranges hold luck only. {assumed}", few, f"For doubt about the inputs add --draws {DRAWS}."]
    return [f"  {line}" for line in lines if line]


def _reach_block(name: str, programmes: list[str], figures: Figures, records: pd.DataFrame, results: Results) -> list[str]:
    own = {metric: figures.get(metric, "programme", name) for metric in IN_BLOCK}
    eligible = figures.get("calls_eligible", "programme", name)
    if not eligible.value > 0:
        return [f"  No call in the remit of {said(name)} came in the window."]
    heading = "OF EVERY 100 ELIGIBLE CALLS" if len(programmes) == 1 else f"OF EVERY 100 CALLS FOR {said(name).upper()}"
    has_records = any(_record(records, metric, name, programmes) for metric in IN_BLOCK)
    lines = [f"  {heading:<{LABEL + 2 + 5 + BAR_WIDTH + 2}}{'95 % range':<14}{'your records' if has_records else ''}".rstrip()]
    whole = dict(zip(IN_BLOCK, whole_shares([own[metric].value for metric in IN_BLOCK]), strict=True))
    for metric in IN_BLOCK:
        record = _record(records, metric, name, programmes)
        figure = own[metric]
        if not figure.is_there or (whole[metric] == 0 and metric != "reached_share" and not record):
            continue
        label = MISSED.get(metric, "reached by the programme")
        low, high = max(100 * figure.low, 0.0), min(100 * figure.high, 100.0)
        range_text = range_words(low, high) if not math.isnan(figure.low) else ""
        marks = f"{bar(figure.value, BAR_WIDTH):<{BAR_WIDTH}}"
        lines.append(f"    {label:<{LABEL}}{whole[metric]:>5}  {marks}{range_text:<14}{record}".rstrip())
    answered = _who_came(results, name, 100 - whole["reached_share"] - whole[ON_PHONE])
    return lines + (wrapped(answered, 4, 6) if answered else [])


def _record(records: pd.DataFrame, metric: str, programme: str, programmes: list[str]) -> str:
    """`15  agrees` where the scenario has the user's own figure for this line."""
    for row in records[records["metric"] == metric].itertuples():
        if row.of == programme or (not row.of and len(programmes) == 1):
            return f"{number(100 * row.observed):>6}  {row.verdict.removesuffix(' points')}"
    return ""


def _who_came(results: Results, programme: str, missed: int) -> str:
    """Who came instead: `Of the 85 missed, patrol answered 79 and EMS 6. Nobody came to 0.` in words."""
    quoted = programme.replace("'", "''")
    counts = results.query(
        f"""WITH asked AS (SELECT draw, replication, call, max(CAST(reason = 'reached' AS INT)) AS is_reached
            FROM reach WHERE programme = '{quoted}' AND person AND reason <> 'on the phone' GROUP BY ALL)
        SELECT f.responder AS responder, count(*) AS n FROM asked JOIN call_facts f USING (draw, replication, call)
        WHERE is_reached = 0 GROUP BY ALL ORDER BY n DESC, responder""",
        "reach",
        "call_facts",
    )
    total = int(counts["n"].sum())
    if not total or not missed:
        return ""
    names = counts["responder"].astype(str).tolist()
    whole = dict(zip(names, whole_shares((counts["n"] / total).tolist(), missed), strict=True))
    nobody = whole.pop("", 0)
    came = [f"{said(name)} answered {n}" if i == 0 else f"{said(name)} {n}" for i, (name, n) in enumerate(whole.items()) if n]
    return f"Of the {missed} missed, {listed(came) or 'no other service answered any'}. Nobody came to {nobody}."


def _waits(figures: Figures) -> str:
    half, nine = figures.get("received_to_on_scene_p50_min"), figures.get("received_to_on_scene_p90_min")
    if not half.is_there:
        return "no call was reached"
    text = f"received to first on scene: half within {two_digits(half.value)} min, 9 in 10 within {two_digits(nine.value)} min"
    urgent = figures.get("received_to_on_scene_p90_min", "priority", "1")
    if urgent.is_there:
        text += f" (priority{UNBROKEN}1: {two_digits(urgent.value)}{UNBROKEN}min)"
    return text


def _endings(figures: Figures) -> str:
    names = ("ED", "ED_MEDICAL", "HOLD", "RESOLVED", "REFERRED", "CRISIS_CENTRE", "ARREST", "NO_CONTACT")
    shares = [figures.get("disposition_share", "disposition", name).value for name in names]
    if all(math.isnan(share) for share in shares):
        return "no call about a person came in the window"
    of = dict(zip(names, whole_shares(shares), strict=True))
    ed = of["ED"] + of["ED_MEDICAL"] + of["HOLD"]
    parts = [
        f"of 100 people {DAGGER}: ED {ed} ({of['HOLD']} on a hold)",
        f"resolved on scene {of['RESOLVED']}",
        f"referred {of['REFERRED']}",
        f"crisis centre {of['CRISIS_CENTRE']}",
        f"arrest {of['ARREST']}",
        f"refused, gone or not found {of['NO_CONTACT']}",
    ]
    return dotted(parts)


def _money(scenario: Scenario, figures: Figures, programmes: list[str]) -> list[tuple[str, str]]:
    when = period(scenario.run.days)
    texts = []
    for name in programmes:
        parts = [f"{said(name)} {money(figures.get('programme_cost_usd', 'programme', name).value)} {when}"]
        each = figures.get("cost_per_call_reached_usd", "programme", name)
        if each.is_there:
            parts.append(f"{money(each.value)} a call reached")
        once = figures.get("programme_one_time_usd", "programme", name)
        if once.value > 0:
            parts.append(f"{money(once.value)} one-time")
        texts.append(" · ".join(parts))
    visits, price = figures.get("ed_visits_30d"), scenario.rates.get("ed_visit_usd")
    if visits.value > 0:
        text = f"{two_digits(visits.value)} ED visits within 30 days {DAGGER}"
        total = figures.get("total_cost_usd", "item", "ed_visit")
        if price is not None and total.is_there:
            text += f", {money_words(total.value)} at {money(price.value)}{cited(price)}"
        texts.append(text)
    return [("MONEY" if i == 0 else "", text) for i, text in enumerate(texts)]


def _other_records(records: pd.DataFrame) -> list[str]:
    """The user's records that no line above has beside it."""
    lines: list[str] = []
    for row in records[~records["metric"].isin(IN_BLOCK)].itertuples():
        name = f"{row.metric} of {row.of}" if row.of else row.metric
        text = f"{name}: {_amount(row.observed, row.unit)} in your records, "
        if row.verdict == "cannot be tested":
            text += row.verdict
        else:
            text += f"{_amount(row.value, row.unit)} simulated: {row.verdict}"
        lines += entry("RECORDS" if not lines else "", text, 9)
    return lines


def _amount(value: float, unit: str) -> str:
    if unit == "share":
        return percent(value)
    return money(value) if unit.startswith("USD") else two_digits(value) + (f" {unit}" if unit else "")


def _next(results: Results, scenario: Scenario) -> list[str]:
    files = getattr(getattr(scenario, "origin", None), "files", ())
    source = files[0] if files and not files[0].endswith(".json") else shown(results.folder)
    kept, following = f"Kept in {shown(results.folder)}", f"Next: crisis-sim compare {source} OPTION.yaml"
    return [f"  {kept}     {following}"] if len(kept) + len(following) + 7 <= WIDTH else [f"  {kept}", f"  {following}"]
