"""How a story names things: units, roles, times of day, spans of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sim.rules.lifecycle import DAY_S
from sim.study.screens.words import listed, said
from sim.study.story.choice import Standing
from sim.study.story.facts import Story


def lasted(seconds: int) -> str:
    """`40 s`, `12 min`, `2 h 5 min`: seconds are said under a minute only."""
    if seconds < 60:
        return f"{seconds} s"
    minutes = (seconds + 30) // 60
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")


def capital(text: str) -> str:
    """The text with a capital first."""
    return text[:1].upper() + text[1:]


def article(word: str) -> str:
    """`an` before a vowel as written, else `a`."""
    return "an" if word[:1].lower() in "aeiou" else "a"


class Speech:
    """Names as one story says them."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.names = story.world.names

    def clock(self, t_s: int) -> str:
        """`20:41`; behind the day on which the call came in `00:24 +1 day`, before it `23:55 the day before`."""
        days = t_s // DAY_S - int(self.story.candidate["received_s"]) // DAY_S
        later = f" {days:+d} day{'' if days == 1 else 's'}" if days > 0 else ""
        if days < 0:
            later = " the day before" if days == -1 else f" {-days} days before"
        return f"{t_s % DAY_S // 3600:02d}:{t_s % 3600 // 60:02d}{later}"

    def unit(self, unit: int) -> str:
        """`patrol 3`; with its shift where that alone does not tell it: `patrol 3 (afternoon)`."""
        responder, shift, post = self._parts(unit)
        own = (self._parts(other) for other in range(len(self.names.units)))
        shifts = {other[1] for other in own if other[0] == responder}
        return f"{said(responder)} {post}" + (f" ({said(shift)})" if len(shifts) > 1 else "")

    def _parts(self, unit: int) -> list[str]:
        return self.names.units[unit].split("/")

    def units(self, units: Iterable[int]) -> str:
        """`patrol 3 and EMS 1`."""
        return listed([self.unit(unit) for unit in units])

    def responder(self, responder: int) -> str:
        """A responder type."""
        return said(self.names.responders[responder])

    def type(self, type_: int) -> str:
        """A call type."""
        return said(self.names.types[type_])

    def counted(self, standings: Iterable[Standing]) -> str:
        """`3 patrol, 1 EMS`."""
        counts = Counter(one.responder for one in standings)
        return ", ".join(f"{n} {self.responder(responder)}" for responder, n in sorted(counts.items()))

    def roles(self, bits: int) -> str:
        """`2 officers and a clinician`; `anybody`."""
        slots = Counter(name for i, name in enumerate(self.names.roles.slots) if bits >> i & 1)
        return listed([_role(name, n) for name, n in slots.items()])

    def any_role(self, bits: int) -> str:
        """`an officer or a clinician`."""
        slots = dict.fromkeys(name for i, name in enumerate(self.names.roles.slots) if bits >> i & 1)
        return " or ".join(_role(name, 1) for name in slots)


def _role(name: str, n: int) -> str:
    if name == "anybody":
        return f"any {n} units" if n > 1 else "anybody"
    return f"{n} {said(name)}s" if n > 1 else f"{article(said(name))} {said(name)}"
