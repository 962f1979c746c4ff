"""Outcome models: P(yes) of each settling decision. Importing the package registers them."""

from sim.outcomes import logit

__all__ = ["logit"]
