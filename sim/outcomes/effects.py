"""How a responder type differs from police: its own odds ratios, its family's, and what part of its crews has learned.

A decision is looked up in the responder's own `effects`, then in its family's, then in those of the family that one
inherits from. The scenario's set of effects (`matched`, `null`, `adverse`) holds for all of them, and for practices.
"""

from __future__ import annotations

from typing import Any


def times_odds(probability: float, odds_ratio: float) -> float:
    """The probability whose odds are `odds_ratio` times those of `probability`."""
    if probability in (0.0, 1.0) or odds_ratio == 1.0:
        return probability
    odds = odds_ratio * probability / (1.0 - probability)
    return odds / (1.0 + odds)


def lineage(scenario: Any, responder: str) -> list[str]:
    """The family of a responder type and those it inherits from, nearest first."""
    families = scenario.outcomes.families
    name = scenario.responders[responder].family
    found: list[str] = []
    while name is not None and name not in found:
        found.append(name)
        name = families[name].inherits
    return found


def odds_ratio(scenario: Any, responder: str, decision: str) -> float:
    """Against police, before any practice; 1 where neither the responder type nor its families name the decision."""
    families = (scenario.outcomes.families[name] for name in lineage(scenario, responder))
    for owner in (scenario.responders[responder], *families):
        effects = owner.effects.get(scenario.effects, {})
        if decision in effects:
            return float(effects[decision].value)
    return 1.0


def with_effects(scenario: Any, responder: str, decision: str, probability: float) -> float:
    """The reference's P(yes) as it becomes when the responder type comes, over its crews with and without each practice.

    Who has learned one practice is as likely as anybody to have learned another.
    """
    crews = [(1.0, odds_ratio(scenario, responder, decision))]
    practices = scenario.responders[responder].practices
    for name in sorted(practices):
        effect = practices[name].effects.get(scenario.effects, {}).get(decision)
        if effect is not None:
            share = practices[name].share.value
            learned = [(part * share, ratio * effect.value) for part, ratio in crews]
            crews = learned + [(part * (1.0 - share), ratio) for part, ratio in crews]
    return sum(part * times_odds(probability, ratio) for part, ratio in crews)
