"""The measures, by chapter. Importing this registers them all.

To add one, write a function with a first sentence, a `Definition:` line and a decorator; it gets the rows it
asked for with `of`, and returns a number, or `Values` to say what it rests on. Nothing else needs to know.
"""

from sim.measure.metrics import crews, doors, endings, following, money, people, phone, reach, rights, waits, work, workforce

__all__ = ["crews", "doors", "endings", "following", "money", "people", "phone", "reach", "rights", "waits", "work", "workforce"]
