"""A comparison as a purchase: which option is worth its cost at which price of an ED visit averted, and what it is worth to know.

Effect: ED visits within 72 hours averted, baseline minus option. Cost: ongoing cost of all payers, option minus baseline
(what ED visits averted would have cost is in it; one-time cost is not). Draws are looked at through their conditional
means: luck excluded. The arithmetic is `sim.measure.economics`; here are the arrays it works on and the tables it fills.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.measure import economics
from sim.measure.conditional import conditional_means
from sim.study.doubt import RANGE
from sim.study.identity import Option
from sim.study.units import Unit
from sim.world.draws import ranged, values_at

Floats = npt.NDArray[np.float64]

EFFECT, COST = ("ed_visits_72h", "all", "all"), ("total_cost_usd", "timing", "ongoing")
PRICES = np.linspace(0.0, 20_000.0, 41)  # dollars per ED visit averted
GROUPS = {  # the longest beginning of an input's path that fits says which group it is in
    "outcomes": "how calls end",
    "outcomes.families": "effects of who comes",
    "demand": "how many calls",
    "people": "how many calls",
    "types": "what calls are like",
    "rates": "prices and pay",
    "programmes": "prices and pay",
    "responders": "crews",
    "workforce": "crews",
    "travel": "distances and travel",
    "zones": "distances and travel",
    "facilities": "hospitals and other doors",
    "handover_spread": "hospitals and other doors",
    "stay_spread": "hospitals and other doors",
    "phone": "phone",
    "follow_up": "follow-up",
}
NAN = float("nan")
PER_VISIT = "USD per visit"
OTHER = "other inputs"
MOST_SWINGS = 12
COLUMNS = ["measure", "option_name", "input", "price_usd", "value", "error", "low", "high", "unit", "status"]


@dataclass(frozen=True)
class Economics:
    """Draw × option of effects and costs, luck excluded, the baseline first (zeros); and the inputs of each draw.

    `raw` are the draws' means over lives, effects of all options and then costs, from which groups of inputs are judged.
    """

    names: list[str]
    effects: Floats
    costs: Floats
    raw: Floats
    inputs: Floats
    paths: list[str]
    lives: int  # fewest of a draw

    @property
    def n_draws(self) -> int:
        return len(self.effects)

    def net(self, price: float) -> Floats:
        """Draw × option: net benefit over the baseline in dollars."""
        return economics.net_benefit(self.effects, self.costs, price)

    @cached_property
    def best(self) -> list[int]:
        """At each price, the option with most net benefit on average."""
        return [economics.preferred(self.net(price)) for price in PRICES]

    @cached_property
    def knowledge(self) -> list[tuple[float, float]]:
        """At each price, dollars that knowing all inputs is worth, and the standard error."""
        return [economics.perfect_information(self.net(price)) for price in PRICES]

    @cached_property
    def price_of_doubt(self) -> float:
        """The price at which knowing the inputs is worth most; the middle one where it is worth nothing at any."""
        worth = [value for value, _ in self.knowledge]
        return float(PRICES[int(np.argmax(worth))] if max(worth) > 0 else PRICES[len(PRICES) // 2])

    @cached_property
    def groups(self) -> dict[str, list[int]]:
        """Inputs by group, in order of name."""
        found: dict[str, list[int]] = {}
        for column, path in enumerate(self.paths):
            found.setdefault(group_of(path), []).append(column)
        return dict(sorted(found.items()))

    @cached_property
    def known(self) -> dict[str, list[Floats]]:
        """By group: draws as the group's inputs predict them, then as chance would."""
        return {name: economics.known_by(self.inputs[:, columns], self.raw) for name, columns in self.groups.items()}

    def knowledge_of(self, group: str, price: float) -> tuple[float, float, bool]:
        """Dollars that knowing a group is worth, its standard error, and whether that is more than chance gives."""
        worth = [economics.perfect_information(self._net_of(values, price)) for values in self.known[group]]
        (value, error), most = worth[0], economics.perfect_information(self.net(price))[0]
        return min(value, most), error, value > max((chance for chance, _ in worth[1:]), default=np.inf)

    def _net_of(self, values: Floats, price: float) -> Floats:
        n = len(self.names) - 1
        option = economics.net_benefit(values[:, :n], values[:, n:], price)
        return np.column_stack([np.zeros(len(values)), option])

    @cached_property
    def contest(self) -> tuple[int, int]:
        """The two options with most net benefit where doubt is largest, better first."""
        order = np.argsort(-self.net(self.price_of_doubt).mean(axis=0), kind="stable")
        return int(order[0]), int(order[1])

    @cached_property
    def table(self) -> pd.DataFrame:
        """Everything, one figure a row: COLUMNS."""
        rows = [*_of_options(self), *_of_prices(self), *_of_groups(self), *_of_inputs(self)]
        return pd.DataFrame(rows, columns=COLUMNS).fillna({"option_name": "", "input": "", "status": ""})


