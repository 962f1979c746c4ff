"""Engines play a world and write its ledger. They know happenings; they choose nothing (that is `sim.rules`)."""

from sim.engines.run import Run, run

__all__ = ["Run", "run"]
