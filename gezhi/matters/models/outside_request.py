from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained
from gezhi.people.models import Department
from gezhi.people.queries import directory, seats_with
from gezhi.territory.models import Area


class Channel(models.TextChoices):
    """By which way the work came down."""

    DOCUMENT = "document", _("发文")
    MEETING = "meeting", _("会议布置")
    PHONE = "phone", _("电话")
    MESSAGE = "message", _("工作群、短信")
    VISIT = "visit", _("上门")


class OutsideRequestQuerySet(models.QuerySet["OutsideRequest"]):
    def visible_to(self, actor: Actor) -> "OutsideRequestQuerySet":
        """Those of the areas in which the actor sees them, and those that name the department at whose desk the actor sits."""
        reach = models.Q(pk__in=[])
        for code in actor.areas("matter.see"):
            if len(code) <= 6:
                return self
            reach |= models.Q(area_code__startswith=code)
        desks = directory().desks
        departments = {desks[seat].department_id for seat in seats_with("matter.see", actor)}
        return self.filter(reach | models.Q(department_id__in=departments - {None}))


class OutsideRequest(Chained):
    """Work that came down outside the catalogue (清单外任务): who asked, what, when, where; and that it was refused."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asker = models.CharField(
        max_length=60, blank=True, help_text="the office, where it is no department of the district"
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    area_code = models.CharField(max_length=15, help_text="of that day: what was refused stays where it was refused")
    what = models.TextField()
    channel = models.CharField(max_length=10, choices=Channel.choices)
    asked_on = models.DateField()
    sentence = models.TextField(help_text="the standing sentence as it was said")
    refused_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    refused_at = models.DateTimeField()

    subject_kind: ClassVar[str] = "outside_request"
    objects = OutsideRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outside_request_has_asker",
                condition=models.Q(department__isnull=False) | ~models.Q(asker=""),
            ),
        ]
        indexes = [models.Index(fields=["asked_on"], name="outside_by_day")]

    def __str__(self) -> str:
        return f"{self.asked_on} {self.area_code}"
