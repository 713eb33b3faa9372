from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.models import Chained


class PolicyKind(models.TextChoices):
    """What the district sets as a number, from a day on."""

    NOTICE_DAYS = "notice_days", _("公示工作日")
    TENURE_MONTHS = "tenure_months", _("基层任职月数")
    TENURE_REMIND_DAYS = "tenure_remind_days", _("任职期满提前提醒天数")
    TENURE_LEAVE_DAYS = "tenure_leave_days", _("一次离岗超过多少天不计入任职")
    EVALUATION_SAMPLE = "evaluation_sample", _("指导员评价最少份数")
    CERTIFICATE_REMIND_DAYS = "certificate_remind_days", _("技能到期提前提醒天数")


class Policy(Chained):
    """One number of the district's policy, valid from a day on until the next row of its kind."""

    kind = models.CharField(max_length=24, choices=PolicyKind.choices)
    number = models.PositiveIntegerField()
    basis = models.CharField(max_length=200, blank=True, help_text="the document or meeting that says so")
    valid_from = models.DateField()

    subject_kind: ClassVar[str] = "workforce_policy"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "valid_from"], name="workforce_policy_once_a_day"),
            models.CheckConstraint(name="workforce_policy_positive", condition=Q(number__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
