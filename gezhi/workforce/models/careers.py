from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gezhi.accounts.models import User
from gezhi.kernel.models import Chained
from gezhi.people.models import Desk
from gezhi.territory.models import Area
from gezhi.workforce.ladder import Rung
from gezhi.workforce.workflow import PromotionStage


class Promotion(Chained):
    """An application for the next rung, and what became of it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="promotions")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", help_text="whose street reviews it")
    from_rung = models.CharField(max_length=20, choices=Rung.choices)
    to_rung = models.CharField(max_length=20, choices=Rung.choices)
    statement = models.CharField(max_length=500)
    stage = models.CharField(max_length=10, choices=PromotionStage.choices, default=PromotionStage.ASKED)
    asked_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    excepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    exception = models.CharField(max_length=300, blank=True, help_text="why a rung may be skipped")
    granted_from = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "promotion"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(stage__in=["asked", "reviewed"]), name="promotion_open_once"
            ),
            models.CheckConstraint(
                name="promotion_granted_from",
                condition=Q(stage="granted", granted_from__isnull=False)
                | (~Q(stage="granted") & Q(granted_from__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.from_rung} -> {self.to_rung}"


class Tenure(Chained):
    """Two years at the grass roots (基层任职) that somebody new owes: from when, where, and how it ended."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tenures")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+", help_text="the community or grid")
    from_on = models.DateField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True, help_text="completed, exempted or broken off")
    is_completed = models.BooleanField(default=False)
    exemption = models.CharField(max_length=300, blank=True, help_text="why it need not be completed")

    subject_kind: ClassVar[str] = "tenure"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tenure_ends_after_start", condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("from_on"))
            ),
            models.CheckConstraint(
                name="tenure_completed_or_exempted",
                condition=Q(ended_on__isnull=True, is_completed=False, exemption="")
                | Q(ended_on__isnull=False, is_completed=True, exemption="")
                | (Q(ended_on__isnull=False, is_completed=False) & ~Q(exemption="")),
            ),
            models.UniqueConstraint(fields=["user"], condition=Q(ended_on__isnull=True), name="tenure_open_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.from_on}"


class Evaluation(Chained):
    """What one community, street or grid leader says of an adviser for a year, in levels from 1 to 5."""

    adviser = models.ForeignKey(User, on_delete=models.PROTECT, related_name="evaluations")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+", help_text="the grid that was advised")
    year = models.PositiveSmallIntegerField()
    evaluator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    support = models.PositiveSmallIntegerField(help_text="how much the adviser helped")
    contact = models.PositiveSmallIntegerField(help_text="how well residents and units were served")
    words = models.CharField(max_length=300, blank=True)
    given_at = models.DateTimeField()

    subject_kind: ClassVar[str] = "adviser_evaluation"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["adviser", "desk", "year", "evaluator"], name="evaluated_once"),
            models.CheckConstraint(
                name="evaluation_levels",
                condition=Q(support__gte=1, support__lte=5, contact__gte=1, contact__lte=5),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.adviser_id} {self.year}"
