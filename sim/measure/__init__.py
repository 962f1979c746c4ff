"""What happened, counted and priced. Reads tables and knows no engine: a ledger from a file reads the same.

`measure` is the door. `ledger` and `reach` derive tables, `items` are priced by `costs`, `metrics` holds the measures,
`compare` sets options beside each other, `observed` sets a city's own records beside the simulated.
"""

import sys
from types import ModuleType
from typing import Any

from sim.measure import items as _items  # registers the cost items
from sim.measure import metrics as _metrics  # registers the metrics
from sim.measure.measures import Measures, Setting, measure
from sim.world import World

__all__ = ["Measures", "Setting", "measure"]
del _items, _metrics


class _Door(ModuleType):
    """The room itself answers to `sim.measure(ledger, world)`, whichever of the two was imported first."""

    def __call__(self, ledger: Any, world: World) -> Measures:
        return measure(ledger, world)


sys.modules[__name__].__class__ = _Door
