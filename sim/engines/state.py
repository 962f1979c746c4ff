"""The state of a run at some second, kept in a file: run, save, load, run equals the unbroken run byte for byte.

A state belongs to one replication of one world, and goes on in any world that is the same up to that second: the same one,
or one that lasts longer. It is the compiled engine's; what it holds are rows, sets and clocks, no code.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from sim.engines import agenda, layout
from sim.engines.compiled import LaidOut
from sim.engines.loop import COUNTERS
from sim.engines.played import Played
from sim.errors import ResultsError
from sim.rules.lifecycle import Event
from sim.tables import FORMAT_VERSION
from sim.world import Facts, World

SHARED = ("units", "persons", "lines", "doors", "n_idle", "n_on_duty")
OF_CALLS = ("stream", "number", "received_s", "zone", "channel", "age", "is_unhoused", "is_induced", "person")


def identity(world: World, t_s: int) -> str:
    """SHA-256 of all that decides what happens before second `t_s`: plans, luck, what is known beforehand."""
    digest = hashlib.sha256()

    def add(*arrays: Any) -> None:
        for array in arrays:
            digest.update(np.ascontiguousarray(array).tobytes())

    for facts in (world.before, world.after):
        digest.update(json.dumps(_plain(facts), sort_keys=True).encode())
        add(*(facts.tables[name] for name in sorted(facts.tables)))
    for policy in (world.policy_before, world.policy_after):
        digest.update(f"{policy.name} {policy.params!r} {policy.rematch_s}".encode())
    n_calls, n_visits = _n_before(world, t_s)
    add(*(world.calls[name][:n_calls] for name in OF_CALLS))
    add(*(world.lucks[name][:n_calls] for name in world.lucks.dtype.names or ()))
    add(world.visits_s[:n_visits], *(world.units[name] for name in ("responder", "home_zone", "turnout_s")))
    known = layout.known_columns(world)
    n_known = int(np.searchsorted(known["known_keys"], t_s << agenda.TIME_BITS))
    # Who walks in is counted from the end of a table whose length is the number of calls: only when they come is compared.
    add(known["known_keys"][:n_known] >> agenda.RANK_BITS, known["known_number"][:n_known])
    digest.update(f"{world.seed} {world.replication} {world.policy_starts_s} {world.names}".encode())
    return digest.hexdigest()


def _plain(facts: Facts) -> list[Any]:
    rows = (facts.responders, facts.facilities, facts.alternatives, facts.desks)
    return [facts.numbers, [[vars(row) for row in table] for table in rows]]


def _n_before(world: World, t_s: int) -> tuple[int, int]:
    """Calls and other people's visits that come before second `t_s`."""
    return int(np.searchsorted(world.calls["received_s"], t_s)), int(np.searchsorted(world.visits_s, t_s))


