"""The loop, the rules and the policies loaded through numba: compiled copies of plain functions, in one namespace.

Nothing is decided or told here. The sources stay plain; this file makes compiled copies of them, lays a world out in
blocks, and enters the loop again and again until the run is over.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from numba.core import types
from numba.extending import intrinsic
from numba.np.numpy_support import from_dtype

from sim import compile_cache
from sim.engines import (
    agenda,
    layout,
    loop,
    loop_centre,
    loop_doors,
    loop_following,
    loop_phone,
    loop_scene,
    loop_unit,
    moves,
)
from sim.engines.played import Played
from sim.engines.pointer import Block, BlockType, Entry
from sim.errors import LedgerError, RuleError
from sim.rules import answering, assembling, deploying, lifecycle, matching, placing, recurring, settling, timing
from sim.rules.lifecycle import CallStatus, Event, Status
from sim.rules.matching import PolicyParts
from sim.tables import (
    MAX_SLOTS,
    AlternativeRow,
    CallRow,
    DeskRow,
    DoorRow,
    FacilityRow,
    LedgerRow,
    LineRow,
    ResponderRow,
    UnitRow,
    dtype_of,
    rows_to_array,
)
from sim.world import Facts, World
from sim.world.facts import first_units

Records = npt.NDArray[Any]

SOURCES = (
    lifecycle, timing, settling, placing, answering, recurring, assembling, deploying, matching,
    agenda, moves, loop_unit, loop_doors, loop_following, loop_centre, loop_phone, loop_scene, loop,
)  # fmt: skip
ENTRY = "advance"
OPTIONS = {"nogil": True, "_nrt": False}  # no lock held; nothing is allocated, so nothing need be counted
HOME = "crisis_sim_compiled"
FIRST_AGENDA = 4096
OVER = (int(CallStatus.ENDED), int(CallStatus.LATENT))


def home() -> ModuleType:
    """The namespace of compiled copies, made at the first call."""
    held = sys.modules.get(HOME)
    if held is not None:
        return held
    module = ModuleType(HOME)
    for source in SOURCES:
        for name, value in vars(source).items():
            if isinstance(value, FunctionType) and value.__module__ == source.__name__:
                setattr(module, name, value)
            elif isinstance(value, int) and not isinstance(value, bool):
                setattr(module, name, int(value))
            elif isinstance(value, tuple) and value and isinstance(value[0], tuple):
                setattr(module, name, np.array(value, np.int8))
    sys.modules[HOME] = module
    for name, value in list(vars(module).items()):
        if isinstance(value, FunctionType):
            setattr(module, name, copied(value, cache=name in {ENTRY, "close"}))
    return module


def copied(function: FunctionType, cache: bool = False) -> Any:
    """A compiled copy of a plain function that finds other copies by name."""
    copy = FunctionType(function.__code__, vars(sys.modules[HOME]), function.__name__)
    copy.__qualname__, copy.__module__ = function.__name__, HOME
    with compile_cache.folder():
        return numba.njit(copy, cache=cache, **OPTIONS)


UNIT = from_dtype(dtype_of(UnitRow))
CALL = from_dtype(dtype_of(CallRow))


@cache
def parameters_type(names: tuple[str, ...]) -> BlockType:
    """The layout of a policy's parameters."""
    return BlockType("Params", tuple((name, types.int64) for name in names))


