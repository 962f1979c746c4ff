"""Three numbers common to all programmes, fitted on every second one by name and judged on the others.

Minutes more out of service after a contact, a factor on minutes at the scene of crews without an officer, and the share of
calls for which the centre follows a programme's plan. Fitted at stated values on lives of their own; the file says how.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from experiments.programme_lives import Life, Programme, is_assumed, play, programmes, unit_of
from sim.scenario.schema import Scenario

FILE = Path(__file__).with_suffix(".yaml")
GRID = {
    "minutes_after_contact": (0.0, 15.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0),
    "civilian_on_scene_factor": (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.25, 1.5),
    "uptake": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
}
START = {"minutes_after_contact": 0.0, "civilian_on_scene_factor": 1.0, "uptake": 1.0}
ROUNDS = 3
REPLICATIONS = (900, 901)  # of the stated values; what is judged lives draws of inputs
POINTS, RATIO, MOST = 0.1, 1.25, 3.0  # a miss of one: ten points of a share, a quarter of anything else; no miss counts more
Parameters = Mapping[str, float]


def fitting_half(names: Sequence[str]) -> list[str]:
    """Every second programme in the order of their names, from the first: fixed by the names alone."""
    return sorted(names)[::2]


def fitted_to(programme: Programme) -> list[str]:
    """Outputs of a programme that the fit may see: of work and time, not money, not endings, not what was put in."""
    return [
        metric
        for metric in programme.outputs
        if unit_of(metric) and unit_of(metric) != "USD" and not is_assumed(metric) and not programme.is_input(metric)
    ]


def sets_of(scenario: Scenario, parameters: Parameters) -> tuple[str, ...]:
    """The three numbers as changes to one scenario. A centre whose uptake is stated keeps it."""
    units = sorted({unit for programme in scenario.programmes.values() for unit in programme.units})
    sets = []
    for unit in units:
        responder = scenario.responders[unit]
        after = responder.paperwork_min.value + parameters["minutes_after_contact"]
        sets.append(f"responders.{unit}.paperwork_min={after:g}")
        if not any("officer" in discipline for discipline in responder.crew):
            minutes = responder.on_scene_min.value * parameters["civilian_on_scene_factor"]
            sets.append(f"responders.{unit}.on_scene_min={minutes:g}")
    if scenario.uptake is None:
        sets.append(f"uptake={{first: {{all: {parameters['uptake']:g}}}}}")
    return tuple(sets)


def miss(metric: str, published: float, simulated: float) -> float:
    """How far off, in units that can be added up: squared, and never more than nine."""
    if unit_of(metric) == "share":
        off = abs(simulated - published) / POINTS
    elif simulated <= 0:
        off = MOST
    else:
        off = abs(math.log(simulated / published)) / math.log(RATIO)
    return min(off, MOST) ** 2


class Fit:
    """Pooled misses of the fitting half, each choice of the three numbers played once."""

    def __init__(self, pool: Pool, half: Sequence[Programme]) -> None:
        self.pool, self.half = pool, [programme for programme in half if fitted_to(programme)]
        self.known: dict[tuple[float, ...], float] = {}

    def pooled(self, parameters: Parameters) -> float:
        """Mean of the squared misses over all outputs fitted to."""
        key = tuple(parameters.values())
        if key not in self.known:
            lives = [
                Life(programme.path, sets_of(programme.scenario, parameters), 0, k)
                for programme in self.half
                for k in REPLICATIONS
            ]
            values = self.pool.map(play, lives, chunksize=1)
            self.known[key] = self._mean_miss(values)
        return self.known[key]

    def _mean_miss(self, values: Sequence[Sequence[float]]) -> float:
        found = []
        for k, programme in enumerate(self.half):
            n = len(REPLICATIONS)
            means = dict(zip(programme.outputs, np.mean(values[n * k : n * (k + 1)], axis=0), strict=True))
            found += [miss(metric, programme.outputs[metric].value, means[metric]) for metric in fitted_to(programme)]
        return float(np.nanmean(found))

    def best(self) -> dict[str, float]:
        """One number after the other over its grid, three times over or until nothing moves; the first of equals."""
        now = dict(START)
        for _ in range(ROUNDS):
            before = dict(now)
            for name, grid in GRID.items():
                now[name] = min(grid, key=lambda value, name=name: self.pooled({**now, name: value}))
            if now == before:
                break
        return now


def write(fit: Fit, parameters: Parameters, names: Sequence[str], file: Path = FILE) -> None:
    """Keep what was fitted, to what, and how well."""
    lines = [
        "# Made by `make validation`; not a scenario. The shipped scenarios know nothing of it: the numbers are laid over them",
        "# for one column of docs/validation.md. Half of the programmes, every second by name, is fitted to.",
        "parameters:",
        *(f"  {name}: {value:g}" for name, value in parameters.items()),
        f"pooled_miss: {{before: {fit.pooled(START):.3f}, after: {fit.pooled(parameters):.3f}}}",
        f"choices_played: {len(fit.known)}",
        "fitted_to:",
        *(f"  {programme.name}: [{', '.join(fitted_to(programme))}]" for programme in fit.half),
        f"fitting_half: [{', '.join(fitting_half(names))}]",
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def kept(file: Path = FILE) -> dict[str, Any]:
    """What the file holds."""
    return dict(YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8")))


def fit_all(pool: Pool) -> dict[str, Any]:
    """Fit on half of the shipped programmes; what was kept of it in the file."""
    every = programmes()
    names = [programme.name for programme in every]
    fit = Fit(pool, [programme for programme in every if programme.name in fitting_half(names)])
    write(fit, fit.best(), names)
    return kept()
