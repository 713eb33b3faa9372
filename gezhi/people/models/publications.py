"""What the public reads of those who serve in its grid, and the plates that they carry."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gezhi.accounts.models import User
from gezhi.kernel.models import Chained
from gezhi.people.models.posts import Post


class Publication(Chained):
    """That somebody consents to be shown to the public of the own grids (公示): name, phone of the work, services, and nothing else.

    Without a row that holds nothing is shown. Withdrawn at any time, without a reason.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="publications")
    services = models.CharField(max_length=120, blank=True)
    consented_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    subject_kind: ClassVar[str] = "publication"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(withdrawn_at__isnull=True), name="one_publication_stands"
            ),
            models.CheckConstraint(
                name="publication_ends_after_start",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("consented_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"


class Plate(Chained):
    """A plate that was printed for a post (管家牌): its number, and a digest of what stands on it. What it says is signed, not kept.

    Stale once the post ended, the name, phone or services are others, or the consent is gone: `gezhi.people.plates`.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="plates")
    number = models.CharField(max_length=20, unique=True)
    printed = models.CharField(max_length=64, help_text="SM3 of what stands on it, hex")
    issued_on = models.DateField()
    valid_until = models.DateField()
    recalled_on = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "plate"

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["post"], condition=Q(recalled_on__isnull=True), name="one_plate_a_post"),
            models.CheckConstraint(name="plate_ends_after_start", condition=Q(valid_until__gte=F("issued_on"))),
        ]

    def __str__(self) -> str:
        return self.number