def reader(kind: BlockType) -> Any:
    """Compiled code's way from an address back to parameters by name."""

    @intrinsic  # type: ignore[untyped-decorator]  # numba ships no types
    def as_params(typing_context: Any, address: Any) -> Any:
        def pass_on(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return arguments[0]

        return kind(types.int64), pass_on

    return as_params


def policy_entries(policy: PolicyParts, town_type: BlockType) -> tuple[Entry, Entry, Entry]:
    """The three functions of a policy compiled for the loop, each with parameters by address.

    RuleError, with numba's reason in one line, if one of them is not in the subset numba takes.
    """
    key = (policy.score_unit, policy.score_call, policy.may_commit, tuple(vars(policy.params)))
    held = _ENTRIES.get(key)
    if held is None:
        kind = parameters_type(tuple(vars(policy.params)))
        as_params = reader(kind)
        unit = _whole(policy.score_unit, (town_type, UNIT, CALL, types.int64, kind), policy.name)
        order = _whole(policy.score_call, (town_type, CALL, types.int64, kind), policy.name)
        commit = _whole(policy.may_commit, (town_type, UNIT, CALL, types.int64, kind), policy.name)

        def score_unit(town: Any, unit_row: Any, call: Any, now: Any, address: Any) -> Any:
            return unit(town, unit_row, call, now, as_params(address))

        def score_call(town: Any, call: Any, now: Any, address: Any) -> Any:
            return order(town, call, now, as_params(address))

        def may_commit(town: Any, unit_row: Any, call: Any, now: Any, address: Any) -> Any:
            return 1 if commit(town, unit_row, call, now, as_params(address)) else 0

        five = types.int64(town_type, UNIT, CALL, types.int64, types.int64)
        four = types.int64(town_type, CALL, types.int64, types.int64)
        held = _entry(score_unit, five), _entry(score_call, four), _entry(may_commit, five)
        _ENTRIES[key] = held
    return held


_ENTRIES: dict[Any, tuple[Entry, Entry, Entry]] = {}


def _entry(function: Callable[..., Any], signature: Any) -> Entry:
    return Entry(numba.njit(signature, **OPTIONS)(function), signature)


def _whole(function: Any, argument_types: tuple[Any, ...], policy: str) -> Any:
    """A compiled copy that answers in whole numbers or yes and no, or a RuleError."""
    home()
    names = dict(vars(sys.modules[HOME]))
    names.update({k: v for k, v in function.__globals__.items() if isinstance(v, (int, FunctionType)) and k not in names})
    names.update({k: numba.njit(v, **OPTIONS) for k, v in names.items() if isinstance(v, FunctionType) and v is not function})
    copy = numba.njit(FunctionType(function.__code__, names, function.__name__), **OPTIONS)
    try:
        copy.compile(argument_types)
        answer = copy.overloads[argument_types].signature.return_type
    except Exception as error:  # numba answers what it cannot take with errors of many kinds
        raise RuleError(f"policy {policy}: numba cannot take {function.__name__}: {_reason(error)}") from None
    if not isinstance(answer, (types.Boolean, types.BooleanLiteral, types.Integer, types.IntegerLiteral)):
        raise RuleError(f"policy {policy}: {function.__name__} answers {answer}, want whole numbers")
    return copy


def _reason(error: Exception) -> str:
    """What numba says, in one line, without the stage of its work at which it said so."""
    if isinstance(error, KeyError):  # what numba answers to a column that a row lacks
        return f"no column {error} in what it reads"
    lines = [line.strip() for line in str(error).splitlines() if line.strip() and not line.startswith("Failed in")]
    return lines[0][:200].rstrip(": ") if lines else type(error).__name__


def shared_rows(world: World) -> dict[str, Any]:
    """What the towns before and after the change share: units, people, desks and doors as they are now, counts."""
    n_types = len(world.names.responders)
    return {
        "units": world.units.copy(),
        "persons": world.persons.copy(),
        "lines": rows_to_array([LineRow(i) for i in range(len(world.names.desks))], LineRow),
        "doors": rows_to_array([DoorRow(i) for i in range(len(world.names.facilities))], DoorRow),
        "n_idle": np.zeros(n_types, np.int64),
        "n_on_duty": np.zeros(n_types, np.int64),
    }


def town_block(facts: Facts, shared: dict[str, Any]) -> Block:
    """A plan's facts as one address."""
    return Block(
        "Town",
        **dict(sorted((facts.tables | facts.numbers).items())),  # two plans may have made them in another order
        alternatives=rows_to_array(list(facts.alternatives), AlternativeRow),
        picked=np.zeros(MAX_SLOTS, np.int64),
        responders=rows_to_array(list(facts.responders), ResponderRow),
        facilities=rows_to_array(list(facts.facilities), FacilityRow),
        desks=rows_to_array(list(facts.desks), DeskRow),
        first_unit=first_units(shared["units"]["responder"], len(shared["n_idle"])),
        **shared,
    )


def policy_block(policy: PolicyParts, town_type: BlockType) -> Block:
    """A policy as one address."""
    unit, order, commit = policy_entries(policy, town_type)
    params = Block("Params", **vars(policy.params))
    block = Block("Policy", score_unit=unit, score_call=order, may_commit=commit, params=params.address)
    block.kept["params_block"] = params
    return block


class LaidOut:
    """A world laid out for the loop: enter with `advance_to`, leave at any event, read the rows when done."""

    def __init__(self, world: World, first_rows: int | None = None, first_agenda: int = FIRST_AGENDA) -> None:
        self.world = world
        self.home = home()
        self.calls, self.stays, self.tasks = world.calls.copy(), world.stays.copy(), world.tasks.copy()
        self.shared = shared_rows(world)
        self.before = town_block(world.before, self.shared)
        same = world.after is world.before
        self.after = self.before if same else town_block(world.after, self.shared)
        self.policies = [policy_block(p, self.before.numba_type) for p in (world.policy_before, world.policy_after)]
        layout.check_room(world)
        counters = layout.counters(world)
        known = layout.known_columns(world)
        n_known = len(known["known_keys"])
        rows = layout.rows_expected(world, n_known) if first_rows is None else first_rows
        self.w = Block(
            "World",
            **counters,
            rows=np.zeros(rows, dtype_of(LedgerRow)),  # zeros: a row ends in bytes that hold nothing
            calls=self.calls,
            lucks=world.lucks,
            stays=self.stays,
            tasks=self.tasks,
            **{name: np.empty(most + 1, np.int64) for name, most in layout.sets(world).items()},
            **known,
            n_known=n_known,
            rematch_s=np.array(world.policy_before.rematch_s, np.int64),
            rematch_after_s=np.array(world.policy_after.rematch_s, np.int64),
            agenda_keys=np.empty(first_agenda, np.int64),
            agenda_stamps=np.empty(first_agenda, np.int64),
        )

    def advance_to(self, until_s: int, n_max: int = 2**62) -> bool:
        """Play events before `until_s`, at most `n_max`; true when none is left."""
        while True:
            said = self.home.advance(self.w, self.before, self.after, *self.policies, until_s, n_max)
            if said == loop.NEED_ROWS:
                self._grow("rows")
            elif said == loop.NEED_AGENDA:
                self._grow("agenda_keys")
                self._grow("agenda_stamps")
            elif said == loop.FAULT:
                raise LedgerError(self._fault())
            else:
                return bool(said == loop.DONE)

    def _grow(self, name: str) -> None:
        held = self.w.kept[name]
        larger = np.zeros(2 * len(held) + 256, held.dtype)
        larger[: len(held)] = held
        self.w.put(name, larger)

    def _fault(self) -> str:
        entity, event, status, now = (self.w.number(f) for f in ("fault_entity", "fault_event", "fault_status", "now"))
        is_call = all(after < 0 for after in (row[event] for row in lifecycle.NEXT_STATUS))
        name = f"call {entity}" if is_call else self.world.names.units[entity]
        return f"{name}: {Event(event).name} is no move from {(CallStatus if is_call else Status)(status).name}, at {now} s"

    def close(self) -> Played:
        """End what is unfinished; everything as it stands."""
        self.w.put("now", self.world.end_s)
        n_open = int((~np.isin(self.calls["status"][: self.w.number("next_call")], OVER)).sum())
        while len(self.w.kept["rows"]) < self.w.number("n_rows") + n_open:
            self._grow("rows")
        self.home.close(self.w)
        ledger = self.w.kept["rows"][: self.w.number("n_rows")]
        return Played(ledger, self.calls, self.shared["units"], self.shared["persons"], self.stays, self.tasks)


def play(world: World) -> Played:
    """Play a world to its end."""
    played = LaidOut(world)
    played.advance_to(world.end_s)
    return played.close()
