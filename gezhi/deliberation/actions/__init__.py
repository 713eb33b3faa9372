"""Every write to deliberation, a file a theme."""

from gezhi.deliberation.actions.topics import answer_topic, escalate_topic, raise_topic

__all__ = ["answer_topic", "escalate_topic", "raise_topic"]
