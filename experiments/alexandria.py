"""Whether the model gives what Alexandria, Virginia, counted from October 2021 to spring 2022.

Varied: minutes out of service after a contact, calls per 1,000 residents, minutes at the scene and at the hospital
door, remit, the wait for the team. Read: shares of calls missed off duty and busy, contacts, FTE, cost. Out: a CSV (one
row a case and figure), a picture, one page of tables. Replications 0 to 199 give the figures, 200 to 259 what is fitted,
so nothing is fitted to the luck it is judged by. Some six minutes of processor time.

    python experiments/alexandria.py [--out docs] [--replications 200]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pandas as pd
from scipy import stats

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import sim  # noqa: E402  # found from any working directory
from sim.measure.charts.page import WIDTH_IN, Page, Picture, faint_grid, keep, style  # noqa: E402
from sim.measure.charts.palette import BLACK, BLUE, REASONS  # noqa: E402
from sim.study.reckoning import outlooks  # noqa: E402

TOWN = ROOT / "scenarios" / "alexandria_va.yaml"
SECOND_TEAM, ALL_HOURS, FITTED = (TOWN.with_name(f"alexandria_va_{name}.yaml") for name in ("second_team", "all_hours", "fitted"))
HALF_YEAR = ("run.begins=2021-09-03", "run.days=182")  # after 28 days of warm-up: 1 October 2021 to 31 March 2022
EQUINOX_S = 170 * 86400  # 20 March 2022, from 1 October
OBSERVED = {"off duty": 63.0, "busy": 21.0, "contacts": 150.0}  # R021, R022, R022
TEAM_USD = 277_313  # C004
FITTED_ON, N_FIT, N_CASE, N_YEAR = 200, 60, 40, 20
PAPERWORK, DEMAND = "responders.co_responder.paperwork_min", "demand.calls_per_1000_per_year"
SCENE, DOOR = "responders.co_responder.on_scene_min", "facilities.general_hospital.handover_min"
NARROW = (
    "programmes.co_response.takes=[suicidal,welfare_check,psychosis,disturbance,domestic,youth]",
    "programmes.co_response.never_if=[weapon,medical_need]",
)
MONEY = ["roster", "overtime"]
POINTS = ("off duty", "busy", "reached")
CASES = {  # what else could be true, one at a time, then the ends together; time on task only
    "8 per 1,000": (f"{DEMAND}=8",),
    "30 per 1,000": (f"{DEMAND}=30",),
    "60 min on scene": (f"{SCENE}=60",),
    "120 min on scene": (f"{SCENE}=120",),
    "remit of base.yaml": NARROW,
    "27 min at the hospital": (f"{DOOR}=27",),
    "480 min at the hospital": (f"{DOOR}=480",),
    "no wait for the team": ("policy.wait_for_programme_min=0",),
    "8 per 1,000, 60 min": (f"{DEMAND}=8", f"{SCENE}=60"),
    "8 per 1,000, 120 min": (f"{DEMAND}=8", f"{SCENE}=120"),
    "30 per 1,000, 60 min": (f"{DEMAND}=30", f"{SCENE}=60"),
    "30 per 1,000, 120 min": (f"{DEMAND}=30", f"{SCENE}=120"),
}


@cache
def lived(sets: tuple[str, ...], replications: tuple[int, ...], path: Path = TOWN) -> pd.DataFrame:
    """One row a replication: shares of eligible calls in points, contacts, minutes of the team a contact."""
    scenario = sim.load(path, sets)
    return pd.DataFrame([figures_of(scenario, k) for k in replications], index=pd.Index(replications, name="replication"))


def figures_of(scenario: sim.scenario.schema.Scenario, replication: int) -> dict[str, float]:
    """The figures of one replication."""
    world = sim.build_world(scenario, replication=replication)
    measures = sim.measure(sim.run(world, engine="compiled"), world)
    of = measures.metrics.set_index(["metric", "group", "level"])["value"]
    own = measures.reach[measures.reach["responder"] == "co_responder"]
    received = world.calls["received_s"][own["call"]] - world.window_start_s
    reached = (own["reason"] == "reached").to_numpy()
    facts = measures.call_facts.set_index("call").loc[own["call"][reached]]
    costs = measures.costs[measures.costs["programme"] == "co_response"].groupby("item")["cents"].sum() / 100
    return {
        "off duty": 100 * of["missed_off_duty_share", "programme", "co_response"],
        "busy": 100 * of["missed_busy_share", "programme", "co_response"],
        "reached": 100 * of["reached_share", "programme", "co_response"],
        "eligible": of["calls_eligible", "programme", "co_response"],
        "contacts": float(reached.sum()),
        "contacts to 20 March": float((reached & (received < EQUINOX_S)).sum()),
        "hours a contact": facts["time_on_task_s"].mean() / 3600 + scenario.responders["co_responder"].paperwork_min.value / 60,
        "roster": float(costs.get("roster", 0.0)),
        "overtime": float(costs.get("overtime", 0.0)),
    }


def first(n: int) -> tuple[int, ...]:
    """Replications 0 to n - 1, by which everything is judged."""
    return tuple(range(n))


def bisect(sets_of: Callable[[float], tuple[str, ...]], figure: str, low: float, high: float, until: float) -> tuple[float, int]:
    """Where the mean of a figure that grows with a parameter meets the city's, and how many replications that took.

    Every step lives the same calls and luck (replications 200 to 259).
    """
    fit, n_runs = tuple(range(FITTED_ON, FITTED_ON + N_FIT)), 0
    while high - low > until:
        middle = (low + high) / 2
        n_runs += N_FIT
        if lived((*HALF_YEAR, *sets_of(middle)), fit)[figure].mean() < OBSERVED[figure]:
            low = middle
        else:
            high = middle
    return (low + high) / 2, n_runs


def summary(case: str, sets: tuple[str, ...], lives: pd.DataFrame) -> pd.DataFrame:
    """Mean with its 95 % interval (Student's t), and the range in which 95 of 100 single lives lie."""
    n, lives = len(lives), lives.drop(columns=MONEY, errors="ignore")
    half = stats.t.ppf(0.975, n - 1) * lives.std(ddof=1) / n**0.5
    mean = lives.mean()
    found = pd.DataFrame({"mean": mean, "low": mean - half, "high": mean + half}).assign(
        life_low=lives.quantile(0.025), life_high=lives.quantile(0.975)
    )
    found = found.rename_axis("figure").reset_index().round(4)
    found.insert(0, "case", case)
    return found.assign(replications=n, settings=" ".join(sets))


def single(case: str, figure: str, value: float, note: str = "") -> pd.DataFrame:
    """A number without luck."""
    return pd.DataFrame([{"case": case, "figure": figure, "mean": round(value, 4), "settings": note}])


def fits() -> tuple[dict[str, tuple[str, ...]], list[pd.DataFrame]]:
    """Three ways to meet the city's 21 points: hours after a contact, more calls, or both so that 150 contacts are met too."""
    by_hours, n_hours = bisect(lambda x: (f"{PAPERWORK}={x}",), "busy", 0, 480, 1)
    by_calls, n_calls = bisect(lambda x: (f"{DEMAND}={x}",), "busy", 8, 72, 0.25)
    less, n_less = bisect(lambda x: (f"{DEMAND}={x}",), "contacts", 2, 34, 0.25)
    hours = (f"{PAPERWORK}={by_hours:.0f}",)
    # At 21 points busy the share reached does not depend on why the team is busy, so contacts go with calls.
    contacts = lived((*HALF_YEAR, *hours), tuple(range(FITTED_ON, FITTED_ON + N_FIT)))["contacts"].mean()
    demand = f"{DEMAND}={18 * OBSERVED['contacts'] / contacts:.1f}"
    both, n_both = bisect(lambda x: (demand, f"{PAPERWORK}={x}"), "busy", 0, 480, 1)
    cases = {
        "hours fitted": hours,
        "calls fitted": (f"{DEMAND}={by_calls:.1f}",),
        "calls for 150": (f"{DEMAND}={less:.1f}",),
        "both fitted": (demand, f"{PAPERWORK}={both:.0f}"),
    }
    counts = {"hours fitted": n_hours, "calls fitted": n_calls, "calls for 150": n_less, "both fitted": n_both}
    return cases, [single(case, "replications to fit", n) for case, n in counts.items()]


def staff_and_money() -> list[pd.DataFrame]:
    """FTE that `check` reckons, and what a second team costs, beside the city's own budget figures."""
    fte = {
        "today": outlooks(sim.load(TOWN))[0].fte,
        "all hours, relief from W001": outlooks(sim.load(ALL_HOURS))[0].fte,
        "all hours, no relief": outlooks(sim.load(ALL_HOURS, ["responders.co_responder.relief_factor=1"]))[0].fte,
    }
    year = first(N_YEAR)
    extra = lived((), year, SECOND_TEAM) - lived((), year)
    extra = pd.DataFrame({"roster, USD": extra["roster"], "roster and overtime, USD": extra[MONEY].sum(axis=1)})
    return [
        *(single(case, "fte", value) for case, value in fte.items()),
        summary("second team minus today, a year", (), extra),
        summary("today, the year of the file", (), lived((), year)),
    ]


def validate(n: int) -> pd.DataFrame:
    """Every case and figure."""
    fitted, parts = fits()
    cases = {"predicted": (), **fitted}
    parts += [summary(name, sets, lived((*HALF_YEAR, *sets), first(n))) for name, sets in cases.items()]
    parts += [summary(name, sets, lived((*HALF_YEAR, *sets), first(min(n, N_CASE)))) for name, sets in CASES.items()]
    parts += staff_and_money()
    return pd.concat(parts, ignore_index=True)


def text(row: pd.Series, digits: int = 1, kind: str = "") -> str:
    """A figure with a range: `15.0 (14.8 to 15.2)`."""
    low, high = (row["life_low"], row["life_high"]) if kind == "life" else (row["low"], row["high"])
    return f"{row['mean']:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def markdown(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table."""
    lines = ["| " + " | ".join(row) + " |" for row in [list(head), *map(list, rows)]]
    return "\n".join([lines[0], "| --- " * lines[0].count(" | ") + "| --- |", *lines[1:]])


def tables(found: pd.DataFrame) -> list[str]:
    """The tables of docs/validation-alexandria.md."""
    at = found.set_index(["case", "figure"])
    order = [(figure, case) for figure in OBSERVED for case in ("predicted", "hours fitted")]
    main = []
    for figure, case in order:
        row, digits = at.loc[(case, figure)], 0 if figure == "contacts" else 1
        life = f"{row['life_low']:,.{digits}f} to {row['life_high']:,.{digits}f}"
        miss = "fitted" if (figure, case) == ("busy", "hours fitted") else f"{row['mean'] - OBSERVED[figure]:+.{digits}f}"
        main.append([figure, case, f"{OBSERVED[figure]:.0f}{'' if digits else ' or more'}", text(row, digits), life, miss])
    why = [
        [case, words(at.loc[(case, "busy"), "settings"]), text(at.loc[(case, "busy")]), text(at.loc[(case, "contacts")], 0),
         f"{at.loc[(case, 'hours a contact'), 'mean']:.1f}"]
        for case in ("predicted", "hours fitted", "calls fitted", "calls for 150", "both fitted")
    ]  # fmt: skip
    ranges = [
        [case, text(at.loc[(case, "off duty")]), text(at.loc[(case, "busy")]), text(at.loc[(case, "contacts")], 0)]
        for case in ("predicted", *CASES)
    ]
    return [
        markdown(("figure", "how", "the city counted", "simulated (95 % interval)", "one half-year (95 of 100)", "miss"), main),
        markdown(("case", "changed", "busy, points", "contacts", "hours a contact"), why),
        markdown(("time on task only", "off duty, points", "busy, points", "contacts"), ranges),
        staff_table(at),
    ]


def staff_table(at: pd.DataFrame) -> str:
    """FTE and money beside the city's budget figures."""
    mean, today = at["mean"], at.loc[("today", "fte"), "mean"]
    team = "second team minus today, a year"
    rows = [
        [f"FTE more, {case}", "11.5", f"{mean[case, 'fte'] - today:.1f}", f"{mean[case, 'fte'] - today - 11.5:+.1f}"]
        for case in ("all hours, no relief", "all hours, relief from W001")
    ]
    for what in ("roster, USD", "roster and overtime, USD"):
        rows.append([f"second team, {what}", f"{TEAM_USD:,}", f"{mean[team, what]:,.0f}", f"{mean[team, what] - TEAM_USD:+,.0f}"])
    return markdown(("figure", "the city reckoned", "here", "miss"), rows)


def words(settings: object) -> str:
    """What a case sets, for people."""
    if not isinstance(settings, str) or not settings:
        return "nothing"
    told = settings.replace(f"{DEMAND}=", "calls per 1,000: ").replace(f"{PAPERWORK}=", "minutes after a contact: ")
    return told.replace(" minutes after", ", minutes after") if told.startswith("calls") else told


def picture(found: pd.DataFrame) -> Picture:
    """What became of 100 calls, and contacts against the city's 150."""
    at = found.set_index(["case", "figure"])
    bars = {"The city, 2021–22": {"reached": 16.0, "busy": 21.0, "off duty": 63.0}}
    names = {"Predicted": "predicted", "Hours fitted to 21": "hours fitted"}
    bars |= {label: {part: at.loc[(case, part), "mean"] for part in POINTS} for label, case in names.items()}
    page = Page(
        "Alexandria: fewer calls find the team busy than the city counted",
        "Of 100 mental-health calls, October 2021 to March 2022",
        3.9,
    )
    axes = page.axes(1.7, 0.1, WIDTH_IN - 1.9, 1.4)
    for k, (_label, parts) in enumerate(bars.items()):
        left = 0.0
        for part in ("reached", "busy", "off duty"):
            look = REASONS[part]
            axes.barh(k, parts[part], 0.7, left, color=look.colour, hatch=look.hatch, edgecolor="white")
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5} if look.hatch else None
            axes.text(left + parts[part] / 2, k, f"{part} {parts[part]:.0f}", ha="center", va="center", color=look.ink, bbox=box)
            left += parts[part]
    axes.set(yticks=range(len(bars)), yticklabels=list(bars), xlim=(0, 100), ylim=(len(bars) - 0.5, -0.5))
    page.text(0.2, 1.95, "Contacts in the half-year; bars hold 95 of 100 simulated half-years", weight="bold")
    axes = page.axes(1.7, 2.25, WIDTH_IN - 1.9, 1.1)
    faint_grid(axes, "x")
    for k, case in enumerate(names.values()):
        row = at.loc[case, "contacts"]
        axes.plot([row["life_low"], row["life_high"]], [k, k], color=BLUE, linewidth=4, solid_capstyle="butt")
        axes.plot(row["mean"], k, "o", color=BLUE, markersize=8, markeredgecolor="white")
        axes.text(row["life_high"] + 4, k, f"{row['mean']:.0f}", va="center")
    axes.axvline(150, color=BLACK, linestyle="--", linewidth=1)
    axes.text(148, 1.45, "the city: 150 or more", va="bottom", ha="right")
    axes.set(yticks=range(2), yticklabels=list(names), xlim=(0, 340), ylim=(1.6, -0.5))
    page.text(1.7, 3.65, "Ranges hold luck only.")
    told = "Bars of 100 calls by what became of them, and contacts beside the 150 or more that the city counted."
    return Picture("validation_alexandria", page, found, told)


def main() -> None:
    """Write the CSV and the picture, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    parser.add_argument("--replications", type=int, default=200)
    arguments = parser.parse_args()
    found = validate(arguments.replications)
    with style():
        keep(picture(found), arguments.out)
    print("\n\n".join(tables(found)))


if __name__ == "__main__":
    main()
