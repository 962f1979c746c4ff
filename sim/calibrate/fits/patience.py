"""How long callers wait before they give up: seen in full only where they did, so calls that were answered count as censored."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from sim.calibrate.doubt import estimate
from sim.calibrate.estimate import Fitted, Unlearned
from sim.calibrate.fits.view import View

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FEWEST_EVENTS = 30
MINUTES = np.array([1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720])


def learn_patience(view: View, fitted: Fitted) -> None:
    """Mean patience of callers about people, one for all types, and the curve it stands for."""
    path = "types.*.patience_min"
    columns = ["coalesce(gave_up_min, queue_min) AS waited", "gave_up_min IS NOT NULL AS left_early"]
    frame = view.sample("calls", columns, view.of(view.people))
    waited, left = frame["waited"].to_numpy(np.float64), frame["left_early"].to_numpy(np.bool_)
    if left.sum() < FEWEST_EVENTS:
        why = f"it takes {FEWEST_EVENTS} callers about people who gave up before anybody was sent, with the time they waited"
        fitted.unlearned.append(Unlearned(path, why))
        return
    if left.all():
        why = "how long answered callers waited is not known, and those who gave up are the impatient ones"
        fitted.unlearned.append(Unlearned(path, why))
        return
    value = mean_patience(waited, left)
    block = frame["block"].to_numpy(np.int64)
    resamples = view.blocks.sums(block, waited) / view.blocks.sums(block, left.astype(np.float64))
    how = (
        "mean of an exponential patience, calls that were answered first counted as not yet out of patience; a call the centre "
        "cancelled counts as given up"
    )
    kinds = [name for name, row in view.base.types.items() if row.person and row.patience_min is not None]
    for name in kinds or view.people:
        fitted.estimates.append(estimate(f"types.{name}.patience_min", value, resamples, "min", int(left.sum()), how))
    fitted.tables["patience"] = curve(waited, left, value, view.smallest)


def mean_patience(waited: Floats, left: Flags) -> float:
    """Maximum likelihood of an exponential under censoring, minutes; `left`: gave up, else answered by then."""
    data = stats.CensoredData(uncensored=waited[left], right=waited[~left])
    start = waited.sum() / left.sum()
    return float(stats.expon.fit(data, floc=0, scale=start)[1])


def curve(waited: Floats, left: Flags, mean: float, smallest: int) -> pd.DataFrame:
    """Share still waiting by Kaplan and Meier, beside the exponential, at round minutes with callers enough still there."""
    data = stats.CensoredData(uncensored=waited[left], right=waited[~left])
    survival = stats.ecdf(data).sf
    waiting = np.array([(waited > minute).sum() for minute in MINUTES])
    minutes = MINUTES[waiting >= smallest]
    still = survival.evaluate(minutes)
    return pd.DataFrame({"minutes": minutes, "still_waiting": still, "exponential": np.exp(-minutes / mean)})
