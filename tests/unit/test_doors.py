"""The public names answer whichever room was imported first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOMS = ["sim", "sim.study.pictures", "sim.measure.compare", "sim.engines", "sim.world"]


TRY = """
import {room}, sim
assert all(callable(getattr(sim, name)) for name in sim.__all__)
assert set(sim.__all__) <= set(dir(sim))
"""


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_name_can_be_called(room: str) -> None:
    subprocess.run([sys.executable, "-c", TRY.format(room=room)], check=True, cwd=Path(__file__).parents[2])
