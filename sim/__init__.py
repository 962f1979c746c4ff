"""crisis-sim: what a city would get for its money in crisis response, simulated call by call.

The public names: `load` a scenario, `build_world` for one replication, `run` it, `measure` the ledger, `compare`
two lists of measures, `study` many replications. Extensions import `sim.extend`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.engines.run import run
    from sim.measure import measure
    from sim.measure.compare import paired as compare
    from sim.scenario.load import load
    from sim.study import study
    from sim.world import build_world

__version__ = "0.1.0"
__all__ = ["build_world", "compare", "load", "measure", "run", "study"]

_HOMES = {
    "load": ("sim.scenario.load", "load"),
    "build_world": ("sim.world", "build_world"),
    "run": ("sim.engines", "run"),
    "measure": ("sim.measure", "measure"),
    "compare": ("sim.measure.compare", "paired"),
    "study": ("sim.study", "study"),
}


def __getattr__(name: str) -> Any:
    """Public names are imported when first asked for, so that `crisis-sim --help` answers at once."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no public name {name!r}; public names: {', '.join(__all__)}")
    module, attribute = _HOMES[name]
    import_module("sim.policies")
    import_module("sim.outcomes")
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, whether or not they have been asked for yet."""
    return sorted({*globals(), *__all__})
