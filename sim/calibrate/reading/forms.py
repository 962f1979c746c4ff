"""What kind of export a map describes, and which columns its rows therefore have on the way to the normal form."""

from __future__ import annotations

from dataclasses import dataclass

from sim.calibrate.mapping import MOMENTS, ExportMap

CLOCKS = ("received", "dispatched", "en_route", "on_scene")
SENT = ("dispatched", "en_route", "on_scene", "left_scene", "at_door", "clear")  # moments of a unit
NO_STAMP, NO_NUMBER, NO_WORD = "CAST(NULL AS TIMESTAMP)", "CAST(NULL AS DOUBLE)", "CAST(NULL AS VARCHAR)"


@dataclass(frozen=True)
class Form:
    """What kind of export it is.

    Attributes
    ----------
    clock : str
        The moment calls are placed by: the first the map has of received, dispatched, en_route and on_scene; `cells`; or empty.
    is_grouped : bool
        Calls may have several units, each in a row of its own or all in one cell.
    is_relative : bool
        No stamps at all but times since the call: moments stand on one made-up day.
    moments, lasting, waves : tuple of str
        Moments and intervals the map has, and the moments whose cells hold several units.
    """

    clock: str
    is_grouped: bool
    is_relative: bool
    moments: tuple[str, ...]
    lasting: tuple[str, ...]
    waves: tuple[str, ...]

    @property
    def has_start(self) -> bool:
        """Whether intervals can be counted from the call."""
        return self.clock == "received" or self.is_relative

    @property
    def is_dated(self) -> bool:
        """Whether calls have a day."""
        return self.clock in self.moments

    @property
    def of_rows(self) -> tuple[str, ...]:
        """Moments that stand in the rows, not in cells with several units."""
        return tuple(moment for moment in MOMENTS if moment in self.moments and moment not in self.waves)

    def at(self, moment: str, table: str = "") -> str:
        """SQL of a moment, null where the map has none."""
        return f"{table}{moment}" if moment in self.moments else NO_STAMP

    def lasts(self, interval: str, table: str = "") -> str:
        """SQL of a duration the export states, null where it states none."""
        return f"{table}lasting_{interval}" if interval in self.lasting else NO_NUMBER


def form_of(export_map: ExportMap) -> Form:
    """The kind of export that a map describes."""
    clock = next((moment for moment in CLOCKS if moment in export_map.stamps), "cells" if export_map.cells is not None else "")
    waves = tuple(moment for moment in SENT if moment in export_map.stamps) if export_map.waves is not None else ()
    is_relative = not export_map.stamps and bool(export_map.since_received)
    moments = {*export_map.stamps, *export_map.since_received, *(["received"] if is_relative else [])}
    return Form(
        clock,
        bool(waves) or export_map.columns.call is not None,
        is_relative,
        tuple(moment for moment in MOMENTS if moment in moments),
        tuple(export_map.lasting),
        waves,
    )
