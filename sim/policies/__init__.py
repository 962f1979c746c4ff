"""Dispatch policies, one file each. Importing the package registers them."""

from sim.policies import (
    clinician_first,
    co_response,
    expected_coverage,
    mutual_aid,
    nearest,
    police_first,
    randomised,
    reserve,
    secondary_response,
    sector,
    tiered,
)

__all__ = [
    "clinician_first",
    "co_response",
    "expected_coverage",
    "mutual_aid",
    "nearest",
    "police_first",
    "randomised",
    "reserve",
    "secondary_response",
    "sector",
    "tiered",
]
