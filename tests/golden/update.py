"""The headline figures of two scenarios: play them, say what moved, and with a reason take the new ones.

    python tests/golden/update.py --reason "patrol waits at the door of the jail now"

prints every figure that moved, old and new, writes `golden.json` and a line under *Model changes* in CHANGELOG.md.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import sys
import textwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).with_name("golden.json")
CHANGELOG = ROOT / "CHANGELOG.md"
HEADING = "### Model changes"

CASES = {  # what is played, replication 0 with the seed as shipped: scenario file, and what is set on top
    "base city, 60 days": ("scenarios/base.yaml", ["run.days=60"]),
    "Alexandria, 120 days": ("scenarios/alexandria_va.yaml", ["run.days=120"]),
    "joint response, 60 days": ("scenarios/joint_response.yaml", ["run.days=60"]),
}
FIGURES = (
    "calls_received", "calls_eligible", "calls_reached", "missed_off_duty_share", "missed_busy_share", "never_served",
    "received_to_on_scene_p50_min", "received_to_on_scene_p90_min", "time_on_task_mean_min", "utilisation", "overtime_hours",
    "ed_visits", "ed_visits_30d", "arrests", "resolved", "programme_cost_usd", "total_cost_usd",
)  # fmt: skip

Golden = dict[str, dict[str, Any]]  # case -> ledger (fingerprint) and figures


def play(case: str, engine: str) -> dict[str, Any]:
    """Fingerprint of the ledger and headline figures of one case, as an engine finds them."""
    import sim  # here, so that the command runs from a checkout that is not installed

    file, sets = CASES[case]
    world = sim.build_world(sim.load(ROOT / file, sets), 0)
    played = sim.run(world, engine=engine)
    metrics = sim.measure(played, world).metrics
    totals = metrics[(metrics["group"] == "all") & (metrics["level"] == "all")].set_index("metric")["value"]
    return {"ledger": played.fingerprint, "figures": {name: float(totals[name]) for name in FIGURES}}


def play_all() -> Golden:
    """What all cases give now; the two engines must agree."""
    found = {case: play(case, "readable") for case in CASES}
    apart = [case for case in CASES if play(case, "compiled") != found[case]]
    if apart:
        raise SystemExit(f"The engines do not agree, so there is nothing to take: {'; '.join(apart)}")
    return found


def moved(old: Golden, new: Golden) -> dict[str, list[str]]:
    """What differs, case by case, a line a figure; sums may differ in their last digits."""
    lines: dict[str, list[str]] = {}
    for case in sorted(old.keys() | new.keys()):
        if case not in old or case not in new:
            lines[case] = ["new" if case in new else "dropped"]
            continue
        before, after = old[case]["figures"], new[case]["figures"]
        differ = [n for n in before.keys() | after.keys() if not _same(before.get(n), after.get(n))]
        found = [f"{name} {_shown(before.get(name))} -> {_shown(after.get(name))}" for name in sorted(differ)]
        if not found and old[case]["ledger"] != new[case]["ledger"]:
            found = ["the ledger, but no headline figure"]
        if found:
            lines[case] = found
    return lines


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9) or (math.isnan(one) and math.isnan(other))


def _shown(value: float | None) -> str:
    return "none" if value is None else f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) >= 10 else f"{value:.4g}"


def with_change(changelog: str, reason: str, lines: dict[str, list[str]], day: datetime.date) -> str:
    """The changelog with one more model change, newest first, in the section of the newest version."""
    what = "; ".join(f"{case}: {', '.join(found)}" for case, found in lines.items())
    entry = textwrap.fill(f"- {day.isoformat()}: {reason.strip().rstrip('.')}. {what}.", 118, subsequent_indent="  ")
    starts = changelog.index("\n## ") + 1
    ends = changelog.find("\n## ", starts)
    ends = len(changelog) if ends < 0 else ends + 1
    newest = changelog[starts:ends]
    if HEADING in newest:
        newest = newest.replace(f"{HEADING}\n\n", f"{HEADING}\n\n{entry}\n", 1)
    else:
        newest = f"{newest.rstrip()}\n\n{HEADING}\n\n{entry}\n" + ("\n" if ends < len(changelog) else "")
    return changelog[:starts] + newest + changelog[ends:]


def take(reason: str, golden: Path = GOLDEN, changelog: Path = CHANGELOG) -> int:
    """Print what moved and take the new figures; refuses without a reason. Returns the exit code."""
    if not reason.strip():
        print('Say why: --reason "what changed in the model"', file=sys.stderr)
        return 2
    old = json.loads(golden.read_text(encoding="utf-8")) if golden.exists() else {}
    new = play_all()
    lines = moved(old, new)
    for case, found in lines.items():
        print(case, *found, sep="\n  ")
    if not lines:
        print("Nothing moved.")
        return 0
    golden.write_text(json.dumps(new, indent=2) + "\n", encoding="utf-8")
    if old:
        text = with_change(changelog.read_text(encoding="utf-8"), reason, lines, datetime.date.today())
        changelog.write_text(text, encoding="utf-8")
    return 0


def main() -> int:
    """Take the reason from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reason", required=True, help="what changed in the model, in a few words")
    return take(parser.parse_args().reason)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
