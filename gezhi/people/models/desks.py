"""Where work waits: departments and desks."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.models import Chained
from gezhi.territory.models import Area


class Department(Chained):
    """A department or unit of the district (部门)."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)

    subject_kind: ClassVar[str] = "department"

    def __str__(self) -> str:
        return self.name


class DeskKind(models.TextChoices):
    GRID = "grid", _("网格")
    COMMUNITY = "community", _("社区")
    STREET = "street", _("街道")
    DISTRICT = "district", _("区指挥中心")
    DEPARTMENT = "department", _("部门")


class Desk(Chained):
    """A place where work waits (岗台): a grid team, an office of a community, the centre of a street or the district, a department's intake."""

    kind = models.CharField(max_length=10, choices=DeskKind.choices)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="desks")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="desks")
    name = models.CharField(max_length=80)
    is_open = models.BooleanField(default=True)

    subject_kind: ClassVar[str] = "desk"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "area"], condition=Q(department__isnull=True), name="one_desk_an_area"
            ),
            models.UniqueConstraint(
                fields=["area", "department"], condition=Q(department__isnull=False), name="one_desk_a_department"
            ),
            models.CheckConstraint(
                name="desk_department_matches_kind",
                condition=Q(kind="department", department__isnull=False)
                | (~Q(kind="department") & Q(department__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.name
