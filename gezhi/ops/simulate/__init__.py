"""The life of a district under a simulated clock, by the real actions: what the demo shows and what a year of work costs."""

from gezhi.ops.simulate.life import Life, Pace

__all__ = ["Life", "Pace"]
