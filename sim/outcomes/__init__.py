"""Outcome models: P(yes) of each settling decision. Importing the package registers them."""

from sim.outcomes import fixed_table, logit

__all__ = ["fixed_table", "logit"]
