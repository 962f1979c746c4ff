"""The addressed draw: Philox4x32-10, from an address to four random words. No state.

An address is (seed; purpose and occasion, stream, number in the stream, replication). Ask twice, get the
same words; change any field, get others. The entity is the one whose luck it is, so two options live the
same night. Nothing else in the package may make random numbers.
Source: Salmon, Moraes, Dror, Shaw 2011, Parallel random numbers: as easy as 1, 2, 3.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from sim.passes import also_as_loop

MARKS = 2**32  # a mark is an integer below this; yes = mark < threshold, thresholds run from 0 to MARKS
PPM = 1_000_000

_M0, _M1 = 0xD2511F53, 0xCD9E8D57
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_MASK = 0xFFFFFFFF

Words = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Purpose(IntEnum):
    """What a draw decides. Numbers are frozen: never re-used, never changed. The occasion is 0 unless said."""

    ARRIVAL_GAP = 1  # call: gap to the call before it in its stream, in expected calls
    DAY_EFFECT = 2  # day (stream 0, number = proleptic ordinal): how busy the day is
    PRIORITY = 3  # call
    WEAPON = 4  # call
    MEDICAL_NEED = 5  # call
    VIOLENCE_RISK = 6  # call
    ACUITY = 7  # call
    PATIENCE = 8  # call
    TRAVEL = 9  # call; occasion = role of the responder on the call
    ON_SCENE = 10  # call
    HANDOVER = 11  # call
    CONTACT = 12  # call
    MEDICAL = 13  # call
    ARREST = 14  # call
    HOLD = 15  # call
    ED = 16  # call
    CRISIS_CENTRE = 17  # call
    REFERRAL = 18  # call
    FORCE = 19  # call
    LATER_ED = 20  # call
    ABSENCE = 21  # post (stream = hash of the unit's name, number = proleptic ordinal of the day)
    ASK = 23  # call
    RELAY = 24  # call
    RECOGNISE = 25  # call
    CALL_BACK = 26  # call
    ESCALATE = 27  # call: whether; occasion 1: when
    CRITERIA = 28  # call
    CHANNEL = 29  # call
    UPTAKE = 30  # call
    MISLABEL = 31  # call
    VACANCY = 32  # post (stream = hash of the unit's name, number = quarter since year 0)
    OVERTIME_FILL = 33  # post (as ABSENCE)
    AWAY = 34  # post and reason (stream = hash of both names, number = proleptic ordinal of the day)
    STAY = 44  # call, or visitor (stream = hash of other_load and the facility, number of the visitor); 1: a later stay
    ONWARD = 45  # call, or visitor (as STAY)
    VISIT_GAP = 46  # visitor (as STAY): gap to the one before, in expected visitors
    LEAVES = 51  # post (stream = hash of the unit's name, number = month since year 0, at whose first the holder leaves)
    HIRING = 52  # post (as LEAVES, or the month it begins to be followed): how long until somebody is hired
    VACANT_SINCE = 53  # post and the month it begins to be followed: how long it has been empty by then
    PERSON = 35  # person (stream = hash of "person", number = person): rate; occasions 1 zone, 2 age, 3 housing
    CRISIS = 36  # call of a person (stream = hash of "person" and layer, number = person << 13 | k): height; occasion 1: type
    CALLER = 37  # call: age; occasion 1: housing; occasion 2: zone, of scheduled visits
    LOT = 38  # call
    ON_THE_PHONE = 39  # call: time with a call-taker; occasion 1: patience in an answer queue
    BY_PHONE = 40  # call
    RING_AGAIN = 41  # call
    TRIAGE = 42  # call
    FOLLOW = 43  # call: whether; occasion 1: attempts until reached
    RESAMPLE = 54  # day of an export (stream = hash of "resample", number = block, replication = resample): its weight
    TURNOUT = 55  # call
    EXPORT = 56  # row of a synthetic export (stream = hash of "export" and the column, number = call): its words and dirt
    PARAMETER = 22  # input (stream = hash of its dotted path, number = draw), one for all replications


def name_hash(*names: str) -> int:
    """32-bit stream of the entity with these names: FNV-1a over the UTF-8 bytes, parts kept apart, then mixed."""
    h = 0x811C9DC5
    for byte in "\x1f".join(names).encode("utf-8"):
        h = ((h ^ byte) * 0x01000193) & _MASK
    h ^= h >> 16
    h = (h * 0x85EBCA6B) & _MASK
    h ^= h >> 13
    return h


def draw(seed: int, purpose: int, stream: int, number: int, replication: int, occasion: int = 0) -> tuple[int, int, int, int]:
    """Four 32-bit words of one address."""
    c0, c1, c2, c3 = (purpose << 16) | occasion, stream & _MASK, number & _MASK, replication & _MASK
    k0, k1 = seed & _MASK, (seed >> 32) & _MASK
    return philox(c0, c1, c2, c3, k0, k1)


def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """The bare generator: counter and key words in, four words out."""
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        high0, high1 = (p0 >> 32) & _MASK, (p1 >> 32) & _MASK  # compiled words are signed
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, p1 & _MASK, high0 ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + _W0) & _MASK, (k1 + _W1) & _MASK
    return c0, c1, c2, c3


def draw_array(
    seed: int, purpose: int, stream: npt.ArrayLike, number: npt.ArrayLike, replication: int, occasion: int = 0
) -> tuple[Words, Words, Words, Words]:
    """The same words for many addresses at once; `stream` and `number` broadcast. Values fit 32 bits."""
    stream_words, number_words = np.broadcast_arrays(np.asarray(stream, np.uint64), np.asarray(number, np.uint64))
    shape = stream_words.shape
    c0 = np.full(shape, (purpose << 16) | occasion, np.uint64)
    c1 = stream_words & np.uint64(_MASK)
    c2 = number_words & np.uint64(_MASK)
    c3 = np.full(shape, replication & _MASK, np.uint64)
    k0, k1 = seed & _MASK, (seed >> 32) & _MASK
    mask, half = np.uint64(_MASK), np.uint64(32)
    for _ in range(10):
        p0, p1 = np.uint64(_M0) * c0, np.uint64(_M1) * c2
        c0, c1, c2, c3 = (p1 >> half) ^ c1 ^ np.uint64(k0), p1 & mask, (p0 >> half) ^ c3 ^ np.uint64(k1), p0 & mask
        k0, k1 = (k0 + _W0) & _MASK, (k1 + _W1) & _MASK
    return c0, c1, c2, c3


def uniform_array(words: tuple[Words, Words, Words, Words]) -> npt.NDArray[np.float64]:
    """Uniforms strictly between 0 and 1 (so that a quantile is finite), from 52 bits of the first two words."""
    bits = (words[0] >> np.uint64(6)) * np.uint64(2**26) + (words[1] >> np.uint64(6))
    return (bits.astype(np.float64) + 0.5) / 2.0**52


def _uniform_loop(seed: int, purpose: int, stream: Ints, number: Ints, replication: int, occasion: int = 0) -> Floats:
    out = np.empty(len(stream))
    k0, k1 = seed & _MASK, (seed >> 32) & _MASK
    for i in range(len(stream)):
        w0, w1, _, _ = philox((purpose << 16) | occasion, stream[i] & _MASK, number[i] & _MASK, replication & _MASK, k0, k1)
        out[i] = ((w0 >> 6) * 2**26 + (w1 >> 6) + 0.5) / 2.0**52
    return out


@also_as_loop(_uniform_loop)
def uniforms(seed: int, purpose: int, stream: Ints, number: Ints, replication: int, occasion: int = 0) -> Floats:
    """One uniform for each address (stream, number), two arrays of one length."""
    return uniform_array(draw_array(seed, purpose, stream, number, replication, occasion))


def _mark_loop(seed: int, purpose: int, stream: Ints, number: Ints, replication: int) -> Ints:
    out = np.empty(len(stream), np.int64)
    k0, k1 = seed & _MASK, (seed >> 32) & _MASK
    for i in range(len(stream)):
        out[i] = philox(purpose << 16, stream[i] & _MASK, number[i] & _MASK, replication & _MASK, k0, k1)[0]
    return out


@also_as_loop(_mark_loop)
def marks(seed: int, purpose: int, stream: Ints, number: Ints, replication: int) -> Ints:
    """One mark for each address (stream, number), two arrays of one length."""
    return draw_array(seed, purpose, stream, number, replication)[0].astype(np.int64)


def threshold(probability: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Probabilities as thresholds of marks: 0 is never, MARKS is always. Rounded to nearest."""
    return np.rint(np.clip(np.asarray(probability, np.float64), 0.0, 1.0) * MARKS).astype(np.int64)
