"""How somebody came to a post: source, channel, manner; and what a unit recommends."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained
from gezhi.people.models.desks import Department, Desk
from gezhi.people.models.posts import Post, within
from gezhi.people.models.standards import Source
from gezhi.people.workflow import Outcome


class Channel(models.TextChoices):
    """The three ways in which the teams are filled (统一配备一批、审核选拔一批、调整优化一批)."""

    ASSIGNED = "assigned", _("统一配备")
    SELECTED = "selected", _("审核选拔")
    ADJUSTED = "adjusted", _("调整优化")


class Manner(models.TextChoices):
    """How a full-timer was brought in."""

    SUNK = "sunk", _("下沉")
    TRANSFERRED = "transferred", _("转任")
    RECRUITED = "recruited", _("招聘")


class Appointment(models.Model):
    """Beside a post: where its holder came from (任用). Written with the post and never changed; a mistake is a new post.

    Which conditions of the rule were not met stays as codes with the reason for the exception; the facts themselves (schooling,
    membership) are looked at and not kept.
    """

    post = models.OneToOneField(Post, on_delete=models.PROTECT, related_name="appointment")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=9, choices=Channel.choices)
    manner = models.CharField(max_length=12, choices=Manner.choices, blank=True, help_text="full-timers")
    unit = models.CharField(max_length=60, blank=True, help_text="the unit that sends or recommends")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    unmet = models.CharField(max_length=100, blank=True, help_text="codes, with blanks between")
    reason = models.CharField(max_length=200, blank=True, help_text="why the exception")

    class Meta:
        constraints = [
            models.CheckConstraint(name="appointment_exception_has_reason", condition=Q(unmet="") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} <- {self.source_id}"


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of grids in which the actor sees the teams."""
        return self.filter(within(actor.areas("staff.see"), "desk__area__code"))


class Recommendation(Chained):
    """A unit recommends somebody as a part-time worker of a grid; the street approves (推荐). Another person decides than recommended.

    The phone is needed to open the account and is erased with a refusal.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="recommendations", help_text="of the grid")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.CharField(max_length=60)
    name = models.CharField(max_length=40)
    work_phone = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.WAITING)
    recommended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    recommended_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    post = models.OneToOneField(Post, on_delete=models.PROTECT, null=True, related_name="recommendation")

    objects = RecommendationQuerySet.as_manager()
    subject_kind: ClassVar[str] = "recommendation"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="recommendation_second_person",
                condition=Q(decided_by__isnull=True)
                | Q(recommended_by__isnull=True)
                | Q(stage="withdrawn")
                | ~Q(decided_by=F("recommended_by")),
            ),
            models.CheckConstraint(
                name="recommendation_decided_whole",
                condition=Q(stage="waiting", decided_at__isnull=True)
                | (~Q(stage="waiting") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="recommendation_approved_has_post",
                condition=Q(stage="approved", post__isnull=False) | (~Q(stage="approved") & Q(post__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(stage="waiting"), name="recommendation_waiting")]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.stage}"


class StaffImport(Chained):
    """A list of people that was read in (人员导入): which file, by its digest, and how many rows of what fate. No names."""

    digest = models.CharField(max_length=64, help_text="SHA-256 of the file, hex")
    rows = models.PositiveIntegerField()
    entered = models.PositiveIntegerField()
    known = models.PositiveIntegerField(help_text="were there already")
    refused = models.PositiveIntegerField()
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    imported_at = models.DateTimeField()

    subject_kind: ClassVar[str] = "staff_import"

    def __str__(self) -> str:
        return f"{self.imported_at:%Y-%m-%d} {self.entered}"