def economics_of(names: list[str], by_unit: pd.DataFrame, units: Sequence[Unit], options: Sequence[Option]) -> Economics | None:
    """The economics of a comparison; none without two draws, or where nothing is priced.

    Parameters
    ----------
    names : the baseline's name, then the options'
    by_unit : paired differences of every unit (`Comparison.by_unit`)
    units : all units, of draws
    options : what was simulated, the baseline first
    """
    draws = sorted({unit.draw for unit in units} - {0})
    if len(draws) < 2:
        return None
    columns = [_differences(by_unit, name, key) for key in (EFFECT, COST) for name in names[1:]]
    if any(len(column) < len(units) or column.isna().any() for column in columns):
        return None
    n = len(names) - 1
    lives = np.column_stack([column.reindex(pd.MultiIndex.from_tuples(units)).to_numpy(np.float64) for column in columns])
    lives[:, :n] *= -1.0  # visits averted
    raw, luck, fewest = _by_draw(lives, np.array([unit.draw for unit in units]))
    paths, inputs = drawn_inputs(options, draws)
    means = conditional_means(inputs, raw, luck)
    zeros = np.zeros((len(draws), 1))
    return Economics(names, np.hstack([zeros, means[:, :n]]), np.hstack([zeros, means[:, n:]]), raw, inputs, paths, fewest)


def _differences(by_unit: pd.DataFrame, name: str, key: tuple[str, str, str]) -> pd.Series:
    """Option minus baseline of one metric by draw and replication."""
    metric, group, level = key
    rows = by_unit[(by_unit["option_name"] == name) & (by_unit["metric"] == metric)]
    rows = rows[(rows["group"] == group) & (rows["level"] == level)]
    return rows.set_index(["draw", "replication"])["difference"]


def _by_draw(lives: Floats, draws: npt.NDArray[np.int64]) -> tuple[Floats, Floats | None, int]:
    """Draw × column of means, the variance of such a mean from luck (none with one life), and the fewest lives of a draw."""
    parts = [lives[draws == draw] for draw in np.unique(draws)]
    means = np.array([part.mean(axis=0) for part in parts])
    several = [part for part in parts if len(part) > 1]
    if not several:
        return means, None, 1
    luck = np.mean([part.var(axis=0, ddof=1) / len(part) for part in several], axis=0)
    return means, luck, min(len(part) for part in parts)


def drawn_inputs(options: Sequence[Option], draws: Sequence[int]) -> tuple[list[str], Floats]:
    """Paths of all inputs with a range, and draw × input: their values; a path of several options once, as options share it."""
    paths: list[str] = []
    blocks: list[Floats] = []
    for option in options:
        stated = ranged(option.scenario)
        own = [path for path in stated if path not in paths]
        if own:
            blocks.append(np.array([values_at(option.inputs(draw)[0], own) for draw in draws]))
            paths += own
    return paths, np.hstack(blocks) if blocks else np.empty((len(draws), 0))


def group_of(path: str) -> str:
    """The group an input's dotted path belongs to, in words."""
    fitting = [beginning for beginning in GROUPS if f"{path}.".startswith(f"{beginning}.")]
    return GROUPS[max(fitting, key=len)] if fitting else OTHER


def _row(measure: str, unit: str, value: float, **rest: object) -> dict[str, object]:
    return {"measure": measure, "unit": unit, "value": value, **rest}


