"""办理方案模板: how a category of matters is handled at a level of desk, as rows."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gezhi.kernel.models import Chained
from gezhi.matters.models import Category
from gezhi.people.models import DeskKind


class HandlingPlan(Chained):
    """What is to be done, step by step, and how it is answered; for one level of desk, or for all that have no row of their own. From a day
    until a day."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", db_index=False)
    level = models.CharField(max_length=10, choices=DeskKind.choices, blank=True)
    steps = models.TextField()
    answer = models.TextField(blank=True, help_text="offered where the matter has no answer template of its own")
    basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "handling_plan"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "level", "valid_from"], name="handling_plan_once"),
            models.CheckConstraint(
                name="handling_plan_ends_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_id} {self.level}"
