"""What one part of a scenario says against another: names that must exist, shares that must sum, hours that must fit."""

from sim.scenario.checks.every import cross_faults

__all__ = ["cross_faults"]
