"""Many runs: replications kept in results folders, comparisons, and the one-screen texts about them."""

from sim.study.run import Interrupted, Study, study

__all__ = ["Interrupted", "Study", "study"]
