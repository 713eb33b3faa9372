"""What a grid is known for: sites of service brands 红色微家、红色港湾, and the features of grids 特色网格. All of it public."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gezhi.kernel.models import Chained
from gezhi.territory.models import Area


class BrandSite(Chained):
    """A place under a brand: where, when it is open, what one finds there."""

    brand = models.CharField(max_length=30)
    name = models.CharField(max_length=60)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="brand_sites")
    address = models.CharField(max_length=120)
    hours = models.CharField(max_length=120, help_text="as it stands on the door")
    services = models.CharField(max_length=200)
    phone = models.CharField(max_length=30, blank=True, help_text="of the place, never of a person")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "brand_site"

    class Meta:
        ordering = ["brand", "area__code", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name"], condition=Q(closed_on__isnull=True), name="brand_site_once"
            ),
            models.CheckConstraint(
                name="brand_site_closes_after_opening",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GridFeature(Chained):
    """What makes a grid particular: a name, a few words."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="grid_features", help_text="a grid")
    name = models.CharField(max_length=30)
    words = models.CharField(max_length=400)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "grid_feature"

    class Meta:
        ordering = ["name", "area__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name"], condition=Q(until_on__isnull=True), name="grid_feature_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
