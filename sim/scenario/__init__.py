"""Scenario files: their format, how they are read, merged, checked and explained."""
