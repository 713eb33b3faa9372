"""Points of members (党员积分): off unless a district or street has decided otherwise; a ledger that is only added to; nobody is set beside another.

Who has left takes the entries along: they are erased with the name.
"""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from gezhi.accounts.models import User
from gezhi.kernel.models import Chained
from gezhi.kernel.secrets import SealedTextField
from gezhi.party.models.member import Member
from gezhi.party.workflows.points import Stage
from gezhi.territory.models import Area, holds_on


class PointDecisionQuerySet(models.QuerySet["PointDecision"]):
    def covering(self, code: str, *, on: date) -> Self:
        """Those of a street or district that cover an area on a day."""
        return self.filter(holds_on(on), area__code__in=[code[:6], code[:9]])


class PointDecision(Chained):
    """A district or street uses points from a day until a day, by a decision of its own that is named here. Without one nobody does."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=200, help_text="which meeting or document decided")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    objects = PointDecisionQuerySet.as_manager()
    subject_kind: ClassVar[str] = "point_decision"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area"], condition=Q(until_on__isnull=True), name="one_open_decision"),
            models.CheckConstraint(name="point_decision_has_basis", condition=~Q(basis="")),
            models.CheckConstraint(
                name="point_decision_ends_after_start",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.from_on}"


class PointRuleQuerySet(models.QuerySet["PointRule"]):
    def of_place(self, code: str, *, on: date) -> Self:
        return self.filter(holds_on(on, "valid_from", "valid_until"), area__code__in=[code[:6], code[:9]])


class PointRule(Chained):
    """What is worth how many points in a district or street, from a day until a day."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=80)
    points = models.SmallIntegerField()
    evidence = models.CharField(max_length=100, help_text="what has to be shown for it")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    objects = PointRuleQuerySet.as_manager()
    subject_kind: ClassVar[str] = "point_rule"

    class Meta:
        ordering = ["area", "code", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "code"], condition=Q(valid_until__isnull=True), name="one_open_point_rule"
            ),
            models.CheckConstraint(name="point_rule_counts", condition=~Q(points=0)),
            models.CheckConstraint(
                name="point_rule_ends_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PointClaim(Chained):
    """Somebody puts forward that a member be credited, or that an entry be corrected; another one decides."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="claims")
    rule = models.ForeignKey(PointRule, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    corrects = models.ForeignKey("PointEntry", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    points = models.SmallIntegerField()
    occurred_on = models.DateField()
    evidence = SealedTextField(blank=True, help_text="empty once the member has left")
    stage = models.CharField(max_length=8, choices=Stage.choices)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    subject_kind: ClassVar[str] = "point_claim"

    class Meta:
        constraints = [models.CheckConstraint(name="point_claim_counts", condition=~Q(points=0))]
        indexes = [
            models.Index(fields=["member"], condition=Q(stage=Stage.PROPOSED), name="point_claim_open"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.points:+d}"


class PointEntry(models.Model):
    """One line of the ledger. Inserted when a claim is approved and never changed.

    A year begins at nothing because a balance adds up the entries of its year alone.
    """

    claim = models.OneToOneField(PointClaim, on_delete=models.PROTECT, related_name="entry")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="entries")
    corrects = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="corrections")
    points = models.SmallIntegerField()
    year = models.PositiveSmallIntegerField()
    occurred_on = models.DateField()
    entered_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="point_entry_counts", condition=~Q(points=0))]
        indexes = [models.Index(fields=["member", "year"], name="point_entry_by_member")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.points:+d}"
