"""Who of the platform is who of ours, the tickets by which a web view opens, and messages on their way."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gezhi.accounts.models import User
from gezhi.kernel.models import Chained
from gezhi.kernel.secrets import SealedTextField


class Binding(Chained):
    """An identity of a platform bound to a user that the district had entered before. Ended, never deleted: the log says who came by it."""

    platform = models.CharField(max_length=20)
    identity = SealedTextField()
    identity_index = models.CharField(max_length=64)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="bindings")
    bound_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    subject_kind: ClassVar[str] = "binding"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "identity_index"], condition=Q(ended_at__isnull=True), name="identity_bound_once"
            ),
            models.UniqueConstraint(
                fields=["platform", "user"], condition=Q(ended_at__isnull=True), name="user_bound_once_a_platform"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.pk}"


class Ticket(models.Model):
    """Opens the web view once, within two minutes, for the identity that the platform vouched for."""

    digest = models.CharField(max_length=64, unique=True)
    platform = models.CharField(max_length=20)
    identity = SealedTextField()
    identity_index = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.platform} ticket {self.pk}"


class PlatformMessage(models.Model):
    """One message to one person: what has come to their desk, by its kind and number and nothing that a resident said."""

    binding = models.ForeignKey(Binding, on_delete=models.PROTECT, related_name="messages", db_index=False)
    template = models.CharField(max_length=80)
    values = models.JSONField()
    page = models.CharField(max_length=200)
    written_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True, help_text="null: settled")
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="platform_message_waiting"),
            models.Index(fields=["binding", "-id"], name="platform_message_of"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"
