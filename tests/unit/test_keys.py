"""The addressed draw: published vectors, one answer in both forms, every field of the address counts."""

from __future__ import annotations

import numpy as np
import pytest

from sim.keys import MARKS, Purpose, draw, draw_array, name_hash, philox, threshold, uniform_array

# Random123's known answers for philox4x32-10: counter, key, words.
PUBLISHED = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "words"), PUBLISHED)
def test_published_vectors(counter: tuple[int, ...], key: tuple[int, int], words: tuple[int, ...]) -> None:
    assert philox(*counter, *key) == words


def test_many_addresses_at_once_give_the_words_of_each() -> None:
    streams, numbers = np.array([0, 7, 2**32 - 1]), np.array([5, 0, 2**31])
    words = draw_array(2**40 + 3, Purpose.TRAVEL, streams, numbers, 11, occasion=2)
    for i in range(3):
        one = draw(2**40 + 3, Purpose.TRAVEL, int(streams[i]), int(numbers[i]), 11, 2)
        assert tuple(int(word[i]) for word in words) == one


def test_every_field_of_the_address_changes_the_words() -> None:
    base = {"seed": 1, "purpose": 2, "stream": 3, "number": 4, "replication": 5, "occasion": 6}
    words = {draw(**base)}
    for name in base:
        words.add(draw(**{**base, name: base[name] + 1}))
    words.add(draw(**{**base, "seed": 1 + 2**32}))
    assert len(words) == 8


def test_uniforms_stay_strictly_inside_and_are_even() -> None:
    u = uniform_array(draw_array(9, Purpose.ED, np.arange(200_000), 1, 0))
    assert 0 < u.min() and u.max() < 1
    assert abs(u.mean() - 0.5) < 5 * (1 / 12 / len(u)) ** 0.5
    ends = uniform_array(tuple(np.array([0, 2**32 - 1], np.uint64) for _ in range(4)))  # type: ignore[arg-type]
    assert 0 < ends[0] and ends[1] < 1


def test_thresholds_reach_never_and_always() -> None:
    assert threshold([0.0, 0.5, 1.0]).tolist() == [0, MARKS // 2, MARKS]


def test_name_hash_keeps_parts_apart() -> None:
    assert name_hash("ab", "c") != name_hash("a", "bc")
    assert name_hash("welfare_check", "z07") == name_hash("welfare_check", "z07") < 2**32