def save(played: LaidOut, t_s: int, file: Path) -> None:
    """Keep the state of a run that has been advanced to second `t_s`. An older file of the name is replaced at once."""
    world = played.world
    n_calls, n_visits = _n_before(world, t_s)
    n = {name: played.w.number(name) for name in COUNTERS}
    n_stays = n_calls if len(world.stays) else 0
    visits = played.stays[len(played.calls) :][:n_visits] if len(world.stays) else played.stays[:0]
    arrays = {
        "rows": played.w.kept["rows"][: n["n_rows"]],
        "calls": played.calls[:n_calls],
        "stays": played.stays[:n_stays],
        "visits": visits,
        "tasks": played.tasks[:n_calls],
        "agenda_keys": played.w.kept["agenda_keys"][: n["n_agenda"]],
        "agenda_stamps": played.w.kept["agenda_stamps"][: n["n_agenda"]],
        **{name: played.shared[name] for name in SHARED},
        **{name: played.w.kept[name][: n[f"n_{name}"]] for name in layout.sets(world)},
    }
    about = {
        "format": FORMAT_VERSION,
        "t_s": t_s,
        "world": identity(world, t_s),
        "n_calls": len(played.calls),
        "n_rematch": played.w.number("n_rematch"),
        "counters": n,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_suffix(".half")
    with half.open("wb") as out:
        np.savez_compressed(out, about=np.frombuffer(json.dumps(about).encode(), np.uint8), **arrays)
    half.replace(file)


def load(world: World, file: Path) -> tuple[LaidOut, int]:
    """A world laid out as it stood when the state was saved, and the second it stood at.

    ResultsError if the file is no state, is of another format, or of a world that is not the same up to then.
    """
    held, about = _read(file)
    t_s = int(about["t_s"])
    if t_s > world.end_s or about["world"] != identity(world, t_s):
        raise ResultsError(
            f"{file}\n  got   the state of another world at {t_s} s\n"
            "  want  the same scenario, seed and replication, as long or longer\n"
            "  hint  only run.days and run.run_out_days may differ from the run that kept it"
        )
    played = LaidOut(world)
    n = dict(about["counters"])
    n["next_known"] = int(np.searchsorted(played.w.kept["known_keys"], t_s << agenda.TIME_BITS))
    for name, value in n.items():
        played.w.put(name, value)
    played.w.put("n_rematch", about["n_rematch"])
    played.calls[: len(held["calls"])] = held["calls"]
    shift = len(world.calls) - int(about["n_calls"])
    _put_stays(played, held, shift)
    if len(played.tasks):
        played.tasks[: len(held["tasks"])] = held["tasks"]
    for name in SHARED:
        played.shared[name][:] = held[name]
    _renew_ends(played, t_s)
    keys = _moved(held["agenda_keys"], int(about["n_calls"]), shift)
    for name, array in {"rows": held["rows"], "agenda_keys": keys, "agenda_stamps": held["agenda_stamps"]}.items():
        room = np.zeros(max(2 * len(array) + 4096, len(played.w.kept[name])), array.dtype)
        room[: len(array)] = array
        played.w.put(name, room)
    for name in layout.sets(world):
        ids = held[name]
        if name == "at_door":
            ids = np.where(ids >= about["n_calls"], ids + shift, ids)
        played.w.kept[name][: len(ids)] = ids
    return played, t_s


def play_with_state(world: World, start: Path | None, keep: Path | None) -> Played:
    """Play a world to its end, from a kept state if `start` is given, keeping the state at its end if `keep` is."""
    played = LaidOut(world) if start is None else load(world, start)[0]
    played.advance_to(world.end_s)
    if keep is not None:
        save(played, world.end_s, keep)
    return played.close()


def _read(file: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        with np.load(file, allow_pickle=False) as loaded:
            held = {name: loaded[name] for name in loaded.files}
        about = json.loads(held.pop("about").tobytes())
    except (OSError, ValueError, KeyError) as error:
        got = f"no state of a run ({type(error).__name__})"
        raise ResultsError(f"{file}\n  got   {got}\n  want  a file that --keep-state wrote") from None
    if about.get("format") != FORMAT_VERSION:
        raise ResultsError(f"{file}\n  got   a state of format {about.get('format')}\n  want  format {FORMAT_VERSION}")
    return held, about


def _put_stays(played: LaidOut, held: dict[str, Any], shift: int) -> None:
    """Stays of calls as they were; other people's, numbered after the calls, keep their order and move with the numbers."""
    if not len(played.stays):
        return
    played.stays[: len(held["stays"])] = held["stays"]
    visits = held["visits"].copy()
    visits["id"] += shift
    first = len(played.calls)
    played.stays[first : first + len(visits)] = visits


def _moved(keys: Any, n_calls: int, shift: int) -> Any:
    """Agenda keys whose entity is another person's stay, renumbered. Order is kept: only numbers above all calls move."""
    entity = keys & agenda.ENTITY_MASK
    is_stay = (keys >> agenda.RANK_BITS & agenda.RANK_MASK) == int(Event.STAY_OVER)
    return np.where(is_stay & (entity >= n_calls), keys + shift, keys)


def _renew_ends(played: LaidOut, t_s: int) -> None:
    """A duty that ran to the end of a shorter world may go on."""
    duties = played.world.duties
    for duty in duties[(duties["start_s"] < t_s) & (duties["end_s"] >= t_s)]:
        if played.shared["units"]["is_rostered"][duty["unit"]] == 1:
            played.shared["units"]["ends_s"][duty["unit"]] = duty["end_s"]
