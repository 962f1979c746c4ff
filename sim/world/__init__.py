"""All that is settled before the first dispatch."""

from sim.world.build import World, build_world
from sim.world.clock import Horizon
from sim.world.facts import Facts, Names
from sim.world.money import Prices

__all__ = ["Facts", "Horizon", "Names", "Prices", "World", "build_world"]
