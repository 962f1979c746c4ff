"""Dispatch policies, one file each. Importing the package registers them."""

from sim.policies import nearest, police_first, tiered

__all__ = ["nearest", "police_first", "tiered"]
