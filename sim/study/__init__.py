"""Many runs: replications kept in results folders, comparisons, and the one-screen texts about them."""

import sys
from types import ModuleType
from typing import Any

from sim.study.run import Interrupted, Study, study

__all__ = ["Interrupted", "Study", "study"]


class _Door(ModuleType):
    """The room itself answers to `sim.study(scenario)`, whichever of the two was imported first; as `sim.measure` does."""

    def __call__(self, *args: Any, **kwargs: Any) -> Study:
        return study(*args, **kwargs)


sys.modules[__name__].__class__ = _Door
