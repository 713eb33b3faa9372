"""Where work waits and who sits there: departments, desks, posts."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.models import Chained, Event
from gezhi.people.roles import Role
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


class Post(Chained):
    """Seats a user at a desk with a role, from a day until a day (both included)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=24, choices=Role.choices)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "post"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="post_ends_after_start", condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on"))
            ),
            models.UniqueConstraint(
                fields=["user", "desk", "role"], condition=Q(until_on__isnull=True), name="one_open_post"
            ),
            models.UniqueConstraint(
                fields=["desk"], condition=Q(until_on__isnull=True, role="grid_leader"), name="one_grid_leader"
            ),
        ]
        indexes = [models.Index(fields=["user", "until_on"], name="post_by_user")]

    def __str__(self) -> str:
        return f"{self.user} @ {self.desk}"

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


class Notice(models.Model):
    """What a desk is told: that something happened which it should look at. The event itself says what; nothing is written twice."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="notices", db_index=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    is_urgent = models.BooleanField(default=False, help_text="stays in sight until somebody has seen it")
    told_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "desk"], name="notice_once_a_desk")]
        indexes = [
            models.Index(fields=["desk", "-id"], condition=Q(seen_at__isnull=True), name="notice_unseen"),
            models.Index(fields=["desk", "-id"], name="notice_by_desk"),
            models.Index(fields=["subject_kind", "subject_id"], name="notice_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.subject_kind} {self.subject_id}"
