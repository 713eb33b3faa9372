"""What people of a grid talk over together 协商议题. All of it public."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gezhi.deliberation.rules import TopicStage
from gezhi.kernel.models import Chained
from gezhi.territory.models import Area


class Topic(Chained):
    """One topic. `area` is the level at which it lies now, `raised_in` where it came up; each rise is an event with its reason."""

    title = models.CharField(max_length=60)
    words = models.CharField(max_length=1000)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="topics")
    raised_in = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="topics_raised")
    raised_at = models.DateTimeField()
    stage = models.CharField(max_length=8, choices=TopicStage.choices, default=TopicStage.OPEN)
    answer = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    subject_kind: ClassVar[str] = "topic"

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["raised_in", "title"], condition=Q(stage=TopicStage.OPEN), name="topic_open_once"
            ),
            models.CheckConstraint(
                name="topic_answered_says_what",
                condition=Q(stage=TopicStage.OPEN, answered_at__isnull=True, answer="")
                | (Q(stage=TopicStage.ANSWERED, answered_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title
