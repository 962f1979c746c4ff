"""How calls end when patrol comes: which calls count, and for which kinds there are enough.

`decisions.py` makes shares of them. A decision whose word the export never uses keeps the base's share; those further down are
then read as what is left after it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from sim.calibrate.doubt import share_estimate
from sim.calibrate.estimate import Fitted, Unlearned
from sim.calibrate.fits.contrasts import ALL, REFERENCE, Together, move_kinds
from sim.calibrate.fits.decisions import CALM, CHAIN, WORDS, Group, chain, group_of
from sim.calibrate.fits.view import View
from sim.outcomes.grid import reference

Floats = npt.NDArray[np.float64]

FEWEST_OF_A_TYPE = 100
PATROL = "patrol"
OTHERS = f"call IN (SELECT call FROM visits WHERE nth = 1 AND responder IS NOT NULL AND responder <> '{PATROL}')"
ANSWERED = f"NOT {OTHERS}"  # by patrol, or nobody knows by whom


def learn_endings(view: View, fitted: Fitted) -> None:
    """Shares of the chain, for all types about people and for those with calls enough of their own."""
    why = _cannot(view)
    if why:
        fitted.unlearned.append(Unlearned(REFERENCE, why))
        return
    known = frozenset(view.export_map.dispositions.values()) & frozenset(WORDS)
    by_type = {name: _ended(view, name) for name in view.people}
    n = {name: int(counts[0].sum()) for name, counts in by_type.items()}
    if sum(n.values()) < view.smallest:
        fitted.unlearned.append(Unlearned(REFERENCE, "too few calls that patrol answered say how they ended"))
        return
    everything = _group(view, by_type, known)
    _learn(view, fitted, ALL, everything)
    few = [name for name in view.people if n[name] < FEWEST_OF_A_TYPE]
    for name in view.people:
        if name not in few:
            _learn(view, fitted, name, _group(view, {name: by_type[name]}, known))
    why = f"fewer than {FEWEST_OF_A_TYPE} calls of this kind say how they ended: its difference from other kinds is the base's"
    fitted.unlearned += [Unlearned(f"{REFERENCE}.{name}", why) for name in few]
    why = "the export does not say so"
    fitted.unlearned += [Unlearned(f"{REFERENCE}.*.{name}", why) for name in ("force", "later_ed_72h", "later_ed_30d")]
    if sum(n[name] for name in few) >= FEWEST_OF_A_TYPE:
        rest = chain(_group(view, {name: by_type[name] for name in few}, known))
        told = {name: found for name, found in rest.items() if found[0][0] > 0 and found[1] >= view.smallest}
        move_kinds(view.base, fitted, Together("they", {name: n[name] for name in few}, told))
    move_kinds(view.base, fitted, Together("all kinds", n, chain(everything)))


def _cannot(view: View) -> str:
    """Why no share can be read, empty where one can."""
    words = set(view.export_map.dispositions.values()) & set(WORDS)
    if not words or not view.people or view.n("calls", "ending IS NOT NULL") == 0:
        return "the export does not say how calls ended, or the map does not say which word means what"
    if not words & set(CALM):
        return "only calls that ended in one way say so: the others cannot be told from calls whose ending was not written down"
    if view.n("calls", f"ending IS NOT NULL AND {view.of(view.people)} AND {ANSWERED}") == 0:
        return "the shares are those of calls that patrol answers, and the export says of none that patrol did"
    return ""


def _ended(view: View, name: str, where: str = ANSWERED) -> Floats:
    """Calls of a type by word, shape (RESAMPLES + 1, words), row 0 unweighted."""
    case = " ".join(f"WHEN '{word}' THEN {i}" for i, word in enumerate(WORDS))
    grid = view.grid(f"CASE ending {case} END", f"{view.of([name])} AND {where}", len(WORDS))
    return np.vstack([grid.sum(axis=0), view.blocks.weights @ grid])


def _group(view: View, by_type: Mapping[str, Floats], known: frozenset[str]) -> Group:
    """Calls of these types together; at least one of them has some."""
    with_calls = {name: counts for name, counts in by_type.items() if counts[0].sum() > 0}
    n = {name: int(counts[0].sum()) for name, counts in with_calls.items()}
    counts = np.asarray(np.sum(list(with_calls.values()), axis=0), np.float64)
    return group_of(view.base, counts, n, known, _medical_need(view, with_calls))


def _medical_need(view: View, by_type: Mapping[str, Floats]) -> Floats:
    """Share of patrol's calls whose medical need was known: the base's of all calls, less those that others took to the ED.

    A centre that sends ambulances to known medical need leaves patrol few of them. What others find at the scene is taken as
    the base's share for patrol. Shape (RESAMPLES + 1,).
    """
    n = {name: counts.sum(axis=1) for name, counts in by_type.items()}
    all_of = np.sum(list(n.values()), axis=0)
    need = sum(view.base.types[name].medical_need_share.value * own for name, own in n.items()) / all_of
    found = np.minimum(sum(reference(view.base, name, "medical") * own for name, own in n.items()) / all_of, 0.9)
    others = np.sum([_ended(view, name, OTHERS) for name in by_type], axis=0)
    medical, missed = (others[:, WORDS.index(word)] for word in ("ed_medical", "no_contact"))
    sent = others.sum(axis=1)
    met = sent - missed
    known = np.maximum(medical - found * met, 0.0) / (1 - found) * sent / np.maximum(met, 1.0)  # those nobody found, too
    return np.asarray(np.clip((need * (all_of + sent) - known) / all_of, 0.0, need), np.float64)


def _learn(view: View, fitted: Fitted, name: str, group: Group) -> None:
    found = chain(group)
    kept = [decision for decision in CHAIN if decision not in found]
    how = "share of the calls that patrol answered and that got as far as this question, severity being as in the base scenario"
    if kept and list(CHAIN).index(kept[0]) < len(CHAIN) - 1:
        how += f"; the export has no word for {', '.join(kept)}, which are as in the base scenario"
    few = []
    for decision, (shares, n_asked) in found.items():
        if n_asked < view.smallest:
            few.append(f"{REFERENCE}.{name}.{decision}")
            continue
        if decision == "medical" and shares[0] == 0 and group.medical_need[0] > 0:
            why = "no more calls ended in medical care than may have had a need that was known before"
            fitted.unlearned.append(Unlearned(f"{REFERENCE}.{name}.medical", why))
            continue
        said = f"{how}; {_taken_off(group)}" if decision == "medical" else how
        path = f"{REFERENCE}.{name}.{decision}"
        fitted.estimates.append(share_estimate(path, float(shares[0]), shares[1:], round(n_asked), said))
    fitted.unlearned += [Unlearned(path, "too few calls got as far") for path in few]
    if name == ALL:
        why = "the export has no word for it"
        fitted.unlearned += [Unlearned(f"{REFERENCE}.*.{decision}", why) for decision in kept]


def _taken_off(group: Group) -> str:
    return f"those with a medical need known before, {100 * group.medical_need[0]:.1f} %, are taken off"
