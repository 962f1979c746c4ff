"""Files beside a drafted scenario: when calls come, and how the numbers move together from draw to draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.calibrate.drafting.outline import Town
from sim.calibrate.drafting.paper import Page, broken, commented, key_text, numbers, quoted_file
from sim.calibrate.estimate import KEPT, Estimate, Fitted, Shape
from sim.study.template import quoted

PROFILES = {"demand.profile": "", "demand.other_profile": "_other"}  # path -> what its file's name ends in
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def profiles(page: Page, fitted: Fitted, town: Town, name: str) -> dict[str, list[str]]:
    """The files of when calls come; each is named in the scenario."""
    files = {}
    for shape in fitted.shapes:
        file = f"profiles/{name}{PROFILES[shape.path]}.yaml"
        page.put(shape.path, quoted_file(file))
        files[file] = list(_profile_lines(shape, town))
    return files


def _profile_lines(shape: Shape, town: Town) -> Iterator[str]:
    whose = "calls about people" if shape.path == "demand.profile" else "ordinary police work"
    yield from commented(
        f"When {whose} come in {town.name}: {shape.how.rstrip('.')} ({shape.n:,} calls). Weights with mean one; only the shape "
        "counts. Made by crisis-sim calibrate."
    )
    yield f"source: {quoted(town.source)}"
    yield "hours_of_week: ["
    for n, name in enumerate(WEEK):
        values = [f"{weight:.3f}" for weight in shape.hours_of_week[24 * n : 24 * n + 24]]
        yield f"  # {name}"
        yield f"  {', '.join(values[:12])},"
        yield f"  {', '.join(values[12:])}{',' if n < 6 else ''}"
    yield "]"
    if shape.months is None:
        yield "# No months: the export does not cover a whole year, so every month has its share."
    else:
        yield "months: [    # January to December"
        yield f"  {', '.join(f'{weight:.3f}' for weight in shape.months)}"
        yield "]"


def draws(page: Page, fitted: Fitted, written: Sequence[Estimate], town: Town, name: str) -> dict[str, list[str]]:
    """The file of joint draws, named in the scenario; nothing where nothing was resampled."""
    factors = {one.path: one.resamples[:KEPT] / one.value for one in written if _may_vary(one)}
    shapes = [shape for shape in fitted.shapes if len(shape.hours_resampled) >= KEPT]
    if not factors and not shapes:
        return {}
    file = f"draws/{name}.yaml"
    page.put("resampled", quoted_file(file))
    page.say("resampled", "How these numbers move together: draw n of compare takes the n-th resampling of the days.")
    lines = commented(
        f"Joint draws: the numbers of {name}.yaml under {KEPT} resamplings of the days of the export, as factors on the stated "
        "values. A planner need not read this."
    )
    lines.append(f"source: {quoted(town.source)}")
    lines += ["factors:"] if factors else []
    for path, values in factors.items():
        lines += broken(f"  {key_text(path)}: ", numbers(values), "  ")
    lines += ["profiles:"] if shapes else []
    for shape in shapes:
        lines.append(f"  {shape.path.rsplit('.', 1)[-1]}:")
        for part in ("hours", "weekdays", "months"):
            rows = getattr(shape, f"{part}_resampled")
            if rows is not None and not (part == "months" and shape.months is None):
                lines.append(f"    {part}:")
                lines += [line for row in rows[:KEPT] for line in broken("      - ", numbers(row), "      ")]
    return {file: lines}


def _may_vary(one: Estimate) -> bool:
    """Whether the resamples of an estimate are factors on it: not of zero, nor where some resample could not tell."""
    kept = one.resamples[:KEPT]
    return one.value != 0 and len(kept) == KEPT and bool(np.isfinite(kept).all()) and bool((kept / one.value >= 0).all())
