"""A synthetic fund with planted schemes and look-alikes, for tests, demonstrations and scores."""

from fundguard.simulate.simulation import Simulation, simulate
from fundguard.simulate.writing import write

__all__ = ["Simulation", "simulate", "write"]
