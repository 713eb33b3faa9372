"""The land: areas of four levels, the sub-types of dedicated grids, and boundaries with their versions."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Length, Substr
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _
from shapely import MultiPolygon, Polygon, from_wkb

from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained
from gezhi.territory.codes import LENGTHS, STEP, subtree
from gezhi.territory.crs import Crs


class Level(models.TextChoices):
    DISTRICT = "district", _("区")
    STREET = "street", _("街道")
    COMMUNITY = "community", _("社区（村）")
    GRID = "grid", _("网格")


class GridKind(models.TextChoices):
    RESIDENTIAL = "residential", _("居民区网格")
    DEDICATED = "dedicated", _("专属网格")


class CrsChoice(models.TextChoices):
    CGCS2000 = Crs.CGCS2000.value, "CGCS2000"
    WGS84 = Crs.WGS84.value, "WGS 84"
    GCJ02 = Crs.GCJ02.value, "GCJ-02"
    BD09 = Crs.BD09.value, "BD-09"


class GridSubtype(Chained):
    """What a dedicated grid is made of (商务楼宇, 河流 ...). A dictionary: rows, not code, so that a district may add its own."""

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=30)
    is_confirmed = models.BooleanField(help_text="named by the district's own documents; otherwise 待确认")
    position = models.PositiveSmallIntegerField(help_text="order in lists")

    subject_kind: ClassVar[str] = "grid_subtype"

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class AreaQuerySet(models.QuerySet["Area"]):
    def inside(self, code: str) -> Self:
        """The subtree of an area, itself included, as a range of codes; "" is everywhere."""
        if not code:
            return self
        first, end = subtree(code)
        return self.filter(code__gte=first, code__lt=end)

    def visible_to(self, actor: Actor, right: str) -> Self:
        """Areas in which `actor` holds `right` by subtree. Names and boundaries as such are public and need no right."""
        held = actor.areas(right)
        if "" in held:
            return self
        ranges = Q(pk__in=())
        for area in held:
            first, end = subtree(area)
            ranges |= Q(code__gte=first, code__lt=end)
        return self.filter(ranges)


LENGTHS_BY_LEVEL = {Level(level): length for level, length in LENGTHS.items()}


def code_matches(level: Level, *, has_parent: bool) -> Q:
    """The level's length of code; the code begins with the parent's, which is the foreign key itself."""
    length = LENGTHS_BY_LEVEL[level]
    fits = Q(level=level.value) & Q(Exact(Length("code"), Value(length)))
    if has_parent:
        # A comparison with NULL is not false and would pass the check.
        return fits & Q(parent__isnull=False) & Q(Exact(Substr("code", 1, length - STEP), F("parent_id")))
    return fits & Q(parent__isnull=True)


class Area(Chained):
    """A piece of the district's land: 区, 街道, 社区(村) or 网格.

    The parent is referenced by its code, so the database itself can check that a code begins with its parent's.
    """

    code = models.CharField(max_length=15, unique=True)
    level = models.CharField(max_length=9, choices=Level.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, to_field="code", related_name="children"
    )
    name = models.CharField(max_length=100, help_text="the official name")
    short_name = models.CharField(max_length=100, help_text="as people say it")
    kind = models.CharField(max_length=11, choices=GridKind.choices, blank=True, help_text="grids only")
    subtype = models.ForeignKey(
        GridSubtype, on_delete=models.PROTECT, null=True, blank=True, related_name="grids", help_text="dedicated grids"
    )
    # 四至, as officials write it, beside the exact polygon.
    bounds_east = models.CharField(max_length=100, blank=True)
    bounds_south = models.CharField(max_length=100, blank=True)
    bounds_west = models.CharField(max_length=100, blank=True)
    bounds_north = models.CharField(max_length=100, blank=True)
    households = models.PositiveIntegerField(null=True, blank=True, help_text="empty: not known")
    population = models.PositiveIntegerField(null=True, blank=True, help_text="empty: not known")
    is_active = models.BooleanField(default=True, help_text="retired areas keep their code for history")

    objects = AreaQuerySet.as_manager()
    subject_kind: ClassVar[str] = "area"

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="area_code_fits_level_and_parent",
                condition=code_matches(Level.DISTRICT, has_parent=False)
                | code_matches(Level.STREET, has_parent=True)
                | code_matches(Level.COMMUNITY, has_parent=True)
                | code_matches(Level.GRID, has_parent=True),
            ),
            models.CheckConstraint(
                name="area_kind_for_grids",
                condition=Q(level=Level.GRID, kind__in=GridKind.values) | (~Q(level=Level.GRID) & Q(kind="")),
            ),
            models.CheckConstraint(
                name="area_subtype_for_dedicated_grids",
                condition=Q(kind=GridKind.DEDICATED, subtype__isnull=False)
                | (~Q(kind=GridKind.DEDICATED) & Q(subtype__isnull=True)),
            ),
            models.CheckConstraint(name="area_has_names", condition=~Q(name="") & ~Q(short_name="")),
        ]
        indexes = [models.Index(fields=["level", "code"], name="area_by_level")]

    def __str__(self) -> str:
        return self.short_name


class BoundaryQuerySet(models.QuerySet["Boundary"]):
    def current(self) -> Self:
        """Of all areas the outline that holds now."""
        return self.filter(valid_before__isnull=True)

    def holding_on(self, day: date) -> Self:
        """Of all areas the outline that held on a day. A version that was replaced on its first day never held."""
        return self.filter(Q(valid_before__isnull=True) | Q(valid_before__gt=day), valid_from__lte=day)


class Boundary(Chained):
    """One version of the outline of an area. The current one has no `valid_before`; setting a new one closes it.

    It holds from `valid_from` and no longer on `valid_before`, on which its successor takes over. So a day has one outline. (Spans that
    people write down, of posts and limits, end with their last day instead and are called "until".)

    `wkb` is a polygon or multipolygon in degrees, CGCS2000 (WGS 84), whatever came in.
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="boundaries")
    valid_from = models.DateField()
    valid_before = models.DateField(null=True, blank=True, help_text="the first day on which it no longer holds")
    wkb = models.BinaryField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    points = models.PositiveIntegerField(help_text="number of vertices")
    source = models.CharField(max_length=200)
    crs_in = models.CharField(max_length=8, choices=CrsChoice.choices, help_text="the system in which it came in")
    is_sketch = models.BooleanField(default=False, help_text="drawn for demonstration (示意), not surveyed")

    objects = BoundaryQuerySet.as_manager()
    subject_kind: ClassVar[str] = "boundary"

    class Meta:
        verbose_name_plural = "boundaries"
        constraints = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(valid_before__isnull=True), name="one_current_boundary_an_area"
            ),
            models.CheckConstraint(
                name="boundary_span",
                condition=Q(valid_before__isnull=True) | Q(GreaterThanOrEqual(F("valid_before"), F("valid_from"))),
            ),
            models.CheckConstraint(
                name="boundary_box",
                condition=Q(GreaterThan(F("east"), F("west"))) & Q(GreaterThan(F("north"), F("south"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.valid_from}"

    @property
    def geometry(self) -> Polygon | MultiPolygon:
        shape = from_wkb(bytes(self.wkb))
        assert isinstance(shape, Polygon | MultiPolygon)
        return shape
