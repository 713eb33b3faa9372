"""The district committee with its functions, task forces, and what is tried out where."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gezhi.accounts.models import User
from gezhi.kernel.models import Chained
from gezhi.people.features import Feature
from gezhi.people.functions import Function
from gezhi.people.models.desks import Department
from gezhi.territory.models import Area


class CommitteeMember(Chained):
    """A member of the district committee (网格化综合管理委员会), responsible for one of its functions, from a day until a day."""

    name = models.CharField(max_length=40)
    title = models.CharField(max_length=60, help_text="the office by which one is a member")
    function = models.CharField(max_length=12, choices=Function.choices)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    position = models.PositiveSmallIntegerField(default=100)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "committee_member"

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="committee_member_ends_after_start",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TaskForce(Chained):
    """A group for one purpose and a term (专班)."""

    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=200, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "task_force"

    class Meta:
        ordering = ["-from_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["name", "from_on"], name="task_force_once"),
            models.CheckConstraint(
                name="task_force_ends_after_start",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TaskForceMember(models.Model):
    """Somebody in a task force, with a duty there, from a day until a day."""

    force = models.ForeignKey(TaskForce, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(max_length=60, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["force", "user"], condition=Q(until_on__isnull=True), name="task_force_member_once"
            ),
            models.CheckConstraint(
                name="task_force_member_ends_after_start",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.force_id} {self.user_id}"


class Pilot(Chained):
    """That a feature is open in an area and all below it (试点), from a day until a day. The district's own row opens it everywhere."""

    feature = models.CharField(max_length=20, choices=Feature.choices)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="pilots")
    force = models.ForeignKey(
        TaskForce, on_delete=models.PROTECT, null=True, blank=True, related_name="pilots", db_index=False
    )
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "pilot"

    class Meta:
        ordering = ["feature", "area"]
        constraints = [
            models.UniqueConstraint(
                fields=["feature", "area"], condition=Q(until_on__isnull=True), name="one_open_pilot"
            ),
            models.CheckConstraint(
                name="pilot_ends_after_start", condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feature} @ {self.area_id}"
