"""Professional forces: the seven kinds, who they are, and which grids they answer for."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gezhi.kernel.models import Chained
from gezhi.territory.models import Area


class Force(Chained):
    """A kind of professional force (专业力量): a dictionary of seven that the district names."""

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=30)
    is_confirmed = models.BooleanField(help_text="named by the district's own documents; otherwise 待确认")
    position = models.PositiveSmallIntegerField()

    subject_kind: ClassVar[str] = "force"

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class ForceContact(Chained):
    """Somebody of a professional force who answers for grids, with the phone of the work."""

    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=40)
    work_phone = models.CharField(max_length=20, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    consented_on = models.DateField(null=True, blank=True, help_text="may be shown to the public since; empty: not")

    subject_kind: ClassVar[str] = "force_contact"

    class Meta:
        ordering = ["force", "unit", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["force", "name", "unit", "work_phone"], name="force_contact_once")
        ]

    def __str__(self) -> str:
        return self.name


class ForcePlacement(models.Model):
    """A contact answers for a grid, from a day until a day. Of each kind a grid has one."""

    contact = models.ForeignKey(ForceContact, on_delete=models.PROTECT, related_name="placements")
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="force_placements")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "force"], condition=Q(until_on__isnull=True), name="one_contact_a_grid_a_kind"
            ),
            models.CheckConstraint(
                name="force_placement_ends_after_start",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} @ {self.area_id}"
