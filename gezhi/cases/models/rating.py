"""What the reporter thinks of what was done: by link, or asked by telephone."""

from django.db import models
from django.db.models import Q

from gezhi.accounts.models import User
from gezhi.cases.models.case import Case


class Rating(models.Model):
    """What the reporter thinks: the service and the result are two questions, five levels each. Once a round."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="ratings")
    round = models.PositiveSmallIntegerField()
    service = models.PositiveSmallIntegerField()
    outcome = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    rated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="rating_once_a_round"),
            models.CheckConstraint(
                name="rating_in_five_levels",
                condition=Q(service__gte=1, service__lte=5, outcome__gte=1, outcome__lte=5),
            ),
            models.CheckConstraint(name="rating_round_positive", condition=Q(round__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.service}/{self.outcome}"


class FollowUp(models.Model):
    """回访: a clerk asked the reporter afterwards. Counted where it was reached and not where it was only tried."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="follow_ups")
    round = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    is_contacted = models.BooleanField()
    is_solved = models.BooleanField(null=True, help_text="empty: not reached, or did not say")
    service = models.PositiveSmallIntegerField(null=True)
    outcome = models.PositiveSmallIntegerField(null=True)
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="follow_up_in_five_levels",
                condition=(Q(service__isnull=True) | Q(service__gte=1, service__lte=5))
                & (Q(outcome__isnull=True) | Q(outcome__gte=1, outcome__lte=5)),
            ),
            models.CheckConstraint(
                name="follow_up_says_only_who_was_reached",
                condition=Q(is_contacted=True) | Q(is_solved__isnull=True, service__isnull=True, outcome__isnull=True),
            ),
            models.CheckConstraint(name="follow_up_round_positive", condition=Q(round__gt=0)),
        ]
        indexes = [models.Index(fields=["asked_at"], name="follow_up_by_day")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.asked_at:%Y-%m-%d}"
