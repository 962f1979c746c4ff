"""How long crews are at the scene, by responder and by kind of call, and how long at the door of a hospital."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.calibrate.doubt import estimate
from sim.calibrate.estimate import Estimate, Fitted, Spread, Unlearned
from sim.calibrate.fits.durations import pooled_spread
from sim.calibrate.fits.view import View

Floats = npt.NDArray[np.float64]

FEWEST_FOR_FACTOR = 200  # visits for a factor of a call type
ROUNDS = 4  # of responder means and type factors in turn
CARRIED = ("ed", "ed_medical", "hold", "arrest", "crisis_centre")  # endings with a drive after the scene
DOORS = {"ed": ("ed", "ed_medical", "hold"), "crisis_centre": ("crisis_centre",), "jail": ("arrest",)}
SPREAD = "on_scene_spread"


@dataclass(frozen=True, eq=False)
class Table:
    """Minutes on scene by responder and type: sums and counts, shape (RESAMPLES + 1, responders, types), row 0 unweighted."""

    responders: tuple[str, ...]
    types: tuple[str, ...]
    sums: Floats
    counts: Floats


def learn_scenes(view: View, fitted: Fitted) -> None:
    """Minutes on scene: of calls about people by responder, times a factor by type; of ordinary work as they are."""
    frame = _scene_sample(view)
    people = frame[frame["type"].isin(view.people) & frame["responder"].isin(list(view.base.responders))]
    counts = people["responder"].value_counts()
    people = people[people["responder"].isin(counts[counts >= view.smallest].index)]
    people = _with_their_own(view, fitted, people)
    if len(people) < view.smallest:
        why = "the export does not say when units arrived and left, for calls about people"
        fitted.unlearned += [Unlearned("responders.*.on_scene_min", why), Unlearned(f"types.*.{SPREAD}", why)]
    else:
        _learn_people(view, fitted, people)
    _learn_ordinary(view, fitted, frame[frame["type"].isin(view.others)])
    _by_ending(view, fitted, people)


def _with_their_own(view: View, fitted: Fitted, frame: pd.DataFrame) -> pd.DataFrame:
    """Learn the types whose minutes the base states whoever comes, and leave the others."""
    for kind in view.people:
        own = frame[frame["type"] == kind]
        if view.base.types[kind].on_scene_min is None or len(own) < view.smallest:
            continue
        minutes = own["on_scene_min"].to_numpy(np.float64)
        resamples = view.blocks.means(own["block"].to_numpy(np.int64), minutes)
        path, how = f"types.{kind}.on_scene_min", "mean minutes at calls of this kind, whoever came"
        fitted.estimates.append(estimate(path, float(minutes.mean()), resamples, "min", len(own), how))
    return frame[np.array([view.base.types[kind].on_scene_min is None for kind in frame["type"]], np.bool_)]


def _scene_sample(view: View) -> pd.DataFrame:
    """Visits with minutes on scene; where leaving the scene is not recorded, without those that ended elsewhere."""
    carried = ", ".join(f"'{name}'" for name in CARRIED)
    where = f"(ending IS NULL OR ending NOT IN ({carried}) OR transport_min IS NOT NULL OR at_door_min IS NOT NULL)"
    return view.sample("visits", ["on_scene_min", "type", "responder", "ending"], where)


def _table(view: View, frame: pd.DataFrame) -> Table:
    responders, types = sorted(frame["responder"].unique()), sorted(frame["type"].unique())
    shape = (len(view.blocks.ids), len(responders), len(types))
    at = (
        view.blocks.rows(frame["block"].to_numpy(np.int64)),
        frame["responder"].map(responders.index).to_numpy(),
        frame["type"].map(types.index).to_numpy(),
    )
    sums, counts = np.zeros(shape), np.zeros(shape)
    np.add.at(sums, at, frame["on_scene_min"].to_numpy(np.float64))
    np.add.at(counts, at, 1.0)
    weights = np.vstack([np.ones(shape[0]), view.blocks.weights])
    weighted = (np.tensordot(weights, table, 1) for table in (sums, counts))
    return Table(tuple(map(str, responders)), tuple(map(str, types)), *weighted)


def _base_factors(view: View, table: Table) -> Floats:
    """What the base multiplies a responder's minutes by: its own factor of the type, and the practices of its crews."""
    factors = np.ones((len(table.responders), len(table.types)))
    for r, responder in enumerate(table.responders):
        practices = view.base.responders[responder].practices.values()
        crew = math.prod(1 + row.share.value * (row.on_scene_factor.value - 1) for row in practices)
        factors[r] = [crew * view.base.types[kind].on_scene_factor.value for kind in table.types]
    return factors


