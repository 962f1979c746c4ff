"""The phone: who is answered next, what the call-taker takes a call for, and where it goes from there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sim.rules.lifecycle import MEDICAL_NEED, VIOLENCE_RISK, WEAPON
from sim.rules.timing import scaled
from sim.rules.town import Town
from sim.tables import CallRow, LuckRow

NONE = -1
KNOWN_FLAGS = WEAPON | MEDICAL_NEED | VIOLENCE_RISK  # what a caller says
_NEVER = 2**62


def next_caller(desk: int, ringing: Iterable[int], calls: Mapping[int, CallRow] | Sequence[CallRow]) -> int:
    """The call that rings at the desk longest, lowest id on a tie, or -1."""
    best = NONE
    best_s = _NEVER
    for call_id in ringing:
        call = calls[call_id]
        if call.desk == desk and (call.rang_s < best_s or (call.rang_s == best_s and call_id < best)):
            best = call_id
            best_s = call.rang_s
    return best


def is_free(town: Town, desk: int) -> bool:
    """Whether a call-taker of the desk is free."""
    return town.lines[desk].n_talking < town.lines[desk].n_positions


def talk_seconds(town: Town, call: CallRow, luck: LuckRow) -> int:
    """Seconds on the phone: mean of desk and type, times the call's own mark."""
    return scaled(town.handling_s[call.desk][luck.type], luck.talk_ppm)


def patience_seconds(town: Town, desk: int, luck: LuckRow) -> int:
    """Seconds the caller rings before hanging up, -1 for ever."""
    patience_s = town.desks[desk].patience_s
    return -1 if patience_s < 0 else scaled(patience_s, luck.hang_up_ppm)


def rings_again(town: Town, call: CallRow, luck: LuckRow) -> bool:
    """Whether a caller who hangs up will ring again: once."""
    desk = town.desks[call.desk]
    return call.rings == 0 and desk.again_at >= 0 and luck.ring_again_mark < desk.rings_again


def triage(town: Town, call: CallRow, luck: LuckRow) -> None:
    """What the call-taker takes the call for: what it is, or another type with the priority that has."""
    if call.type == luck.type and luck.other_type >= 0 and luck.triage_mark < town.missed[call.desk][luck.type]:
        call.type = luck.other_type
        call.priority = luck.other_priority


def is_resolved(town: Town, call: CallRow, luck: LuckRow) -> bool:
    """Whether the desk resolves the call on the phone."""
    return luck.phone_mark < town.resolves[call.desk][call.type][call.flags & KNOWN_FLAGS]


def desk_after(town: Town, call: CallRow) -> int:
    """The desk the call is handed on to, or -1: to dispatch."""
    desk = town.desks[call.desk]
    to = desk.hands_on_to
    if to < 0 or town.hands_on[call.desk][call.type][call.flags & KNOWN_FLAGS] == 0:
        return NONE
    if desk.only_if_free == 1 and (town.lines[to].n_ringing > 0 or not is_free(town, to)):
        return NONE
    return to


def spill_desk(town: Town, call: CallRow) -> int:
    """The desk an unanswered call goes to, or -1: it keeps ringing where it is."""
    to = town.desks[call.desk].spills_to
    return to if to >= 0 and town.desks[to].is_there == 1 else NONE


def desk_again(town: Town, call: CallRow) -> int:
    """The desk at which a caller who hung up rings again, or -1 where the plan no longer has it."""
    to = town.desks[call.desk].again_at
    if to < 0:
        to = call.desk
    return to if town.desks[to].is_there == 1 else NONE
