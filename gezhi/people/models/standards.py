"""How a grid should be staffed, and where its people may come from: rows from a day until a day."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.models import Chained
from gezhi.people.roles import Role
from gezhi.territory.models import GridKind, holds_on


class StaffingRuleQuerySet(models.QuerySet["StaffingRule"]):
    def holding_on(self, day: date) -> Self:
        return self.filter(holds_on(day, "valid_from", "valid_until"))


class StaffingRule(Chained):
    """One place of a formula (`1+1+N+X`): how many of a role a kind of grid needs (配备标准). A gap is shown and never blocks anything.

    Counted in persons for a whole area: a full-timer who covers three grids is one of three.
    """

    kind = models.CharField(max_length=11, choices=GridKind.choices)
    role = models.CharField(max_length=24, choices=Role.choices)
    position = models.PositiveSmallIntegerField(help_text="its place in the formula")
    symbol = models.CharField(max_length=4, help_text="as the formula writes it: 1, N, X, Y")
    fewest = models.PositiveSmallIntegerField(help_text="a grid; 0 demands none")
    basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    objects = StaffingRuleQuerySet.as_manager()
    subject_kind: ClassVar[str] = "staffing_rule"

    class Meta:
        ordering = ["kind", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "role"], condition=Q(valid_until__isnull=True), name="one_open_staffing_rule"
            ),
            models.CheckConstraint(
                name="staffing_rule_ends_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.role} {self.symbol}"


class Source(Chained):
    """Where people of the grids come from (来源): a dictionary of the district."""

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()

    subject_kind: ClassVar[str] = "source"

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class Strength(models.TextChoices):
    USUAL = "usual", _("一般来源")
    EXCEPTION = "exception", _("例外来源")


class SourceRuleQuerySet(models.QuerySet["SourceRule"]):
    def holding_on(self, day: date) -> Self:
        return self.filter(holds_on(day, "valid_from", "valid_until"))


class SourceRule(Chained):
    """That people of a role may come from a source (来源规则). Without a row they may not.

    `usual` (一般) passes as it is; `exception` needs a reason. `needs` are conditions by code (see `gezhi.people.sources`): what is not met
    needs a reason too, except for those that are always demanded.
    """

    role = models.CharField(max_length=24, choices=Role.choices)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="rules")
    strength = models.CharField(max_length=9, choices=Strength.choices, default=Strength.USUAL)
    needs = models.JSONField(default=list, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    objects = SourceRuleQuerySet.as_manager()
    subject_kind: ClassVar[str] = "source_rule"

    class Meta:
        ordering = ["role", "source"]
        constraints = [
            models.UniqueConstraint(
                fields=["role", "source"], condition=Q(valid_until__isnull=True), name="one_open_source_rule"
            ),
            models.CheckConstraint(
                name="source_rule_ends_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} <- {self.source_id}"
