"""What a plain word of YAML 1.2 means: nothing, true, a number, a date, or text."""

from __future__ import annotations

import datetime as dt
import re

from sim.scenario.node import Scalar

_WORDS: dict[str, Scalar] = {"": None, "~": None, "true": True, "false": False, "null": None}
_WORDS |= {form: value for word, value in list(_WORDS.items()) for form in (word.capitalize(), word.upper())}
_INT = re.compile(r"[-+]?[0-9]+")
_OTHER_INT = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = {"inf": float("inf"), "nan": float("nan")}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONG = 18  # digits; a longer number is read as a float


def resolved(text: str) -> tuple[Scalar, str]:
    """The value of a plain scalar, and what was wanted where it is none (else an empty text)."""
    if text in _WORDS:
        return _WORDS[text], ""
    if _INT.fullmatch(text):
        return (int(text) if len(text) <= _LONG else float(text)), ""
    if _OTHER_INT.fullmatch(text) and len(text) <= _LONG:
        return int(text, 0), ""
    if _FLOAT.fullmatch(text):
        return float(text), ""
    if (word := text.lower().lstrip("+-")) in (".inf", ".nan"):
        return _SPECIAL[word[1:]] * (-1 if text.startswith("-") else 1), ""
    if _DATE.fullmatch(text):
        return _date(text)
    return text, ""


def _date(text: str) -> tuple[Scalar, str]:
    try:
        return dt.date.fromisoformat(text), ""
    except ValueError:
        return text, "a day that exists, as YYYY-MM-DD"
