"""A trial like that of Indianapolis: does it come out null where nothing works, and tell where something does.

Two arms inside one world, by the lot of the call: 211 people are allotted to a joint car on weekdays from 10 to 17 h, 224
to patrol; analysed as allotted. The outcome is another call about the person within twelve months. Each trial is
repeated on seeds of its own. Then the same with an effect planted: from enrolment on, the crises of people allotted to
the joint car come at a factor of their rate, chosen so that the odds ratio is 2.

    python -m experiments.null_trial [--repeats N] [--out DIR]

Source of the sizes: Indianapolis, weekdays 10-17 h, 211 against 224 people (O016).
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

import sim
import sim.outcomes
import sim.policies
from sim.extend import Share, mechanism
from sim.registry import Parameter
from sim.rules.lifecycle import DAY_S, HOUR_S, CallStatus, Event
from sim.scenario.schema import Scenario
from sim.screen import progress
from sim.world import World

Records = npt.NDArray[Any]
FILE = Path(__file__).with_suffix(".yaml")
TREATED, CONTROL = 211, 224
FOLLOW_UP_S = 365 * DAY_S
PLANTED_FACTOR = 1.75  # on the rate of people allotted to the joint car; fitted on seeds of its own to an odds ratio of 2
TEAM = "co_responder"

planted = mechanism(
    "planted_effect",
    "From their enrolment on, people allotted to the joint car have crises at a factor of their rate. Source: planted here.",
    state={
        "person": {"factor": Parameter(1.0, "on the rate of crises", "factor", 0.0, 4.0), "is_enrolled": Share(0.0, "0 or 1")}
    },
    events=["ENROLLED"],
    params={
        "factor": Parameter(1.0, "on the rate of people allotted to the joint car", "factor", 0.0, 4.0),
        "treated_share": Share(0.485, "share allotted"),
    },
)


@planted.after("RECEIVED")
def enrol(town: Any, person: Any, call: Any, now: int, params: Any) -> None:
    """At the first call on a weekday from 10 to 17 h, whatever it is about.

    The trial enrols at the first such call in the team's remit and in the window, mostly the same one; where it is not,
    the lots may differ: 2 of 100 people have the rate of the other arm, which waters the planted effect down a little.
    """
    if person.is_enrolled == 0.0 and is_in_hours(now):
        factor = params.factor if call.lot_ppm < params.treated_share * 1_000_000 else 1.0
        town.record("ENROLLED", person, factor=factor, is_enrolled=1.0)


@planted.scales("crisis_rate", ceiling=4.0)
def crisis_rate(town: Any, person: Any, now: int, params: Any) -> float:
    """The factor since enrolment."""
    return float(person.factor)


def is_in_hours(t_s: Any, first_weekday: int = 2) -> Any:
    """Weekdays from 10 to 17 h. The run begins on a Wednesday."""
    weekday = (t_s // DAY_S + first_weekday) % 7
    hour = t_s // HOUR_S % 24
    return (weekday < 5) & (hour >= 10) & (hour < 17)


@dataclass(frozen=True)
class Trial:
    """One trial: people met again and not, by arm, and the share of those allotted to the joint car who met it."""

    treated_again: int
    control_again: int
    delivered_share: float

    @property
    def log_odds_ratio(self) -> float:
        a, c = self.treated_again, self.control_again
        return float(np.log(a / (TREATED - a)) - np.log(c / (CONTROL - c)))

    @property
    def standard_error(self) -> float:
        """Woolf's: the root of the sum of one over each cell."""
        a, c = self.treated_again, self.control_again
        return float(np.sqrt(1 / a + 1 / (TREATED - a) + 1 / c + 1 / (CONTROL - c)))

    @property
    def excludes_one(self) -> bool:
        """Whether the 95 % interval of the odds ratio leaves out 1."""
        return abs(self.log_odds_ratio) > 1.959964 * self.standard_error


def enrolled(world: World, calls: Records, treated_ppm: int) -> tuple[Records, Records]:
    """Rows of the first eligible call of each person enrolled: those allotted to the joint car, those not, in order."""
    takes = world.after.takes[calls["type"], calls["flags"], world.names.responders.index(TEAM)] == 1
    came = (calls["person"] >= 0) & (calls["status"] != CallStatus.LATENT) & (calls["status"] != CallStatus.EXPECTED)
    in_time = (calls["received_s"] >= world.window_start_s) & (calls["received_s"] < world.window_end_s)
    rows = np.flatnonzero(takes & came & in_time & is_in_hours(calls["received_s"]))
    first = rows[np.sort(np.unique(calls["person"][rows], return_index=True)[1])]
    is_treated = calls["lot_ppm"][first] < treated_ppm
    return first[is_treated][:TREATED], first[~is_treated][:CONTROL]


