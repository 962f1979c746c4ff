"""Who comes to the rostered shifts: vacant posts, absent crews, who stands in on overtime, hours in training or court.

Each is a mark of the unit's own, addressed by its name and the shift's day or quarter: no other post, responder type
or reason changes it, and a higher share of one takes away from the shifts there were. Where holders of posts are
followed over months, `sim.world.turnover` says who is there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.keys import PPM, Purpose
from sim.tables import DutyRow, ShiftRow, columns, dtype_of
from sim.world.luck import Luck
from sim.world.roster import Roster
from sim.world.turnover import IN_TRAINING, VACANT, falls, holdings

Records = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def shift_rows(roster: Roster, luck: Luck) -> Records:
    """Rows of `ShiftRow` in order of (unit, start): one a unit and day, cut where the crew leaves for a while or returns.

    A vacant post is not paid unless somebody stands in; in training one is paid, and so is whoever stands in. Hours away
    are lost whoever works the shift, and paid.
    """
    everywhere = np.ones(len(roster.unit), np.bool_)
    is_absent = falls(luck, Purpose.ABSENCE, roster.stream, roster.day, roster.absence, everywhere)
    held = holdings(roster, is_absent, luck)
    is_empty = is_absent | (held.state > 0)
    is_filled = falls(luck, Purpose.OVERTIME_FILL, roster.stream, roster.day, roster.fill, is_empty)
    piece, start, end, is_away = _cut(roster, luck)
    rows = np.zeros(len(piece), dtype_of(ShiftRow))
    rows["start_s"], rows["end_s"] = start, end
    for name in ("unit", "on_call", "turnout_s", "day"):
        rows[name] = getattr(roster, name)[piece]
    rows["staffed"] = (~is_empty | is_filled)[piece] & ~is_away
    rows["overtime"] = is_filled[piece]
    rows["paid_ppm"] = np.where((held.state == VACANT) & ~is_filled, 0, roster.paid_ppm)[piece]
    rows["trainee_ppm"] = np.where((held.state == IN_TRAINING) & is_filled, roster.paid_ppm, 0)[piece]
    rows["pace_ppm"] = np.where(is_filled, roster.tired_ppm, PPM)[piece]
    for name, so_far in (("vacancy", held.state), ("leavers", held.n_left), ("hires", held.n_hired)):
        rows[name] = so_far[piece]
    return _since_the_shift_before(_joined(rows))


def _cut(roster: Roster, luck: Luck) -> tuple[Ints, Ints, Ints, Bools]:
    """Pieces cut at the ends of hours away: number of the piece, start, end, and whether the crew is away."""
    away, n = roster.away, np.arange(len(roster.unit))
    is_lost = falls(luck, Purpose.AWAY, away.stream, roster.day[away.piece], away.share, away.to_s > away.from_s)
    if not is_lost.any():
        return n, roster.start_s, roster.end_s, np.zeros(len(n), np.bool_)
    lost = away.piece[is_lost]
    from_s, to_s = (np.clip(t[is_lost], roster.start_s[lost], roster.end_s[lost]) for t in (away.from_s, away.to_s))
    piece, at = np.concatenate([n, n, lost, lost]), np.concatenate([roster.start_s, roster.end_s, from_s, to_s])
    step = np.repeat([0, 0, 1, -1], [len(n), len(n), len(lost), len(lost)])
    order = np.lexsort((at, piece))
    piece, at, reasons = piece[order], at[order], np.cumsum(step[order])
    kept = np.flatnonzero((piece[1:] == piece[:-1]) & (at[1:] > at[:-1]))
    return piece[kept], at[kept], at[kept + 1], reasons[kept] > 0


def _joined(rows: Records) -> Records:
    """Rows of one shift that follow each other and differ in nothing but their times made one."""
    goes_on = rows["end_s"][:-1] == rows["start_s"][1:]
    for name in columns(ShiftRow):
        if name not in ("start_s", "end_s"):
            goes_on &= rows[name][:-1] == rows[name][1:]
    is_first, is_last = np.ones(len(rows), np.bool_), np.ones(len(rows), np.bool_)
    is_first[1:], is_last[:-1] = ~goes_on, ~goes_on
    joined = np.zeros(int(is_first.sum()), rows.dtype)  # padding and all: worlds are compared by their bytes
    for name in columns(ShiftRow):
        joined[name] = rows[name][is_last if name == "end_s" else is_first]
    return joined


def _since_the_shift_before(rows: Records) -> Records:
    """Leavers and hires so far made those since the unit's row before; of its first row none."""
    is_same = rows["unit"][1:] == rows["unit"][:-1]
    for name in ("leavers", "hires"):
        rows[name][1:], rows[name][:1] = np.where(is_same, np.diff(rows[name]), 0), 0
    return rows


def duty_rows(shifts: Records) -> Records:
    """Unbroken stretches of staffed shifts of one turnout and pace: what engines play. In order of (unit, start)."""
    own = shifts[shifts["staffed"] == 1]
    is_first, is_last = np.ones(len(own), np.bool_), np.ones(len(own), np.bool_)
    is_first[1:] = (own["unit"][1:] != own["unit"][:-1]) | (own["start_s"][1:] > own["end_s"][:-1])
    is_first[1:] |= (own["turnout_s"][1:] != own["turnout_s"][:-1]) | (own["pace_ppm"][1:] != own["pace_ppm"][:-1])
    is_last[:-1] = is_first[1:]
    rows = np.zeros(int(is_first.sum()), dtype_of(DutyRow))
    for name in ("unit", "start_s", "turnout_s", "pace_ppm"):
        rows[name] = own[name][is_first]
    rows["end_s"] = own["end_s"][is_last]
    return rows
