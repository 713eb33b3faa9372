"""What hangs on the grids: old grids of departments, resources, the rule of their size, and the names of the structure."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.models import Chained
from gezhi.territory.models.land import Area, CrsChoice, GridKind


def holds_on(day: date, first: str = "from_on", last: str = "until_on") -> Q:
    """Spans of days that hold on a day, both ends included."""
    still = Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": day})
    return still & Q(**{f"{first}__lte": day})


class LegacyGrid(Chained):
    """A grid that a department drew for its own work (业务网格): mapped to ours, and retired with a day.

    `department` is the department's code; its table lies above the land.
    """

    department = models.CharField(max_length=30)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    wkb = models.BinaryField(
        null=True, blank=True, help_text="outline in degrees, CGCS2000, where the department has one"
    )
    crs_in = models.CharField(max_length=8, choices=CrsChoice.choices, blank=True)
    until_on = models.DateField(null=True, blank=True, help_text="the last day of its use")

    subject_kind: ClassVar[str] = "legacy_grid"

    class Meta:
        ordering = ["department", "code"]
        constraints = [models.UniqueConstraint(fields=["department", "code"], name="legacy_grid_code")]

    def __str__(self) -> str:
        return f"{self.department} {self.code}"

    def is_retired_on(self, day: date) -> bool:
        return self.until_on is not None and self.until_on < day


class LegacyMapping(models.Model):
    """So much of an old grid lies in this area of ours."""

    legacy = models.ForeignKey(LegacyGrid, on_delete=models.PROTECT, related_name="mappings")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="legacy_mappings")
    share = models.FloatField(help_text="of the old grid's land, from 0 to 1")
    is_by_hand = models.BooleanField(default=False, help_text="said by a person, not found from outlines")

    class Meta:
        ordering = ["legacy", "-share", "area"]
        constraints = [
            models.UniqueConstraint(fields=["legacy", "area"], name="legacy_mapping_once"),
            models.CheckConstraint(name="legacy_share", condition=Q(share__gt=0, share__lte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.legacy_id} -> {self.area_id}"


class ResourceCategory(Chained):
    """One of the twelve categories of resources that come down to the grids (12大类资源). A dictionary of the district."""

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=30)
    is_confirmed = models.BooleanField(help_text="named by the district's own documents; otherwise 待确认")
    position = models.PositiveSmallIntegerField()

    subject_kind: ClassVar[str] = "resource_category"

    class Meta:
        ordering = ["position", "code"]
        verbose_name_plural = "resource categories"

    def __str__(self) -> str:
        return self.name


class Resource(Chained):
    """Something that serves grids: a team, a station, a service (资源). No persons: who works there stands at their posts."""

    category = models.ForeignKey(ResourceCategory, on_delete=models.PROTECT, related_name="resources")
    name = models.CharField(max_length=100)
    provider = models.CharField(max_length=100, blank=True, help_text="the unit that sends it")
    note = models.CharField(max_length=200, blank=True)

    subject_kind: ClassVar[str] = "resource"

    class Meta:
        ordering = ["category", "name"]
        constraints = [models.UniqueConstraint(fields=["category", "name", "provider"], name="resource_once")]

    def __str__(self) -> str:
        return self.name


class ResourcePlacement(models.Model):
    """A resource serves an area from a day until a day, both included."""

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="placements")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="resource_placements")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["area", "resource"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "area"], condition=Q(until_on__isnull=True), name="resource_placed_once"
            ),
            models.CheckConstraint(
                name="placement_ends_after_start", condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} @ {self.area_id}"


class SizeRuleQuerySet(models.QuerySet["SizeRule"]):
    def holding_on(self, day: date) -> Self:
        return self.filter(holds_on(day, "valid_from", "valid_until"))


class SizeRule(Chained):
    """How large a kind of grid should be, from a day until a day. Outside of it a grid is listed with the reason; nothing is refused."""

    kind = models.CharField(max_length=11, choices=GridKind.choices)
    fewest_households = models.PositiveIntegerField()
    most_households = models.PositiveIntegerField()
    most_people = models.PositiveIntegerField(help_text="far more than the usual thousand")
    basis = models.CharField(max_length=200, blank=True, help_text="the policy article it rests on")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    objects = SizeRuleQuerySet.as_manager()
    subject_kind: ClassVar[str] = "size_rule"

    class Meta:
        ordering = ["kind", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(valid_until__isnull=True), name="one_open_size_rule_a_kind"
            ),
            models.CheckConstraint(
                name="size_rule_has_room", condition=Q(most_households__gte=F("fewest_households"), most_people__gt=0)
            ),
            models.CheckConstraint(
                name="size_rule_ends_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.fewest_households}-{self.most_households}"


class SizeExemption(Chained):
    """A grid may be of another size for a reason, from a day until a day, both included."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="size_exemptions")
    reason = models.CharField(max_length=200)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "size_exemption"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(until_on__isnull=True), name="one_open_size_exemption"
            ),
            models.CheckConstraint(name="size_exemption_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="size_exemption_ends_after_start",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.from_on}"


class StructurePart(Chained):
    """A name in the 345 structure: three platforms, four levels of grids, five levels of management. The district edits the names.

    `counts` is the level of area that the overview counts for it, "" for none.
    """

    class Group(models.TextChoices):
        PLATFORM = "platform", _("三级平台")
        GRID_LEVEL = "grid_level", _("四级网格")
        MANAGEMENT = "management", _("五级管理")

    group = models.CharField(max_length=10, choices=Group.choices)
    code = models.SlugField(max_length=30)
    name = models.CharField(max_length=30)
    counts = models.CharField(max_length=9, blank=True)
    is_confirmed = models.BooleanField()
    position = models.PositiveSmallIntegerField()

    subject_kind: ClassVar[str] = "structure_part"

    class Meta:
        ordering = ["group", "position"]
        constraints = [models.UniqueConstraint(fields=["group", "code"], name="structure_part_code")]

    def __str__(self) -> str:
        return self.name
