"""What kinds of call there are, and how urgent."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.calibrate.doubt import share_estimate
from sim.calibrate.estimate import RESAMPLES, Estimate, Fitted, Unlearned
from sim.calibrate.fits.view import View
from sim.calibrate.mapping import DEFAULT

Floats = npt.NDArray[np.float64]

LEVELS = 4
MIX = "demand.mix"


def learn_mix(view: View, fitted: Fitted) -> None:
    """Share of each type of the base's mix among calls about people; they sum to one.

    Types with fewer calls than may be shown are counted together, and split as in the base. Types that no label stands for
    are 0: their calls, if there are any, count under the label they got.
    """
    total = sum(view.types[name] for name in view.people)
    if total < view.smallest:
        fitted.unlearned.append(Unlearned(MIX, "too few calls about people"))
        return
    names = list(dict.fromkeys([*view.base.demand.mix, *view.people]))
    given = {*view.export_map.types.values(), *view.people}
    large = [name for name in names if view.types.get(name, 0) >= view.smallest]
    small = [name for name in names if name in given and name not in large]
    counts = {name: view.blocks.weights @ view.grid("0", view.of([name]), 1)[:, 0] for name in view.people}
    n_small, of_small = _together(view, small, counts)
    whole = sum(view.types[name] for name in large) + n_small
    resampled = sum((counts[name] for name in large), of_small)
    how = "share of calls about people"
    for name in large:
        value = view.types[name] / whole
        fitted.estimates.append(share_estimate(f"{MIX}.{name}", value, counts[name] / resampled, total, how))
    _add_small(view, fitted, small, n_small / whole, of_small / resampled, total)
    elsewhere = " or among labels the map does not name" if DEFAULT in view.export_map.types else ""
    how = f"no label of the export stands for it: such calls, if there were any, are among the other kinds{elsewhere}"
    for name in names:
        if name not in given:
            fitted.estimates.append(Estimate(f"{MIX}.{name}", 0.0, 0.0, 0.0, "share", total, how, np.zeros(RESAMPLES)))


def _together(view: View, small: list[str], counts: dict[str, Floats]) -> tuple[float, Floats]:
    """Calls of all small types, and under each resample; where even these are too few to show, half as many as may be."""
    n = sum(view.types.get(name, 0) for name in small)
    if not small or n >= view.smallest:
        return float(n), sum((counts[name] for name in small if name in counts), np.zeros(RESAMPLES))
    half = view.smallest / 2
    return half, np.full(RESAMPLES, half)


def _add_small(view: View, fitted: Fitted, small: list[str], share: float, resamples: Floats, total: int) -> None:
    base = {name: view.base.demand.mix[name].value if name in view.base.demand.mix else 0.0 for name in small}
    weights = sum(base.values())
    how = f"fewer than {view.smallest} calls: such kinds are counted together and split as in the base scenario"
    for name in small:
        part = base[name] / weights if weights > 0 else 1 / len(small)
        high = max(share * part, view.smallest / total, float(np.percentile(resamples * part, 97.5)))
        own = Estimate(f"{MIX}.{name}", share * part, 0.0, min(high, 1.0), "share", total, how, resamples * part)
        fitted.estimates.append(own)


def learn_priorities(view: View, fitted: Fitted) -> None:
    """Shares of the four priorities, by type about people, and of ordinary work as a whole."""
    path = "types.*.priorities"
    if view.n("calls", "priority IS NOT NULL") < view.smallest:
        why = "the export does not say how urgent calls were, or the map does not say which word means what"
        fitted.unlearned.append(Unlearned(path, why))
        return
    few = []
    for name in sorted({*view.people, *view.ordinary}):
        where = view.of([name] if name in view.people else view.others)
        grid = view.grid("priority - 1", where, LEVELS)
        if grid.sum() < view.smallest:
            few.append(name)
            continue
        _add_priorities(view, fitted, name, grid)
    fitted.unlearned += [Unlearned(f"types.{name}.priorities", "too few calls with a priority") for name in few]


def _add_priorities(view: View, fitted: Fitted, name: str, grid: Floats) -> None:
    """Levels with fewer calls than may be shown are counted with the nearest one that has more."""
    counts, large = grid.sum(axis=0), np.flatnonzero(grid.sum(axis=0) >= view.smallest)
    if len(large) == 0:
        fitted.unlearned.append(Unlearned(f"types.{name}.priorities", "too few calls of each priority"))
        return
    nearest = large[np.argmin(np.abs(np.arange(LEVELS)[:, None] - large[None, :]), axis=1)]
    folded = np.stack([grid[:, nearest == level].sum(axis=1) for level in large], axis=1)
    weighted, n = view.blocks.weights @ folded, int(counts.sum())
    for i, level in enumerate(large):
        resamples = weighted[:, i] / weighted.sum(axis=1)
        how = "share of the calls of its kind with a priority"
        path = f"types.{name}.priorities.{level + 1}"
        fitted.estimates.append(share_estimate(path, folded[:, i].sum() / n, resamples, n, how))
