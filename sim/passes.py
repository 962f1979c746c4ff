"""Passes over long arrays, told twice: in steps of whole arrays for NumPy, and as a plain loop for numba.

The loop runs, compiled, in a process that has numba at work already; the steps run everywhere else, so that nobody
waits for a compiler to build one world. Both give the same bits (the tests hold them to it): which one ran shows in
nothing but time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from types import FunctionType
from typing import Any, ParamSpec, TypeVar

from sim import compile_cache

P = ParamSpec("P")
R = TypeVar("R")


def is_at_work() -> bool:
    """Whether numba has been imported in this process, compiles, and takes logarithms from the same library as Python."""
    numba = sys.modules.get("numba")
    return numba is not None and not numba.config.DISABLE_JIT and not numba.config.USING_SVML


def also_as_loop(loop: Callable[P, R]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let compiled code do what the decorated function does in array steps.

    The loop may call other functions of its own file and read its constants; a file is compiled anew when it changes.
    """

    def pair(steps: Callable[P, R]) -> Callable[P, R]:
        @wraps(steps)
        def told(*args: P.args, **kwargs: P.kwargs) -> R:
            told_by = compiled(loop) if is_at_work() else steps
            return told_by(*args, **kwargs)

        told.steps, told.loop = steps, loop  # type: ignore[attr-defined]  # for tests, which try both
        return told

    return pair


@cache
def compiled(loop: Any) -> Any:
    """A compiled copy of a plain function, kept on disk, and of the functions of its file that it calls."""
    import numba

    own = {name: value for name, value in loop.__globals__.items() if name in loop.__code__.co_names}
    helpers = {
        name: numba.njit(nogil=True)(value)
        for name, value in own.items()
        if isinstance(value, FunctionType) and value.__module__ == loop.__module__
    }
    copy = FunctionType(loop.__code__, {**loop.__globals__, **helpers}, loop.__name__, loop.__defaults__)
    with compile_cache.folder(Path(loop.__code__.co_filename)):
        return numba.njit(nogil=True, cache=True)(copy)
