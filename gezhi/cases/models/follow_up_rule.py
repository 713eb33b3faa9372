"""How many answers are followed up, as rows."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gezhi.cases.models.answer import GROUPS
from gezhi.kernel.models import Chained


class FollowUpRule(Chained):
    """Of a group of answers, the share that is called, within how many working days and how often it is tried. From a day until a day."""

    group = models.CharField(max_length=10, choices=GROUPS)
    share = models.PositiveSmallIntegerField(help_text="percent")
    days = models.PositiveSmallIntegerField(help_text="working days after the answer")
    attempts = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "follow_up_rule"

    class Meta:
        constraints = [
            models.CheckConstraint(name="follow_up_share_is_percent", condition=Q(share__lte=100)),
            models.CheckConstraint(name="follow_up_is_tried", condition=Q(attempts__gt=0, days__gt=0)),
            models.CheckConstraint(
                name="follow_up_rule_ends_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.UniqueConstraint(fields=["group", "valid_from"], name="follow_up_rule_once"),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.share}%"
