"""A door, a stairwell or a building that somebody goes to."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from gezhi.kernel.models import Chained
from gezhi.territory.models import Area

COLUMNS = {9: "street_code", 12: "community_code", 15: "grid_code"}


def lying_in(*codes: str, prefix: str = "") -> Q:
    """What lies in one of these areas; a district, or "", is everywhere. Each level has a column of its own, so this is equality on an index."""
    condition = Q(pk__in=[])
    for code in codes:
        if len(code) <= 6:
            return Q(pk__isnull=False)
        condition |= Q(**{f"{prefix}{COLUMNS[len(code)]}": code})
    return condition


class LaidOnLand(models.Model):
    """Where something lies: the finest area known, and the codes of the levels above it, because lists are bound to them."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    street_code = models.CharField(max_length=9, blank=True)
    community_code = models.CharField(max_length=12, blank=True)
    grid_code = models.CharField(max_length=15, blank=True)

    class Meta:
        abstract = True

    @property
    def place_code(self) -> str:
        """The finest area known; "" where only the district is."""
        return self.grid_code or self.community_code or self.street_code


class AddressPointQuerySet(models.QuerySet["AddressPoint"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


class AddressPoint(Chained, LaidOnLand):
    """An address point (地址点): building, unit and door as they stand on the wall, and a point where one is known.

    It is a place and nothing else. Who lives there, how many, and what they are like has no column, here or in anything that points here.
    """

    # The UUID under which a phone made it; a replay gives this row back.
    key = models.UUIDField(unique=True)
    building = models.CharField(max_length=40, help_text="as it stands on the wall: 3号楼")
    unit = models.CharField(max_length=20, blank=True)
    door = models.CharField(max_length=20, blank=True)
    # Degrees, CGCS2000.
    lng = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    subject_kind: ClassVar[str] = "address_point"
    objects = AddressPointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "building", "unit", "door"], condition=Q(is_active=True), name="address_point_once"
            ),
            models.CheckConstraint(name="address_point_has_building", condition=~Q(building="")),
            models.CheckConstraint(
                name="address_point_whole_point",
                condition=Q(lng__isnull=True, lat__isnull=True) | Q(lng__isnull=False, lat__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["grid_code", "building", "unit", "door"], name="address_point_by_grid"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """「3号楼 2单元 301」."""
        return " ".join(part for part in (self.building, self.unit, self.door) if part)
