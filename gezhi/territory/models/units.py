"""Unit grids (单元网格, GB/T 30428.1): the cells of city management. A layer of its own, not part of the register of grids."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _
from shapely import MultiPolygon, Polygon, from_wkb

from gezhi.kernel.models import Chained
from gezhi.territory.models.land import CrsChoice


class UnitKind(models.TextChoices):
    """What mostly lies in a cell. The standard leaves the list to the city."""

    RESIDENTIAL = "residential", _("居住")
    COMMERCIAL = "commercial", _("商业")
    ROAD = "road", _("道路")
    PUBLIC = "public", _("公共场所")
    OTHER = "other", _("其他")


class UnitGridQuerySet(models.QuerySet["UnitGrid"]):
    def current(self) -> Self:
        return self.filter(until_on__isnull=True)

    def holding_on(self, day: date) -> Self:
        still = Q(until_on__isnull=True) | Q(until_on__gte=day)
        return self.filter(still, from_on__lte=day)

    def inside(self, code: str) -> Self:
        """Cells whose code begins with that of a district, street or community; "" is everywhere."""
        return self.filter(code__startswith=code) if code else self


class UnitGrid(Chained):
    """One cell from its first day (初始日期) to its last, both included. A cell that is drawn anew ends, and a row follows it.

    It points at no area: governance grids are drawn by who lives there, cells by streets and what stands on them, and neither follows the
    other when it changes. Its code begins with the code of its community as it was when the cell was drawn, which may be an old one.
    """

    code = models.CharField(max_length=15)
    name = models.CharField(max_length=100, blank=True, help_text="how the place is called")
    kind = models.CharField(max_length=11, choices=UnitKind.choices, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    wkb = models.BinaryField(help_text="outline in degrees, CGCS2000")
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    square_metres = models.FloatField()
    source = models.CharField(max_length=200)
    crs_in = models.CharField(max_length=8, choices=CrsChoice.choices)

    objects = UnitGridQuerySet.as_manager()
    subject_kind: ClassVar[str] = "unit_grid"

    class Meta:
        ordering = ["code", "from_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(until_on__isnull=True), name="one_current_unit_grid_a_code"
            ),
            models.CheckConstraint(
                name="unit_grid_ends_after_start", condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on"))
            ),
            models.CheckConstraint(
                name="unit_grid_box",
                condition=Q(GreaterThan(F("east"), F("west"))) & Q(GreaterThan(F("north"), F("south"))),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def geometry(self) -> Polygon | MultiPolygon:
        shape = from_wkb(bytes(self.wkb))
        assert isinstance(shape, Polygon | MultiPolygon)
        return shape
