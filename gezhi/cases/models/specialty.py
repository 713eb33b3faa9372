"""专业力量 and their kinds of matters, as rows."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gezhi.accounts.models import User
from gezhi.kernel.models import Chained
from gezhi.matters.models import Category


class Specialty(Chained):
    """A specialist is joined to the cases of a category around the desk where they sit, from a day until a day."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", db_index=False)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "specialty"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "category"], condition=Q(valid_until__isnull=True), name="specialty_once_at_a_time"
            ),
            models.CheckConstraint(
                name="specialty_ends_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.category_id}"
