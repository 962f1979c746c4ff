"""What every shipped programme published, beside what its scenario gives: docs/validation.md, its CSV, its picture.

First three shared numbers are fitted on half of the programmes (experiments/shared_fit.py), then all are played twice: as
shipped, and with the fit laid over them. Some minutes on two processors.

    python -m experiments.programmes [--draws 40] [--lives 2] [--out docs]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments import shared_fit
from experiments.programme_lives import (
    ROOT,
    Floats,
    Life,
    Programme,
    grade_of,
    ids_of,
    play_all,
    programmes,
    unit_of,
)
from experiments.programme_page import page, picture
from sim.measure.charts.page import keep, style
from sim.screen import progress
from sim.study.play import n_processors

DRAWS, LIVES = 40, 2
PERCENTILES = (2.5, 97.5)


def lives_of(programme: Programme, sets: tuple[str, ...], draws: int, lives: int) -> list[Life]:
    """Lives by which a programme is judged: draws of its inputs from the first on."""
    return [Life(programme.path, sets, draw, k) for draw in range(1, draws + 1) for k in range(lives)]


def rows_of(programme: Programme, values: Mapping[str, Floats], half: str, n: tuple[int, int]) -> list[dict[str, Any]]:
    """One row a published output; `values` is life × output, as shipped and with the shared fit."""
    seen = shared_fit.fitted_to(programme) if half == "fitting" else []
    rows = []
    for k, (metric, record) in enumerate(programme.outputs.items()):
        role = "input" if programme.is_input(metric) else "predicted"
        row = {
            "programme": programme.name,
            "metric": metric,
            "of": record.of or "",
            "unit": unit_of(metric) or record.unit or "",
            "published_unit": record.unit or "",
            "observed": record.value,
            "source": " ".join(ids_of(record)),
            "grade": grade_of(record),
            "half": half,
            "draws": n[0],
            "lives": n[0] * n[1],
            "shipped_role": role,
            "fitted_role": "fitted" if metric in seen else role,
        }
        for case, lives in values.items():
            row |= {f"{case}_{name}": value for name, value in described(lives[:, k]).items()}
        rows.append(row)
    return rows


def described(values: Floats) -> dict[str, float]:
    """Mean of lives, where 95 of 100 lie, and the extremes."""
    if np.isnan(values).all():
        return dict.fromkeys(("mean", "low", "high", "least", "most"), np.nan)
    low, high = np.nanpercentile(values, PERCENTILES)
    found = {"mean": np.nanmean(values), "low": low, "high": high, "least": np.nanmin(values), "most": np.nanmax(values)}
    return {name: float(f"{value:.6g}") for name, value in found.items()}


def naive(found: pd.DataFrame) -> pd.Series:
    """For each row the mean of what the other programmes published of the same output in the same unit; none without two."""
    keys = [found["metric"], found["published_unit"]]
    total, n = found.groupby(keys)["observed"].transform("sum"), found.groupby(keys)["observed"].transform("count")
    return ((total - found["observed"]) / (n - 1)).where(n > 2).round(6)


def validate(pool: Pool, parameters: Mapping[str, float], draws: int, lives: int) -> pd.DataFrame:
    """Every programme as shipped and with the shared fit, one row a published output."""
    every = programmes()
    fitting = shared_fit.fitting_half([programme.name for programme in every])
    rows: list[dict[str, Any]] = []
    with progress(2 * len(every), "Programmes") as advance:
        for programme in every:
            values = {}
            for case, sets in {"shipped": (), "fitted": shared_fit.sets_of(programme.scenario, parameters)}.items():
                values[case] = play_all(pool, lives_of(programme, sets, draws, lives))
                advance(1)
            rows += rows_of(programme, values, "fitting" if programme.name in fitting else "judging", (draws, lives))
    found = pd.DataFrame(rows)
    found["naive"] = naive(found)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, play, write the page, the CSV and the picture."""
    parser = argparse.ArgumentParser("programmes", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--lives", type=int, default=LIVES)
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    args = parser.parse_args(arguments)
    with get_context("spawn").Pool(n_processors()) as pool:
        fit = shared_fit.fit_all(pool)
        found = validate(pool, fit["parameters"], args.draws, args.lives)
    with style():
        keep(picture(found), args.out)
    text = page(pd.read_csv(args.out / "validation.csv"), fit)
    (args.out / "validation.md").write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
