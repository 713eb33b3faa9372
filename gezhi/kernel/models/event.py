from typing import ClassVar

from django.db import models
from django.db.models import Q


class Chained(models.Model):
    """A row whose history is a chain of events. `version` equals the `seq` of its last event and is the optimistic lock."""

    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    # The word under which the chain stands in the log; by default the model's own name.
    subject_kind: ClassVar[str]


class Event(models.Model):
    """Something that happened to a subject: its timeline, the audit trail and the outbox in one row.

    `data` holds codes and numbers and never anything personal, because it is part of the digest and stays for good.
    `note` holds what a person wrote; the digest covers it through `note_digest` (salted), so a note can be erased when its time is over
    and the chain still verifies.
    """

    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    at = models.DateTimeField(help_text="when it happened, in the time of the action")
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=60, help_text="as it stood that day, so that history cannot change")
    data = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    note_salt = models.CharField(max_length=32, blank=True)
    note_digest = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    dispatched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "seq"], name="event_once"),
        ]
        indexes = [
            # Finding rows by flag, not by "id greater than the last", means that a transaction that commits late is never missed.
            models.Index(fields=["id"], condition=Q(dispatched_at__isnull=True), name="event_outbox"),
            models.Index(fields=["actor_id", "at"], condition=Q(actor_id__isnull=False), name="event_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} #{self.seq} {self.name}"


class Delivery(models.Model):
    """A subscriber that failed on an event and is to be tried again. Success leaves no row behind."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    subscriber = models.CharField(max_length=80)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, help_text="empty: given up, a person must look")
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "subscriber"], name="delivery_once")]
        indexes = [models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.subscriber} <- {self.event_id}"
