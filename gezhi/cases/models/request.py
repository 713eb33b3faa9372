"""What a holder asked those above for: more time, or that the clock stands still."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.cases.models.case import Asked, Case
from gezhi.people.models import Desk


class Decision(models.TextChoices):
    GRANTED = "granted", _("同意")
    REFUSED = "refused", _("不同意")
    LAPSED = "lapsed", _("自行失效")


class Request(models.Model):
    """延期 (so many working days more) or 挂账 (until a day of review). At most one of a case waits at a time."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="requests")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Asked.choices)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    reason = models.TextField()
    days = models.PositiveSmallIntegerField(null=True)
    review_on = models.DateField(null=True)
    # 历史遗留问题: since when it has stood there. Its age in years is what the district looks at.
    since_on = models.DateField(null=True)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    # When the clock ran on again; empty while it stands still.
    resumed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(decision=""), name="one_request_waits"),
            models.CheckConstraint(
                name="request_says_what",
                condition=Q(kind="extension", days__gt=0) | Q(kind="suspension", review_on__isnull=False),
            ),
            models.CheckConstraint(
                name="request_decided_at",
                condition=Q(decision="", decided_at__isnull=True) | (~Q(decision="") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(name="request_round_positive", condition=Q(round__gt=0)),
        ]
        indexes = [models.Index(fields=["kind", "decided_at"], name="request_by_kind")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
