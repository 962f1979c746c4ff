"""Files to a checked `Scenario` and back: the one door into the package for scenario files.

Every fault is collected before any is raised. Form is `reading.py`'s, gathering `chain.py`'s, the schema
`shape.py`'s, what crosses sections `checks/`.
"""

from __future__ import annotations

import datetime as dt
import importlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import sim.outcomes
import sim.policies
from sim.errors import Fault, ScenarioError
from sim.scenario.chain import Gathered, gather, gather_data
from sim.scenario.checks import cross_faults
from sim.scenario.checks.sound import sound_parts
from sim.scenario.library import Library
from sim.scenario.node import Node, Spot, from_data, nearest_spot, plain, shortened
from sim.scenario.number import DAYS, Sourced
from sim.scenario.origin import Origin
from sim.scenario.schema import Scenario
from sim.scenario.shape import departures, faults_of

REGISTERED_ON_IMPORT = (sim.policies, sim.outcomes)


def load(path: str | Path, sets: Iterable[str] = (), plugins: bool = True, library: Library | None = None) -> Scenario:
    """The scenario of a file, with all it extends.

    A name without a folder that is no file here is looked for in the shipped library.

    Parameters
    ----------
    sets : iterable of str
        `PATH=VALUE` texts laid over the files, the value in YAML.
    plugins : bool
        Whether the modules named under `plugins` are imported, so that what they register is known.

    Raises
    ------
    ScenarioError
        With every fault found.
    """
    shelf = library or Library()
    return _finished(gather(_asked_for(Path(path), shelf), sets, shelf), plugins)


def load_data(data: Mapping[str, Any], name: str = "run.json", plugins: bool = True, library: Library | None = None) -> Scenario:
    """A scenario from what `dump` gave; `name` is the file in messages."""
    return _finished(gather_data(from_data(data, Spot(name)), library or Library()), plugins)


def dump(scenario: Scenario) -> dict[str, Any]:
    """The resolved scenario as plain data that JSON can hold and `load_data` takes; defaults are written out."""
    data: dict[str, Any] = scenario.model_dump(mode="json", exclude_none=True)
    name_days(data)
    return data


def name_days(value: Any) -> None:
    """Names for the numbers of days, in every shift and staffed hour."""
    if isinstance(value, dict):
        if isinstance(value.get("days"), list):
            value["days"] = [DAYS[day] for day in value["days"]]
        for child in value.values():
            name_days(child)


def _asked_for(path: Path, library: Library) -> Path:
    if path.parent == Path() and path.name:
        here = library.find(path.name, [Path()])
        return here if here is not None else path
    return path


def _finished(found: Gathered, plugins: bool) -> Scenario:
    if found.tree is None:
        raise ScenarioError(found.faults)
    tree = found.tree
    data = as_typed(plain(tree))
    faults = import_plugins(tree, data, found.folders) if plugins else []
    scenario: Scenario | None = None
    broken = []
    try:
        scenario = Scenario.model_validate(flat_params(data), strict=True)
    except ValidationError as error:
        wrong = departures(tree, error)
        broken = [one.keys for one in wrong]
        faults += faults_of(tree, wrong)
    evidence = found.library.evidence(found.folders)
    faults += cross_faults(tree, sound_parts(flat_params(data), broken), data, evidence)
    if found.faults or faults or scenario is None:
        raise ScenarioError(_once(found.faults, faults))
    scenario.set_origin(Origin(tree, tuple(found.files), frozenset(found.base_files), evidence))
    return scenario


def _once(of_form: list[Fault], others: list[Fault]) -> Iterator[Fault]:
    """Nothing more of a value that could not be read as it stands."""
    unread = {(fault.file, fault.line, fault.column) for fault in of_form if fault.line}
    yield from of_form
    yield from (fault for fault in others if (fault.file, fault.line, fault.column) not in unread)


def as_typed(data: dict[str, Any]) -> dict[str, Any]:
    """Plain data with dates that JSON, or quotes, made texts."""
    run = data.get("run")
    if not isinstance(run, dict):
        return data
    return {**data, "run": {name: _date(value) if name in ("begins", "policy_starts") else value for name, value in run.items()}}


def _date(value: Any) -> Any:
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def flat_params(data: dict[str, Any]) -> dict[str, Any]:
    """The data with the parameters of policy, outcome model and mechanisms as bare numbers; sources stay with the origin."""
    policy, outcomes, mechanisms = data.get("policy"), data.get("outcomes"), data.get("mechanisms")
    if isinstance(policy, dict):
        data = {**data, "policy": {name: _bare(value) for name, value in policy.items()}}
    if isinstance(outcomes, dict) and isinstance(outcomes.get("params"), dict):
        params = {name: _bare(value) for name, value in outcomes["params"].items()}
        data = {**data, "outcomes": {**outcomes, "params": params}}
    if isinstance(mechanisms, dict):
        data = {**data, "mechanisms": {name: _bare_params(params) for name, params in mechanisms.items()}}
    return data


def _bare_params(params: Any) -> Any:
    return {name: _bare(value) for name, value in params.items()} if isinstance(params, dict) else params


def _bare(value: Any) -> Any:
    if isinstance(value, str) or value is None:
        return value
    try:
        return Sourced.model_validate(value, strict=True).value
    except ValidationError:
        return value


def import_plugins(tree: Node, data: Mapping[str, Any], folders: list[Path]) -> list[Fault]:
    """Import the modules a scenario names; one that cannot be imported is a fault, whatever it raised."""
    named = data.get("plugins")
    faults = []
    for i, name in enumerate(named if isinstance(named, list) else []):
        if not isinstance(name, str):
            continue  # the schema says so
        got = _import_error(name, folders)
        if got:
            spot = nearest_spot(tree, ("plugins", i))
            hint = "looked beside the scenario and in the working directory"
            faults.append(
                Fault(spot.file, spot.line, spot.column, f"plugins[{i}]", got, "a Python module that can be imported", hint)
            )
    return faults


def _import_error(name: str, folders: list[Path]) -> str:
    if not all(part.isidentifier() for part in name.split(".")):
        return f"{shortened(name)!r}"
    try:
        with _search_path([*folders, Path.cwd()]):
            importlib.invalidate_caches()
            importlib.import_module(name)
    except (Exception, SystemExit) as error:  # a plug-in is somebody else's code
        return f"{shortened(repr(name))}: {shortened(f'{type(error).__name__}: {error}', 160)}"
    return ""


@contextmanager
def _search_path(folders: list[Path]) -> Iterator[None]:
    """The folders at the end of Python's search path, for a moment; what is installed comes first."""
    before = list(sys.path)
    sys.path.extend(str(folder) for folder in folders)
    try:
        yield
    finally:
        sys.path[:] = before
