from typing import ClassVar

from django.db import models
from django.db.models import Q

from gezhi.kernel.models import Chained


class BalanceRule(Chained):
    """When authority and funds don't match the work (事财匹配), from a day on until the next row."""

    valid_from = models.DateField(unique=True)
    fewest_cases = models.PositiveIntegerField(help_text="below so many cases a year funds a case say nothing")
    least_fen_a_case = models.BigIntegerField(help_text="received funds a case, in fen")
    least_received = models.PositiveSmallIntegerField(help_text="per cent of what was promised for the time gone by")
    basis = models.CharField(max_length=200, blank=True)

    subject_kind: ClassVar[str] = "balance_rule"

    class Meta:
        constraints = [models.CheckConstraint(name="balance_share", condition=Q(least_received__lte=100))]

    def __str__(self) -> str:
        return f"{self.valid_from}"
