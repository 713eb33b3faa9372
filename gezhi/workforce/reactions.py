"""What the workforce does when something happened elsewhere; and the gate that it puts up before posts."""

from gezhi.workforce import training_gate

__all__ = ["training_gate"]
