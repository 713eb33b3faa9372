"""What desks are told."""

from django.db import models
from django.db.models import Q

from gezhi.accounts.models import User
from gezhi.kernel.models import Event
from gezhi.people.models.desks import Desk


class Notice(models.Model):
    """What a desk is told: that something happened which it should look at. The event itself says what; nothing is written twice."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="notices", db_index=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    is_urgent = models.BooleanField(default=False, help_text="stays in sight until somebody has seen it")
    told_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "desk"], name="notice_once_a_desk")]
        indexes = [
            models.Index(fields=["desk", "-id"], condition=Q(seen_at__isnull=True), name="notice_unseen"),
            models.Index(fields=["desk", "-id"], name="notice_by_desk"),
            models.Index(fields=["subject_kind", "subject_id"], name="notice_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.subject_kind} {self.subject_id}"