def _of_options(of: Economics) -> list[dict[str, object]]:
    """Mean effect and cost with 95 % ranges over draws, cost of one more visit averted along the frontier, break-even price."""
    rows = []
    effects, costs = of.effects.mean(axis=0), of.costs.mean(axis=0)
    for measure, unit, values in (("ed_visits_averted", "visits", of.effects), ("net_cost_usd", "USD", of.costs)):
        for name, column in zip(of.names, values.T, strict=True):
            low, high = np.percentile(column, RANGE)
            error = column.std(ddof=1) / np.sqrt(of.n_draws)
            rows.append(_row(measure, unit, column.mean(), option_name=name, error=error, low=low, high=high))
    ladder = economics.icer_table(of.names, list(effects), list(costs))
    for i, step in enumerate(ladder.itertuples()):
        before = of.names.index(step.against) if step.against else 0
        is_told = bool(step.against) and _is_positive(of.effects[:, i] - of.effects[:, before])
        against = f", against {step.against}" if step.against else ""
        rows.append(
            _row("icer_usd", PER_VISIT, step.icer if is_told else NAN, option_name=step.option_name, status=step.status + against)
        )
    for i, name in enumerate(of.names[1:], 1):
        told = _is_positive(of.effects[:, i])
        value = economics.break_even(effects[i], costs[i]) if told else NAN
        status = "" if told else "cannot tell: it may avert none"
        rows.append(_row("break_even_usd", PER_VISIT, value, option_name=name, status=status))
    return rows


def _is_positive(values: Floats) -> bool:
    """Whether the 95 % range over draws lies above nothing: only then is a ratio over it a figure."""
    return bool(np.percentile(values, RANGE[0]) > 0)


def _of_prices(of: Economics) -> list[dict[str, object]]:
    """At each price: net benefit, share of draws in which an option is best, expected loss; the best option; knowledge."""
    rows = []
    for price, best, (worth, error) in zip(PRICES, of.best, of.knowledge, strict=True):
        net = of.net(price)
        shares, losses = economics.acceptability(net), economics.expected_loss(net)
        for i, name in enumerate(of.names):
            own: dict[str, object] = {"option_name": name, "price_usd": price}
            low, high = np.percentile(net[:, i], RANGE)
            spread = net[:, i].std(ddof=1) / np.sqrt(of.n_draws)
            rows.append(_row("net_benefit_usd", "USD", net[:, i].mean(), error=spread, low=low, high=high, **own))
            of_share = np.sqrt(shares[i] * (1 - shares[i]) / of.n_draws)
            rows.append(_row("best_share", "share", shares[i], error=of_share, status="preferred" if i == best else "", **own))
            rows.append(_row("expected_loss_usd", "USD", losses[i], **own))
        rows.append(_row("evpi_usd", "USD", worth, price_usd=price, error=error))
    return rows


def _of_groups(of: Economics) -> list[dict[str, object]]:
    """At each price, what knowing a group of inputs is worth."""
    rows = []
    for group in of.groups:
        for price in PRICES:
            value, error, is_told = of.knowledge_of(group, price)
            status = "" if is_told else "no more than chance gives"
            rows.append(_row("evppi_usd", "USD", value, input=group, price_usd=price, error=error, status=status))
    return rows


def _of_inputs(of: Economics) -> list[dict[str, object]]:
    """Where doubt is largest: net benefit of the best option over the next, at the 10th and 90th percentile of single inputs."""
    first, second = of.contest
    net = of.net(of.price_of_doubt)
    difference = net[:, first] - net[:, second]
    if not of.paths or difference.std() == 0 or of.n_draws < 4:
        return []
    low, high, chance = economics.swings(of.inputs, difference)
    widest = np.argsort(-np.abs(high - low), kind="stable")[:MOST_SWINGS]
    name = f"{of.names[first]} minus {of.names[second]}"
    return [
        _row(
            "swing_usd", "USD", difference.mean(), option_name=name, input=of.paths[k], price_usd=of.price_of_doubt,
            low=low[k], high=high[k], status="" if chance[k] < 0.05 else "cannot tell",
        )
        for k in widest
    ]  # fmt: skip
