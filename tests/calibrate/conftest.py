"""What tests of a drafted scenario share: the base, and everything that can be learned, drafted over it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.calibrate.drafting.draft import write_scenario
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from tests.calibrate.learned import DAYS, MAP, everything


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load("base.yaml")


@pytest.fixture(scope="module")
def folder(base: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drafted")
    write_scenario(everything(), MAP, base, folder, DAYS)
    return folder
