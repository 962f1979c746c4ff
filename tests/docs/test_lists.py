"""The README's tables are the output of `crisis-sim list`."""

from __future__ import annotations

import pytest

from tests.docs.lists import KINDS, PAGE, section, table


@pytest.mark.parametrize("kind", KINDS)
def test_table_is_the_listing(kind: str) -> None:
    told = section(PAGE.read_text(encoding="utf-8"), kind)
    assert told == table(kind), "write them anew: python -m tests.docs.lists"
