"""What residents say about the service itself 投诉建议: answered by who inspects and supports, never by the desk that it is about."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gezhi.cobuild.rules import About
from gezhi.kernel.models import Chained
from gezhi.kernel.secrets import SealedTextField


class ServiceComplaint(Chained):
    """One of them. `area_code` is the street it is about, "" the whole district. The receipt code is the key of whoever wrote it."""

    receipt_code = models.CharField(max_length=14, unique=True)
    about = models.CharField(max_length=8, choices=About.choices)
    words = SealedTextField()
    area_code = models.CharField(max_length=9, blank=True)
    sent_at = models.DateTimeField()
    answer = SealedTextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(
        null=True, blank=True, help_text="words and answer were deleted; the count stays"
    )

    subject_kind: ClassVar[str] = "service_complaint"

    class Meta:
        ordering = ["sent_at", "id"]
        indexes = [
            models.Index(fields=["sent_at"], condition=Q(answered_at__isnull=True), name="complaint_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.sent_at:%Y-%m-%d}"
