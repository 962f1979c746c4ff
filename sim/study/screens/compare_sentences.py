"""The plain sentences under a comparison's table: options against each other, what is spent against what is avoided."""

from __future__ import annotations

from collections.abc import Iterator

from sim.screen import estimate, money, money_words
from sim.study.comparison import Comparison
from sim.study.screens.compare_cells import CANNOT_TELL, Row, find
from sim.study.screens.words import listed, period
from sim.study.units import lives_words

HOSPITALS = "hospitals_and_insurers"


def sentences(comparison: Comparison) -> Iterator[str]:
    """Options against each other, then who pays for itself, what cannot be told, what changes nothing, what is left out."""
    when = period(comparison.baseline.option.scenario.run.days)
    programmes = sorted({name for study in comparison.options for name in study.option.scenario.programmes})
    told = []
    if len(comparison.options) > 1 and len(programmes) == 1:
        told.append(_between(comparison, when, programmes[0]))
    told += _against_ed(comparison, when)
    yield from told
    once = [(name, _cost(comparison, i, "programme_one_time_usd")) for i, name in enumerate(comparison.names)]
    left_out = [f"{name} {money(usd, signed=True)}" for name, usd in once if usd]
    if told and left_out:
        yield f"Spent is ongoing cost; one-time cost is not in it: {listed(left_out)}."


def _against_ed(comparison: Comparison, when: str) -> Iterator[str]:
    """What each option spends against what hospitals and insurers would pay less, as far as it can be told."""
    if HOSPITALS not in comparison.event_payers:
        return
    names = comparison.names
    spent = [_spent(comparison, i) for i in range(len(names))]
    known = [i for i in range(len(names)) if spent[i] > 0]
    same = [i for i in known if not comparison.moves_events(i, HOSPITALS)]
    avoided = {i: find(comparison, i, Row("", "avoided", level=HOSPITALS)) for i in known if i not in same}
    untold = [i for i, cell in avoided.items() if cell.verdict == CANNOT_TELL]
    sure = {i: cell.difference for i, cell in avoided.items() if i not in untold}
    paying = [i for i, figure in sure.items() if figure.low >= spent[i]]
    open_ones = [i for i, figure in sure.items() if figure.low < spent[i] <= figure.high]
    losing = [i for i in sure if i not in paying and i not in open_ones]
    opening = []
    if paying:
        opening.append(f"{_named(comparison, paying)} would be outweighed by ED visits avoided.")
    if losing:
        opening.append(_no_payer(comparison, losing))
    if sure:
        best = max(sure, key=lambda i: sure[i].value)
        usd = sure[best].value
        word = "avoided" if usd >= 0 else "more paid"
        opening.append(
            f"{names[best]}: {money_words(abs(usd))} {when} {word} by hospitals and insurers, not cash, against "
            f"{money_words(spent[best])} spent."
        )
        yield " ".join(opening)
    lives = lives_words(comparison.units)
    if open_ones:
        who = _named(comparison, open_ones, "pays for itself", "pay for themselves")
        yield f"Whether {who} in ED visits cannot be told from {lives}."
    if untold:
        if len(untold) == len(names):
            who = "any option changes" if len(untold) > 1 else "the option changes"
        else:
            who = _named(comparison, untold, "changes", "change")
        yield f"Whether {who} what hospitals and insurers pay cannot be told from {lives}."
    if same:
        what = _named(comparison, same, "changes", "change")
        yield f"{what} nothing in what hospitals and insurers pay: the same in every life."


def _named(comparison: Comparison, chosen: list[int], one: str = "", more: str = "") -> str:
    """`Evenings changes`, `Evenings and Second team change`."""
    return f"{listed([comparison.names[i] for i in chosen])} {one if len(chosen) == 1 else more}".rstrip()


def _no_payer(comparison: Comparison, losing: list[int]) -> str:
    if len(losing) == len(comparison.options):
        return "No option pays for itself in ED visits."
    does = "does not pay for itself" if len(losing) == 1 else "do not pay for themselves"
    return f"{_named(comparison, losing)} {does} in ED visits."


def _cost(comparison: Comparison, i: int, metric: str) -> float:
    """Dollars of a metric an option costs more than the baseline."""
    cell = find(comparison, i, Row("", metric))
    return cell.difference.value if cell.is_there else 0.0


def _spent(comparison: Comparison, i: int) -> float:
    """Dollars a year an option costs more: programmes, desks and case managers."""
    return _cost(comparison, i, "programme_cost_usd") + _cost(comparison, i, "support_cost_usd")


def _between(comparison: Comparison, when: str, programme: str) -> str:
    """`Seven days minus Second team: +21 calls (-15, 55), $69,000 a year less.`, of the two that cost most alike."""
    spent = [_spent(comparison, i) for i in range(len(comparison.options))]
    pairs = [(i, k) for k in range(len(spent)) for i in range(k)]
    first, second = min(pairs, key=lambda pair: (abs(spent[pair[0]] - spent[pair[1]]), pair))
    frame = comparison.between(first, second)
    hit = frame[(frame["metric"] == "calls_reached") & (frame["group"] == "programme") & (frame["level"] == programme)].iloc[0]
    cost = spent[second] - spent[first]
    less = "less" if cost < 0 else "more"
    calls = estimate(hit["difference"], hit["low"], hit["high"])
    unsure = ", which cannot be told from none" if hit["verdict"] == CANNOT_TELL else ""
    names = comparison.names
    return f"{names[second]} minus {names[first]}: {calls} calls reached{unsure}, {money_words(abs(cost))} {when} {less}."
