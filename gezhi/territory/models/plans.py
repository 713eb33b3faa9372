"""Re-division plans: what is to become of the land, and which code followed which."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from shapely import MultiPolygon, Polygon, from_wkb

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained
from gezhi.territory.models.land import Area, GridKind, GridSubtype, Level
from gezhi.territory.workflow import PlanStage

# Every right that lets one see a plan.
SEE_PLANS = ("plan.propose", "plan.propose_wide", "plan.review", "plan.approve")


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, actor: Actor) -> Self:
        """Plans about land in which the actor proposes, examines or approves, and wider ones that touch it."""
        seen = Q(pk__in=())
        for code in {code for right in SEE_PLANS for code in actor.areas(right)}:
            if not code:
                return self
            seen |= Q(scope__code__startswith=code)
            seen |= Q(scope__code__in=[code[:length] for length in (6, 9, 12) if length < len(code)])
        return self.filter(seen)


class Plan(Chained):
    """A re-division plan (重划方案) for a community, a street or the district: changes that take effect together on one day.

    `about` is the plan that this one withdraws (`is_withdrawal`) or corrects.
    """

    scope = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="plans")
    title = models.CharField(max_length=100)
    reason = models.TextField()
    stage = models.CharField(max_length=10, choices=PlanStage.choices, default=PlanStage.DRAFT)
    takes_effect_on = models.DateField()
    about = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by")
    is_withdrawal = models.BooleanField(default=False)
    # The way so far, for "by another" and for plans that several streets examine.
    authors = models.JSONField(default=list, blank=True, help_text="keys of the users who wrote it: drafted or revised")
    streets = models.JSONField(default=list, blank=True, help_text="codes of the streets that examine it, as submitted")
    proposer = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="who submitted it"
    )
    reviewers = models.JSONField(default=dict, help_text="street code: key of the user who examined it there")
    digest = models.CharField(max_length=64, blank=True, help_text="of the proof with which it was submitted")
    effective_on = models.DateField(null=True, blank=True, help_text="when it came into force")

    objects = PlanQuerySet.as_manager()
    subject_kind: ClassVar[str] = "plan"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plan_effective_iff_dated",
                condition=Q(stage=PlanStage.EFFECTIVE, effective_on__isnull=False)
                | (~Q(stage=PlanStage.EFFECTIVE) & Q(effective_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="plan_withdrawal_has_target", condition=Q(is_withdrawal=False) | Q(about__isnull=False)
            ),
            models.CheckConstraint(name="plan_not_about_itself", condition=Q(about__isnull=True) | ~Q(about=F("pk"))),
        ]
        indexes = [
            models.Index(fields=["takes_effect_on"], condition=Q(stage=PlanStage.APPROVED), name="plan_by_day"),
            models.Index(fields=["stage", "scope"], name="plan_by_stage"),
        ]

    def __str__(self) -> str:
        return self.title


class ChangeKind(models.TextChoices):
    SPLIT = "split", _("拆分")
    MERGE = "merge", _("合并")
    REDRAW = "redraw", _("调整边界")
    CREATE = "create", _("新设")
    RETIRE = "retire", _("撤销")


class PlanChange(models.Model):
    """One change of a plan. `sources` are codes of areas as they stand; what becomes of them are its `results`."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="changes")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=ChangeKind.choices)
    sources = models.JSONField(default=list)

    class Meta:
        ordering = ["plan", "position"]
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="plan_change_position")]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.position} {self.kind}"


class PlanArea(models.Model):
    """An area as a change leaves it. `key` names it inside the plan; `parent` is a code that stands or another key.

    `code` is that of the area which is redrawn; of a street or community also the official code, where it is known beforehand. Everything
    else is numbered when the plan takes effect.
    """

    change = models.ForeignKey(PlanChange, on_delete=models.CASCADE, related_name="results")
    key = models.CharField(max_length=20)
    level = models.CharField(max_length=9, choices=Level.choices)
    parent = models.CharField(max_length=20, help_text="a code, or the key of another area of the plan")
    code = models.CharField(max_length=15, blank=True)
    name = models.CharField(max_length=100, blank=True, help_text="empty: a grid is named by its number")
    kind = models.CharField(max_length=11, choices=GridKind.choices, blank=True)
    subtype = models.ForeignKey(GridSubtype, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    households = models.PositiveIntegerField(null=True, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    bounds_east = models.CharField(max_length=100, blank=True)
    bounds_south = models.CharField(max_length=100, blank=True)
    bounds_west = models.CharField(max_length=100, blank=True)
    bounds_north = models.CharField(max_length=100, blank=True)
    wkb = models.BinaryField(help_text="outline in degrees, CGCS2000, on whole millimetres")
    became = models.CharField(max_length=15, blank=True, help_text="the code that it bears since the plan took effect")

    class Meta:
        ordering = ["change", "id"]
        constraints = [models.UniqueConstraint(fields=["change", "key"], name="plan_area_key")]

    def __str__(self) -> str:
        return f"{self.change_id} {self.key}"

    @property
    def geometry(self) -> Polygon | MultiPolygon:
        shape = from_wkb(bytes(self.wkb))
        assert isinstance(shape, Polygon | MultiPolygon)
        return shape


class Succession(models.Model):
    """The code `new` took over land of the code `old` on a day. One of several heirs is the main one: it answers for the old code."""

    old = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="heirs")
    new = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="inherited_from")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="successions")
    since = models.DateField()
    is_main = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="succession_once"),
            models.UniqueConstraint(fields=["old"], condition=Q(is_main=True), name="one_main_heir"),
            models.CheckConstraint(name="succession_of_another", condition=~Q(old=F("new"))),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} -> {self.new_id}"
