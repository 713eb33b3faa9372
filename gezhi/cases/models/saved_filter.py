"""A list that somebody looks at again and again, under a name."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gezhi.accounts.models import User
from gezhi.kernel.models import Chained
from gezhi.people.models import Desk


class SavedFilter(Chained):
    """What the address of a worklist says, kept. Its owner's alone, or shared with those who sit at a desk."""

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="saved_filters", db_index=False)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=600, blank=True, help_text="the query of the address, tidied")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    dropped_at = models.DateTimeField(null=True, blank=True)

    subject_kind: ClassVar[str] = "saved_filter"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], condition=Q(dropped_at__isnull=True), name="saved_filter_named_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["desk"], condition=Q(dropped_at__isnull=True, desk__isnull=False), name="saved_filter_of_desk"
            ),
        ]

    def __str__(self) -> str:
        return self.name
