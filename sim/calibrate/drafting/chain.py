"""From counts of endings to the questions of the outcome chain, and back to one share of EDs.

The chain (head of `outcomes/police_reference.yaml`): contact, medical, arrest, hold, ed, crisis_centre, referral; each is
asked of those whom the one before did not settle, and a call with a known medical need answers yes to medical.
"""

from __future__ import annotations

from collections.abc import Mapping

from scipy import optimize

from sim.scenario.number import Sourced
from sim.scenario.schema import Decision, Scenario
from sim.world.split import ED_ENDINGS, ending_shares

AFTER_MEDICAL: tuple[tuple[Decision, str], ...] = (
    ("arrest", "arrest"),
    ("hold", "hold"),
    ("ed", "ed"),
    ("crisis_centre", "crisis_centre"),
    ("referral", "referred"),
)  # question, ending it leads to
MET = ("resolved", "referred", "crisis_centre", "ed", "ed_medical", "hold", "arrest")
UNSAID = ("handled", "cancelled", "abandoned", "ignore")  # nobody was sent, or nobody wrote what became of it


def chain(base: Scenario, mix: Mapping[str, float], calls: Mapping[str, float]) -> dict[Decision, tuple[float, float]]:
    """Yeses and askings of each question that the endings answer.

    `calls` are numbers or shares by word of `mapping.ENDINGS`. Where `ed_medical` is not among them, the base's share of
    medical needs is taken to be inside `ed`. Questions whose ending is not given are left out.

    Raises
    ------
    ValueError
        Where fewer ended at an ED than the base's medical needs alone.
    """
    met = sum(calls.get(name, 0.0) for name in MET)
    if met <= 0:
        raise ValueError(f"calls that ended somehow: {', '.join(MET)}; got none")
    found: dict[Decision, tuple[float, float]] = {}
    if "no_contact" in calls:
        found["contact"] = (met, met + calls["no_contact"])
    need = average(base, mix, "need")
    by_word = dict(calls)
    if "ed_medical" in calls:
        medical = calls["ed_medical"]
        unknown = max(medical - need * met, 0.0)
        if need < 1:
            found["medical"] = (unknown, (1 - need) * met)
    else:
        medical = met * (need + (1 - need) * average(base, mix, "medical"))
        by_word["ed"] = calls.get("ed", 0.0) - medical
        if "ed" in calls and by_word["ed"] < 0:
            want = f"at least {medical:.3g} at an ED, those of the base's medical needs, or ed_medical beside ed"
            raise ValueError(f"{want}; got {calls['ed']:.4g}")
    left = met - medical
    for decision, word in AFTER_MEDICAL:
        if word in calls and left > 0:
            found[decision] = (by_word[word], left)
        left -= max(by_word.get(word, 0.0), 0.0)
    return found


def ed_share_left(base: Scenario, mix: Mapping[str, float], share: float) -> float:
    """P(ed) of those asked, so that `share` of all calls ends at an ED, held or not, where patrol comes to every one.

    Solved by Brent's method on the chain as it is played: who is held first is more acute than who is left to be asked,
    so a product of shares would miss. What teams with effects of their own do, and callers nobody reaches, is not in it.

    Raises
    ------
    ValueError
        Where no answer between 0 and 1 does that with the base's other answers.
    """
    least, most = (ed_share(base, mix, answer) for answer in (0.0, 1.0))
    if not least <= share <= most:
        want = f"a share from {least:.3g} (held or in medical need, as {base.name} has it) to {most:.3g}"
        raise ValueError(f"{want}; got {share:g}")
    return float(optimize.brentq(lambda answer: ed_share(base, mix, answer) - share, 0.0, 1.0, xtol=1e-6))


def ed_share(base: Scenario, mix: Mapping[str, float], ed: float) -> float:
    """Share of calls that end at an ED where patrol comes to every one and `ed` is the answer for all types."""
    rows: dict[str, dict[Decision, Sourced]] = {
        kind: {name: share for name, share in row.items() if name != "ed"} for kind, row in base.outcomes.reference.items()
    }
    rows.setdefault("all", {})["ed"] = Sourced(value=ed)
    told = base.model_copy(update={"outcomes": base.outcomes.model_copy(update={"reference": rows})})
    shares = {kind: sum(ending_shares(told, kind)[name] for name in ED_ENDINGS) for kind in mix}
    return sum(weight * shares[kind] for kind, weight in mix.items()) / sum(mix.values())


def answer(base: Scenario, kind: str, decision: Decision) -> float:
    """The base's answer of a type of call, its row of all where the type has none."""
    reference = base.outcomes.reference
    for row in (reference.get(kind, {}), reference.get("all", {})):
        if decision in row:
            return row[decision].value
    return 0.0


def average(base: Scenario, mix: Mapping[str, float], what: str) -> float:
    """Over the mix: `need`, the known medical needs, or `medical`, those found at the scene."""
    total = sum(mix.values())
    values = {
        kind: base.types[kind].medical_need_share.value if what == "need" else answer(base, kind, "medical") for kind in mix
    }
    return sum(weight * values[kind] for kind, weight in mix.items()) / total if total > 0 else 0.0
