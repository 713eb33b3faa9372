"""Schemes of rates with their measures, and exclusions with their reasons."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.assessment.measures import Counted, MeasureRow, Voices
from gezhi.cases.models import Answer
from gezhi.kernel.models import Chained


class Family(models.TextChoices):
    THREE = "three", _("三率")
    CALLS = "calls", _("回访三率")
    FIVE = "five", _("五字")


class Scheme(Chained):
    """评价口径: how rates are counted, from a day until a day. An answer is judged by the scheme of its month."""

    name = models.CharField(max_length=60)
    voices = models.CharField(max_length=4, choices=Voices.choices)
    fewest = models.PositiveSmallIntegerField(help_text="below this a sample is marked as small")
    fewest_public = models.PositiveSmallIntegerField(help_text="below this nothing is shown to the public")
    basis = models.CharField(max_length=200, blank=True)
    from_month = models.PositiveIntegerField(help_text="202603: a month is judged by one scheme")
    until_month = models.PositiveIntegerField(null=True, blank=True)

    subject_kind: ClassVar[str] = "scheme"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="scheme_ends_after_start",
                condition=Q(until_month__isnull=True) | Q(until_month__gte=F("from_month")),
            ),
            models.UniqueConstraint(fields=["from_month"], name="scheme_once_a_month"),
            models.CheckConstraint(name="scheme_hides_few", condition=Q(fewest_public__gte=2)),
        ]

    def __str__(self) -> str:
        return self.name


class Measure(models.Model):
    """One rate of a scheme: what stands above and below the line, see `gezhi.assessment.measures`."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="measures")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=20)
    family = models.CharField(max_length=8, choices=Family.choices)
    numerator = models.CharField(max_length=10, choices=Counted.choices)
    denominator = models.CharField(max_length=10, choices=Counted.choices)
    weights = models.JSONField(default=dict, blank=True, help_text="percent by level, for questions")
    params = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="measure_once"),
            models.UniqueConstraint(fields=["scheme", "position"], name="measure_has_its_place"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def row(self) -> MeasureRow:
        weights = {int(level): weight for level, weight in self.weights.items()}
        return MeasureRow(
            self.code, self.name, self.family, self.numerator, self.denominator, weights, dict(self.params)
        )


class ExclusionReason(models.Model):
    """剔除理由: why an answer may be left out of all rates."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Verdict(models.TextChoices):
    GRANTED = "granted", _("同意剔除")
    REFUSED = "refused", _("不同意剔除")
    LIFTED = "lifted", _("撤销剔除")


STANDS = Q(verdict__in=("", "granted"))


class Exclusion(Chained):
    """剔除: one answer left out of all rates. Asked by one person with a reason, decided by another."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="exclusions", db_index=False)
    reason = models.ForeignKey(ExclusionReason, on_delete=models.PROTECT, related_name="+", db_index=False)
    words = models.TextField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    subject_kind: ClassVar[str] = "exclusion"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer"], condition=STANDS, name="one_exclusion_stands"),
            models.CheckConstraint(
                name="exclusion_second_person",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="exclusion_decided_whole",
                condition=Q(verdict="", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(verdict="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(decided_at__isnull=True), name="exclusion_waiting"),
            models.Index(fields=["answer"], name="exclusion_by_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} {self.verdict}"
