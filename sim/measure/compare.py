"""Two options that lived through the same calls, side by side: differences are option minus baseline.

Each replication of the option is paired with the same replication of the baseline, so what both share cancels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.errors import ResultsError
from sim.measure.interval import KEYS, by_replication, mean_range
from sim.measure.measures import CANDIDATE

Floats = npt.NDArray[np.float64]

MARGIN = 0.01  # about the same: the whole range within this share of the baseline
PARTS = ("another responder", "newly reached or lost", "recurrence", "later visits")
WITHIN = {"72h": "later_ed_72h", "30d": "later_ed_30d"}


def verdicts(low: Floats, high: Floats, margin: Floats) -> npt.NDArray[Any]:
    """A word for each range: about the same, more, fewer, or cannot tell.

    *About the same* where the whole range lies within the margin, else *more* or *fewer* where it lies on one
    side of zero, else *cannot tell*, also where there is no range.
    """
    same = (low >= -margin) & (high <= margin)
    return np.select([same, low > 0, high < 0], ["about the same", "more", "fewer"], "cannot tell")


def check_pairs(baseline: Sequence[Any], option: Sequence[Any]) -> None:
    """Raise ResultsError unless the two lists hold the same replications of the same calls."""
    if not baseline or len(baseline) != len(option):
        raise ResultsError(
            f"{len(baseline)} replications of the baseline and {len(option)} of the option cannot be paired\n"
            "  want  the same replications of both, at least one"
        )
    for b, o in zip(baseline, option, strict=True):
        if b.setting != o.setting:
            names = [f.name for f in fields(b.setting) if getattr(b.setting, f.name) != getattr(o.setting, f.name)]
            shown = [f"{n} ({getattr(b.setting, n)} and {getattr(o.setting, n)})" for n in names if n != "candidates"]
            raise ResultsError(
                f"the runs cannot be compared: {', '.join(shown) or 'the calls'} differ\n"
                "  want  the same seed, replications, time axis, calls and version of results\n"
                "  hint  run both again with the same --seed, --days and --replications"
            )


def paired(baseline: Sequence[Any], option: Sequence[Any], margins: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Option minus baseline of every metric, group and level, over paired replications.

    Parameters
    ----------
    baseline, option : sequences of Measures
        In any order of replication. Anything with `metrics` and `setting` will do.
    margins : mapping, optional
        Metric to the difference, in its own unit, within which it counts as about the same; 1 % of the
        baseline for the others.

    Returns
    -------
    DataFrame
        metric, group, level, baseline, option, difference, low, high (95 %, luck only), n (pairs), unit, kind,
        verdict. A level that only one side has is zero on the other where its unit adds up; else there is no
        difference. With one pair there is no range, and the verdict is *cannot tell*.
    """
    baseline, option = (sorted(side, key=lambda m: m.setting.replication) for side in (baseline, option))
    check_pairs(baseline, option)
    n = len(baseline)
    rows, values, _ = by_replication([m.metrics for m in (*baseline, *option)])
    before, after = values[:, :n], values[:, n:]
    neither = np.isnan(before) | np.isnan(after)
    before, after = np.where(neither, np.nan, before), np.where(neither, np.nan, after)
    difference, low, high, count = mean_range(after - before)
    of_before, of_after = mean_range(before)[0], mean_range(after)[0]
    given = rows["metric"].map(dict(margins or {})).to_numpy(np.float64)
    margin = np.where(np.isnan(given), MARGIN * np.abs(of_before), given)
    return pd.DataFrame(
        {
            **{key: rows[key] for key in KEYS},
            "baseline": of_before,
            "option": of_after,
            "difference": difference,
            "low": low,
            "high": high,
            "n": count,
            "unit": rows["unit"],
            "kind": rows["kind"],
            "verdict": verdicts(low, high, margin),
        }
    )


