"""Units that build together with a grid, and what they promised."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gezhi.cobuild.rules import PartnerKind
from gezhi.kernel.models import Chained
from gezhi.kernel.secrets import SealedTextField
from gezhi.territory.models import Area


class Partner(Chained):
    """A unit 共建单位. Its contact is a person: sealed, and in clear only for whoever keeps the register there."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=PartnerKind.choices)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="partners", help_text="where it takes part")
    alliance = models.CharField(max_length=80, blank=True, help_text="the alliance of the party that it belongs to")
    contact_name = SealedTextField(blank=True)
    contact_phone = SealedTextField(blank=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "partner"

    class Meta:
        ordering = ["area__code", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["area", "name"], condition=Q(left_on__isnull=True), name="partner_once"),
            models.CheckConstraint(
                name="partner_leaves_after_joining",
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Commitment(Chained):
    """What a unit promised 承诺, by when, and what became of it."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="commitments")
    words = models.CharField(max_length=200)
    due_on = models.DateField()
    kept_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=400, blank=True)

    subject_kind: ClassVar[str] = "commitment"

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(name="commitment_kept_says_how", condition=Q(kept_on__isnull=True) | ~Q(outcome=""))
        ]

    def __str__(self) -> str:
        return self.words
