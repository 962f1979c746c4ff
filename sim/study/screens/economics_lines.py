"""Two sentences on worth for money: which option is best at which price, how sure that is; what knowing more would be worth."""

from __future__ import annotations

from collections.abc import Iterator

from sim.measure.economics import acceptability
from sim.screen import DAGGER, money, money_words, percent
from sim.study.economics import PRICES, Economics

FEWEST_DRAWS = 20  # below which nothing is said


def economics_sentences(of: Economics | None, when: str) -> Iterator[str]:
    """`when` is what a total is of: `a year`. Nothing without draws enough."""
    if of is None or of.n_draws < FEWEST_DRAWS:
        return
    yield _best(of)
    yield _knowledge(of, when)


def _best(of: Economics) -> str:
    """`An ED visit averted † worth $0 to $4,500: Today would be best ...; $5,000 to $20,000: Evenings (42 to 78 %)`, in words."""
    parts = []
    for k, (first, last) in enumerate(_runs(of.best)):
        name = of.names[of.best[first]]
        shares = [acceptability(of.net(price))[of.best[first]] for price in PRICES[first : last + 1]]
        low, high = percent(min(shares)).removesuffix(" %"), percent(max(shares))
        sure = high if high == f"{low} %" else f"{low} to {high}"
        prices = f"{money(PRICES[first])} to {money(PRICES[last])}" if first != last else money(PRICES[first])
        verb = "would be best for its cost to all payers " if k == 0 else ""
        opening = f"An ED visit averted {DAGGER} worth {prices}: {name}" if k == 0 else f"{prices}: {name}"
        parts.append(f"{opening} {verb}({'in ' if k == 0 else ''}{sure}{' of draws' if k == 0 else ''})")
    return "; ".join(parts) + "."


def _runs(best: list[int]) -> list[tuple[int, int]]:
    """First and last place of each stretch of one option."""
    starts = [k for k in range(len(best)) if k == 0 or best[k] != best[k - 1]]
    return list(zip(starts, [*(start - 1 for start in starts[1:]), len(best) - 1], strict=True))


def _knowledge(of: Economics, when: str) -> str:
    """`Knowing all inputs, luck excluded, would be worth at most $200,000 a year (± $85,000, at $17,500 a visit); ...`."""
    price = of.price_of_doubt
    worth, error = of.knowledge[PRICES.tolist().index(price)]
    if worth <= 0:
        return "Knowing all inputs, luck excluded, would change nothing: one option is best in every draw."
    known = {name: of.knowledge_of(name, price) for name in of.groups}
    told = sorted((name for name, (_, _, is_told) in known.items() if is_told), key=lambda name: -known[name][0])
    rest = f"of single groups, most: {told[0]}, {money_words(known[told[0]][0])}" if told else "no single group stands out"
    alone = " With one life a draw, what inputs do not explain counts as luck." if of.lives == 1 else ""
    return (
        f"Knowing all inputs, luck excluded, would be worth at most {money_words(worth)} {when} "
        f"(± {money_words(1.96 * error)}, at {money(price)} a visit); {rest}.{alone}"
    )