def trial(world: World, played: Any, treated_ppm: int) -> Trial:
    """Enrol, follow up for twelve months, count."""
    calls = played.calls
    arms = enrolled(world, calls, treated_ppm)
    if (len(arms[0]), len(arms[1])) != (TREATED, CONTROL):
        raise SystemExit(f"only {len(arms[0])} and {len(arms[1])} people were enrolled; want {TREATED} and {CONTROL}")
    came = np.flatnonzero((calls["person"] >= 0) & ~np.isin(calls["status"], (CallStatus.LATENT, CallStatus.EXPECTED)))
    again = [int(sum(is_met_again(calls, came, row) for row in arm)) for arm in arms]
    ledger = played.ledger
    team = world.units["responder"][ledger["unit"]] == world.names.responders.index(TEAM)
    there = np.unique(ledger["call"][(ledger["event"] == Event.ON_SCENE) & team])
    return Trial(again[0], again[1], float(np.isin(arms[0], there).mean()))


def is_met_again(calls: Records, came: Records, row: int) -> bool:
    """Whether another call about the person came within twelve months."""
    t_s, person = calls["received_s"][row], calls["person"][row]
    later = came[(came > row)]
    return bool(np.any((calls["person"][later] == person) & (calls["received_s"][later] <= t_s + FOLLOW_UP_S)))


def scenario_of(factor: float) -> Scenario:
    """The trial's scenario, with an effect planted unless the factor is 1."""
    scenario = sim.load(FILE)
    return scenario if factor == 1.0 else scenario.model_copy(update={"mechanisms": {"planted_effect": {"factor": factor}}})


def repeat(job: tuple[float, int]) -> Trial:
    """One trial with luck of its own."""
    factor, number = job
    scenario = scenario_of(factor)
    world = sim.build_world(scenario, number)
    played = sim.run(world, "compiled" if factor == 1.0 else "readable")
    return trial(world, played, round(float((scenario.policy.model_extra or {})["treated_share"]) * 1_000_000))


def table(trials: list[Trial], planted_factor: float) -> pd.DataFrame:
    """One row a trial."""
    rows = [
        {
            "planted_factor": planted_factor,
            "trial": number,
            "treated_again": one.treated_again,
            "control_again": one.control_again,
            "odds_ratio": round(float(np.exp(one.log_odds_ratio)), 4),
            "low": round(float(np.exp(one.log_odds_ratio - 1.959964 * one.standard_error)), 4),
            "high": round(float(np.exp(one.log_odds_ratio + 1.959964 * one.standard_error)), 4),
            "standard_error": round(one.standard_error, 4),
            "delivered_share": round(one.delivered_share, 4),
        }
        for number, one in enumerate(trials)
    ]
    return pd.DataFrame(rows)


def page(null: pd.DataFrame, effect: pd.DataFrame) -> str:
    """What came out, in a few lines."""
    covers = int(((null["low"] <= 1) & (null["high"] >= 1)).sum())
    excludes = int(((effect["low"] > 1) | (effect["high"] < 1)).sum())
    return "\n".join(
        [
            f"Trials of {TREATED} against {CONTROL} people, analysed as allotted, met again within twelve months",
            f"  met the joint car         {100 * null['delivered_share'].mean():.0f} of 100 allotted to it",
            f"  met again                 {100 * null['control_again'].mean() / CONTROL:.0f} of 100 in the other arm",
            f"  no effect                 {covers} of {len(null)} intervals hold an odds ratio of 1",
            f"                            median standard error of its logarithm {null['standard_error'].median():.3f}",
            f"  planted effect            rate of crises times {PLANTED_FACTOR:g} where allotted to the joint car:",
            f"                            median odds ratio {effect['odds_ratio'].median():.2f}; "
            f"{excludes} of {len(effect)} intervals leave out 1",
        ]
    )


def main(arguments: list[str] | None = None) -> int:
    """Run all trials, print the page, keep a row of each trial."""
    parser = argparse.ArgumentParser("null_trial", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--out", default="results/null_trial")
    args = parser.parse_args(arguments)
    tables = []
    with get_context("spawn").Pool() as pool:
        for factor in (1.0, PLANTED_FACTOR):
            jobs = [(factor, number) for number in range(args.repeats)]
            trials = []
            with progress(len(jobs), f"Trials, rate of crises times {factor:g}") as advance:
                for one in pool.imap(repeat, jobs):
                    trials.append(one)
                    advance(1)
            tables.append(table(trials, factor))
    text = page(*tables)
    folder = Path(args.out)
    folder.mkdir(parents=True, exist_ok=True)
    pd.concat(tables).to_csv(folder / "trials.csv", index=False, lineterminator="\n")
    (folder / "summary.txt").write_text(text + "\n", encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
