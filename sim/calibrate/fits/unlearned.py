"""What a scenario wants and no export says, so that a planner sees at once which numbers are still the base's."""

from __future__ import annotations

from fnmatch import fnmatchcase

from sim.calibrate.estimate import Fitted, Unlearned

WANTED = {  # what a scenario wants -> why nothing was learned of it, where no fit has said so itself
    "demand.calls_per_year": "the export holds no calls about people",
    "demand.other_calls_per_year": "the export holds no ordinary work",
    "demand.profile": "the hour at which calls came is not known",
    "demand.other_profile": "the hour at which calls came is not known",
    "demand.day_effect_cv": "calls are not dated, so busy days cannot be seen",
    "demand.mix.*": "the export does not say what calls were about",
    "types.*.priorities.*": "the export does not say how urgent calls were",
    "travel.*": "the export does not say when units set out and arrived",
    "responders.*.turnout_min": "the export does not say when units were sent and set out",
    "responders.*.on_scene_min": "the export does not say when units arrived and left",
    "facilities.*.handover_min": "the export does not say when units reached a hospital and were clear again",
    "outcomes.reference.*": "the export does not say how calls ended",
    "types.*.patience_min": "the export does not say who gave up waiting, and when",
    "people.recurrent.*": "the export does not say which calls are about the same person",
}
SHIFTS = "responders.*.shifts"
NEVER = {  # what no export says
    SHIFTS: "an export says who was sent, not who was on duty and free: put your own roster in",
    "responders.*.paperwork_min": "reports are written after a unit is clear, where no record sees them",
    "types.*.acuity": "dispatch records do not say how severe a crisis turned out to be",
    "types.*.weapon_share": "what a call-taker knew of weapons is in the words of the call, which are not read",
    "types.*.medical_need_share": "what a call-taker knew of injuries or illness is in the words of the call, which are not read",
    "types.*.violence_risk_share": "what a call-taker knew of violence is in the words of the call, which are not read",
    "rates": "an export holds no wages and no prices",
}


def add_unlearned(fitted: Fitted) -> None:
    """Name every wanted thing that neither an estimate, nor a shape, nor a reason given earlier speaks of."""
    spoken = [one.path for one in fitted.all_estimates()]
    spoken += [one.path for one in fitted.shapes]
    spoken += [one.path for one in fitted.unlearned]
    for pattern, why in WANTED.items():
        whole = pattern.removesuffix(".*")
        if not any(fnmatchcase(path, pattern) or path == whole or path.startswith(f"{whole}.") for path in spoken):
            fitted.unlearned.append(Unlearned(whole, why))
    seen = _seen(fitted)
    fitted.unlearned += [Unlearned(path, why + (seen if path == SHIFTS else "")) for path, why in NEVER.items()]


def _seen(fitted: Fitted) -> str:
    """When teams were sent, in words; empty where no team was sent often enough to tell."""
    table = fitted.tables.get("rosters")
    if table is None:
        return ""
    rows = [
        f"{row.responder} {'every day' if row.days == 'all' else f'on {row.days}'} from {row.start} to {row.end}, "
        f"{row.posts} {'unit' if row.posts == 1 else 'units'} a day"
        for row in table.itertuples()
    ]
    return f". When teams were sent: {'; '.join(rows)}"
