"""The unit of work: one life of luck under one draw of inputs, and which of them are asked for.

Draw 0 is the stated values, and its replications differ by luck only. Draws 1, 2, ... take every number that has a
range from that range; each draw lives lives of its own, so that what differs between draws holds luck and inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sim.errors import ResultsError

LIVES_A_DRAW = 4096  # replications a draw can have before it would live the next one's
MAX_DRAWS = 100_000
DRAWS, LIVES = 40, 2  # where nobody says how many
KEPT_DRAWS, KEPT_LIVES = 10, 20  # whole tables are kept of the first lives of the first draws


class Unit(NamedTuple):
    """A draw and a replication of it; the same for every option."""

    draw: int
    replication: int

    @property
    def luck(self) -> int:
        """Number of the life in the addresses of luck: the replication itself for the stated values."""
        return self.draw * LIVES_A_DRAW + self.replication

    @property
    def is_kept_whole(self) -> bool:
        """Whether tables of single calls are kept: a choice by number alone, whatever is asked for and in any order."""
        return self.replication < (KEPT_LIVES if self.draw == 0 else LIVES) and self.draw <= KEPT_DRAWS

    @property
    def part(self) -> str:
        """Its name while it waits to be gathered."""
        return f"{self.draw:06d}-{self.replication:06d}"

    def __str__(self) -> str:
        """`replication 3`, `draw 2, replication 3`."""
        return f"draw {self.draw}, replication {self.replication}" if self.draw else f"replication {self.replication}"


def unit_of(part: str) -> Unit:
    """The unit that `Unit.part` names."""
    draw, replication = part.split("-")
    return Unit(int(draw), int(replication))


def asked_units(draws: int | None, replications: int | None, stated: int) -> list[Unit]:
    """All units of a request, in order.

    Parameters
    ----------
    draws : int, optional
        How many sets of inputs; none or 0 for the stated values.
    replications : int, optional
        Lives of each; `stated` (the scenario's own number) without draws, two with draws.
    """
    check_count("--draws", draws, 0, MAX_DRAWS, "0 plays the stated values: ranges then hold luck only")
    check_count("--replications", replications, 1, LIVES_A_DRAW if draws else None)
    lives = replications or (LIVES if draws else stated)
    return [Unit(draw, k) for draw in (range(1, draws + 1) if draws else (0,)) for k in range(lives)]


def lives_words(units: Sequence[Unit]) -> str:
    """How many, in words: `20 replications`, `40 draws, 2 lives each`."""
    n, draws = len(units), {unit.draw for unit in units}
    if draws <= {0}:
        return f"{n} replication{'' if n == 1 else 's'}"
    lives = sorted({sum(unit.draw == draw for unit in units) for draw in draws})
    each = f"{lives[0]} {'life' if lives == [1] else 'lives'}" if len(lives) == 1 else f"{lives[0]} to {lives[-1]} lives"
    return f"{len(draws)} draw{'' if len(draws) == 1 else 's'}, {each} each"


def ranges_hold(units: Sequence[Unit]) -> str:
    """`luck only`, `luck and inputs (40 draws, 2 lives each)`."""
    return f"luck and inputs ({lives_words(units)})" if any(unit.draw for unit in units) else "luck only"


def check_count(flag: str, value: int | None, least: int, most: int | None = None, hint: str = "") -> None:
    """Raise ResultsError where a number on the command line cannot be."""
    if value is None or (value >= least and (most is None or value <= most)):
        return
    upto = f" to {most:,}" if most is not None else " or more"
    raise ResultsError(f"{flag}\n  got   {value}\n  want  a whole number, {least}{upto}" + (f"\n  hint  {hint}" if hint else ""))
