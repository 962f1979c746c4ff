"""From the normal form of an export to numbers, spreads and shapes of a scenario, each with how sure it is.

Arrivals are in `arrivals.py`, kinds of call in `mix.py`, the way in `durations.py`, the scene and the door in `scenes.py`,
endings in `endings.py`, waiting in `patience.py`, people who return in `people.py`. What could not be learned is said, with why.
"""

from __future__ import annotations

import pandas as pd

from sim.calibrate.estimate import Fitted, Unlearned
from sim.calibrate.fits.arrivals import learn_arrivals
from sim.calibrate.fits.durations import learn_travel, learn_turnout
from sim.calibrate.fits.endings import learn_endings
from sim.calibrate.fits.mix import learn_mix, learn_priorities
from sim.calibrate.fits.patience import learn_patience
from sim.calibrate.fits.people import learn_people
from sim.calibrate.fits.scenes import learn_doors, learn_scenes
from sim.calibrate.fits.span import OWN
from sim.calibrate.fits.unlearned import add_unlearned
from sim.calibrate.fits.view import View
from sim.calibrate.fits.work import learn_work
from sim.calibrate.mapping import ExportMap
from sim.calibrate.normal import Records
from sim.scenario.schema import Scenario

STEPS = (
    learn_arrivals, learn_mix, learn_priorities, learn_travel, learn_turnout, learn_scenes, learn_doors, learn_endings,
    learn_patience, learn_people, learn_work,
)  # fmt: skip


def fit(records: Records, export_map: ExportMap, base: Scenario) -> Fitted:
    """All that the part to fit teaches about the numbers of a scenario.

    The order of rows does not count. Nothing is fitted to fewer rows than `limits.smallest_cell`.
    """
    view, fitted = View(records, export_map, base), Fitted()
    _strangers(view, fitted)
    if len(view.blocks.ids) > 0:
        _tables(view, fitted)
        for step in STEPS:
            step(view, fitted)
    add_unlearned(fitted)
    return fitted


def _strangers(view: View, fitted: Fitted) -> None:
    known = {*view.people, *view.others}
    why = "the base scenario has no call type of this name, so its calls were left out"
    fitted.unlearned += [Unlearned(f"types.{name}", why) for name in view.types if name not in known]


def _tables(view: View, fitted: Fitted) -> None:
    """Zones with their share of calls, and labels with the type they were taken for; small counts are left out."""
    zones = view.records.ask(f"SELECT zone, count(*) AS n FROM calls WHERE {OWN} AND zone IS NOT NULL GROUP BY 1 ORDER BY 1")
    zones = zones[zones["n"] >= view.smallest].reset_index(drop=True)
    if len(zones):
        fitted.tables["zones"] = pd.DataFrame(
            {"zone": zones["zone"].astype(str), "n": zones["n"], "share": zones["n"] / zones["n"].sum()}
        )
    labels = view.records.ask(
        f"SELECT label, type, count(*) AS n FROM calls WHERE {OWN} AND label IS NOT NULL "
        "GROUP BY ALL ORDER BY n DESC, label, type"
    )
    labels = labels[labels["n"] >= view.smallest].reset_index(drop=True)
    if len(labels):
        fitted.tables["labels"] = labels
