"""How long the way takes, by part of day and by zone, and how long crews take to set out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.calibrate.doubt import Ints, estimate, plain_quantiles
from sim.calibrate.drafting.outline import zone_rows
from sim.calibrate.estimate import RESAMPLES, Estimate, Fitted, Spread, Unlearned
from sim.calibrate.fits.families import choose, quantiles_of, spread_estimates, zero_share
from sim.calibrate.fits.view import MOST, View

Floats = npt.NDArray[np.float64]

BANDS = ("night", "morning", "afternoon", "evening")
FEWEST = 30  # drives for a number of a part of day, or of a pair of zones
MOST_ZERO = 0.49  # with more, the median drive is none at all and no family can be stretched to it


def learn_travel(view: View, fitted: Fitted) -> None:
    """How long the way takes: median and 90th percentile of all drives, or medians from zone to zone where all are known."""
    frame = view.sample("visits", ["travel_min", "band", "zone", "from_zone"])
    values = frame["travel_min"].to_numpy(np.float64)
    why = ""
    if (values > 0).sum() < max(view.smallest, FEWEST):
        why = "too few drives" if len(values) else "the export does not say when units set out and arrived"
    elif (values <= 0).mean() > MOST_ZERO:
        why = "half of the drives are recorded as zero minutes, so no median can be read from them"
    if why:
        fitted.unlearned += [Unlearned("travel.median_min", why), Unlearned("travel.bands", why)]
        return
    _tables(view, fitted, frame)
    pairs = pairs_of_zones(view, fitted, frame)
    if pairs:
        _learn_pairs(view, fitted, frame, pairs)
    else:
        _learn_everywhere(view, fitted, frame)
    _learn_bands(view, fitted, frame)


def _learn_everywhere(view: View, fitted: Fitted, frame: pd.DataFrame) -> None:
    values, block = frame["travel_min"].to_numpy(np.float64), frame["block"].to_numpy(np.int64)
    median, p90 = plain_quantiles(values, (0.5, 0.9))
    resamples, n = view.blocks.quantiles(block, values, (0.5, 0.9)), len(values)
    how = f"observed over {'all' if n < MOST else 'a sample of'} drives, those of zero minutes too"
    estimates = (
        estimate("travel.median_min", float(median), resamples[:, 0], "min", n, how),
        estimate("travel.p90_min", float(p90), resamples[:, 1], "min", n, how),
    )
    _add_spread(view, fitted, "travel, all drives", values, block, estimates)


def _add_spread(view: View, fitted: Fitted, what: str, values: Floats, block: Ints, estimates: tuple[Estimate, ...]) -> None:
    choice, above = choose(values[values > 0]), quantiles_of(values[values > 0])
    zero, own = float((values <= 0).mean()), (*estimates, *zero_share("travel", values, block, view.blocks))
    fitted.spreads.append(Spread("travel", what, choice.family, choice.reason, choice.candidates, above, zero, len(values), own))


def pairs_of_zones(view: View, fitted: Fitted, frame: pd.DataFrame) -> dict[tuple[str, str], tuple[str, str]]:
    """Every pair of the zones that are learned -> their names in the scenario; empty unless all have drives enough.

    A scenario takes ways from zone to zone whole or not at all.
    """
    zones = fitted.tables.get("zones")
    if zones is None or len(zones) < 2:
        return {}
    names = dict(zip(zones["zone"], zone_rows(fitted), strict=True))
    n = frame.groupby(["from_zone", "zone"]).size()
    above = frame[frame["travel_min"] > 0].groupby(["from_zone", "zone"]).size()
    pairs = {(start, end): (names[start], names[end]) for start in names for end in names}
    fewest = max(view.smallest, FEWEST)
    is_whole = all(n.get(pair, 0) >= fewest and above.get(pair, 0) > (1 - MOST_ZERO) * n[pair] for pair in pairs)
    return pairs if is_whole else {}


def _learn_pairs(view: View, fitted: Fitted, frame: pd.DataFrame, pairs: dict[tuple[str, str], tuple[str, str]]) -> None:
    """Medians from zone to zone, and how far drives of one pair are from theirs."""
    how = "median of the drives from one zone to the other"
    ratios, blocks = [], []
    groups = dict(list(frame.groupby(["from_zone", "zone"])))
    for pair, (start, end) in pairs.items():
        values, block = groups[pair]["travel_min"].to_numpy(np.float64), groups[pair]["block"].to_numpy(np.int64)
        median = float(plain_quantiles(values, (0.5,))[0])
        resamples = view.blocks.quantiles(block, values, (0.5,))[:, 0]
        fitted.estimates.append(estimate(f"travel.table_min.{start}.{end}", median, resamples, "min", len(values), how))
        ratios.append(values / median)
        blocks.append(block)
    ratio, block = np.concatenate(ratios), np.concatenate(blocks)
    middle, high = plain_quantiles(ratio, (0.5, 0.9))
    resampled = view.blocks.quantiles(block, ratio, (0.5, 0.9))
    words = "nine in ten drives take at most so many times the median of their pair of zones"
    path = "travel.p90_over_median"
    spread = estimate(path, float(high / middle), resampled[:, 1] / resampled[:, 0], "ratio", len(ratio), words)
    all_of = float(plain_quantiles(frame["travel_min"].to_numpy(np.float64), (0.5,))[0])
    _add_spread(view, fitted, "travel, around the median of the zones", ratio * all_of, block, (spread,))


def _learn_bands(view: View, fitted: Fitted, frame: pd.DataFrame) -> None:
    all_of, few = frame["travel_min"].to_numpy(np.float64), []
    median = float(plain_quantiles(all_of, (0.5,))[0])
    resampled = view.blocks.quantiles(frame["block"].to_numpy(np.int64), all_of, (0.5,))[:, 0]
    for number, name in enumerate(BANDS):
        own = frame[frame["band"] == number]
        values, path = own["travel_min"].to_numpy(np.float64), f"travel.bands.{name}"
        if len(values) < max(view.smallest, FEWEST):
            few.append(path)
            continue
        value = float(plain_quantiles(values, (0.5,))[0]) / median
        resamples = view.blocks.quantiles(own["block"].to_numpy(np.int64), values, (0.5,))[:, 0] / resampled
        how = "median of the drives of that part of day over that of all"
        fitted.estimates.append(estimate(path, value, resamples, "factor", len(values), how))
    if len(few) == len(BANDS):
        few = ["travel.bands"]
    fitted.unlearned += [Unlearned(path, f"the hour is not known for {FEWEST} drives") for path in few]


def _tables(view: View, fitted: Fitted, frame: pd.DataFrame) -> None:
    """For the note: drives by zone of the call, and by pair of zones."""
    for name, keys in (("travel_by_zone", ["zone"]), ("travel_by_pair", ["from_zone", "zone"])):
        rows = [
            {**dict(zip(keys, key, strict=True)), "n": len(group), "median_min": middle, "p90_min": high}
            for key, group in frame.dropna(subset=keys).groupby(keys, sort=True)
            if len(group) >= max(view.smallest, FEWEST)
            for middle, high in [plain_quantiles(group["travel_min"].to_numpy(np.float64), (0.5, 0.9))]
        ]
        if rows:
            fitted.tables[name] = pd.DataFrame(rows)


def learn_turnout(view: View, fitted: Fitted) -> None:
    """Mean turnout of each responder type, and how it varies from call to call."""
    frame = view.sample("visits", ["turnout_min", "responder"])
    names = [name for name, n in frame["responder"].value_counts().sort_index().items() if n >= view.smallest]
    names = [str(name) for name in names if name in view.base.responders]
    if not names:
        _learn_no_turnout(view, fitted)
        return
    ratios, blocks = [], []
    for name in names:
        own = frame[frame["responder"] == name]
        values, block = own["turnout_min"].to_numpy(np.float64), own["block"].to_numpy(np.int64)
        resamples = view.blocks.means(block, values)
        how = "mean time from dispatch until the unit is on its way"
        path = f"responders.{name}.turnout_min"
        fitted.estimates.append(estimate(path, float(values.mean()), resamples, "min", len(values), how))
        if values.mean() > 0:
            ratios.append(values / values.mean())
            blocks.append(block)
    if ratios:
        of = frame[frame["responder"].isin(names)]["turnout_min"].mean()
        pooled = pooled_spread(view, "turnout_spread", "turnout, all units", np.concatenate(ratios) * of, np.concatenate(blocks))
        if pooled is not None:
            fitted.spreads.append(pooled)


def _learn_no_turnout(view: View, fitted: Fitted) -> None:
    """Where nobody wrote down when units set out, the way is counted from dispatch, and turnout must not count twice."""
    path = "responders.*.turnout_min"
    if view.n("visits", "turnout_min IS NOT NULL") > 0 or view.n("visits", "travel_min IS NOT NULL") < view.smallest:
        fitted.unlearned.append(Unlearned(path, "the export does not say when units were sent and set out"))
        return
    found = view.counts("responder", "travel_min IS NOT NULL", "visits").groupby("key")["n"].sum()
    how = "0: the way is counted from dispatch on, so turnout is part of it"
    for name, n in found.items():
        if name in view.base.responders and n >= view.smallest:
            own = Estimate(f"responders.{name}.turnout_min", 0.0, 0.0, 0.0, "min", int(n), how, np.zeros(RESAMPLES))
            fitted.estimates.append(own)
    fitted.unlearned.append(Unlearned("turnout_spread", "the way is counted from dispatch on, so turnout is part of it"))


def pooled_spread(view: View, path: str, what: str, values: Floats, block: Ints) -> Spread | None:
    """The spread of values that were brought to one mean; none where too few are above zero, or all of these are alike."""
    above = values[values > 0]
    if len(above) < max(view.smallest, FEWEST) or np.ptp(above) < 1e-9 * above.max():
        return None
    choice = choose(above)
    estimates = spread_estimates(path, values, block, view.blocks, choice)
    zero = float((values <= 0).mean())
    return Spread(path, what, choice.family, choice.reason, choice.candidates, quantiles_of(above), zero, len(values), estimates)