def solve(table: Table, factors: Floats, is_free: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Mean minutes of each responder, shape (RESAMPLES + 1, responders), and what free types multiply the base's factor by.

    The mean of every responder over the calls it had comes out as observed. A type that is not free keeps the base's factor;
    the others are on average what the base makes them, so that a responder's minutes stay those at factor 1.
    """
    own = np.ones((len(table.sums), len(table.types)))
    for _ in range(ROUNDS):
        expected = table.counts * factors * own[:, None, :]
        means = table.sums.sum(axis=2) / np.maximum(expected.sum(axis=2), 1e-12)
        by_type = np.sum(table.counts * factors * means[:, :, None], axis=1)
        own = np.where(is_free, table.sums.sum(axis=1) / np.maximum(by_type, 1e-12), 1.0)
        weights = table.counts.sum(axis=1) * is_free
        level = np.sum(own * weights, axis=1) / np.maximum(weights.sum(axis=1), 1e-12)
        own = np.where(is_free, own / np.maximum(level, 1e-12)[:, None], 1.0)
    expected = table.counts * factors * own[:, None, :]
    return table.sums.sum(axis=2) / np.maximum(expected.sum(axis=2), 1e-12), own


def _learn_people(view: View, fitted: Fitted, frame: pd.DataFrame) -> None:
    table = _table(view, frame)
    factors = _base_factors(view, table)
    counts = table.counts[0]
    is_free = (counts.sum(axis=0) >= FEWEST_FOR_FACTOR) & (len(table.types) > 1) & (factors > 0).all(axis=0)
    means, own = solve(table, factors, is_free)
    how = "mean minutes at calls about people, such that their mean over the kinds of call it had comes out"
    for r, name in enumerate(table.responders):
        path = f"responders.{name}.on_scene_min"
        fitted.estimates.append(estimate(path, means[0, r], means[1:, r], "min", int(counts[r].sum()), how))
    for t, kind in enumerate(table.types):
        if is_free[t]:
            start, path = view.base.types[kind].on_scene_factor.value, f"types.{kind}.on_scene_factor"
            how = "minutes at calls of this kind over those at all calls about people, the same crews compared"
            n = int(counts[:, t].sum())
            fitted.estimates.append(estimate(path, own[0, t] * start, own[1:, t] * start, "factor", n, how))
    expected = means[0][:, None] * factors * own[0]
    _pooled(view, fitted, frame, table, expected)


def _pooled(view: View, fitted: Fitted, frame: pd.DataFrame, table: Table, expected: Floats) -> None:
    """One spread for all calls about people, once the means of responders and types are taken out."""
    rows = frame["responder"].map(table.responders.index).to_numpy(), frame["type"].map(table.types.index).to_numpy()
    minutes = frame["on_scene_min"].to_numpy(np.float64)
    ratios = minutes / np.maximum(expected[rows], 1e-9) * minutes.mean()
    kinds = [name for name, row in view.base.types.items() if row.person]
    _spread_for(view, fitted, kinds, "on scene, calls about people", ratios, frame["block"].to_numpy(np.int64))


def _spread_for(view: View, fitted: Fitted, kinds: list[str], what: str, values: Floats, block: npt.NDArray[np.int64]) -> None:
    """The same spread, written to each of these call types."""
    if not kinds:
        return
    one = pooled_spread(view, f"types.{kinds[0]}.{SPREAD}", what, values, block)
    if one is None:
        fitted.unlearned.append(Unlearned(f"types.{kinds[0]}.{SPREAD}", f"{what}: too few intervals above zero"))
        return
    fitted.spreads += [_moved(one, f"types.{kind}.{SPREAD}") for kind in kinds]


def _moved(spread: Spread, path: str) -> Spread:
    estimates = tuple(replace(one, path=one.path.replace(spread.path, path)) for one in spread.estimates)
    return replace(spread, path=path, estimates=estimates)


def _learn_ordinary(view: View, fitted: Fitted, frame: pd.DataFrame) -> None:
    minutes, block = frame["on_scene_min"].to_numpy(np.float64), frame["block"].to_numpy(np.int64)
    if len(minutes) < view.smallest or not view.ordinary:
        why = "the export does not say when units arrived and left, for ordinary work"
        fitted.unlearned += [Unlearned(f"types.{name}.on_scene_min", why) for name in view.ordinary]
        return
    resamples = view.blocks.means(block, minutes)
    how = "mean minutes at ordinary work, of all units"
    for name in view.ordinary:
        path = f"types.{name}.on_scene_min"
        fitted.estimates.append(estimate(path, float(minutes.mean()), resamples, "min", len(minutes), how))
    _spread_for(view, fitted, list(view.ordinary), "on scene, ordinary work", minutes, block)


def _by_ending(view: View, fitted: Fitted, frame: pd.DataFrame) -> None:
    """For the note: minutes on scene by how the call ended."""
    groups = frame.dropna(subset=["ending"]).groupby("ending", sort=True)["on_scene_min"]
    rows = [
        {"ending": name, "n": len(own), "mean_min": float(own.mean()), "median_min": float(own.median())}
        for name, own in groups
        if len(own) >= view.smallest
    ]
    if rows:
        fitted.tables["on_scene_by_ending"] = pd.DataFrame(rows)


def learn_doors(view: View, fitted: Fitted) -> None:
    """Mean minutes at the doors of each kind, and their spread; where endings are not known, all doors are hospitals'."""
    frame = view.sample("visits", ["at_door_min", "ending", "type"])
    about_people = frame[frame["type"].isin(view.people)]
    frame = about_people if len(about_people) >= view.smallest else frame
    whose = "calls about people" if len(about_people) >= view.smallest else "all calls"
    ratios, blocks, learned, few = [], [], [], list(view.base.facilities)
    for kind, endings in DOORS.items():
        doors = [name for name, row in view.base.facilities.items() if row.kind == kind]
        own = frame[frame["ending"].isin(endings) | (frame["ending"].isna() & (kind == "ed"))]
        minutes, block = own["at_door_min"].to_numpy(np.float64), own["block"].to_numpy(np.int64)
        if len(minutes) < view.smallest or minutes.mean() <= 0 or not doors:
            continue
        resamples = view.blocks.means(block, minutes)
        how = f"mean minutes from the door to clear, {whose}"
        if any(view.base.facilities[name].places is not None for name in doors):
            how += "; waits for a place are in it, and would count twice where places run out"
        learned += [_door(name, minutes, resamples, how) for name in doors]
        ratios.append(minutes / minutes.mean())
        blocks.append(block)
        few = [name for name in few if name not in doors]
    fitted.estimates += learned
    fitted.unlearned += [Unlearned(f"facilities.{name}.handover_min", "too few drives to such doors") for name in few if learned]
    if not learned:
        why = "the export does not say when units reached a hospital and were clear again"
        fitted.unlearned.append(Unlearned("facilities.*.handover_min", why))
        return
    values = np.concatenate(ratios) * float(frame["at_door_min"].mean())
    spread = pooled_spread(view, "handover_spread", "at the door", values, np.concatenate(blocks))
    fitted.spreads += [spread] if spread is not None else []


def _door(name: str, minutes: Floats, resamples: Floats, how: str) -> Estimate:
    return estimate(f"facilities.{name}.handover_min", float(minutes.mean()), resamples, "min", len(minutes), how)