def match_calls(baseline: pd.DataFrame, option: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """call_facts of both, row beside row the same call; ResultsError if the calls are not the same.

    Crises of known persons may come about on one side only: there the other has a row with `came` = False, and no visit.
    """
    baseline, option = _with_absent(baseline, option), _with_absent(option, baseline)
    sides = []
    for calls in (baseline, option):
        order = np.lexsort([calls[name].to_numpy() for name in CANDIDATE[::-1]])
        sides.append(calls.take(order).reset_index(drop=True))
    b, o = sides
    same = len(b) == len(o) and all((b[c].to_numpy() == o[c].to_numpy()).all() for c in (*CANDIDATE, "in_window", "person"))
    if not same:
        raise ResultsError(
            "the two runs did not live through the same calls in the same window\n"
            "  hint  options change rosters, programmes, policy or prices; what changes the calls belongs in the baseline"
        )
    return b, o


def _with_absent(calls: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """The calls, and those known persons' calls that only the other side has."""
    if "person_id" not in calls or "person_id" not in others:
        return calls
    keys = list(CANDIDATE)
    own, known = pd.MultiIndex.from_frame(calls[keys]), others[others["person_id"] >= 0]
    lacking = known[~pd.MultiIndex.from_frame(known[keys]).isin(own)]
    if not len(lacking):
        return calls
    nothing = dict.fromkeys(("reached", "ed", "later_ed_72h", "later_ed_30d"), 0) | {"eligible": False, "came": False}
    return pd.concat([calls.assign(came=True), lacking.assign(**nothing)], ignore_index=True)


def diversion_by_call(baseline: pd.DataFrame, option: pd.DataFrame) -> pd.DataFrame:
    """ED visits diverted (baseline minus option) of each call about a person in the window, in its parts.

    Columns: stream, number, eligible (in the remit of a programme of either), then per horizon `72h` and `30d`
    each of the four parts; they sum to that call's difference in ED visits by any route. *Recurrence* is all of it where
    the crisis came about on one side only.
    """
    b, o = match_calls(baseline, option)
    kept = (b["in_window"] & b["person"]).to_numpy()
    b, o = b[kept], o[kept]
    index_visit = b["ed"].to_numpy(np.int64) - o["ed"].to_numpy(np.int64)
    moved = b["reached"].to_numpy() != o["reached"].to_numpy()
    recurs = np.zeros(len(b), np.bool_)
    if "came" in b or "came" in o:
        recurs = _came(b) != _came(o)
    out = pd.DataFrame(
        {
            "stream": b["stream"].to_numpy(),
            "number": b["number"].to_numpy(),
            "eligible": b["eligible"].to_numpy() | o["eligible"].to_numpy(),
        }
    )
    for within, column in WITHIN.items():
        later = b[column].to_numpy(np.int64) - o[column].to_numpy(np.int64)
        out[within, PARTS[0]] = np.where(moved | recurs, 0, index_visit)
        out[within, PARTS[1]] = np.where(moved & ~recurs, index_visit, 0)
        out[within, PARTS[2]] = np.where(recurs, index_visit + later, 0)
        out[within, PARTS[3]] = np.where(recurs, 0, later)
    return out


def _came(calls: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether each crisis came about."""
    return calls["came"].to_numpy(np.bool_) if "came" in calls else np.ones(len(calls), np.bool_)


def diversion(baseline_calls: Sequence[pd.DataFrame], option_calls: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """ED diversion, counterfactual, per replication: ED visits of the same calls, baseline minus option.

    Visits by any route within 72 hours and within 30 days of every call about a person in the window; positive
    is diverted. People who did not call count as they fared. Four parts that sum: *another responder* (reached both
    times, or neither, and the ending moved), *newly reached or lost*, *recurrence* (a crisis of a known person that
    came about on one side only, its later visits included), *later visits*.

    Returns
    -------
    DataFrame
        replication (position in the lists), within, part (`all` and the four), visits, eligible (calls in the
        remit of a programme in either), per_100_eligible.
    """
    if len(baseline_calls) != len(option_calls):
        raise ResultsError(f"{len(baseline_calls)} replications of the baseline and {len(option_calls)} of the option")
    rows = []
    for k, (b, o) in enumerate(zip(baseline_calls, option_calls, strict=True)):
        calls = diversion_by_call(b, o)
        eligible = int(calls["eligible"].sum())
        for within in WITHIN:
            visits = {part: int(calls[within, part].sum()) for part in PARTS}
            for part, number in (("all", sum(visits.values())), *visits.items()):
                rows.append((k, within, part, number, eligible, 100 * number / eligible if eligible else np.nan))
    return pd.DataFrame(rows, columns=["replication", "within", "part", "visits", "eligible", "per_100_eligible"])


def pooled(diversions: pd.DataFrame) -> pd.DataFrame:
    """Mean of `diversion` over replications with 95 % ranges (luck only), one row a horizon and part.

    Columns: within, part, visits, visits_low, visits_high, per_100_eligible, low, high, n, kind, verdict (on
    visits diverted: more and fewer than none).
    """
    keys = diversions[["within", "part"]].drop_duplicates().reset_index(drop=True)
    columns = {}
    for name in ("visits", "per_100_eligible"):
        wide = diversions.pivot_table(index=["within", "part"], columns="replication", values=name, dropna=False)
        columns[name] = mean_range(wide.reindex(pd.MultiIndex.from_frame(keys)).to_numpy(np.float64))
    visits, low, high, n = columns["visits"]
    per_100 = columns["per_100_eligible"]
    return keys.assign(
        visits=visits,
        visits_low=low,
        visits_high=high,
        per_100_eligible=per_100[0],
        low=per_100[1],
        high=per_100[2],
        n=n,
        kind="assumed",
        verdict=verdicts(low, high, np.zeros(len(keys))),
    )
