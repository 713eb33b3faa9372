"""Phones on which the app is enrolled, and what was done on them without a network. Nothing here says when somebody was online, or how long."""

from typing import ClassVar

from django.db import models

from gezhi.accounts.models import ApiToken, User
from gezhi.kernel.models import Chained


class Phone(Chained):
    """Somebody's app on one phone: the token with which it acts. Ended, it is dead at the next request and wiped at the next contact."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="phones")
    token = models.OneToOneField(ApiToken, on_delete=models.PROTECT, related_name="phone")
    label = models.CharField(max_length=40, help_text="as its owner calls it")
    ended_at = models.DateTimeField(null=True, blank=True)

    subject_kind: ClassVar[str] = "phone"

    class Meta:
        indexes = [models.Index(fields=["user"], condition=models.Q(ended_at__isnull=True), name="phone_live")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.label}"


class SyncedCommand(models.Model):
    """A command that a phone had kept: what it became, and what the phone's clock said when it was given.

    Later commands name it where they go on from it. The phone's time is evidence and nothing else: no deadline is reckoned by it.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.UUIDField()
    name = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=30, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(null=True, blank=True, help_text="that the command led its subject to")
    done_at = models.DateTimeField(null=True, blank=True)
    synced_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="synced_once")]
        indexes = [
            models.Index(fields=["synced_at"], name="synced_age"),
            models.Index(fields=["subject_kind", "subject_id"], name="synced_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.key}"
