"""What is said under a comparison: what pays, what cannot be told, what changes nothing, what is left out."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pandas as pd

from sim.study.screens.compare_sentences import HOSPITALS, sentences
from sim.study.units import Unit

Range = tuple[float, float, float]
UNITS = [Unit(draw, k) for draw in range(1, 41) for k in (0, 1)]


def told(*options: tuple[str, float, Range, bool], once: float = 0.0, payers: tuple[str, ...] = (HOSPITALS,)) -> list[str]:
    """Sentences on options: name, dollars spent, dollars avoided with range, whether any unit moves."""
    run = SimpleNamespace(days=365, begins=dt.date(2027, 1, 1))
    study = SimpleNamespace(option=SimpleNamespace(scenario=SimpleNamespace(run=run, programmes=["a", "b"])))
    keys = {"group": "all", "level": "all", "baseline": 0.0, "low": 0.0, "high": 0.0, "verdict": "more"}
    tables = [
        pd.DataFrame(
            [
                {"metric": "programme_cost_usd", "difference": spent, **keys},
                {"metric": "programme_one_time_usd", "difference": once, **keys},
            ]
        )
        for _, spent, _, _ in options
    ]
    comparison: Any = SimpleNamespace(
        baseline=study,
        options=[study] * len(options),
        names=[name for name, *_ in options],
        tables=tables,
        units=UNITS,
        event_payers=list(payers),
        event_costs=lambda i, _: options[i][2],
        moves_events=lambda i, _: options[i][3],
    )
    return list(sentences(comparison))


LOSES = ("Loses", 1_500_000.0, (410_000.0, 390_000.0, 420_000.0), True)
PAYS = ("Pays", 100_000.0, (410_000.0, 390_000.0, 420_000.0), True)
OPEN = ("Open", 400_000.0, (410_000.0, 390_000.0, 420_000.0), True)
UNTOLD = ("Untold", 100_000.0, (10_000.0, -5_000.0, 20_000.0), True)
SAME = ("Same", 100_000.0, (0.0, 0.0, 0.0), False)
HARMS = ("Harms", 100_000.0, (-10_000.0, -15_000.0, -5_000.0), True)


def test_none_pays_only_where_all_are_known_to_lose() -> None:
    assert told(LOSES) == [
        "No option pays for itself in ED visits. Loses: $410,000 a year avoided by hospitals and insurers, not cash, "
        "against $1.5 million spent."
    ]
    first, second = told(LOSES, UNTOLD)
    assert first.startswith("Loses does not pay for itself in ED visits. Loses: $410,000")
    assert second == "Whether Untold changes what hospitals and insurers pay cannot be told from 40 draws, 2 lives each."


def test_what_cannot_be_told_is_said() -> None:
    assert told(UNTOLD) == [
        "Whether the option changes what hospitals and insurers pay cannot be told from 40 draws, 2 lives each."
    ]
    assert told(UNTOLD, UNTOLD)[0].startswith("Whether any option changes what")
    sum_of_both, doubt = told(OPEN)
    assert sum_of_both.startswith("Open: $410,000 a year avoided")
    assert doubt == "Whether Open pays for itself in ED visits cannot be told from 40 draws, 2 lives each."


def test_what_pays_what_changes_nothing_and_what_costs_more() -> None:
    first, second = told(PAYS, SAME)
    assert first.startswith("Pays would be outweighed by ED visits avoided. Pays: $410,000")
    assert second == "Same changes nothing in what hospitals and insurers pay: the same in every life."
    assert told(SAME) == [second]
    assert "Harms: $10,000 a year more paid by hospitals and insurers" in told(HARMS)[0]


def test_one_time_cost_is_never_left_out_silently() -> None:
    assert told(LOSES, once=24_000.0)[-1] == "Spent is ongoing cost; one-time cost is not in it: Loses +$24,000."
    assert told(LOSES, payers=()) == []
